"""What a run can learn: how data become examples, what the network's outputs mean, and what an epoch shows of itself.

A task is a class of its own file, registered by one line in `lab.tasks`. The engine, the runs and the workers know none
by name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from lab.config.run import RunConfig
from lab.data.arrays import Array
from lab.network.heads import Head
from lab.network.network import Network
from lab.network.types import Float32Array, Weights
from lab.runs.events import EpochEnded
from lab.scoring.baseline_scores import Baseline
from lab.scoring.statistics import Means

Predict = Callable[[Array], Array]


@dataclass(frozen=True)
class Metric:
    """A number that measures how good a network is.

    Args:
        key: its name in events; that of the held-out part has `val_` before it.
        label: what a chart calls it.
        better: whether `lower` or `higher` is better.
        unit: `""` for none, `data` for the data's own, `%` for per cent; `share` is 0 to 1, shown as per cent.
        meaning: what it is, a sentence without its full stop.
    """

    key: str
    label: str
    better: Literal["lower", "higher"] = "lower"
    unit: str = ""
    meaning: str = ""


class Report(NamedTuple):
    """Scores for people: a table, and one honest sentence on the network beside the best of the rest."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    sentence: str


@dataclass(frozen=True, eq=False)
class Examples:
    """What a network is trained on: `inputs` `(n, time, features)` float32, `targets` `(n, outputs)` float32, or of
    classes `(n, 1)` int32."""

    inputs: Array
    targets: Array


@dataclass(frozen=True, eq=False)
class EpochView:
    """An epoch as a task looks at it: what the gradient steps left, and the network after them.

    Args:
        epoch: 0 is the untrained network, which has no steps.
        weights, predict: the network twice: for NumPy, and compiled, which suits many examples.
        rate: the learning rate of its last step.
        clock: wall time since the run started.
        order: `(steps, batch)` which examples, -1 for none.
        records: of each step the loss, the gradient's norm and whether it was clipped.
        means: over the examples of its steps, of each of the task's `statistics`.
        seconds: of this epoch's steps. `trained`: of all steps so far.
        share: of the training time, at most, what may go into what is only looked at.
        rests: training waits after this epoch, with what it shows on the screen. `last`: no other follows.
    """

    epoch: int
    weights: Weights
    predict: Predict
    rate: float
    clock: Callable[[], float]
    order: Array | None = None
    records: Sequence[Array] = ()
    means: Means = field(default_factory=dict)
    seconds: float = 0.0
    trained: float = 0.0
    share: float = 0.0
    rests: bool = False
    last: bool = False

    def event(self, *, val_loss: float, metrics: Mapping[str, float | None], shown: Mapping[str, Any],
              loss: float | None = None) -> EpochEnded:  # fmt: skip
        """The epoch's event: what the task has found, beside what the steps say of themselves.

        Args:
            loss: of the training part, for the untrained network.
        """
        return EpochEnded(
            epoch=self.epoch,
            **(self._step_summary() if self.order is not None else {"loss": loss}),
            val_loss=val_loss,
            learning_rate=significant(self.rate),
            seconds=self.seconds,
            elapsed=self.clock(),
            metrics={name: None if value is None else significant(value) for name, value in metrics.items()},
            shown=dict(shown),
        )

    def _step_summary(self) -> dict[str, Any]:
        losses, norms, clips = self.records
        assert self.order is not None
        sizes = (self.order >= 0).sum(axis=1)
        ranked, n = np.sort(norms), len(norms)  # NumPy's median takes ten times as long for a few numbers
        return {
            "loss": float(losses @ sizes / sizes.sum()),
            "gradient_norm": significant((ranked[(n - 1) // 2] + ranked[n // 2]) / 2),
            "gradient_norm_max": significant(ranked[-1]),
            "clipped": significant(clips.mean()),
        }


class Task(ABC):
    """One run's task: its data as examples, cut and scaled once; page, worker and scoring ask this object.

    Args:
        config: the run's.
        data: an instance of `accepts`. ValueError, one sentence, where it does not fit the config.
    """

    name: ClassVar[str]
    accepts: ClassVar[type]
    losses: ClassVar[tuple[str, ...]]
    """Losses that suit it, its default first."""
    metrics: ClassVar[tuple[Metric, ...]]
    one: ClassVar[str] = "window"
    """What one example is called."""
    statistics: ClassVar[tuple[str, ...]] = ()
    """What the steps sum up of their predictions: keys of `lab.scoring.statistics`."""
    course: ClassVar[tuple[str, ...]] = ()
    """Metrics that a table of epochs shows."""
    chosen_by: ClassVar[str] = "val_loss"
    """The metric of an epoch by which one of several runs is chosen; it compares across their settings."""
    judged_on: ClassVar[str] = "validation"
    """The part that `held_out` is of."""
    next_command: ClassVar[str] = "show {run}"
    """What the command line proposes once a run is over."""

    def __init__(self, config: RunConfig, data: Any) -> None:
        self.config, self.data = config, data

    @classmethod
    def suit(cls, config: RunConfig) -> Mapping[str, Any]:  # noqa: ARG003
        """Sections of the config with what does not apply to the task put back to its default.

        `window.size` is the steps of an example: a task whose data have a length of their own sets it here.
        """
        return {}

    @classmethod
    @abstractmethod
    def head(cls, config: RunConfig) -> Head:
        """What the network's outputs mean."""

    @classmethod
    def features(cls, config: RunConfig) -> int:  # noqa: ARG003
        """Values that the network reads at each step."""
        return 1

    @classmethod
    @abstractmethod
    def training_examples(cls, config: RunConfig, length: int) -> int:
        """How many examples an epoch trains on; see `length`."""

    @classmethod
    @abstractmethod
    def length(cls, config: RunConfig, data: Any | None) -> int:
        """How much data there is, in the task's own count; of data that are yet to come (None), how much will be there."""

    @property
    @abstractmethod
    def train(self) -> Examples:
        """What is trained on."""

    @property
    @abstractmethod
    def held_out(self) -> Array:
        """`(n, time, features)` the inputs that each epoch is judged by."""

    def check(self) -> None:
        """ValueError, one sentence, where the data are too few or cannot be learned."""
        self.train, self.held_out  # noqa: B018

    @abstractmethod
    def observe(self, view: EpochView) -> EpochEnded:
        """An epoch's event."""

    def progress(self, means: Means) -> Mapping[str, float | None]:  # noqa: ARG002
        """Within an epoch, metrics of the steps done so far, from their `statistics`."""
        return {}

    @classmethod
    def is_solved(cls, event: EpochEnded) -> bool | None:  # noqa: ARG003
        """Whether an epoch's network does all that can be asked on the held-out part; None where nobody can say when that is."""
        return None

    @property
    def units(self) -> tuple[Array, Array] | None:
        """`(outputs,)` each: the scale and the shift that lead from scaled targets to the data's own units; None for none."""
        return None

    @property
    @abstractmethod
    def examples(self) -> int:
        """How many examples `example` knows."""

    @abstractmethod
    def example(self, index: int) -> Float32Array:
        """One example as the network reads it, `(time, features)`."""

    def answer(self, index: int) -> Array | None:  # noqa: ARG002
        """What the network should make of that example, `(outputs,)` scaled, of classes `(1,)`; None where nobody knows."""
        return None

    def in_words(self, outputs: Array) -> str:
        """What the network gives of one example, `(outputs,)`, for people."""
        return ", ".join(f"{value:.4g}" for value in outputs)

    def describe(self, index: int) -> str:
        """An example in words: `the window from 2020-01-01 to 2020-01-31`."""
        return f"{self.one} {index}"

    @property
    def notes(self) -> Sequence[str]:
        """What a reader of the data should know, a sentence each."""
        return ()

    @abstractmethod
    def score(self, network: Network) -> Sequence[Any]:
        """The network on the test part, then what needs no network; frozen dataclasses with a `name`."""

    def baselines(self) -> Mapping[str, Callable[[], Sequence[Baseline]]]:
        """Models to be fitted for comparison, by name; a call fits one. They are asked once a run is over, one by one."""
        return {}

    @abstractmethod
    def report(self, scores: Sequence[Mapping[str, Any]]) -> Report:
        """What `score` found, as a table and a sentence; `scores` as they come out of a run's scores.json."""


def significant(value: Any) -> float:
    """Six significant digits: what a screen can show and a file need hold."""
    return float(f"{float(value):.6g}")
