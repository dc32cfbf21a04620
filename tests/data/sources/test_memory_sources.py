"""Tasks that ask for memory: every example's answer is found again by a loop, and guessing without memory reaches what is said."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lab
from lab.data.sequences import Classified, Sequences, Valued
from lab.data.sources import DATASETS, with_typed_options
from lab.data.sources.memory import Adding, FirstSymbol, MemoryTask, Parity, TemporalOrder

TASKS = {"adding": Adding, "first_symbol": FirstSymbol, "temporal_order": TemporalOrder, "parity": Parity}


def answer(name: str, x: np.ndarray) -> float:
    """Written out, from what the network reads."""
    if name == "adding":
        assert x[:, 1].sum() == 2
        assert x[: len(x) // 2, 1].sum() == 1
        return sum(value for value, mark in x if mark == 1)
    if name == "first_symbol":
        assert (x[1:, :4] == 0).all(), "distractors are of other kinds"
        return float(x[0].argmax())
    if name == "temporal_order":
        symbols = [int(row.argmax()) for row in x]
        first, second = [s for s in symbols if s < 2]
        places = [t for t, s in enumerate(symbols) if s < 2]
        assert places[0] < 0.2 * len(x) + 1
        assert 0.4 * len(x) - 1 <= places[1] <= 0.5 * len(x) + 1
        return 2 * first + second
    return float((x[:, 0] > 0).sum() % 2)


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(sorted(TASKS)), st.integers(5, 60), st.integers(0, 1000))
def test_the_answer_is_in_the_sequence(name: str, length: int, seed: int) -> None:
    data = TASKS[name](length=length, examples=100, seed=seed).load()
    for part in ("train", "validation", "test"):
        x, y = data.inputs[part], data.answers[part]
        assert x.dtype == np.float32
        assert x.shape[1:] == (TASKS[name](length=length).steps, len(data.names))
        assert y.shape == (len(x), 1)
        for k in range(0, len(x), 37):
            assert y[k, 0] == pytest.approx(answer(name, x[k]), abs=1e-6)


@pytest.mark.parametrize("name", TASKS)
def test_equal_settings_give_equal_sequences_and_more_of_them_leave_the_rest(name: str) -> None:
    one, two, more = (TASKS[name](length=10, examples=n).load() for n in (100, 100, 150))
    other = TASKS[name](length=10, examples=100, seed=1).load()
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(one.inputs[part], two.inputs[part])
        assert not np.array_equal(one.inputs[part], other.inputs[part])
    for part in ("validation", "test"):
        np.testing.assert_array_equal(one.inputs[part], more.inputs[part])


def loss_without_memory(data: Sequences) -> float:
    y = data.answers["train"][:, 0]
    if isinstance(data, Valued):
        return float(((y - 1) ** 2).mean())
    assert isinstance(data, Classified)
    shares = np.bincount(y) / len(y)
    return float(-(shares * np.log(shares)).sum())


@pytest.mark.parametrize("name", TASKS)
def test_chance_is_what_is_reached_without_memory(name: str) -> None:
    data = TASKS[name](length=20, examples=20_000).load()
    assert data.chance == pytest.approx(loss_without_memory(data), rel=0.02)
    assert {"adding": 1 / 6, "parity": math.log(2)}.get(name, math.log(4)) == data.chance


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"length": 4}, r"`data\.length` must be a whole number from 5 to 500; received 4"),
        ({"length": 501}, r"`data\.length` must be a whole number from 5 to 500; received 501"),
        ({"examples": 99}, r"`data\.examples` must be a whole number from 100 to 100,?000; received 99"),
        ({"length": 500, "examples": 100_000}, r"`data\.examples` must be at most 40,000 for sequences of 500 steps"),
    ],
)
def test_what_does_not_fit_is_a_sentence(options: dict[str, int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Adding(**options)


@pytest.mark.parametrize("name", TASKS)
def test_a_config_takes_its_window_from_the_task(name: str) -> None:
    config = lab.RunConfig().with_settings({"data.name": name, "data.length": 33, "window.size": 7, "data.train": 0.5})
    assert config.window.size == DATASETS[name](length=33).steps  # type: ignore[call-arg, attr-defined]
    assert config.data.train == lab.RunConfig().data.train
    assert lab.RunConfig.from_json(config.to_json()) == config
    again = lab.RunConfig().with_settings(config.settings())
    assert replace(again, data=with_typed_options(again.data)) == config
    assert issubclass(DATASETS[name], MemoryTask)
