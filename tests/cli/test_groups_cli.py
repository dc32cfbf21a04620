"""`python -m lab backtest`, `seeds` and `sweep` as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lab.cli.commands import main
from lab.jobs import pool as pool_module
from lab.runs.group import GroupStore
from lab.runs.store import RunStore


def test_a_backtest_with_the_weights_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "sample-sunspots", "--folds", "3", "--horizon", "6"]) == 0
    out = capsys.readouterr().out
    assert "fold  first origin  trained on" in out
    assert "Over 3 folds the model's error is" in out
    assert "at every step ahead" in out or "At step" in out


def test_json_has_every_fold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "sample-sunspots", "--folds", "2", "--horizon", "3", "--stride", "10", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [done["fold"]["stop"] - done["fold"]["start"] for done in found["folds"]] == [10, 10]
    assert found["overall"][0]["name"] == "LSTM"
    assert len(found["overall"][0]["by_step"]) == 3
    assert found["group"] is None


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["backtest", "sample-sunspots", "--folds", "0"], "`folds` must be a whole number from 1 to 50; received 0."),
        (["backtest", "sample-sunspots", "--stride", "9999"], "need 49995 steps, and the test part has"),
        (["backtest", "sample-sunspots", "--gap", "3"], "mean nothing without --retrain"),
        (["backtest", "sample-digits"], "it has no series to forecast"),
        (["seeds", "sine", "--count", "1"], "from 2 to 100; received 1."),
        (["seeds", "nothing"], "There is no run 'nothing'. Nor is it a preset, one of sine"),
        (["sweep", "sine"], "needs a setting with several values"),
        (["sweep", "sine", "--grid", "model.units=8"], "needs at least 2 combinations; received 1."),
        (["sweep", "sine", "--grid", "model.units=8,9", "--halving", "7"], "must be 2, 3 or 4; received 7."),
        (["sweep", "sine", "--grid", "data.name=sine,bitcoin"], "A sweep may not change `data.name`"),
    ],
)
def test_bad_usage_is_one_sentence(command: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 2
    out, err = capsys.readouterr()
    assert sentence in err
    assert (out, err.count("\n")) == ("", 1)


FEW = [
    word
    for setting in ("data.points=150", "training.epochs=2", "model.units=4", "window.size=10")
    for word in ("--set", setting)
]


@pytest.fixture
def own_pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pool that is gone when the test is."""
    pool = pool_module.Pool()
    monkeypatch.setattr(pool_module, "POOL", pool)
    yield
    pool.close()


@pytest.mark.trains
def test_seeds_and_a_sweep_on_the_pool(own_pool: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seeds", "sine", "--count", "2", *FEW]) == 0
    out, err = capsys.readouterr()
    assert "Over 2 seeds the MAE is" in out
    assert err.splitlines()[-1] == "2 seeds: 2 of 2 over"
    assert main(["sweep", "sine", *FEW, "--grid", "window.size=8,12", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["status"] for row in found["runs"]] == ["finished", "finished"]
    assert found["metric"] == "MASE"
    assert found["sentence"].startswith("The best MASE on the validation part")
    assert {group.record.kind for group in GroupStore(RunStore()).list()} == {"seeds", "sweep"}
