"""Gradient clipping, in one of three ways."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from lab.config.sections import TrainingConfig

FOLDS = 8  # a power of two


def clip(training: TrainingConfig, gradients: list[Any]) -> tuple[list[Any], Any, Any]:
    """The clipped gradients, the global norm before clipping, and 1.0 where the clip changed something."""
    norm = tf.sqrt(tf.add_n([_over_all(g, tf.square, tf.add, tf.reduce_sum) for g in gradients]))
    if training.clip_value is not None:
        limit = training.clip_value
        largest = tf.reduce_max([_over_all(g, tf.abs, tf.maximum, tf.reduce_max) for g in gradients])
        return [tf.clip_by_value(g, -limit, limit) for g in gradients], norm, tf.cast(largest > limit, tf.float32)
    if training.clip_norm is not None:
        limit = training.clip_norm
        largest = tf.reduce_max([tf.norm(g) for g in gradients])
        return [tf.clip_by_norm(g, limit) for g in gradients], norm, tf.cast(largest > limit, tf.float32)
    if training.global_clip_norm is not None:
        limit = training.global_clip_norm
        clipped, _ = tf.clip_by_global_norm(gradients, limit, use_norm=norm)
        return clipped, norm, tf.cast(norm > limit, tf.float32)
    return gradients, norm, tf.zeros(())


def _over_all(values: Any, each: Callable[..., Any], two: Callable[..., Any], every: Callable[..., Any]) -> Any:
    """The sum or maximum `every` of `each` value, `two` being the same of two tensors.

    The rows are folded together first, in one pass that XLA spreads over vectors and cores. Left to itself it writes out
    `each` value and goes through them one by one: for large networks a twentieth of a step.
    """
    parts = [each(part) for part in tf.split(values, math.gcd(values.shape[0], FOLDS))]
    while len(parts) > 1:  # pairwise: a chain of 32 keeps XLA compiling for ever
        parts = [two(a, b) for a, b in zip(parts[::2], parts[1::2], strict=True)]
    return every(parts[0])
