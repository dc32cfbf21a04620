"""Digits on the command line: train, gates, classify; and every bad input one sentence and exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lab.cli.commands import main
from lab.config.sections import DataConfig
from lab.data.sources import load_images
from lab.runs.run import Run
from lab.runs.store import RunStore


@pytest.fixture
def trained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[dict[str, object]]:
    few = load_images(DataConfig(name="digits"))
    np.savez(tmp_path / "few.npz", x_train=few.train_images[:400], y_train=few.train_labels[:400],
             x_test=few.test_images[:100], y_test=few.test_labels[:100])  # fmt: skip
    monkeypatch.setenv("LAB_MNIST", str(tmp_path / "few.npz"))
    small = ["data.size=full", "model.units=8", "training.epochs=3", "training.learning_rate=0.02"]
    argv = [word for setting in small for word in ("--set", setting)]
    assert main(["train", "mnist-quick", *argv, "--name", "mine", "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def bad(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    return captured.err


def test_train_json_tells_accuracy(trained: list[dict[str, object]]) -> None:
    epochs = [e for e in trained if e["event"] == "epoch_ended"]
    assert [e["epoch"] for e in epochs] == [0, 1, 2, 3]
    assert all({"accuracy", "val_accuracy", "confusion", "mistakes"} <= set(e) for e in epochs)
    run = Run(RunStore().folder / "mine")
    assert run.images.size == "400 to learn from, 100 to test on"
    assert run.scores()[0]["name"] == "LSTM"
    assert run.scores()[0]["accuracy"] == pytest.approx(epochs[-1]["val_accuracy"])


def test_gates_hold_the_beliefs(trained: object, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["gates", "mine", "--window", "5", "--npz", str(tmp_path / "gates.npz")]) == 0
    assert "of test digit 5, a 3." in capsys.readouterr().out
    with np.load(tmp_path / "gates.npz", allow_pickle=False) as file:
        arrays = dict(file)
    assert arrays["x"].shape == (28, 28)
    assert arrays["layer0/forget"].shape == (28, 8)
    assert (arrays["prediction"].shape, arrays["beliefs"].shape) == ((10,), (28, 10))
    np.testing.assert_allclose(arrays["beliefs"][-1], arrays["prediction"], atol=1e-6)
    error = bad(["gates", "mine", "--window", "100", "--npz", str(tmp_path / "no.npz")], capsys)
    assert "A digit of run mine must be from 0 to 99; received 100." in error


def test_classify_an_image(trained: object, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = Run(RunStore().folder / "mine")
    path = tmp_path / "digit.png"
    Image.fromarray(255 - run.images.test_images[5]).resize((90, 90)).save(path)
    assert main(["classify", "mine", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["run"], len(said["probabilities"])) == ("mine", 10)
    assert sum(said["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert said["class"] == int(np.argmax(said["probabilities"]))
    assert said["notes"] == ["Dark ink on light paper was inverted."]
    assert main(["classify", "mine", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"{said['class']}, with probability ")


def test_what_can_not_be_classified_is_a_sentence(
    trained: object, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "no.png").write_text("no image")
    Image.new("L", (20, 20), 255).save(tmp_path / "blank.png")
    assert "must be a PNG or JPEG image" in bad(["classify", "mine", str(tmp_path / "no.png")], capsys)
    assert "received a blank one" in bad(["classify", "mine", str(tmp_path / "blank.png")], capsys)
    assert "No such file" in bad(["classify", "mine", str(tmp_path / "nowhere.png")], capsys)
    assert "Is a directory" in bad(["classify", "mine", str(tmp_path)], capsys)
    assert "it has no series to forecast" in bad(["forecast", "mine"], capsys)
    assert "There is no run" in bad(["classify", "nobody", "x.png"], capsys)
    error = bad(["classify", "sample-sine", str(tmp_path / "blank.png")], capsys)
    assert "only a run that learned digits can classify" in error


def test_show_for_people(trained: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "mine"]) == 0
    shown = capsys.readouterr().out
    assert "MNIST digits" in shown
    assert "val_accuracy" in shown
    assert "Nearest centroid" in shown


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("window.size=7", "`window.size` means nothing for data.name=digits; leave it out."),
        ("data.scaler=minmax", "`data.scaler` means nothing"),
        ("training.loss=mse", "sparse_categorical_crossentropy for data.name=digits; received 'mse'"),
        ("data.size=half", "one of sample, full"),
        ("data.points=3", "no option of the data set digits"),
        ("model.activation=swish", "one of tanh, relu, sigmoid"),
    ],
)
def test_bad_settings_are_one_sentence(setting: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in bad(["train", "mnist-quick", "--set", setting], capsys)


def test_a_bad_file_is_told_before_a_run_is_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_MNIST", str(tmp_path / "gone.npz"))
    assert "`LAB_MNIST` must name a file" in bad(["train", "mnist", "--set", "data.size=full"], capsys)
    (tmp_path / "gone.npz").write_bytes(b"PK")
    assert "gone.npz is no npz file of MNIST" in bad(["train", "mnist", "--set", "data.size=full"], capsys)
    assert not RunStore().folder.exists()
