"""Whatever bytes come in, the outcome is a series or one sentence; what was written as CSV reads back equal."""

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lab.data.sources.csv_file import CsvFormat, parse, sniff
from lab.data.sources.csv_format import DECIMALS, DELIMITERS, ENCODINGS, THOUSANDS
from lab.data.sources.gaps import fill

CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "NA",
            "-",
            "1",
            "-2.5",
            "1,5",
            "1.234,56",
            "1 234",
            "1'000",
            "1e5",
            "1e999",
            "inf",
            "nan",
            "１２",
            "1_0",
            "x",
            "$1.50",
            "(5.00)",
            "12.3K",
            "7%",
        ]
    ),
    st.sampled_from(
        [
            "2020-01-01",
            "2020-01",
            "1949",
            "31/12/2020",
            "12/31/20 1:05 PM",
            "2020Q3",
            "Jan 5, 2020",
            "9999-12-31T23:59Z",
            "2023-07-01 05-AM",
            "2020-01-01 00:00:00 UTC",
            "2020-01-01 00:00:00+09:00",
            "1689897600000",
            "1689897600",
            "202403010000",
            "03/04/24",
            "24.12.1999 7:05",
            "Q3 2020",
            "2020-W07",
        ]
    ),
    st.sampled_from(
        [
            "0001-01-01T00:00:00+14:00",
            "99999999999999999999",
            "20201301",
            "Date",
            "year",
            "hour",
            "#VALUE!",
            "sep=;",
            '"',
            "=1+1",
            "é€",
            "\u2028",
        ]
    ),
    st.floats(allow_nan=False).map(repr),
    st.dates().map(str),
    st.text(max_size=6),
)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Text that is nearly a CSV file."""
    delimiter = draw(st.sampled_from([*DELIMITERS, " "]))
    quote = draw(st.booleans())
    width = draw(st.integers(1, 5))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width + draw(st.integers(0, 1))), max_size=8))
    ending = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    if quote:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)
        text = out.getvalue()
    else:
        text = ending.join(delimiter.join(row) for row in rows)
    return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


def check(error: ValueError) -> None:
    """One sentence of ours, and not the message of a function that we called."""
    sentence = str(error)
    assert sentence.endswith((".", "?"))
    assert len(sentence.splitlines()) == 1
    assert len(sentence) < 600
    assert sentence.startswith(
        ("The ", "Each row ", "Dates such as ", "Numbers such as ", "A quotation mark ", "Line ", "Filling ", "`data.")
    )


def outcome(data: bytes) -> None:
    try:
        series = parse(data)
    except ValueError as error:
        check(error)
        return
    assert len(series) >= 1
    assert not np.isinf(series.values).any()
    broken = dict(series.unreadable)
    assert all((~np.isnan(series.values[:, k])).any() for k, name in enumerate(series.names) if name not in broken)
    assert len(set(series.names)) == len(series.names)
    if series.is_dated:
        assert (np.diff(series.index) > np.timedelta64(0, "us")).all()
    if parse(data, sniff(data)).values.shape != series.values.shape:
        raise AssertionError("What was sniffed reads otherwise than what was parsed.")


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.text(alphabet='0123456789,;."\n\t -/:eEaDéT\r', max_size=200).map(str.encode))
)
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"\xfe\xff0")
@example(b'""')
@example(b",")
@example(b"\r")
@example(b"a\rb\r1\r")
def test_any_bytes(data: bytes) -> None:
    outcome(data)


@settings(max_examples=600, deadline=None)
@given(tables())
def test_anything_like_a_table(data: bytes) -> None:
    outcome(data)


@settings(max_examples=300, deadline=None)
@given(
    tables(),
    st.sampled_from(ENCODINGS),
    st.sampled_from(list(DELIMITERS)),
    st.sampled_from(list(DECIMALS)),
    st.sampled_from(list(THOUSANDS)),
    st.sampled_from([None, "-", "column_1", "Date", "column_1,column_2", "1949"]),
    st.booleans(),
)
def test_any_format_that_is_told(
    data: bytes, encoding: str, delimiter: str, decimal: str, thousands: str, date_column: str | None, day_first: bool
) -> None:
    if decimal != thousands:
        form = CsvFormat(
            delimiter=delimiter,
            decimal=decimal,
            thousands=thousands,
            encoding=encoding,
            date_column=date_column,
            day_first=day_first,
        )
        try:
            parse(data, form)
        except ValueError as error:
            check(error)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=2), min_size=2, max_size=12
    ),
    st.sampled_from(list(DELIMITERS)),
    st.sampled_from(list(DECIMALS)),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sets(st.datetimes(), min_size=12, max_size=12),
)
def test_what_is_written_reads_back_equal(
    rows: list[list[float]], delimiter: str, decimal: str, encoding: str, stamps: set[object]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Date", "Größe", "b"])
    dates = sorted(stamps)[: len(rows)]  # type: ignore[type-var]
    for stamp, row in zip(dates, rows, strict=True):
        writer.writerow([str(stamp), *(repr(value).replace(".", decimal) for value in row)])
    data = out.getvalue().encode(encoding)
    series = parse(data, sniff(data, delimiter=delimiter, decimal=decimal))
    assert series.names == ("Größe", "b")
    assert np.array_equal(series.values, rows)
    assert np.array_equal(series.index, np.array(dates, dtype="M8[us]"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-10_000_000, 10_000_000), min_size=3, max_size=20), st.data())
def test_grouped_decimals_of_any_country_are_found_unaided(cents: list[int], data: st.DataObject) -> None:
    decimal, thousands = data.draw(
        st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (".", ""), (",", "")])
    )
    delimiter = data.draw(st.sampled_from([";", "\t", "|"]))
    table = str.maketrans({",": thousands, ".": decimal})
    lines = [f"2020-01-{k + 1:02}{delimiter}{f'{cent / 100:,.2f}'.translate(table)}" for k, cent in enumerate(cents)]
    series = parse(("Date" + delimiter + "v\n" + "\n".join(lines)).encode())
    assert series.values[:, 0] == pytest.approx(np.array(cents) / 100)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_what_reads_can_be_filled(data: bytes) -> None:
    try:
        series = parse(data)
        filled = fill(series, "ffill")
    except ValueError as error:
        check(error)
        return
    assert not np.isnan(filled.values).any()
