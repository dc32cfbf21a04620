"""`python -m lab gradients`: the arrays, and how far the gradient reaches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import lab
from lab.cli.commands import main


def test_the_arrays_are_those_of_the_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "g.npz"
    assert main(["gradients", "sample-sunspots", "--example", "100", "--npz", str(file)]) == 0
    words = capsys.readouterr().out
    assert "steps" in words
    assert f"Wrote {file}." in words
    run = lab.load_run("sample-sunspots")
    x, y = run.window(100)[None], run.task.answer(100)[None]
    backs = run.network().gradients(x, y)
    written = np.load(file)
    assert set(written) == {"layer0/d_hidden", "layer0/d_cell", "norm"}
    np.testing.assert_allclose(written["layer0/d_hidden"], backs[0].states["hidden"][:, 0])
    np.testing.assert_allclose(written["layer0/d_cell"], backs[0].states["cell"][:, 0])
    np.testing.assert_allclose(written["norm"][0], np.linalg.norm(backs[0].states["hidden"][:, 0], axis=-1), rtol=1e-5)


def test_a_batch_and_an_epoch_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "g.npz"
    found = []
    for epoch in ("0", "40"):
        given = ["gradients", "sample-sunspots", "--batch", "5", "--epoch", epoch, "--json", "--npz", str(file)]
        assert main(given) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert [tree["examples"] for tree in found] == [5, 5]
    assert found[0]["reach"] < found[1]["reach"] <= found[1]["steps"] == 48
    assert np.load(file)["layer0/d_hidden"].shape == (5, 48, 12)


def test_digits_have_a_gradient_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gradients", "sample-digits", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert (tree["of"], tree["steps"]) == ("loss", 28)


def test_a_window_that_ends_with_the_data_has_no_loss(capsys: pytest.CaptureFixture[str]) -> None:
    run = lab.load_run("sample-sunspots")
    assert main(["gradients", run.id, "--example", str(run.task.examples - 1)]) == 0
    assert "the gradient of the first prediction" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--example", "1", "--batch", "2"], "--example and --batch exclude one another"),
        (["--batch", "0"], "--batch must be at least 1; received 0."),
        (["--example", "99999"], "must be from 0 to"),
        (["--epoch", "7"], "kept no weights of epoch 7"),
    ],
)
def test_what_does_not_fit_is_a_sentence(given: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gradients", "sample-sunspots", *given]) == 2
    assert sentence in capsys.readouterr().err
