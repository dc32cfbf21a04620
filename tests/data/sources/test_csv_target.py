"""Which column of a file is the one to forecast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lab.config.home import save_upload
from lab.config.sections import DataConfig
from lab.data.series import Series
from lab.data.sources import load
from lab.data.sources.csv_file import parse
from lab.data.sources.csv_target import TARGETS, likely_target
from lab.data.sources.csv_words import words

RNG = np.random.default_rng(0)


def table(**columns: list[float]) -> Series:
    values = np.array(list(columns.values()), dtype=float).T
    return Series(values, np.arange(float(len(values))), tuple(columns), ("",) * len(columns), "t", "Tests.")


NOISE = [3.5, 1.2, 9.9, 4.1, 7.0, 2.2]


@pytest.mark.parametrize(
    ("columns", "target"),
    [
        ({"sales": NOISE, "price": NOISE[::-1], "promo": [0, 1, 0, 0, 1, 1]}, "sales"),
        ({"Open": NOISE, "High": NOISE, "Low": NOISE, "Close": NOISE, "Volume": NOISE}, "Close"),
        ({"store_id": [7, 8, 7, 9, 8, 7], "Total Sales (EUR)": NOISE, "stock": NOISE}, "Total Sales (EUR)"),
        ({"Unnamed: 0": [0, 1, 2, 3, 4, 5], "humidity": NOISE}, "humidity"),
        ({"n": [1, 2, 3, 4, 5, 6], "flow": NOISE}, "flow"),
        ({"is_holiday": [0, 1, 0, 0, 0, 1], "level": NOISE}, "level"),
        ({"price": [9.99] * 6, "units": NOISE}, "units"),
        ({"year": [2019, 2019, 2019, 2020, 2020, 2020], "month": [1, 2, 3, 1, 2, 3], "wind": NOISE}, "wind"),
        ({"value": [1, 2, 3, 4, 5, 6], "other": NOISE}, "value"),
        ({"rare": [1.5, np.nan, np.nan, np.nan, np.nan, 2.5], "often": NOISE}, "often"),
        ({"y": NOISE, "x": NOISE}, "y"),
        ({"Verkäufe": NOISE, "Wetter": NOISE}, "Verkäufe"),
        ({"n": [1, 2, 3, 4, 5, 6]}, "n"),
        ({"a": [5.0] * 6}, "a"),
    ],
)
def test_the_likely_target(columns: dict[str, list[float]], target: str) -> None:
    assert likely_target(table(**columns)) == target


CELLS = st.floats(-1e6, 1e6) | st.just(float("nan"))
NAMES = st.text(min_size=1, max_size=12) | st.sampled_from([*TARGETS, "id", "month", "flag", "Row No"])


@st.composite
def any_table(draw: st.DrawFn) -> Series:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    rows = draw(st.integers(1, 8))
    return table(**{name: draw(st.lists(CELLS, min_size=rows, max_size=rows)) for name in names})


@given(any_table())
def test_it_is_a_column_and_never_a_constant_while_there_is_another(series: Series) -> None:
    varying = {
        name
        for name, values in zip(series.names, series.values.T, strict=True)
        if len(set(values[~np.isnan(values)])) > 1
    }
    assert likely_target(series) in (varying or set(series.names))


@given(any_table(), st.sampled_from(TARGETS))
def test_a_usual_name_wins_wherever_it_stands(series: Series, name: str) -> None:
    better = set(TARGETS[: TARGETS.index(name) + 1])
    assume(len(series) > 1 and not better & {"_".join(words(other)) for other in series.names})
    k = len(series.names) // 2
    values = np.insert(series.values, k, RNG.normal(size=len(series)), axis=1)
    names = (*series.names[:k], name, *series.names[k:])
    assert likely_target(Series(values, series.index, names, ("",) * len(names), "t", "Tests.")) == name


def test_a_file_of_ones_own_is_learned_by_that_column() -> None:
    rows = "".join(f"2020-01-{k + 1:02},{k % 7},{k},{k % 2}\n" for k in range(28))
    data = f"date,temperature,sales,promo\n{rows}".encode()
    assert parse(data).names == ("temperature", "sales", "promo")
    assert load(DataConfig(name="csv", options=(("path", save_upload(data)),))).names == ("sales",)
