"""Examples of nearly one number share a compiled program, and learn what each would learn alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.config.sections import TrainingConfig, WindowConfig
from lab.engine import kept, programs
from lab.engine import stepper as module
from lab.engine.stepper import Stepper, shapes_of

CONFIG = RunConfig(
    window=WindowConfig(size=6),
    model=ModelConfig(units=(4,)),
    training=TrainingConfig(batch_size=8, learning_rate=0.01),
)
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(70, 6, 1)).astype(np.float32), RNG.normal(size=(70, 1)).astype(np.float32)


def train(stepper: Stepper, n: int, epochs: int = 3) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    stepper.reset(CONFIG, X[:n], Y[:n])
    losses = []
    for epoch in range(1, epochs + 1):
        stepper.clear()
        order = stepper.order(0, epoch, n)
        stepper.run(order, 0, 2)
        stepper.run(order, 2, stepper.steps)
        losses.append(stepper.records[0].copy())
    return losses, stepper.weights()


@pytest.mark.parametrize(("n", "room"), [(9, 16), (16, 16), (33, 64), (1000, 1024), (1025, 1280), (5000, 5120)])
def test_there_is_room_for_some_more(n: int, room: int) -> None:
    assert shapes_of(CONFIG, np.zeros((n, 6, 1), np.float32))[0] == room


def test_data_that_take_much_memory_have_no_room() -> None:
    assert shapes_of(CONFIG, np.broadcast_to(np.float32(0), (60_001, 28, 28)))[0] == 60_001


def test_losses_are_those_without_room_to_the_last_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = train(Stepper(CONFIG, X[:37]), 37)
    monkeypatch.setattr(module, "ROOMY_BYTES", 0)
    exact = train(Stepper(CONFIG, X[:37]), 37)
    for ours, theirs in zip(roomy[0], exact[0], strict=True):
        assert len(ours) == 5
        assert np.array_equal(ours, theirs)
    assert all(np.array_equal(roomy[1][name], exact[1][name]) for name in exact[1])


def test_another_number_of_examples_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compiled = programs.compiled
    monkeypatch.setattr(programs, "compiled", lambda name, *rest: made.append(name) or compiled(name, *rest))
    config = replace(CONFIG, model=ModelConfig(units=(5,)))
    first = kept.stepper_for(config, X[:40], Y[:40])
    first.compile(first.order(0, 1, 40), X[:8])
    kept.recycle(first)
    count = len(made)
    second = kept.stepper_for(config, X[:61], Y[:61])
    assert second is first
    assert second.steps == 8
    second.compile(second.order(0, 1, 61), X[:8])
    second.run(second.order(0, 1, 61), 0, 8)
    assert len(second.records[0]) == 8
    assert (second.records[0] > 0).all()
    assert len(made) == count
    kept.recycle(second)
