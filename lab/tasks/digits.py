"""What a person gets to see of an epoch of a classifier: loss, accuracy, which classes it takes for which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.config.run import RunConfig
from lab.data.arrays import Array
from lab.data.images import Images
from lab.data.sources import digits_of
from lab.runs.events import EpochEnded
from lab.scoring.class_scores import confusion, cross_entropy, worst_mistakes
from lab.tasks.base import Predict, Weights, digits, of_the_steps

FIRST = 2000  # training images that the untrained network is asked about; all 60,000 can take half a minute


@dataclass(frozen=True, eq=False)
class LabelledSequences:
    """Images as a network reads them: `inputs` `(n, 28, features)` float32, `targets` `(n, 1)` int32 classes."""

    inputs: Array
    targets: Array


class ClassifierObserver:
    """The images of a run as sequences, and the share of them that is recognised.

    As in the sources, `val_*` is met on the test part: nothing is chosen by it, unless `patience` is set.
    """

    def __init__(self, config: RunConfig, images: Images) -> None:
        self.config = config
        as_read = digits_of(config.data)
        self.train = LabelledSequences(
            as_read.sequences(images.train_images), images.train_labels[:, None].astype(np.int32)
        )
        self.held_out, self.truth = as_read.sequences(images.test_images), images.test_labels

    def untrained(
        self,
        weights: Weights,  # noqa: ARG002
        predict: Predict,
        rate: float,
        clock: Callable[[], float],
    ) -> EpochEnded:
        """Epoch 0; of the training part the first images only."""
        truth = self.train.targets[:FIRST, 0]
        predictions = predict(self.train.inputs[:FIRST])
        accuracy = digits((predictions.argmax(axis=1) == truth).mean())
        return self._event(predict, clock, epoch=0, loss=cross_entropy(truth, predictions), accuracy=accuracy,
                           learning_rate=digits(rate), seconds=0.0)  # fmt: skip

    def observe(
        self,
        epoch: int,
        weights: Weights,  # noqa: ARG002
        predict: Predict,
        order: Array,
        records: list[Array],
        *,
        rate: float,
        seconds: float,
        trained: float,  # noqa: ARG002
        share: float,  # noqa: ARG002
        rests: bool,  # noqa: ARG002
        last: bool,  # noqa: ARG002
        clock: Callable[[], float],
    ) -> EpochEnded:
        """An epoch's event, from what the compiled loop recorded on the way and the weights after it."""
        predicted = records[-1]
        return self._event(
            predict,
            clock,
            epoch=epoch,
            accuracy=self.accuracy(order, predicted),
            learning_rate=digits(rate),
            seconds=seconds,
            **of_the_steps(order, records),
        )

    def accuracy(self, order: Array, predictions: Array) -> float:
        """The share of the images in `order` whose class was most probable."""
        there = order >= 0
        return digits((predictions.argmax(axis=-1)[there] == self.train.targets[order[there], 0]).mean())

    def _event(self, predict: Predict, clock: Callable[[], float], **fields: Any) -> EpochEnded:
        predictions = predict(self.held_out)
        counts = confusion(self.truth, predictions)
        return EpochEnded(
            val_loss=cross_entropy(self.truth, predictions),
            val_accuracy=digits(counts.trace() / counts.sum()),
            confusion=tuple(tuple(row) for row in counts.tolist()),
            mistakes=worst_mistakes(self.truth, predictions),
            elapsed=clock(),
            **fields,
        )
