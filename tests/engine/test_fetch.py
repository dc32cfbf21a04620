"""The full MNIST, downloaded at most once, by a worker; and what is said where that can't be."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from lab import jobs
from lab.config.run import RunConfig
from lab.config.sections import DataConfig
from lab.data.images import Images
from lab.data.sources import load_images
from lab.engine import fetch
from lab.jobs import worker
from lab.runs.events import Failed, Finished

FULL = DataConfig(name="digits", options=(("size", "full"),))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keras's download answers with 60 + 20 digits, and it is counted how often it was asked."""
    monkeypatch.delenv("LAB_MNIST", raising=False)
    counted: list[str] = []
    few = load_images(DataConfig(name="digits"))

    def load_data() -> object:
        counted.append("mnist")
        print("Downloading data from https://...")
        return (few.train_images[:60], few.train_labels[:60]), (few.test_images[:20], few.test_labels[:20])

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    return counted


def test_it_is_downloaded_once_in_silence_and_kept(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        images = fetch(FULL)
        assert isinstance(images, Images)
        assert len(images.train_images) == 60
    assert asked == ["mnist"]
    assert capsys.readouterr().out == ""
    np.testing.assert_array_equal(load_images(FULL).test_images, images.test_images)


def test_a_run_of_it_is_made_at_once_and_fetches_when_it_trains(asked: list[str]) -> None:
    config = RunConfig(FULL).with_settings({"model.units": "3", "training.epochs": 1})
    run = jobs.create(config)
    assert asked == []
    worker.execute(run.path)
    assert asked == ["mnist"]
    assert isinstance(run.history().final, Finished)
    assert len(run.images.test_images) == 20


def test_offline_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_MNIST", raising=False)

    def offline() -> object:
        raise Exception("URL fetch failure on https://...: None -- Name or service not known")

    monkeypatch.setattr(keras.datasets.mnist, "load_data", offline)
    with pytest.raises(ValueError, match=r"^The full MNIST could not be downloaded.*LAB_MNIST.*data\.size=sample"):
        fetch(FULL)
    run = jobs.create(RunConfig(FULL))
    worker.execute(run.path)
    final = run.history().final
    assert isinstance(final, Failed)
    assert "are we offline?" in final.message


def test_the_rest_needs_no_network() -> None:
    assert isinstance(fetch(DataConfig(name="digits")), Images)
    assert fetch(DataConfig()).title == "Sine wave"
