"""One time step of one unit, with its real numbers: each equation in symbols and with the values put in.

The sums are taken apart as the equations have them (what the input adds, what the state adds, the bias), which a forward
pass has no need to do; the values agree with the trace's.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.network.activations import ACTIVATIONS, GATE_ACTIVATIONS
from lab.network.cells import CELLS
from lab.network.cells.working import Equation, Step
from lab.network.types import Float32Array, Weights


def explain(
    cell: str,
    weights: Weights,
    x: Float32Array,
    states: Mapping[str, Float32Array],
    t: int,
    unit: int,
    activation: str = "tanh",
    gate_activation: str = "sigmoid",
) -> list[Equation]:
    """The equations of step `t` for one unit, in the order in which they are computed.

    Args:
        cell: a name of `lab.network.cells.CELLS`.
        weights: of the layer.
        x: `(time, features)` what the layer reads.
        states: the layer's trace, each gate and state `(time, units)`.
        activation, gate_activation: the model's.
    """
    step = Step(
        weights,
        x[t],
        before={name: values[t - 1] if t else np.zeros_like(values[0]) for name, values in states.items()},
        now={name: values[t] for name, values in states.items()},
        unit=unit,
        squash=ACTIVATIONS[activation].latex,
        gate=GATE_ACTIVATIONS[gate_activation].latex,
        activation=lambda value: float(ACTIVATIONS[activation](np.float64(value))),
    )
    CELLS[cell].equations(step)
    return step.found
