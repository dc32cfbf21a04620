"""Answering a sequence at its end: with a number, or with one of a few classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from lab.config.run import RunConfig
from lab.config.sections import DataConfig, WindowConfig
from lab.data.arrays import Array
from lab.data.sequences import Classified, Sequences, Valued
from lab.data.sources import source_of
from lab.data.sources.memory import MemoryTask
from lab.network.heads import Head
from lab.network.network import Network
from lab.network.types import Float32Array
from lab.runs.events import EpochEnded
from lab.scoring.class_scores import cross_entropy
from lab.scoring.statistics import CORRECT, Means, means_of
from lab.tasks.base import EpochView, Examples, Metric, Report, Task, significant

FIRST = 2000  # training examples that the untrained network is asked about
SHOWN = 300  # validation examples whose answers an epoch shows
NEAR = 0.04  # a number is right that is no farther off (Hochreiter & Schmidhuber 1997)
SOLVED_ERROR, SOLVED_SHARE = 0.01, 0.99  # mean squared error, and share of right classes, with which a task is solved


@dataclass(frozen=True)
class MemoryScore:
    """How one answers the test part.

    Args:
        loss: mean squared error, or cross-entropy.
        right: the share of right answers, 0 to 1.
        solved: whether that is as good as always.
    """

    name: str
    loss: float
    right: float
    solved: bool


def memory_task_of(config: DataConfig) -> MemoryTask:
    """The source with its options. ValueError, one sentence, for an option that breaks its rule."""
    return cast(MemoryTask, source_of(config))


class Memory(Task):
    """What values and classes have in common."""

    one = "sequence"
    judged_on = "validation"
    chosen_by = "val_loss"
    next_command = "gradients {run}"
    data: Sequences

    @classmethod
    def suit(cls, config: RunConfig) -> Mapping[str, Any]:
        data = DataConfig(name=config.data.name, options=config.data.options)
        return {"data": data, "window": WindowConfig(size=memory_task_of(config.data).steps)}

    @classmethod
    def features(cls, config: RunConfig) -> int:
        return memory_task_of(config.data).features

    @classmethod
    def training_examples(cls, config: RunConfig, length: int) -> int:  # noqa: ARG003
        return length

    @classmethod
    def length(cls, config: RunConfig, data: Sequences | None) -> int:  # noqa: ARG003
        return memory_task_of(config.data).examples

    @cached_property
    def train(self) -> Examples:
        return Examples(self.data.inputs["train"], self.data.answers["train"])

    @property
    def held_out(self) -> Array:
        return self.data.inputs["validation"]

    def check(self) -> None:
        """What is made can be learned."""

    @property
    def examples(self) -> int:
        return len(self.data.inputs["test"])

    def example(self, index: int) -> Float32Array:
        found: Float32Array = self.data.inputs["test"][index]
        return found

    def answer(self, index: int) -> Array:
        found: Array = self.data.answers["test"][index]
        return found

    def describe(self, index: int) -> str:
        answer = self.data.answers["test"][index, 0]
        right = self.data.classes[answer] if isinstance(self.data, Classified) else f"{answer:.4g}"
        return f"test sequence {index}, whose answer is {right},"

    def report(self, scores: Sequence[Mapping[str, Any]]) -> Report:
        found = [MemoryScore(**row) for row in scores]
        rows = [[s.name, f"{s.loss:.4g}", f"{s.right:.1%}"] for s in found]
        model, guess = found
        if model.solved:
            text = f"Solved: {self.right(model.right)}; without any memory the loss is {guess.loss:.3g}, here {model.loss:.2g}."
        elif model.loss < 0.9 * guess.loss:
            text = f"On the way: {self.right(model.right)}; the loss is {model.loss:.3g}, without any memory {guess.loss:.3g}."
        else:
            text = f"Not solved: a loss of {model.loss:.3g} is no better than {guess.loss:.3g}, which needs no memory ({guess.name})."
        return Report(["test part", "loss", "right"], rows, text)

    @staticmethod
    def right(share: float) -> str:
        """The share of right answers in words."""
        return f"{share:.1%} of the answers are right"


class MemoryValue(Memory):
    """The answer is a number; right is what is at most 0.04 off. An epoch shows `answers`, those of the first validation examples."""

    name = "sequence-value"
    accepts = Valued
    losses = ("mse", "mae", "huber")
    metrics = (Metric("right", "Right answers", "higher", "share", f"The share of answers at most {NEAR:g} off"),)
    course = ("val_right",)

    @classmethod
    def head(cls, config: RunConfig) -> Head:  # noqa: ARG003
        return Head("linear", 1)

    def observe(self, view: EpochView) -> EpochEnded:
        truth, said = self.data.answers["validation"], view.predict(self.held_out)
        loss = None
        if view.order is None:
            loss = _error(self.train.targets[:FIRST], view.predict(self.train.inputs[:FIRST]))
        return view.event(
            loss=loss, val_loss=_error(truth, said), metrics={"val_right": _near(truth, said)},
            shown={"answers": tuple(significant(v) for v in said[:SHOWN, 0])},
        )  # fmt: skip

    @classmethod
    def is_solved(cls, event: EpochEnded) -> bool:
        return event.val_loss < SOLVED_ERROR

    def score(self, network: Network) -> Sequence[MemoryScore]:
        truth, said = self.data.answers["test"], network.predict(self.data.inputs["test"])
        guess = np.full_like(truth, self.data.answers["train"].mean())
        return [
            MemoryScore(name, _error(truth, y), _near(truth, y), _error(truth, y) < SOLVED_ERROR)
            for name, y in ((self.config.model.title, said), (self.data.guess.capitalize(), guess))
        ]

    @staticmethod
    def right(share: float) -> str:
        return f"{share:.1%} of the answers are at most {NEAR:g} off"


class MemoryClass(Memory):
    """The answer is a class. An epoch shows `confusion`, `(classes, classes)` how many of each class (row) were taken for each (column)."""

    name = "sequence-class"
    accepts = Classified
    losses = ("sparse_categorical_crossentropy",)
    metrics = (Metric("accuracy", "Accuracy", "higher", "share", "The share of right answers"),)
    statistics = (CORRECT,)
    course = ("accuracy", "val_accuracy")
    data: Classified

    @classmethod
    def head(cls, config: RunConfig) -> Head:
        return Head("softmax", len(memory_task_of(config.data).classes))

    def observe(self, view: EpochView) -> EpochEnded:
        if view.order is None:
            truth, said = self.train.targets[:FIRST], view.predict(self.train.inputs[:FIRST])
            loss, means = cross_entropy(truth[:, 0], said), means_of(self.statistics, truth, said)
        else:
            loss, means = None, view.means
        truth, said = self.data.answers["validation"][:, 0], view.predict(self.held_out)
        count = len(self.data.classes)
        counts = np.bincount(truth * count + said.argmax(axis=1), minlength=count * count).reshape(count, count)
        return view.event(
            loss=loss, val_loss=cross_entropy(truth, said),
            metrics={"accuracy": float(means[CORRECT][0]), "val_accuracy": float(counts.trace() / counts.sum())},
            shown={"confusion": tuple(tuple(row) for row in counts.tolist())},
        )  # fmt: skip

    def progress(self, means: Means) -> Mapping[str, float | None]:
        return {"accuracy": significant(means[CORRECT][0])}

    def in_words(self, outputs: Array) -> str:
        best = int(outputs.argmax())
        return f"{self.data.classes[best]} with {outputs[best]:.0%}"

    @classmethod
    def is_solved(cls, event: EpochEnded) -> bool:
        return (event.metrics.get("val_accuracy") or 0.0) >= SOLVED_SHARE

    def score(self, network: Network) -> Sequence[MemoryScore]:
        truth, said = self.data.answers["test"][:, 0], network.predict(self.data.inputs["test"])
        share = np.bincount(self.data.answers["train"][:, 0], minlength=len(self.data.classes)) / len(
            self.train.targets
        )
        guess = np.tile(share, (len(truth), 1))
        found = []
        for name, p in ((self.config.model.title, said), (self.data.guess.capitalize(), guess)):
            right = float((p.argmax(axis=1) == truth).mean())
            found.append(MemoryScore(name, cross_entropy(truth, p), right, right >= SOLVED_SHARE))
        return found


def _error(truth: Array, said: Array) -> float:
    return float(((said.astype(np.float64) - truth) ** 2).mean())


def _near(truth: Array, said: Array) -> float:
    return float((np.abs(said - truth) <= NEAR).mean())
