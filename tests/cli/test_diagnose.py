"""`python -m lab diagnose` as a user meets it."""

from __future__ import annotations

import json

import pytest

from lab.cli.commands import main


def test_a_preset_is_diagnosed_in_words_and_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "bitcoin"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Bitcoin, Close: the training part, 983 steps\n- Not stationary, by both tests (ADF p = ")
    assert "KPSS" in out
    assert "acf" in out


def test_a_run_and_a_column_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "climate", "--column", "Humidity", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["column"] == "Humidity"
    assert found["season"] == 365
    assert len(found["acf"]) == len(found["pacf"])
    assert main(["diagnose", "sample-sunspots", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["of"] == "sample-sunspots"


@pytest.mark.parametrize(("argv", "sentence"), [
    (["nope"], "There is no run 'nope', and no such preset; presets are sine, "),
    (["mnist-quick"], "mnist-quick is not about a series; there is nothing to diagnose."),
    (["sine", "--column", "Close"], "`data.column` must be one of sine; received 'Close'."),
])  # fmt: skip
def test_bad_usage_is_a_sentence(argv: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"python -m lab diagnose: {sentence}")
    assert err.count("\n") == 1
