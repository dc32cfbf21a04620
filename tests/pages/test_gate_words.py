"""The words under a heatmap say what this run does, by its numbers."""

from __future__ import annotations

import numpy as np
import pytest

from lab.explain.saturation import course
from pages.ui.gates.words import describe, share


def flat(value: float) -> np.ndarray:
    return np.full((10, 4), value, np.float32)


def test_a_gate_that_hardly_moves_is_one_number_and_what_it_comes_to() -> None:
    said = describe("forget", flat(0.73))
    assert said.endswith("0.73 on average throughout: this network forgets about a quarter of its cell at each step.")
    assert "about half of the candidate is written" in describe("input", flat(0.51))
    assert "renews about a fifth of its state" in describe("update", flat(0.8))


def test_a_gate_that_moves_says_when_and_which_unit() -> None:
    values = flat(0.5)
    values[2] = 0.25
    values[7] = 0.75
    values[:, 3] = np.linspace(0.05, 0.95, 10)
    found = course(values)
    assert (found.low_step, found.high_step, found.unit) == (2, 7, 3)
    said = describe("forget", values)
    assert "(step 3)" in said
    assert "(step 8)" in said
    assert said.endswith("unit 4 moves most, from 0.05 to 0.95.")
    assert "throughout" not in said


def test_one_unit_alone_that_moves_is_not_passed_over() -> None:
    values = flat(0.5)
    values[:, 0] = np.linspace(0.3, 0.7, 10)
    assert "unit 1 moves most, from 0.30 to 0.70" in describe("output", values)


def test_a_state_is_its_range() -> None:
    values = flat(0.0)
    values[4, 1], values[9, 1] = -1.5, 2.25
    assert describe("cell", values) == "The memory itself. From -1.50 to 2.25; unit 2 moves most, from -1.50 to 2.25."


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "next to nothing"), (0.26, "about a quarter"), (0.49, "about half"), (0.99, "nearly all")],
)
def test_shares_in_words(value: float, words: str) -> None:
    assert share(value) == words
