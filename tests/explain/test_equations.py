"""The arithmetic shown for one step is the arithmetic that the network did."""

from __future__ import annotations

import re
from math import exp, tanh
from typing import Literal

import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.explain.equations import explain
from lab.explain.saturation import memory_length, saturation, unit_order
from lab.network.architecture import weight_shapes
from lab.network.cells import CELLS, SIGNALS
from lab.network.cells.working import Equation
from lab.network.network import Network

rng = np.random.default_rng(0)


def network(cell: str, activation: Literal["tanh", "relu"]) -> Network:
    model = ModelConfig(cell=cell, units=(4, 3), activation=activation)
    return Network.build(model, {k: rng.normal(0, 0.6, s).astype(np.float32) for k, s in weight_shapes(model).items()})


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("t", [0, 5])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_every_equation_adds_up_to_what_the_trace_says(cell: str, t: int, activation: Literal["tanh", "relu"]) -> None:
    net = network(cell, activation)
    trace = net.trace(rng.normal(size=(6, 1)).astype(np.float32))
    for k, layer in enumerate(trace.layers):
        reads = trace.x if k == 0 else trace.layers[k - 1]["hidden"]
        equations = explain(cell, net.weights[f"recurrent{k}"], reads, layer, t, 2, activation)
        assert {e.name for e in equations} == set(layer)
        for e in equations:
            assert e.value == pytest.approx(float(layer[e.name][t, 2]), abs=1e-6)
            assert e.numbers.endswith(f"= {e.value:.2f}")
            squashed = re.fullmatch(
                r"\\(sigma|tanh|mathrm\{ReLU\})\((.*)\) = \\\1\((-?[\d.]+)\) = (-?[\d.]+)", e.numbers
            )
            if squashed:
                terms = [float(part.replace(" ", "")) for part in re.findall(r"[-+]? ?[\d.]+", squashed[2])]
                total = float(squashed[3])
                assert sum(terms) == pytest.approx(total, abs=0.006 * (len(terms) + 1))
                assert (squashed[1] == "tanh") <= (activation == "tanh")
                value = {"tanh": tanh(total), "sigma": 1 / (1 + exp(-total))}.get(squashed[1], max(total, 0))
                assert value == pytest.approx(float(squashed[4]), abs=0.011)


def test_every_cell_has_its_arithmetic_and_its_names_on_screen() -> None:
    from lab.plots.diagram import cell_diagram

    for name, cell in CELLS.items():
        assert tuple(signal.name for signal in cell.signals) == cell.trace_names
        assert all(SIGNALS[signal.name] is signal for signal in cell.signals), "one name, two meanings"
        assert {s.name for s in cell.signals if s.is_gate} <= set(cell.gate_names)
        values = dict.fromkeys((*cell.trace_names, "before", "cell_before", "x"), 0.5)
        assert cell_diagram(name, values).count("<svg") == 1


def test_saturation_and_memory_by_hand() -> None:
    layer = {"forget": np.array([[0.05, 0.95], [0.5, 0.95]], np.float32), "hidden": np.zeros((2, 2), np.float32)}
    (row,) = saturation(layer)
    assert (row["gate"], row["shut"], row["open"]) == ("forget", 0.25, 0.5)
    assert memory_length(layer) == pytest.approx(np.median([1 / (1 - 0.275), 1 / (1 - 0.95)]), rel=1e-5)
    assert memory_length({"hidden": layer["hidden"]}) is None
    assert memory_length({"update": np.ones((3, 2), np.float32)}) == pytest.approx(1000)


@pytest.mark.parametrize("how", ["unit", "activity", "similarity"])
def test_an_order_of_units_is_a_permutation(how: str) -> None:
    hidden = rng.normal(size=(9, 7)).astype(np.float32)
    assert sorted(unit_order(hidden, how).tolist()) == list(range(7))  # type: ignore[arg-type]


def test_units_that_move_alike_stand_together() -> None:
    t = np.linspace(0, 6, 40)
    hidden = np.stack([np.sin(t), np.cos(t), np.sin(t) * 0.9, np.cos(t) * 1.1], axis=1).astype(np.float32)
    order = unit_order(hidden, "similarity").tolist()
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1
    assert unit_order(hidden * [1, 5, 0.1, 2], "activity").tolist() == [2, 0, 3, 1]


def test_a_sum_of_products_stands_on_a_line_of_its_own() -> None:
    """On a phone of 320 pixels its value would be cut off at the end of that line."""
    equation = Equation(
        "cell", "c_t = f_t c_{t-1} + i_t g_t", r"0.87 \cdot (-3.30) + 0.72 \cdot (-0.56) = -3.29", -3.29
    )
    assert equation.latex.split(r" \\ ")[1:] == [
        r"&= 0.87 \cdot (-3.30) + 0.72 \cdot (-0.56)", r"&= -3.29 \end{aligned}"
    ]  # fmt: skip
