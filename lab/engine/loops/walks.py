r"""The walk through time and the way back, written out, for the layers of `lab.engine.loops.keras_layers`.

Automatic differentiation of a loop multiplies out the weights' gradient at every step and keeps all it met on the way.
Here the way back (backpropagation through time, Werbos 1990) is ours. Its loop does only what hangs on the step before:
$δ_t$, the gradient of the loss by the pre-activations of step t. What a step's gates contribute to that is known
beforehand and computed for all steps at once (the `slope` of each walk, the `partners` of the LSTM's gates); the
gradient of the recurrent kernel is one product over all steps, $\sum_t h_{t-1}^\top δ_t$, and that of the inputs'
projections is δ itself.

Shapes: `zx` `(time, batch, blocks * units)` the projected inputs with their biases; `u` the recurrent kernel as Keras
has it, `masks` of recurrent dropout `(blocks, batch, units)` or none; states and results `(batch, units)`, or
`(time, batch, units)` with `sequences`. What a loop keeps stands in arrays with time first. A step back begins with the
product by the step after it, so that the first turn either way has no product at all, of a short window a good part of
all of them. Gates side by side in one array, and one `tanh` for all of them: XLA makes one pass of that, where one
operation a gate makes it compute the exponentials anew for every reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from lab.engine.loops.kernels import Recurrent

Tensor = Any


@dataclass(frozen=True)
class Activation:
    """An activation and its derivative, the latter by its value: `derivative(function(z))` is the slope at z."""

    function: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]


ACTIVATIONS = {
    "tanh": Activation(tf.tanh, lambda a: 1 - a * a),
    "relu": Activation(tf.nn.relu, lambda a: tf.cast(a > 0, a.dtype)),
    "sigmoid": Activation(tf.sigmoid, lambda a: a * (1 - a)),
    "leaky_relu": Activation(lambda z: tf.nn.leaky_relu(z, 0.2), lambda a: tf.where(a > 0, 1.0, 0.2)),
    "elu": Activation(tf.nn.elu, lambda a: tf.where(a > 0, 1.0, a + 1)),
    "linear": Activation(tf.identity, tf.ones_like),
}


def lstm(
    zx: Tensor, u: Tensor, h0: Tensor, c0: Tensor, activation: str, sequences: bool, masks: Tensor | None = None
) -> Tensor:
    """`keras.layers.LSTM` from its projected inputs on."""
    act = ACTIVATIONS[activation]
    units = u.shape[0]
    squash, derivative = _gates(units, 2, 4, activation)

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def walk(zx: Tensor, u: Tensor, h0: Tensor, c0: Tensor) -> Any:
        kernel = Recurrent(u, masks)

        def step(_: Tensor, z: Tensor, h: Tensor, c: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
            a = squash(z + kernel.of(h))
            i, f, g, o = tf.split(a, 4, -1)
            c = f * c + i * g
            h = o * act.function(c)
            return (h, c), (a, c)

        (h, _), (gates, cells) = _loop(step, (h0, c0), zx, (units,))
        hiddens = gates[..., 3 * units :] * act.function(cells)  # again, and for all steps at once: cheaper than kept

        def back(dout: Tensor) -> tuple[Tensor, ...]:
            above = _above(dout, sequences, zx.shape[0])
            i, _, g, o = tf.split(gates, 4, -1)
            a = act.function(cells)
            slope_c = o * act.derivative(a)
            partners = tf.concat([g, _shifted(c0, cells), i, a], -1)  # what each gate was multiplied by
            turned = kernel.turned()

            def step_back(
                t: Tensor, partner: Tensor, delta: Tensor, dc: Tensor
            ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
                dh = above(t) + turned(delta)
                dc = dc + dh * slope_c[t]
                delta = derivative(gates[t]) * partner * tf.concat([dc, dc, dc, dh], -1)
                return (delta, dc * gates[t][:, units : 2 * units]), (delta,)

            start = (tf.zeros(gates.shape[1:]), tf.zeros(c0.shape))
            (delta, dc), (deltas,) = _loop(step_back, start, partners, backwards=True)
            return deltas, kernel.gradient(_shifted(h0, hiddens), deltas), turned(delta), dc

        return (hiddens if sequences else h), back

    return walk(zx, u, h0, c0)


def gru(
    zx: Tensor, u: Tensor, b: Tensor, h0: Tensor, activation: str, sequences: bool, masks: Tensor | None = None
) -> Tensor:
    """`keras.layers.GRU` with `reset_after=True`; `b` `(3 * units,)` is its recurrent bias."""
    act = ACTIVATIONS[activation]
    units = u.shape[0]

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def walk(zx: Tensor, u: Tensor, b: Tensor, h0: Tensor) -> Any:
        kernel = Recurrent(u, masks)

        def step(_: Tensor, x: Tensor, h: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
            inner = kernel.of(h) + b
            zr = tf.sigmoid(x[:, : 2 * units] + inner[:, : 2 * units])
            z, r = tf.split(zr, 2, -1)
            inner_g = inner[:, 2 * units :]
            g = act.function(x[:, 2 * units :] + r * inner_g)
            h = z * h + (1 - z) * g
            return (h,), (tf.concat([zr, g], -1), inner_g, h)

        (h,), (gates, inner_g, hiddens) = _loop(step, (h0,), zx, (units, units))

        def back(dout: Tensor) -> tuple[Tensor, ...]:
            above = _above(dout, sequences, zx.shape[0])
            z, r, g = tf.split(gates, 3, -1)
            before = _shifted(h0, hiddens)
            slope_g = (1 - z) * act.derivative(g)
            slope_zr = tf.concat([(before - g) * z * (1 - z), slope_g * inner_g * r * (1 - r)], -1)
            slope = tf.concat([slope_zr, slope_g * r], -1)
            turned = kernel.turned()

            def step_back(
                t: Tensor, slope: Tensor, delta: Tensor, dh: Tensor
            ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
                dh = above(t) + dh + turned(delta)
                delta = slope * tf.concat([dh, dh, dh], -1)
                return (delta, dh * z[t]), (delta, dh)

            start = (tf.zeros(gates.shape[1:]), tf.zeros(h0.shape))
            (delta, dh0), (deltas, dh) = _loop(step_back, start, slope, (units,), backwards=True)
            dzx = tf.concat([deltas[..., : 2 * units], slope_g * dh], -1)
            return dzx, kernel.gradient(before, deltas), tf.reduce_sum(deltas, (0, 1)), dh0 + turned(delta)

        return (hiddens if sequences else h), back

    return walk(zx, u, b, h0)


def gru_reset_before(
    zx: Tensor, u: Tensor, h0: Tensor, activation: str, sequences: bool, masks: Tensor | None = None
) -> Tensor:
    """`keras.layers.GRU` with `reset_after=False`."""
    act = ACTIVATIONS[activation]
    units = u.shape[0]

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def walk(zx: Tensor, u: Tensor, h0: Tensor) -> Any:
        kernel_zr = Recurrent(u[:, : 2 * units], None if masks is None else masks[:2])
        kernel_g = Recurrent(u[:, 2 * units :], None if masks is None else masks[2:])

        def step(_: Tensor, x: Tensor, h: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
            zr = tf.sigmoid(x[:, : 2 * units] + kernel_zr.of(h))
            z, r = tf.split(zr, 2, -1)
            g = act.function(x[:, 2 * units :] + kernel_g.of(r * h))
            h = z * h + (1 - z) * g
            return (h,), (tf.concat([zr, g], -1), h)

        (h,), (gates, hiddens) = _loop(step, (h0,), zx, (units,))

        def back(dout: Tensor) -> tuple[Tensor, ...]:
            above = _above(dout, sequences, zx.shape[0])
            z, r, g = tf.split(gates, 3, -1)
            before = _shifted(h0, hiddens)
            slope_g = (1 - z) * act.derivative(g)
            slope = tf.concat([(before - g) * z * (1 - z), before * r * (1 - r), slope_g], -1)
            turned_zr, turned_g = kernel_zr.turned(), kernel_g.turned()

            def step_back(
                t: Tensor, slope: Tensor, delta_zr: Tensor, dh: Tensor
            ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
                slope_z, slope_r, slope_g = tf.split(slope, 3, -1)
                dh = above(t) + dh + turned_zr(delta_zr)
                delta_g = slope_g * dh
                by_reset = turned_g(delta_g)
                delta_zr = tf.concat([slope_z * dh, slope_r * by_reset], -1)
                return (delta_zr, dh * z[t] + by_reset * r[t]), (tf.concat([delta_zr, delta_g], -1),)

            start = (tf.zeros((h0.shape[0], 2 * units)), tf.zeros(h0.shape))
            (delta_zr, dh0), (deltas,) = _loop(step_back, start, slope, backwards=True)
            du_zr, du_g = deltas[..., : 2 * units], deltas[..., 2 * units :]
            du = tf.concat([kernel_zr.gradient(before, du_zr), kernel_g.gradient(r * before, du_g)], -1)
            return deltas, du, dh0 + turned_zr(delta_zr)

        return (hiddens if sequences else h), back

    return walk(zx, u, h0)


def rnn(zx: Tensor, u: Tensor, h0: Tensor, activation: str, sequences: bool, masks: Tensor | None = None) -> Tensor:
    """`keras.layers.SimpleRNN` from its projected inputs on."""
    act = ACTIVATIONS[activation]

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def walk(zx: Tensor, u: Tensor, h0: Tensor) -> Any:
        kernel = Recurrent(u, masks)

        def step(_: Tensor, z: Tensor, h: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
            h = act.function(z + kernel.of(h))
            return (h,), (h,)

        (h,), (hiddens,) = _loop(step, (h0,), zx)

        def back(dout: Tensor) -> tuple[Tensor, ...]:
            above = _above(dout, sequences, zx.shape[0])
            slope, turned = act.derivative(hiddens), kernel.turned()

            def step_back(t: Tensor, slope: Tensor, delta: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
                delta = slope * (above(t) + turned(delta))
                return (delta,), (delta,)

            (delta,), (deltas,) = _loop(step_back, (tf.zeros(h0.shape),), slope, backwards=True)
            return deltas, kernel.gradient(_shifted(h0, hiddens), deltas), turned(delta)

        return (hiddens if sequences else h), back

    return walk(zx, u, h0)


def _gates(units: int, candidate: int, blocks: int, activation: str) -> tuple[Callable[[Tensor], Tensor], ...]:
    """The sigmoid of all blocks but the candidate, and the activation of that one, in one pass over all; the derivative
    by what came out."""
    mask = np.zeros((1, blocks * units), np.float32)
    mask[:, candidate * units : (candidate + 1) * units] = 1
    if activation == "tanh":  # sigmoid(z) = tanh(z / 2) / 2 + 1 / 2, which XLA does sooner; 1 - a * a = (1 - a) (a + 1)
        scale = (1 + mask) / 2
        return lambda z: scale * tf.tanh(scale * z) + (1 - scale), lambda a: (1 - a) * (a + mask)
    act = ACTIVATIONS[activation]
    return (
        lambda z: tf.where(mask > 0, act.function(z), tf.sigmoid(z)),
        lambda a: tf.where(mask > 0, act.derivative(a), (1 - a) * a),
    )


def _loop(
    step: Callable[..., tuple[tuple[Tensor, ...], tuple[Tensor, ...]]],
    state: tuple[Tensor, ...],
    over: Tensor,
    widths: tuple[int, ...] = (),
    *,
    backwards: bool = False,
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """`step(t, over[t], *state) -> (state, kept)` through time: the last state, and what was kept, `(time, batch, width)` each.

    The first thing kept takes the place of `over[t]`, so that no array need be made for it. The first turn stands before
    the loop, where t is a number and a state that is zero is known to be.
    """
    steps, batch = over.shape[:2]
    first = tf.TensorArray(over.dtype, steps, element_shape=over.shape[1:], clear_after_read=False).unstack(over)
    arrays = tuple(
        tf.TensorArray(over.dtype, steps, element_shape=(batch, width), clear_after_read=False) for width in widths
    )
    n = len(state)

    def body(k: Tensor, *carried: Any) -> tuple[Any, ...]:
        t = steps - 1 - k if backwards else k
        now, kept = step(t, carried[n].read(t), *carried[:n])
        return (k + 1, *now, *(array.write(t, value) for array, value in zip(carried[n:], kept, strict=True)))

    begun = body(0, *state, first, *arrays)
    _, *after = tf.while_loop(lambda k, *_: k < steps, body, begun, maximum_iterations=steps - 1)
    return tuple(after[:n]), tuple(array.stack() for array in after[n:])


def _above(dout: Tensor, sequences: bool, steps: int) -> Callable[[Tensor], Tensor]:
    """The gradient of the loss by h at step t, apart from what comes through later steps: of the last step alone without `sequences`."""
    return lambda t: dout[t] if sequences else dout if tf.get_static_value(t) == steps - 1 else 0.0


def _shifted(first: Tensor, values: Tensor) -> Tensor:
    """What stood before each step: `first`, then all values but the last."""
    return tf.concat([first[None], values[:-1]], 0)
