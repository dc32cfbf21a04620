"""The network among simpler models, by their error."""

from __future__ import annotations

import math

import pytest

from lab.plots.skill import LEAST, MOST, skill_figure
from lab.scoring.forecast_scores import Score, lag_sentence, overtaken, verdict


def score(name: str, mae: float, **more: object) -> Score:
    return Score(name, mae, mae, None, 1.0, 1.0, **more)  # type: ignore[arg-type]


NAIVE = score("Previous value", 2.0)


def test_dots_are_ranked_and_multiples_of_the_previous_values_error() -> None:
    shown = skill_figure([score("LSTM", 1.0), NAIVE, score("AR(1)", 4.0), score("<b>", 3.0)])
    dots = shown["data"][0]
    assert dots["y"] == ["AR(1)", "&lt;b&gt;", "Previous value", "LSTM"], "the best at the top"
    assert dots["x"] == [2.0, 1.5, 1.0, 0.5]
    assert dots["marker"]["symbol"] == ["circle", "circle", "circle", "diamond"]
    low, high = (10**v for v in shown["layout"]["xaxis"]["range"])
    assert low < 0.5 < 2.0 < high
    assert shown["layout"]["shapes"][0]["x0"] == 1


@pytest.mark.parametrize("mae", [1e-15, 1e15])
def test_what_is_far_off_is_drawn_at_the_edge(mae: float) -> None:
    shown = skill_figure([score("LSTM", 1.0), NAIVE, score("AR(p)", mae)])
    assert (LEAST if mae < 1 else MOST) in shown["data"][0]["x"]
    low, high = shown["layout"]["xaxis"]["range"]
    assert all(low <= math.log10(x) <= high for x in shown["data"][0]["x"])


def test_a_previous_value_without_error_divides_nothing() -> None:
    assert set(skill_figure([score("LSTM", 1.0), score("Previous value", 0.0)])["data"][0]["x"]) == {MOST}


def test_the_verdict_tells_what_learns_nothing_from_what_does() -> None:
    assert verdict([score("LSTM", 3.0), NAIVE]).endswith(
        "50% higher than that of a baseline that learns nothing (previous value)."
    )
    better = [score("LSTM", 3.0), NAIVE, score("Theta", 1.5)]
    assert verdict(better) == "The model's error is 100% higher than that of a simpler model (Theta)."
    assert (
        verdict([score("LSTM", 1.0), *better[1:]])
        == "The model's error is 33% lower than that of the best baseline (Theta)."
    )
    assert verdict([score("LSTM", 1.5), *better[1:]]) == "The model does no better than a simpler model (Theta)."
    assert (
        verdict([score("LSTM", 1.5), NAIVE, score("AR(p)", 1e-12)])
        == "AR(p) is exact on the test range; the model is not."
    )


def test_the_lag_is_said_in_words() -> None:
    assert lag_sentence(score("LSTM", 1.0)) == ""
    assert "does not lag" in lag_sentence(score("LSTM", 1.0, lag=0))
    assert "previous value, shifted by 1" in lag_sentence(score("LSTM", 1.0, lag=1))
    assert "3 steps late" in lag_sentence(score("LSTM", 1.0, lag=3))


def test_the_step_at_which_the_previous_value_overtakes() -> None:
    naive = score("Previous value", 1.0, by_step=(1.0, 2.0, 3.0))
    assert overtaken(score("LSTM", 1.0, by_step=(0.5, 2.0, 1.0)), naive) == 2
    assert overtaken(score("LSTM", 1.0, by_step=(0.5, 1.0, 1.0)), naive) is None
