"""`python -m lab forecast --interval` as a user meets it."""

from __future__ import annotations

import json

import pytest

from lab.cli.commands import main


def test_intervals_stand_beside_the_forecast_with_what_they_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "sample-sunspots", "--steps", "5", "--interval", "0.9"]) == 0
    out = capsys.readouterr().out
    assert "from" in out.splitlines()[0]
    assert "On the test part such intervals held " in out
    assert "; 90% were to be. Mean width " in out
    assert "from 423 origins." in out


def test_json_has_both_ends_and_the_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "sample-sine", "--steps", "3", "--interval", "0.8", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["level"] == 0.8
    assert all(low < mean < high for low, mean, high in zip(found["low"], found["mean"], found["high"], strict=True))
    assert 0 <= found["coverage"] <= 1
    assert 0 < found["width"] <= found["winkler"]
    assert found["origins"] == 75
    assert main(["forecast", "sample-sine", "--steps", "3", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"run", "steps", "times", "mean"}


def test_steps_of_which_nothing_is_known_have_no_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "sample-sine", "--steps", "80", "--interval", "0.9", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["low"][0] is not None
    assert found["low"][-1] is None, "the validation part has 75 steps"
    assert main(["forecast", "sample-sine", "--steps", "80", "--interval", "0.9"]) == 0
    assert "Where there is a dash" in capsys.readouterr().out


@pytest.mark.parametrize("level", ["0", "1", "90"])
def test_another_level_is_a_sentence(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "sample-sine", "--interval", level]) == 2
    assert capsys.readouterr().err.endswith(f"above 0 and below 1, for example 0.9; received {level}.\n")


def test_bootstrap_intervals_and_what_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["forecast", "sample-sunspots", "--steps", "5", "--interval", "0.9"]
    assert main([*ask, "--method", "bootstrap", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["method"] == "bootstrap"
    assert all(low < mean < high for low, mean, high in zip(found["low"], found["mean"], found["high"], strict=True))
    assert found["high"][4] - found["low"][4] > found["high"][0] - found["low"][0], "uncertainty grows along the path"
    assert 0.5 < found["coverage"] <= 1
    assert main([*ask, "--method", "dropout"]) == 2
    assert "this one has none; use another method" in capsys.readouterr().err
    for method in ("bootstrap", "conformal"):
        assert main(["forecast", "sample-sunspots", "--method", method]) == 2
        assert "it means nothing without --interval" in capsys.readouterr().err
