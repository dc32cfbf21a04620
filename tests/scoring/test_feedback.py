"""How errors grow along a path, against what theory says of a linear network."""

from __future__ import annotations

import numpy as np
import pytest
from test_intervals import autoregression, case
from test_sampling import linear

from lab.scoring.feedback import error_growth, sentence
from lab.scoring.forecaster import path_from


@pytest.mark.parametrize("weight", [0.5, 1.0, 1.1])
def test_an_error_of_the_first_step_comes_back_as_the_weight_says(weight: float) -> None:
    prepared, _ = case(autoregression(400, 2))
    growth = error_growth(prepared, linear(prepared, weight), 8)
    assert growth.feedback == pytest.approx(weight ** np.arange(8), rel=1e-3)
    word = {0.5: "damps", 1.0: "carries on", 1.1: "magnifies"}[weight]
    assert f"The network {word} its own errors" in sentence(growth)
    assert growth.direct is None


def test_errors_are_those_of_a_loop() -> None:
    prepared, network = case(autoregression(200, 2), 3)
    growth = error_growth(prepared, network, 5, most=1000)
    start, stop = prepared.split.bounds("test")
    origins = range(start, stop - 4)
    assert growth.origins == len(origins)
    for direct, found in ((False, growth.recursive), (True, growth.direct)):
        errors = [
            np.abs(path_from(prepared, network, o, 5, direct=direct)[:, 0] - prepared.values[o : o + 5])
            for o in origins
        ]
        assert found == pytest.approx(np.mean(errors, axis=0), rel=1e-4)
    naive = [np.abs(prepared.values[o - 1] - prepared.values[o : o + 5]) for o in origins]
    assert growth.naive == pytest.approx(np.mean(naive, axis=0))
    assert "the direct one, which reads none of its own predictions" in sentence(growth)


def test_a_test_part_that_is_too_short_is_a_sentence() -> None:
    prepared, network = case(autoregression(100, 2))
    with pytest.raises(ValueError, match="`steps` must be at most 30, the length of the test part; received 31"):
        error_growth(prepared, network, 31)
