"""How well classes are recognised: the numbers, and what recognises them without a recurrent network."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from lab.config.run import RunConfig
from lab.data.arrays import Array
from lab.data.images import CLASSES, Images
from lab.data.sources import digits_of
from lab.network.network import Network
from lab.scoring.mistake import Mistake

MISTAKES = 24  # that an epoch shows
TINY = 1e-30  # what a probability counts at least in a logarithm: in float32 it may be 0
REGRESSED = 6000  # training images that the logistic regression sees, in 60 iterations: some seconds


@dataclass(frozen=True)
class ClassScore:
    """How one classifier does on the test part.

    Args:
        accuracy: the share of test images recognised, 0 to 1.
        errors: for each class 0 to 9 the share of its test images that is not; None for a class that has none.
        note: what a reader should know, or nothing.
    """

    name: str
    accuracy: float
    errors: tuple[float | None, ...]
    note: str = ""


def evaluate_classifier(config: RunConfig, images: Images, network: Network) -> list[ClassScore]:
    """The network on the test part, and what needs no recurrence: pixels side by side, or nothing but the commonest class.

    The logistic regression (scikit-learn's) and the nearest centroid see the 784 pixels at once; the order in which a
    network reads them is nothing to them.
    """
    truth = images.test_labels.astype(np.int64)
    probabilities = network.predict(digits_of(config.data).sequences(images.test_images))
    scores = [_class_score(config.model.title, truth, probabilities.argmax(axis=1))]
    train, labels = _pixels(images.train_images), images.train_labels.astype(np.int64)
    test = _pixels(images.test_images)
    if len(np.unique(labels)) > 1:
        note = f"fitted to the first {REGRESSED:,} training images" if len(train) > REGRESSED else ""
        scores.append(_class_score("Logistic regression on pixels", truth, _regress(train, labels, test), note))
    there = [digit for digit in range(CLASSES) if (labels == digit).any()]
    centroids = np.stack([train[labels == digit].mean(axis=0) for digit in there])  # (classes, 784)
    distances = (centroids**2).sum(axis=1) - 2 * test @ centroids.T  # and |x|², which is the same for all
    scores.append(_class_score("Nearest centroid of pixels", truth, np.array(there)[distances.argmin(axis=1)]))
    commonest = np.bincount(labels).argmax()
    scores.append(_class_score("Commonest class", truth, np.full(len(truth), commonest)))
    return scores


def verdict(scores: list[ClassScore]) -> str:
    """One honest sentence on the network against the best of the rest, by accuracy."""
    model, best = scores[0], max(scores[1:], key=lambda s: s.accuracy)
    if model.accuracy <= best.accuracy:
        return (
            f"The network recognises no more than {best.name.lower()}: {model.accuracy:.1%} beside {best.accuracy:.1%}."
        )
    return f"The network errs on {1 - model.accuracy:.1%} of the test part; {best.name.lower()} errs on {1 - best.accuracy:.1%}."


def _pixels(images: Array) -> Array:
    return images.reshape(len(images), 784).astype(np.float32) / np.float32(255)


def _regress(train: Array, labels: Array, test: Array) -> Array:
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sixty iterations are not the optimum, and need not be
        found: Array = LogisticRegression(max_iter=60).fit(train[:REGRESSED], labels[:REGRESSED]).predict(test)
    return found


def _class_score(name: str, truth: Array, predicted: Array, note: str = "") -> ClassScore:
    wrong = predicted != truth
    errors = [float(wrong[truth == digit].mean()) if (truth == digit).any() else None for digit in range(CLASSES)]
    return ClassScore(name, float(1 - wrong.mean()), tuple(errors), note)


def cross_entropy(truth: Array, probabilities: Array) -> float:
    """The mean of -log p of the true class: `truth` `(n,)`, `probabilities` `(n, classes)`; NaN where one is NaN."""
    p = probabilities[np.arange(len(truth)), truth].astype(np.float64)
    return float(-np.log(np.maximum(p, TINY)).mean())


def confusion(truth: Array, probabilities: Array) -> Array:
    """`(classes, classes)` how many of each class (row) were taken for each class (column)."""
    counts = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(counts, (truth, probabilities.argmax(axis=1)), 1)
    return counts


def worst_mistakes(truth: Array, probabilities: Array, at_most: int = MISTAKES) -> tuple[Mistake, ...]:
    """What was most surely taken for a wrong class, the surest first."""
    predicted = probabilities.argmax(axis=1)
    sure = probabilities[np.arange(len(truth)), predicted]
    wrong = np.flatnonzero(predicted != truth)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:at_most]
    return tuple(Mistake(int(i), int(truth[i]), int(predicted[i]), round(float(sure[i]), 4)) for i in worst)
