"""The simple network that is fed its own output."""

from __future__ import annotations

from collections.abc import Mapping

from lab.network.cells.base import Cell, WayBack, over_steps
from lab.network.cells.pen import WIDTH, Pen, carries, state
from lab.network.cells.signals import HIDDEN, Signal
from lab.network.cells.working import Step
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited

INNER = Signal(
    "inner",
    "inner state",
    "candidate",
    "The hidden units; the next step receives only the output made of them.",
    place=8,
)


class Jordan(Cell):
    r"""Jordan's network (Jordan 1986; 1997): it is fed its last output, where Elman's is fed its last hidden state.

    $$\begin{aligned}
    h_t &= \tanh(W x_t + U y_{t-1} + b) &&\text{inner: Jordan's hidden units} \\
    y_t &= \tanh(V h_t + b_y)           &&\text{hidden: the output, which the next step and the next layer see}
    \end{aligned}$$

    In the lab `hidden` is, for every cell, what a layer hands on and is fed again: here that is $y_t$, and $h_t$ is `inner`.
    Shapes: $W$ `(features, units)`, $U$ and $V$ `(units, units)`, $b$ and $b_y$ `(units,)`. The output has as many units
    as the hidden layer, so that layers stack as those of any other cell. Jordan's own state units also kept a decaying
    sum of earlier outputs; here they hold the last one. It has no gates.
    """

    name = "jordan"
    label = "Jordan"
    about = "Jordan's recurrent network"
    signals = (INNER, HIDDEN)
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

    def equations(self, step: Step) -> None:
        v, b_y = step.weights["output_kernel"][:, step.unit], step.weights["output_bias"][step.unit]
        step.sum(
            "inner", "h", step.squash, [("W x_t", step.input(0)), ("U y_{t-1}", step.state(0)), ("b", step.bias(0))]
        )
        step.sum("hidden", "y", step.squash, [("V h_t", float(step.now["inner"] @ v)), ("b_y", float(b_y))])

    def draw(self, pen: Pen, v: Mapping[str, float]) -> None:
        """The output, and not the hidden unit, goes round to the next step: the wire back leaves after the second tanh."""
        middle, top, bus, hidden, output, back, tap = 180, 84, 290, 160, 310, 64, 400
        fed, given = state(v["before"]), state(v["hidden"])
        pen.frame()
        # the output of the step before comes in, where Elman's network has its hidden state
        pen.wire("hidden_state", (0, middle), (hidden - 26, middle), fed)
        pen.text(4, middle + 30, "y", "t−1", v["before"], "hidden_state")
        pen.wire("muted", (hidden, bus), (hidden, middle + 13))
        pen.text(hidden + 12, bus - 4, "x", "t", v.get("x"), "truth")
        pen.knot(hidden, middle, self.activation.symbol, wide=True)
        pen.wire("candidate", (hidden + 26, middle), (output - 26, middle), carries(v["inner"]))
        pen.text((hidden + output) / 2, middle - 14, "h", "t", v["inner"], "candidate", anchor="middle")
        pen.label((hidden + output) / 2, middle + 26, "hidden unit", anchor="middle")
        pen.knot(output, middle, self.activation.symbol, wide=True)
        pen.wire("hidden_state", (output + 26, middle), (WIDTH, middle), given)
        pen.text(WIDTH - 4, middle + 30, "y", "t", v["hidden"], "hidden_state", anchor="end")
        # and goes back, as an input of the next step
        pen.wire("hidden_state", (tap, middle), (tap, top), given)
        pen.wire("hidden_state", (tap, top), (back, top), given)
        pen.wire("hidden_state", (back, top), (back, middle), given)
        pen.label((back + tap) / 2, top - 12, "the output goes back, into the next step", anchor="middle")
