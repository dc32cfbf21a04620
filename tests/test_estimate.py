from __future__ import annotations

import pytest

from lab.config import ModelConfig, RunConfig
from lab.estimate import flops_a_window, seconds_an_epoch, training_windows


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
    assert training_windows(digits, 6000) == 6000
    assert seconds_an_epoch(digits, 12_000) == pytest.approx(2 * seconds_an_epoch(digits, 6000), rel=0.01)
    assert seconds_an_epoch(digits.with_settings({"data.order": "both"}), 6000) > seconds_an_epoch(digits, 6000)
