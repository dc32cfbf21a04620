"""Layers: what makes a sequence of a sequence."""
