"""What a sweep tries, from text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lab
from lab.config.grid import Grid, label_of

CONFIG = lab.preset("sine")


def test_all_combinations_in_order() -> None:
    grid = Grid.of(["model.units=16,32", "window.size = 7, 14"])
    assert grid.points(CONFIG) == [
        {"model.units": "16", "window.size": "7"},
        {"model.units": "16", "window.size": "14"},
        {"model.units": "32", "window.size": "7"},
        {"model.units": "32", "window.size": "14"},
    ]


def test_a_semicolon_separates_values_that_hold_commas() -> None:
    points = Grid.of(["model.units=16;64,64"]).points(CONFIG)
    assert [CONFIG.with_settings(point).model.units for point in points] == [(16,), (64, 64)]


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_draws_are_different_reproducible_and_within_their_range(seed: int, draws: int) -> None:
    grid = Grid.of(["training.learning_rate=1e-4..1e-2", "model.units=8..64", "model.cell=lstm,gru"])
    found = grid.points(CONFIG, draws, seed)
    assert found == grid.points(CONFIG, draws, seed)
    assert len({tuple(point.values()) for point in found}) == draws
    for point in found:
        config = CONFIG.with_settings(point)
        assert 1e-4 <= config.training.learning_rate <= 1e-2
        assert 8 <= config.model.units[0] <= 64


def test_a_range_over_decades_is_drawn_by_size() -> None:
    points = Grid.of(["training.learning_rate=1e-5..1e-1"]).points(CONFIG, 100)
    below = sum(float(point["training.learning_rate"]) < 1e-3 for point in points)
    assert 30 < below < 70, "half of the decades lie below"


def test_of_a_grid_no_more_is_drawn_than_there_is() -> None:
    grid = Grid.of(["model.units=16,32", "window.size=7,14"])
    assert sorted(map(tuple, (p.values() for p in grid.points(CONFIG, 4)))) == sorted(
        map(tuple, (p.values() for p in grid.points(CONFIG)))
    )
    with pytest.raises(ValueError, match=r"only 4 combinations to draw from; received 5\."):
        grid.points(CONFIG, 5)


@pytest.mark.parametrize(
    ("texts", "draws", "sentence"),
    [
        ([], None, "needs a setting with several values"),
        (["model.units"], None, "takes KEY=VALUE,VALUE"),
        (["model.units=8", "model.units=9"], None, "each setting once; received model.units twice"),
        (["model.units=8,nine"], None, "`model.units` must be a whole number from 1 to 1,024; received 'nine'."),
        (["model.unit=8,9"], None, "perhaps `model.units` is meant"),
        (["training.learning_rate=1e-4..1e-2"], None, "can only be drawn at random"),
        (["training.learning_rate=1e-2..1e-4"], 3, "from a smaller to a larger number"),
        (["seed=" + ",".join(map(str, range(101)))], None, "at most 100 combinations; these are 101"),
        (["seed=1,2"], 101, "a whole number from 1 to 100; received 101"),
    ],
)
def test_what_cannot_be_swept_is_a_sentence(texts: list[str], draws: int | None, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Grid.of(texts).points(CONFIG, draws)


def test_labels_are_read_by_people() -> None:
    assert label_of({"model.recurrent_dropout": "0.1", "window.size": "7"}) == "recurrent dropout 0.1, window size 7"
