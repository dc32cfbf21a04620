"""Runs that earlier versions wrote, a folder a version in `kept/`: they are read, looked into, forecast from and resumed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import lab
from lab.config.run import RunConfig
from lab.config.versions import VERSION, upgrade
from lab.jobs import require_resumable, worker
from lab.runs.run import Run

KEPT = sorted((Path(__file__).parent / "kept").glob("*/*"))


@pytest.fixture(params=KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def run(request: pytest.FixtureRequest, lab_home: Path) -> Run:
    return Run(shutil.copytree(request.param, lab_home / "runs" / request.param.name))


def lines(run: Run) -> list[dict[str, object]]:
    events = [json.loads(line) for line in (run.path / "events.jsonl").read_text("utf-8").splitlines()]
    return [event for event in events if event["event"] == "epoch_ended"]


def test_there_are_runs_of_each_kind() -> None:
    assert {path.name for path in KEPT} == {"series", "digits"}


def test_its_config_is_read_and_written_as_of_this_version(run: Run) -> None:
    written = json.loads(run.config.to_json())
    assert written["version"] == VERSION
    assert RunConfig.from_json(json.dumps(written)) == run.config
    kept = upgrade(json.loads((run.path / "config.json").read_text("utf-8")))
    for section, values in kept.items():  # what was written down is what is meant
        for key, value in values.items() if isinstance(values, dict) else ():
            assert written[section][key] == value, f"{section}.{key}"


def test_its_curves_are_those_that_were_drawn(run: Run) -> None:
    history = run.history()
    for name in ("loss", "val_loss", "gradient_norm", "mae", "val_smape", "accuracy", "val_accuracy"):
        assert history.values(name) == [line.get(name) for line in lines(run)]
    assert run.status() == "stopped"
    assert len(run.scores()) >= 2


def test_its_network_is_traced_at_every_epoch_that_was_kept(run: Run) -> None:
    x = run.window(3)
    for epoch in (None, *run.snapshots()):
        trace = run.network(epoch).trace(x)
        np.testing.assert_array_equal(trace.prediction, run.network(epoch).predict(x[None])[0])
    assert not np.allclose(run.network(0).predict(x[None]), run.network().predict(x[None]))


def test_its_forecast_goes_on_from_the_data(run: Run) -> None:
    if run.path.name == "digits":
        belief = run.network().beliefs(run.window(0))
        np.testing.assert_allclose(belief.sum(axis=1), 1, rtol=1e-5)
    else:
        path = lab.forecast(run, 12).mean
        assert path.shape == (12,)
        assert np.isfinite(path).all()


@pytest.mark.trains
def test_it_is_resumed_to_its_end(run: Run) -> None:
    require_resumable(run)
    before = run.history().values("val_loss")
    worker.execute(run.path)
    history = run.history()
    assert run.status() == "finished"
    assert [e.epoch for e in history.epochs] == list(range(run.config.training.epochs + 1))
    assert history.values("val_loss")[: len(before)] == before
    assert history.epochs[-1].loss < history.epochs[len(before) - 1].loss  # it went on learning, and did not begin anew


@pytest.mark.parametrize("version", [-1, VERSION + 1, "1", 1.5, True, None])
def test_other_versions_are_refused_in_a_sentence(version: object) -> None:
    with pytest.raises(ValueError, match=f"`version` must be a whole number from 0 to {VERSION}"):
        RunConfig.from_json(json.dumps({"version": version}))
