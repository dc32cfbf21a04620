"""A task and a data source of somebody else's, registered with one line each, are trained, resumed, scored and drawn."""

# ruff: noqa: ARG003  (what a task is asked need not depend on everything)
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lab
from lab import jobs
from lab.cli.commands import main
from lab.config import tasks as rules
from lab.data import sources
from lab.data.files import DATA_FILES, DataFile
from lab.data.sources.base import Dataset
from lab.jobs import worker
from lab.network.heads import Head
from lab.network.network import Network
from lab.runs.events import EpochEnded
from lab.runs.run import Control, Run
from lab.runs.store import RunStore
from lab.tasks import TASKS, register
from lab.tasks.base import EpochView, Examples, Metric, Report, Task

pytestmark = pytest.mark.trains


@dataclass(frozen=True, eq=False)
class Bits:
    """Rows of 0 and 1, `(n, steps)`."""

    rows: np.ndarray[Any, Any]


@dataclass(frozen=True)
class RandomBits(Dataset):
    """Made here.

    Args:
        steps: bits in a row.
    """

    title = "Random bits"
    group = "Synthetic"
    blurb = "Rows of coins."
    yields = Bits
    steps: int = 6

    def load(self) -> Bits:
        return Bits(np.random.default_rng(0).integers(0, 2, (240, self.steps)))


@dataclass(frozen=True)
class Count:
    """How far a guess at the share of ones is off."""

    name: str
    error: float


class ShareOfOnes(Task):
    """What share of a row is 1."""

    name = "share-of-ones"
    accepts = Bits
    losses = ("mse",)
    metrics = (Metric("error", "Error"),)
    one = "row"

    @classmethod
    def head(cls, config: lab.RunConfig) -> Head:
        return Head("linear", 1)

    @classmethod
    def length(cls, config: lab.RunConfig, data: Bits | None) -> int:
        return 240

    @classmethod
    def training_examples(cls, config: lab.RunConfig, length: int) -> int:
        return 160

    @property
    def inputs(self) -> np.ndarray[Any, Any]:
        return self.data.rows[:, :, None].astype(np.float32)

    @property
    def train(self) -> Examples:
        return Examples(self.inputs[:160], self.inputs[:160].mean(axis=1))

    @property
    def held_out(self) -> np.ndarray[Any, Any]:
        return self.inputs[160:]

    def observe(self, view: EpochView) -> EpochEnded:
        truth, said = self.held_out.mean(axis=1), view.predict(self.held_out)
        error = float(np.abs(truth - said).mean())
        return view.event(loss=error, val_loss=float(((truth - said) ** 2).mean()), metrics={"val_error": error},
                          shown={"guesses": tuple(said[:3, 0].tolist())})  # fmt: skip

    @property
    def examples(self) -> int:
        return 240

    def example(self, index: int) -> np.ndarray[Any, Any]:
        row: np.ndarray[Any, Any] = self.inputs[index]
        return row

    def score(self, network: Network) -> Sequence[Count]:
        truth = self.held_out.mean(axis=1)
        said = {"Network": network.predict(self.held_out), "Half": np.full_like(truth, 0.5)}
        return [Count(name, float(np.abs(truth - guess).mean())) for name, guess in said.items()]

    def report(self, scores: Sequence[Mapping[str, Any]]) -> Report:
        return Report(["who", "error"], [[s["name"], f"{s['error']:.3f}"] for s in scores], "Compare the two.")


def save(path: Path, bits: Bits) -> None:
    np.savez(path, rows=bits.rows)


def load(path: Path) -> Bits:
    return Bits(np.load(path)["rows"])


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    sources.DATASETS["bits"] = RandomBits
    DATA_FILES[Bits] = DataFile("bits.npz", save, load)
    register(ShareOfOnes)
    yield
    del sources.DATASETS["bits"], DATA_FILES[Bits], TASKS["share-of-ones"], rules.RULES["share-of-ones"]


SETTINGS = {"data.name": "bits", "model.units": "4", "training.epochs": 6, "training.learning_rate": 0.02}


def test_it_is_trained_and_shown_on_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    given = [f"--set={key}={value}" for key, value in SETTINGS.items()]
    assert main(["train", "sine", "--json", "--name", "toy", *given]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    epochs = [line for line in lines if line["event"] == "epoch_ended"]
    assert len(epochs) == 7
    assert epochs[-1]["val_error"] < epochs[0]["val_error"]
    assert len(epochs[-1]["guesses"]) == 3
    assert main(["show", "toy"]) == 0
    shown = capsys.readouterr().out
    assert "Random bits" in shown
    assert "Compare the two." in shown
    assert main(["runs"]) == 0
    assert "bits" in capsys.readouterr().out
    assert main(["gates", "toy", "--window", "3", "--npz", str(tmp_path / "gates.npz")]) == 0
    assert "of row 3." in capsys.readouterr().out
    assert np.load(tmp_path / "gates.npz")["x"].shape == (6, 1)


def test_it_is_stopped_and_resumed(tmp_path: Path) -> None:
    config = lab.RunConfig().with_settings(SETTINGS | {"training.epochs": 800})
    run = jobs.create(config, store=RunStore(tmp_path))

    def stop(event: object) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            run.send(Control(state="stop"))

    worker.execute(run.path, stop)
    assert run.status() == "stopped"
    done = run.history().epochs[-1].epoch
    run.send(Control())
    worker.execute(run.path)
    again = Run(run.path)
    assert again.status() == "finished"
    assert again.history().values("epoch") == list(range(801))
    assert done < 800
    assert [score["name"] for score in again.scores()] == ["Network", "Half"]
    assert again.scores()[0]["error"] < again.scores()[1]["error"]
    assert again.window(7).shape == (6, 1)
    with pytest.raises(ValueError, match=r"A row of run .* must be from 0 to 239; received 240"):
        again.window(240)


def test_its_options_are_checked_as_any_other() -> None:
    with pytest.raises(ValueError, match=r"`data\.stepps` is no option of the data set bits"):
        jobs.create(lab.RunConfig().with_settings({"data.name": "bits", "data.stepps": 3}))
    with pytest.raises(ValueError, match="must be Bits; received Series"):
        next(lab.train(lab.RunConfig().with_settings(SETTINGS), series=lab.load_series(lab.RunConfig().data)))
