"""Products with a recurrent kernel: on the way through time, on the way back, and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

Tensor = Any
SMALL = 2**15  # numbers in a product's result


class Recurrent:
    """A recurrent kernel `(units, blocks * units)`, and what of the state reaches each of its blocks.

    Args:
        masks: of recurrent dropout, `(blocks, batch, units)`, the same at every step (Gal & Ghahramani 2016): each block
            reads the state times a mask of its own. None: all read all of it.
    """

    def __init__(self, u: Tensor, masks: Tensor | None) -> None:
        self.u, self.masks = u, masks
        self._n = 1 if masks is None else masks.shape[0]
        self._blocks = _by_block(u, self._n)  # made once, before any loop

    def of(self, state: Tensor) -> Tensor:
        """`state` `(batch, units)` by the kernel; nothing is multiplied where the state is known to be zero."""
        if _is_zero(state):
            return tf.zeros((state.shape[0], self.u.shape[1]), state.dtype)
        if self._n > 1:
            return _side_by_side(tf.matmul(state * self.masks, self._blocks))
        return tf.matmul(state if self.masks is None else state * self.masks[0], self.u)

    def turned(self) -> Callable[[Tensor], Tensor]:
        """The way back through `of`: from a gradient by its result to that by the state."""
        units = self.u.shape[0]
        u_t = tf.transpose(self._blocks, (0, 2, 1)) if self._n > 1 else tf.transpose(self.u)

        def back(delta: Tensor) -> Tensor:
            if _is_zero(delta):
                return tf.zeros((delta.shape[0], units), delta.dtype)
            if self._n > 1:
                return tf.reduce_sum(self.masks * tf.matmul(_by_block(delta, self._n), u_t), 0)
            by_state = tf.matmul(delta, u_t)
            return by_state if self.masks is None else by_state * self.masks[0]

        return back

    def gradient(self, before: Tensor, deltas: Tensor) -> Tensor:
        """By the kernel: the sum over time and batch of the states `before` each step by the gradients `deltas`."""
        if self.masks is None:
            return _over_time(before, deltas)
        masks = tf.unstack(self.masks)
        parts = tf.split(deltas, len(masks), -1)
        return tf.concat([_over_time(before * mask, part) for mask, part in zip(masks, parts, strict=True)], -1)


def _is_zero(value: Tensor) -> bool:
    known = tf.get_static_value(value)
    return known is not None and not known.any()


def _by_block(values: Tensor, blocks: int) -> Tensor:
    """From `(n, blocks * units)` to `(blocks, n, units)`."""
    return tf.stack(tf.split(values, blocks, -1))


def _side_by_side(values: Tensor) -> Tensor:
    """From `(blocks, n, units)` to `(n, blocks * units)`."""
    return tf.reshape(tf.transpose(values, (1, 0, 2)), (values.shape[1], -1))


def _over_time(before: Tensor, deltas: Tensor) -> Tensor:
    rows, width = before.shape[0] * before.shape[1], before.shape[2] * deltas.shape[2]
    # XLA computes a product with few results on one core; two halves of it, each on its own.
    halves = 2 if width < SMALL and rows % 2 == 0 else 1
    a, b = (tf.reshape(x, (halves, rows // halves, x.shape[-1])) for x in (before, deltas))
    return tf.reduce_sum(tf.matmul(a, b, transpose_a=True), 0)
