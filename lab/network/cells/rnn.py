"""The simple recurrent network."""

from __future__ import annotations

from collections.abc import Mapping

from lab.network.cells.base import Cell
from lab.network.cells.pen import WIDTH, Pen, state
from lab.network.cells.signals import HIDDEN
from lab.network.cells.working import Step
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class RNN(Cell):
    """Elman's simple recurrent network (Elman 1990), as `keras.layers.SimpleRNN`.

    $$h_t = \\tanh(W x_t + U h_{t-1} + b)$$

    Shapes: $W$ `(features, units)`, $U$ `(units, units)`, $b$ `(units,)`. It has no gates.
    """

    name = "rnn"
    label = "RNN"
    about = "Elman's simple recurrent network"
    signals = (HIDDEN,)
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

    def equations(self, step: Step) -> None:
        step.sum(
            "hidden", "h", step.squash, [("W x_t", step.input(0)), ("U h_{t-1}", step.state(0)), ("b", step.bias(0))]
        )

    def draw(self, pen: Pen, v: Mapping[str, float]) -> None:
        middle, bus, centre = 160, 280, WIDTH // 2
        pen.frame()
        pen.wire("hidden_state", (0, middle), (centre - 26, middle), state(v["before"]))
        pen.wire("muted", (centre, bus), (centre, middle + 13))
        pen.wire("hidden_state", (centre + 26, middle), (WIDTH, middle), state(v["hidden"]))
        pen.knot(centre, middle, self.activation.symbol, wide=True)
        pen.text(4, middle - 16, "h", "t−1", v["before"], "hidden_state")
        pen.text(WIDTH - 4, middle - 16, "h", "t", v["hidden"], "hidden_state", anchor="end")
        pen.text(centre + 12, bus - 4, "x", "t", v.get("x"), "truth")
