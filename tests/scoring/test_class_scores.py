"""How well classes are recognised, against scikit-learn; and what it is set beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.neighbors import NearestCentroid

from lab.config.run import RunConfig
from lab.config.sections import DataConfig
from lab.data.sources import load_images
from lab.network.architecture import weight_shapes
from lab.network.network import Network
from lab.scoring import class_scores as classification
from lab.scoring.class_scores import ClassScore, confusion, cross_entropy, evaluate_classifier, verdict, worst_mistakes

CONFIG = RunConfig(DataConfig(name="digits")).with_settings({"model.units": "3"})


def random_network() -> Network:
    rng = np.random.default_rng(0)
    return Network.of(CONFIG, {k: rng.normal(0, 0.3, s) for k, s in weight_shapes(CONFIG.model, 28, 10).items()})


@given(st.integers(1, 200), st.integers(0, 999))
def test_the_numbers_are_those_of_scikit_learn(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, p = rng.integers(0, 10, n), rng.dirichlet(np.ones(10), n)
    assert cross_entropy(truth, p) == pytest.approx(metrics.log_loss(truth, p, labels=range(10)), rel=1e-6)
    counts = confusion(truth, p)
    np.testing.assert_array_equal(counts, metrics.confusion_matrix(truth, p.argmax(axis=1), labels=range(10)))
    mistakes = worst_mistakes(truth, p)
    assert len(mistakes) == min(24, n - counts.trace())
    wrong = p.argmax(axis=1) != truth
    if wrong.any():
        assert mistakes[0].probability == pytest.approx(p[wrong].max(), abs=1e-4)


def test_a_probability_of_nothing_is_no_infinity_and_nan_is_told() -> None:
    assert np.isfinite(cross_entropy(np.array([1]), np.array([[1.0, 0.0]])))
    assert np.isnan(cross_entropy(np.array([1]), np.array([[np.nan, np.nan]])))


@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_")  # some pixels are never inked
def test_the_network_stands_beside_what_needs_no_recurrence() -> None:
    images = load_images(CONFIG.data)
    images = replace(images, train_images=images.train_images[:400], train_labels=images.train_labels[:400])
    scores = {s.name: s for s in evaluate_classifier(CONFIG, images, random_network())}
    assert list(scores) == ["LSTM", "Logistic regression on pixels", "Nearest centroid of pixels", "Commonest class"]
    pixels = [part.reshape(len(part), 784) / 255 for part in (images.train_images, images.test_images)]
    theirs = NearestCentroid().fit(pixels[0], images.train_labels).score(pixels[1], images.test_labels)
    assert scores["Nearest centroid of pixels"].accuracy == pytest.approx(theirs, abs=2e-3)
    assert scores["Logistic regression on pixels"].accuracy > 0.75
    assert scores["Commonest class"].accuracy == pytest.approx(0.1)
    assert sorted(scores["Commonest class"].errors) == [0.0] + [1.0] * 9
    for score in scores.values():
        assert score.accuracy == pytest.approx(1 - np.mean([float(e) for e in score.errors if e is not None]))


def test_of_many_digits_the_regression_sees_some_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classification, "REGRESSED", 100)
    images = load_images(CONFIG.data)
    notes = [s.note for s in evaluate_classifier(CONFIG, images, random_network())]
    assert notes == ["", "fitted to the first 100 training images", "", ""]


def test_one_class_and_classes_that_are_not_there() -> None:
    images = load_images(CONFIG.data)
    ones = images.train_labels == 1
    only = replace(images, train_images=images.train_images[ones], train_labels=images.train_labels[ones],
                   test_images=images.test_images[:3], test_labels=np.array([1, 1, 7], np.uint8))  # fmt: skip
    scores = {s.name: s for s in evaluate_classifier(CONFIG, only, random_network())}
    assert "Logistic regression on pixels" not in scores  # which needs two
    assert scores["Nearest centroid of pixels"].accuracy == pytest.approx(2 / 3)
    assert scores["Commonest class"].errors == (None, 0.0, *[None] * 5, 1.0, None, None)


@pytest.mark.parametrize(
    ("model", "rival", "words"),
    [
        (0.97, 0.9, "errs on 3.0% of the test part; pixels errs on 10.0%"),
        (0.8, 0.9, "recognises no more than pixels: 80.0%"),
    ],
)
def test_the_verdict_is_honest(model: float, rival: float, words: str) -> None:
    assert words in verdict([ClassScore("LSTM", model, ()), ClassScore("Pixels", rival, ()), ClassScore("C", 0.1, ())])
