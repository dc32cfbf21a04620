"""Keras layers whose loop over time, forwards and back, is written out, which XLA compiles to faster programs."""
