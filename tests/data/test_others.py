"""How inputs that nobody forecasts go on: from a file, found by its dates, or one sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lab.config.sections import DataConfig, WindowConfig
from lab.data.others import read_others
from lab.data.prepared import Prepared
from lab.data.series import Series

NEXT = ("2021-01-31", "2021-02-01", "2021-02-02")


def prepared(dated: bool = True) -> Prepared:
    values = np.random.default_rng(0).normal(0, 1, (30, 3))
    index = np.datetime64("2021-01-01", "us") + np.arange(30) * np.timedelta64(1, "D") if dated else np.arange(30.0)
    series = Series(values, index, ("a", "b", "c"), ("", "", ""), "Three", "", frequency="D" if dated else "")
    return Prepared(series, DataConfig(targets=("a",), inputs=("c", "a", "b")), WindowConfig(size=3))


def rows(*dates: str, head: str = "date;b;extra;c", cells: str = "1,5;9;-2") -> bytes:
    return "\n".join([head, *(f"{date};{cells}" for date in dates)]).encode()


def test_each_input_is_found_by_its_name_and_each_step_by_its_date() -> None:
    data = b"c;day;b\n7,5;2021-02-02;3\n5,5;2021-01-31;1\n6,5;2021-02-01;2\n4,5;2021-01-30;0\n"
    found = read_others(data, "soon.csv", prepared(), 3)
    np.testing.assert_array_equal(found, [[5.5, 1], [6.5, 2], [7.5, 3]])  # in the order that the network reads: c, b


def test_without_dates_the_rows_are_the_steps() -> None:
    found = read_others(b"b,c\n1,2\n3,4\n5,6\n", "soon.csv", prepared(dated=False), 2)
    np.testing.assert_array_equal(found, [[2, 1], [4, 3]])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (rows(*NEXT, head="date;b;extra;d"), "must have the columns c, b; it has b, extra, d."),
        (rows(*NEXT[:2], "2021-02-03"), "2021-01-31 to 2021-02-02; it reaches from 2021-01-31 to 2021-02-03, without 2021-02-02."),
        (rows("2020-01-01", "2020-01-02", "2020-01-03"), "without 2021-01-31."),
        (b"date;b;c\n2021-01-31;1;1\n2021-02-01;;1\n2021-02-02;3;1\n", "some are missing"),
        (b"b;c\n1;2\n2;3\n4;5\n", "must have a column of dates"),
        (b"", "The file is empty."),
    ],
)  # fmt: skip
def test_a_file_that_will_not_do_gets_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_others(data, "soon.csv", prepared(), 3)


def test_too_few_rows_without_dates() -> None:
    with pytest.raises(ValueError, match="must have 5 rows, one for each step; it has 2"):
        read_others(b"b,c\n1,2\n3,4\n", "soon.csv", prepared(dated=False), 5)
