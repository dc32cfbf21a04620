"""The simple recurrent network."""

from __future__ import annotations

from lab.network.cells.base import Cell
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class RNN(Cell):
    """Elman's simple recurrent network (Elman 1990), as `keras.layers.SimpleRNN`.

    $$h_t = \\tanh(W x_t + U h_{t-1} + b)$$

    Shapes: $W$ `(features, units)`, $U$ `(units, units)`, $b$ `(units,)`. It has no gates.
    """

    name = "rnn"
    blocks = ("hidden",)
    activated = ("hidden",)

    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        (h,) = state
        inside = wx_t + h @ weights["recurrent_kernel"]
        h = edit("hidden", self.activation(inside))
        return (h,), self.inside(hidden=inside)

    def step_back(
        self,
        weights: Weights,
        before: State,  # noqa: ARG002
        now: Gates,
        d_now: State,
        edit_back: Edit = unedited,
    ) -> tuple[Float32Array, State]:
        d_z = edit_back("hidden", d_now[0]) * self.slope(now, "hidden")
        return d_z, (d_z @ weights["recurrent_kernel"].T,)
