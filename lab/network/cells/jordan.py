"""The simple network that remembers what it said."""

from __future__ import annotations

from lab.network.cells.base import Cell, WayBack, over_steps
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class Jordan(Cell):
    r"""Jordan's network (Jordan 1986; 1997): it is fed its last output, where Elman's is fed its last hidden state.

    $$\begin{aligned}
    h_t &= \tanh(W x_t + U y_{t-1} + b) &&\text{inner: Jordan's hidden units} \\
    y_t &= \tanh(V h_t + b_y)           &&\text{hidden: the output, which the next step and the next layer see}
    \end{aligned}$$

    In the lab `hidden` is, for every cell, what a layer says and hears again: here that is $y_t$, and $h_t$ is `inner`.
    Shapes: $W$ `(features, units)`, $U$ and $V$ `(units, units)`, $b$ and $b_y$ `(units,)`. The output has as many units
    as the hidden layer, so that layers stack as those of any other cell. Jordan's own state units also kept a decaying
    sum of earlier outputs; here they hold the last one. It has no gates.
    """

    name = "jordan"
    blocks = ("inner",)
    gate_names = ("inner",)
    activated = ("inner", "hidden")

    def weight_shapes(self, features: int, units: int) -> dict[str, tuple[int, ...]]:
        return super().weight_shapes(features, units) | {"output_kernel": (units, units), "output_bias": (units,)}

    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        (y,) = state
        inside = wx_t + y @ weights["recurrent_kernel"]
        h = edit("inner", self.activation(inside))
        behind = h @ weights["output_kernel"] + weights["output_bias"]
        y = edit("hidden", self.activation(behind))
        return (y,), {"inner": h} | self.inside(inner=inside, hidden=behind)

    def step_back(
        self,
        weights: Weights,
        before: State,  # noqa: ARG002
        now: Gates,
        d_now: State,
        edit_back: Edit = unedited,
    ) -> tuple[Float32Array, State]:
        d_y = edit_back("hidden", d_now[0]) * self.slope(now, "hidden")
        d_h = edit_back("inner", d_y @ weights["output_kernel"].T) * self.slope(now, "inner")
        return d_h, (d_h @ weights["recurrent_kernel"].T,)

    def weight_gradients(self, x: Float32Array, before: Gates, now: Gates, back: WayBack) -> Gates:
        d_y = back.states["hidden"] * self.slope(now, "hidden")
        output = {"output_kernel": over_steps(now["inner"], d_y), "output_bias": d_y.sum(axis=(0, 1))}
        return super().weight_gradients(x, before, now, back) | output
