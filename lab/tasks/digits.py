"""Telling digits apart: loss, accuracy, which classes are taken for which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from lab.config.run import RunConfig
from lab.config.sections import DataConfig, WindowConfig
from lab.data.arrays import Array
from lab.data.images import CLASSES, STEPS, Images
from lab.data.sources import digits_of
from lab.network.heads import Head
from lab.network.network import Network
from lab.network.types import Float32Array
from lab.runs.events import EpochEnded
from lab.scoring.class_scores import ClassScore, confusion, cross_entropy, evaluate_classifier, verdict, worst_mistakes
from lab.scoring.statistics import CORRECT, Means, means_of
from lab.tasks.base import EpochView, Examples, Metric, Report, Task, significant

FIRST = 2000  # training images that the untrained network is asked about; all 60,000 can take half a minute


class Digits(Task):
    """The class of an image that is read as a sequence of its rows.

    As in the sources, `val_*` is met on the test part: nothing is chosen by it, unless `patience` is set. An epoch shows
    `confusion`, `(10, 10)` how many test images of each class (row) were taken for each class (column), and `mistakes`,
    the test images most surely taken for a wrong class, the surest first; each as a `Mistake`.
    """

    name = "digits"
    accepts = Images
    losses = ("sparse_categorical_crossentropy",)
    one = "digit"
    metrics = (Metric("accuracy", "Accuracy", "higher", "share", "The share of digits recognised"),)
    statistics = (CORRECT,)
    judged_on = "test"
    chosen_by = "val_accuracy"
    course = ("accuracy", "val_accuracy")
    next_command = "classify {run} FILE.png"

    def __init__(self, config: RunConfig, data: Images) -> None:
        super().__init__(config, data)
        self.as_read = digits_of(config.data)
        self.truth = data.test_labels

    @classmethod
    def suit(cls, config: RunConfig) -> Mapping[str, Any]:
        data = DataConfig(name=config.data.name, options=config.data.options)
        return {"data": data, "window": WindowConfig(size=STEPS)}

    @classmethod
    def head(cls, config: RunConfig) -> Head:  # noqa: ARG003
        return Head("softmax", CLASSES)

    @classmethod
    def features(cls, config: RunConfig) -> int:
        return digits_of(config.data).features

    @classmethod
    def training_examples(cls, config: RunConfig, length: int) -> int:  # noqa: ARG003
        return length

    @classmethod
    def length(cls, config: RunConfig, data: Images | None) -> int:
        return len(data.train_images) if data is not None else digits_of(config.data).training_images

    @cached_property
    def train(self) -> Examples:
        images, labels = self.data.train_images, self.data.train_labels
        return Examples(self.as_read.sequences(images), labels[:, None].astype(np.int32))

    @cached_property
    def held_out(self) -> Array:
        return self.as_read.sequences(self.data.test_images)

    def check(self) -> None:
        """Images that can be read can be learned."""

    def observe(self, view: EpochView) -> EpochEnded:
        if view.order is None:
            truth = self.train.targets[:FIRST, 0]
            predictions = view.predict(self.train.inputs[:FIRST])
            loss = cross_entropy(truth, predictions)
            means = means_of(self.statistics, truth[:, None], predictions)
        else:
            loss, means = None, view.means
        predictions = view.predict(self.held_out)
        counts = confusion(self.truth, predictions)
        return view.event(
            loss=loss,
            val_loss=cross_entropy(self.truth, predictions),
            metrics={"accuracy": float(means[CORRECT][0]), "val_accuracy": float(counts.trace() / counts.sum())},
            shown={
                "confusion": tuple(tuple(row) for row in counts.tolist()),
                "mistakes": worst_mistakes(self.truth, predictions),
            },
        )

    def progress(self, means: Means) -> Mapping[str, float | None]:
        return {"accuracy": significant(means[CORRECT][0])}

    @property
    def examples(self) -> int:
        return len(self.data.test_images)

    def example(self, index: int) -> Float32Array:
        """A test image as the network reads it."""
        sequence: Float32Array = self.as_read.sequences(self.data.test_images[[index]])[0]
        return sequence

    def answer(self, index: int) -> Array:
        return np.array([self.data.test_labels[index]], np.int64)

    def describe(self, index: int) -> str:
        return f"test digit {index}, a {self.data.test_labels[index]}"

    def score(self, network: Network) -> Sequence[ClassScore]:
        return evaluate_classifier(self.config, self.data, network)

    def report(self, scores: Sequence[Mapping[str, Any]]) -> Report:
        found = [ClassScore(**row) for row in scores]
        rows = []
        for score in found:
            shares = [score.accuracy, *score.errors]
            name = f"{score.name} ({score.note})" if score.note else score.name
            rows.append([name, *("–" if share is None else f"{100 * share:.1f}" for share in shares)])
        heads = ["test part", "recognised %", *(f"{digit} missed %" for digit in range(CLASSES))]
        return Report(heads, rows, verdict(found))
