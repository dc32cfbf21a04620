from __future__ import annotations

from pathlib import Path

import pytest

import lab
from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.jobs.estimate import flops_a_window, memory_bytes, pace, seconds_an_epoch
from lab.runs.events import EpochEnded, Started
from lab.runs.run import Run
from lab.runs.store import RunStore


@pytest.mark.parametrize(
    ("cell", "blocks"), [("lstm", 4), ("peephole", 4), ("gru", 3), ("gru_reset_before", 3), ("rnn", 1)]
)
def test_a_gate_costs_a_product_with_the_input_and_one_with_the_state(cell: str, blocks: int) -> None:
    products = 7 * blocks * (5 * (2 + 5) + 3 * (5 + 3)) + 3 * 4 + 4 * 1
    assert flops_a_window(ModelConfig(cell=cell, units=(5, 3), dense=(4,)), window=7, features=2) == 6 * products


def test_jordan_pays_for_its_output_too_and_two_directions_pay_twice() -> None:
    assert flops_a_window(ModelConfig(cell="jordan", units=(5,)), window=7) == 6 * (7 * (5 + 25 + 25) + 5)
    assert flops_a_window(ModelConfig(units=(5,), bidirectional=True), window=7) == 6 * (2 * 7 * 4 * (5 + 25) + 10)


def test_an_epoch_of_digits_reads_every_image_once() -> None:
    digits = RunConfig().with_settings({"data.name": "digits"})
    assert digits.task.training_examples(digits, 6000) == 6000
    assert seconds_an_epoch(digits, 12_000) == pytest.approx(2 * seconds_an_epoch(digits, 6000), rel=0.01)
    assert seconds_an_epoch(digits.with_settings({"data.order": "both"}), 6000) > seconds_an_epoch(digits, 6000)


def test_memory_grows_with_what_is_kept() -> None:
    sine = RunConfig()
    assert memory_bytes(sine, 501) < 50 * 2**20
    for setting in ({"training.batch_size": 4096}, {"model.units": "512"}, {"window.size": 500}):
        assert memory_bytes(sine.with_settings(setting), 5010) > 1.5 * memory_bytes(sine, 5010), setting
    windows = 700 - 50
    assert memory_bytes(sine.with_settings({"model.units": 1, "training.batch_size": 1}), 1000) == 4 * (
        7 * (4 * 3 + 2) + 2 * windows * 50 + 5 * 50 * 4 + 2
    )


@pytest.mark.parametrize("name", ["sine", "digits"])
def test_the_pace_is_that_of_the_latest_runs_and_opens_no_images(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RunConfig().with_settings({"data.name": name, "training.batch_size": 32})
    data = lab.load_images(config.data) if (config.task.name == "digits") else lab.load_series(config.data)
    run = RunStore(tmp_path).create(config, data, "slow")
    assert pace([run]) == 1.0, "nothing was trained yet"
    length = len(data.train_images) if (config.task.name == "digits") else len(data)
    run.append(Started(0, 3, -(-config.task.training_examples(config, length) // 32), 100))
    for epoch in range(4):
        run.append(EpochEnded(epoch, 1.0, 1.0, 1e-3, 3 * seconds_an_epoch(config, length) if epoch else 0.0, 0.0))
    if name == "digits":
        monkeypatch.setattr(Run, "data", property(lambda _: pytest.fail("images were opened")))
    assert pace([run]) == pytest.approx(3, rel=0.01)
