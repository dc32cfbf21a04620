"""`python -m lab score` as a user meets it."""

from __future__ import annotations

import json

import pytest

from lab.cli.commands import main
from lab.runs.store import RunStore


def test_a_sample_is_scored_beside_every_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "sample-sine"]) == 0
    out, err = capsys.readouterr()
    rows = {line[:24].strip(): line for line in out.splitlines()}
    assert {"LSTM", "Previous value", "Last season", "AR(1)", "AR(p)", "ETS", "Theta", "Ridge", "STL with AR"} <= set(
        rows
    )
    assert "SARIMA: A season of 63 steps is too long for SARIMA" in out
    assert "AR(p) is exact on the test range; the model is not." in out, "a sine is an autoregression of two values"
    assert err.startswith("note: MAPE is not shown"), "all of them are kept with the sample, so none is fitted"
    assert "fitting" not in err


def test_json_has_every_metric(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "sample-sunspots", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"run", "scores", "baselines"}
    by_name = {row["name"]: row for row in found["baselines"]}
    assert by_name["AR(p)"]["score"].keys() >= {"mae", "rmse", "mase", "rmsse", "r2", "direction", "scaled_mse", "lag"}
    assert by_name["SARIMA"]["score"] is None
    assert by_name["SARIMA"]["refused"]
    assert all(row["seconds"] >= 0 for row in found["baselines"])


@pytest.mark.trains
def test_what_is_missing_is_fitted_once(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["data.points=150", "data.periods=15", "training.epochs=2", "model.units=4", "window.size=10"]
    assert main(["train", "sine", *(word for setting in few for word in ("--set", setting)), "--name", "mine"]) == 0
    capsys.readouterr()
    assert main(["score", "mine"]) == 0
    out, err = capsys.readouterr()
    assert "fitting SARIMA" in err
    assert [line for line in out.splitlines() if line.startswith("SARIMA ")], out
    assert main(["score", "mine"]) == 0
    again = capsys.readouterr()
    assert again.out == out
    assert "fitting" not in again.err
    (RunStore().open("mine").path / "baselines.json").write_text("[{]")
    assert main(["score", "mine"]) == 0
    assert "fitting Ridge" in capsys.readouterr().err, "a file that cannot be read is made anew"


def test_digits_have_the_scores_that_they_had(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "sample-digits"]) == 0
    assert "Logistic regression on" in capsys.readouterr().out
    assert main(["score", "sample-digits", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["baselines"] == []


def test_a_run_that_is_not_over_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    import lab
    from lab import jobs

    jobs.create(lab.preset("sine"), name="waits")
    assert main(["score", "waits"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert (
        err
        == "python -m lab score: Run waits has no scores: it is interrupted. Train it to the end, or stop it, first.\n"
    )
