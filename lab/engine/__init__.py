"""The one place that imports TensorFlow: building a Keras model and training it. It runs in worker processes."""

from lab.engine.training import train

__all__ = ["train"]
