"""Time in the writings that people have: read rightly and unaided, in the file's order and in the reverse."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from lab.data.sources.csv_file import CsvError, parse


def rows(head: str, cells: Sequence[str], mark: str = ",", first: int = 1) -> str:
    """A file of one column of dates and one of 1, 2, 3, ..."""
    return head + "\n" + "\n".join(f"{cell}{mark}{k}" for k, cell in enumerate(cells, start=first)) + "\n"


@pytest.mark.parametrize(
    ("head", "cells", "first", "last", "frequency"),
    [
        ("timestamp,close", ["1689897600", "1689984000", "1690070400"], "2023-07-21", "2023-07-23", "D"),
        ("timestamp,close", ["1689897600000", "1689984000000", "1690070400000"], "2023-07-21", "2023-07-23", "D"),
        ("ts,close", ["1735689600000000", "1735776000000000", "1735862400000000"], "2025-01-01", "2025-01-03", "D"),
        ("time,v", ["1735689600000000000", "1735689660000000000", "1735689720000000000"], "2025-01-01", "2025-01-01T00:02", "min"),
        ("unix_time,v", ["1689897600.0", "1689984000.0", "1690070400.0"], "2023-07-21", "2023-07-23", "D"),
        ("open_time,v", ["1709251200", "1709337600", "1709424000"], "2024-03-01", "2024-03-03", "D"),
        ("timestamp_ms,v", ["1709251200000", "1709337600000", "1709424000000"], "2024-03-01", "2024-03-03", "D"),
        ("date,v", ["202403010000", "202403010010", "202403010020"], "2024-03-01", "2024-03-01T00:20", "10min"),
        ("date,v", ["20240301000000", "20240301003000", "20240301010000"], "2024-03-01", "2024-03-01T01:00", "30min"),
        ("date,v", ["2024030100", "2024030101", "2024030102"], "2024-03-01", "2024-03-01T02:00", "h"),
        ("Month,v", ["202401", "202402", "202403"], "2024-01-01", "2024-03-01", "MS"),
        ("time,v", ["1949.0", "1949.08333333333", "1949.16666666667"], "1949-01-01", "1949-03-01", "MS"),
        ("Date,v", ["45292", "45293", "45294"], "2024-01-01", "2024-01-03", "D"),
        ("day,v", ["2023-08-27 00:00:00 UTC", "2023-08-28 00:00:00 UTC", "2023-08-29 00:00:00 UTC"], "2023-08-27", "2023-08-29", "D"),
        ("day,v", ["2023-08-27T00:00:00Z", "2023-08-28T00:00:00Z"], "2023-08-27", "2023-08-28", "D"),
        ("day,v", ["2023-08-27 00:00:00+00", "2023-08-28 00:00:00+00"], "2023-08-27", "2023-08-28", "D"),
        ("Date,v", ["2023-07-01 01-AM", "2023-07-01 02-AM", "2023-07-01 03-AM"], "2023-07-01T01", "2023-07-01T03", "h"),
        ("Date,v", ["2023-07-01 11 AM", "2023-07-01 12 PM", "2023-07-01 1 PM"], "2023-07-01T11", "2023-07-01T13", "h"),
        ("Date,v", ["07/01/2023 11:30 PM", "07/02/2023 12:00 AM", "07/02/2023 12:30 AM", "07/13/2023 1:00 AM"], "2023-07-01T23:30", "2023-07-13T01:00", "30min"),
        ("Date,v", ["Q1 2023", "Q2 2023", "Q3 2023"], "2023-01-01", "2023-07-01", "3MS"),
        ("Date,v", ["2023Q1", "2023Q2", "2023Q3"], "2023-01-01", "2023-07-01", "3MS"),
        ("Date,v", ["2023-Q1", "2023-Q2", "2023-Q3"], "2023-01-01", "2023-07-01", "3MS"),
        ("Date,v", ["1Q23", "2Q23", "3Q23"], "2023-01-01", "2023-07-01", "3MS"),
        ("TIME,v", ["2023M01", "2023M02", "2023M03"], "2023-01-01", "2023-03-01", "MS"),
        ("week,v", ["2024-W01", "2024-W02", "2024-W03"], "2024-01-01", "2024-01-15", "7D"),
        ("Date,v", ["23/12/29", "23/12/30", "23/12/31", "24/01/01"], "2023-12-29", "2024-01-01", "D"),
        ("Date,v", ["29/12/23", "30/12/23", "31/12/23", "01/01/24"], "2023-12-29", "2024-01-01", "D"),
        ("Date,v", ["03/01/2024", "10/01/2024", "03/02/2024", "10/02/2024"], "2024-01-03", "2024-02-10", ""),
        ("Date,v", ["01/03/2024", "01/10/2024", "02/03/2024", "02/10/2024"], "2024-01-03", "2024-02-10", ""),
        ("Date,v", ["2024-01-01 00:00:00+09:00", "2024-01-02 00:00:00+09:00"], "2024-01-01", "2024-01-02", "D"),
        ("Date,v", ["2024-03-30 00:00:00+01:00", "2024-03-31 00:00:00+01:00", "2024-04-01 00:00:00+02:00"], "2024-03-30", "2024-04-01", "D"),
        ("Date,v", ["2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00", "2024-03-31T04:00+02:00"], "2024-03-31T00:00", "2024-03-31T02:00", "h"),
        ("Date,v", ["2024-01-01 00:00 EST", "2024-01-02 00:00 EST"], "2024-01-01", "2024-01-02", "D"),
        ("Date,v", ["01/15/2024 10:00:00.250", "01/15/2024 10:00:00.500", "01/15/2024 10:00:00.750"], "2024-01-15T10:00:00.25", "2024-01-15T10:00:00.75", "250ms"),
        ("Date,v", ["15.01.2024 10:00:00,250", "15.01.2024 10:00:00,500"], "2024-01-15T10:00:00.25", "2024-01-15T10:00:00.5", "250ms"),
        ("Date,v", ["01/15/2024 10:00:00", "01/15/2024 10:00:00.500", "01/15/2024 10:00:01"], "2024-01-15T10:00:00", "2024-01-15T10:00:01", "500ms"),
        ("Date,v", ["Mon Jan 01 2024", "Tue Jan 02 2024"], "2024-01-01", "2024-01-02", "D"),
        ("Datum,v", ["1. März 2024", "2. März 2024"], "2024-03-01", "2024-03-02", "D"),
        ("fecha,v", ["01-ene-2024", "01-feb-2024"], "2024-01-01", "2024-02-01", "MS"),
        ("Date,v", ['"January 1st, 2024"', '"January 2nd, 2024"'], "2024-01-01", "2024-01-02", "D"),
        ("Date,v", ["Jan-23", "Feb-23", "Mar-23"], "2023-01-01", "2023-03-01", "MS"),
        ("Year,v", ["1949", "1950", "1951"], "1949-01-01", "1951-01-01", "YS"),
        ("Date,v", ["20240101 1000", "20240101 1015", "20240101 1030"], "2024-01-01T10:00", "2024-01-01T10:30", "15min"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newest_first", [False, True])
def test_writings_of_time(
    head: str, cells: list[str], first: str, last: str, frequency: str, newest_first: bool
) -> None:
    mark = ";" if any("," in cell and '"' not in cell for cell in cells) else ","
    lines = rows(head.replace(",", mark), cells, mark).splitlines()
    text = "\n".join([lines[0], *(lines[:0:-1] if newest_first else lines[1:])])
    series = parse(text.encode())
    assert (series.index[0], series.index[-1]) == (np.datetime64(first), np.datetime64(last))
    assert series.values[:, 0].tolist() == [float(k) for k in range(1, len(cells) + 1)]
    assert (series.frequency, series.names) == (frequency, (head.split(",")[1],))
    assert ("The rows were newest first; they were turned round." in series.notes) == newest_first


def test_hours_of_an_exchange_stay_hours_of_its_day() -> None:
    days = np.arange("2024-02-26", "2024-03-29", dtype="M8[D]")
    cells = [
        f"{day} {hour:02}:30:00-0{4 if day >= np.datetime64('2024-03-10') else 5}:00"
        for day in days[np.is_busday(days)]
        for hour in range(9, 16)
    ]
    series = parse(rows("Datetime,Close", cells).encode())
    assert (series.frequency, series.season_length, series.missing) == ("h", 7, 0)
    assert str(series.index[-1]) == "2024-03-28T15:30:00.000000"
    whole = [f"2024-03-31T{h:02}:00+0{2 if h >= 3 else 1}:00" for h in (0, 1, 3, 4, 5)]
    assert parse(rows("t,v", whole).encode()).frequency == "h"


def test_spans_are_their_starts_and_the_last_hour_ends_with_the_day() -> None:
    quarters = [f"{k // 4:02}:{15 * (k % 4):02}" for k in range(9)]
    spans = [f"01.01.2023 {a} - 01.01.2023 {b}" for a, b in pairwise(quarters)]
    series = parse(rows("MTU (CET),Day-ahead load", spans, first=40_000).encode())
    assert (series.frequency, series.index[0], series.names) == (
        "15min",
        np.datetime64("2023-01-01"),
        ("Day-ahead load",),
    )
    iso = parse(rows("t,v", [f"2024-01-0{d}T00:00Z/2024-01-0{d + 1}T00:00Z" for d in (1, 2, 3)]).encode())
    assert (iso.frequency, iso.index[0]) == ("D", np.datetime64("2024-01-01"))
    hours = "Date,Hour,v\n" + "".join(f"{1 + k // 24}/1/2024,{1 + k % 24},{k % 7}\n" for k in range(72))
    series = parse(hours.encode())
    assert (series.frequency, series.missing, series.index[-1]) == ("h", 0, np.datetime64("2024-01-04"))


def test_days_of_digits_need_no_name_and_names_of_values_are_no_time() -> None:
    days = [f"202401{d:02}" for d in range(20, 32)] + ["20240201", "20240202"]
    assert parse(rows("YEARMODA,v", days).encode()).names == ("v",)
    assert parse(rows("a,v", days).encode()).index[0] == np.datetime64("2024-01-20")
    prices = parse(rows("station,Day-ahead price", [f"s{k}" for k in range(9)], first=45_000).encode())
    assert (prices.is_dated, prices.names) == (False, ("Day-ahead price",))
    japan = parse(rows("日付,売上", ["2024年1月2日", "2024年1月3日"]).encode())
    assert (japan.index[0], japan.names) == (np.datetime64("2024-01-02"), ("売上",))


@pytest.mark.parametrize("cell", ["2024-01-{:02} in the morning", "w. {:02}/01/2024", "day {:02}.01.2024, noon"])
def test_what_looks_like_dates_is_not_dropped(cell: str) -> None:
    with pytest.raises(CsvError, match="The column 'when' seems to hold dates, but line 2 has"):
        parse(rows("when,v", [f'"{cell.format(day)}"' for day in (20, 21, 22)]).encode())
    codes = parse(rows("who,v", ["A-1", "A-2", "B-1"]).encode())
    assert not codes.is_dated
