from pathlib import Path

import numpy as np
import pytest

from lab.config.home import save_upload, upload_name, upload_path
from lab.config.sections import DataConfig
from lab.data.arrays import Array
from lab.data.sources import csv_table, load
from lab.data.sources.bundled import FOLDER
from lab.data.sources.csv_file import Csv, CsvError, CsvFormat, parse, sniff


def days(*dates: str) -> Array:
    return np.array(dates, dtype="M8[us]")


def test_a_plain_file() -> None:
    series = parse(b"Date,Close,Volume\n2020-01-01,1.5,10\n2020-01-02,,20\n2020-01-04,2.5,30\n", name="prices.csv")
    assert series.names == ("Close", "Volume")
    assert np.array_equal(series.index, days("2020-01-01", "2020-01-02", "2020-01-04"))
    assert np.array_equal(series.values, [[1.5, 10], [np.nan, 20], [2.5, 30]], equal_nan=True)
    assert (series.title, series.frequency, series.missing, series.season_length) == ("prices", "D", 2, 7)
    assert series.notes == ()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_our_own_files_read_as_pandas_reads_them(path: Path) -> None:
    import pandas as pd

    table = pd.read_csv(path, index_col=0, parse_dates=True)
    series = parse(path.read_bytes(), name=path.name)
    assert np.array_equal(series.index, table.index.to_numpy().astype("M8[us]"))
    assert np.array_equal(series.values, table.select_dtypes("number").to_numpy(dtype=float))


@pytest.mark.parametrize(
    ("text", "marks", "first"),
    [
        ("d,v\n2020-01-01,1.5\n2020-01-02,2\n", ",.", 1.5),
        ("d;v\n2020-01-01;1,5\n2020-01-02;2,25\n", ";,", 1.5),
        ("d;v\n2020-01-01;1,234\n2020-01-02;2,345\n", ";,", 1.234),
        ('d,v\n2020-01-01,"1,234"\n2020-01-02,"2,345"\n', ",.,", 1234),
        ('d,v\n2020-01-01,"1,234.56"\n2020-01-02,7\n', ",.,", 1234.56),
        ("d\tv\n2020-01-01\t1.234,56\n2020-01-02\t7\n", "\t,.", 1234.56),
        ("d;v\n2020-01-01;1 234,5\n2020-01-02;7,5\n", ";, ", 1234.5),
        ("d;v\n2020-01-01;1\u202f234,5\n2020-01-02;7,5\n", ";, ", 1234.5),
        ("d|v\n2020-01-01|1'234.5\n2020-01-02|7\n", "|.'", 1234.5),
        ("d|v\n2020-01-01|1,234,567\n2020-01-02|7\n", "|.,", 1234567),
        ("d|v\n2020-01-01|12,34,567\n2020-01-02|1,00,000\n", "|.,", 1234567),
        ("d|v\n2020-01-01|0,125\n2020-01-02|1,125\n", "|,", 0.125),
        ("d,v\n2020-01-01,−3e2\n2020-01-02,+.5\n", ",.", -300),
        ("v\n1,5\n2,5\n", ";,", 1.5),
        ("d;v\n2020-01-01;999\n2020-01-02;1.000\n", ";,.", 999),
        ("d;v\n2020-01-01;1500\n2020-01-02;1.000\n", ";.", 1500),
        ("d,v\n2020-01-01,$1.50\n2020-01-02,$2\n", ",.", 1.5),
        ("d,v\n2020-01-01,-$1.50\n2020-01-02,$2\n", ",.", -1.5),
        ("d,v\n2020-01-01,(5.00)\n2020-01-02,2.00\n", ",.", -5),
        ("d;v\n2020-01-01;12,5 €\n2020-01-02;3 €\n", ";,", 12.5),
        ("d,v\n2020-01-01,EUR 12.5\n2020-01-02,EUR 3\n", ",.", 12.5),
        ("d,v\n2020-01-01,12.5%\n2020-01-02,-3%\n", ",.", 12.5),
        ("d,v\n2020-01-01,12.3K\n2020-01-02,1.2M\n", ",.", 12300),
        ("d,v\n2020-01-01,5-\n2020-01-02,6\n", ",.", -5),
    ],
)
def test_numbers_of_many_countries(text: str, marks: str, first: float) -> None:
    data = text.encode()
    found = sniff(data)
    assert (found.delimiter, found.decimal, found.thousands) == (marks[0], marks[1], marks[2:])
    assert parse(data).values[0, 0] == pytest.approx(first, abs=0)
    assert parse(data, found).values[0, 0] == pytest.approx(first, abs=0)


@pytest.mark.parametrize(
    ("cells", "first", "second"),
    [
        ("1949 1950 1951", "1949-01-01", "1950-01-01"),
        ("1949-01 1949-02", "1949-01-01", "1949-02-01"),
        ("194901 194902", "1949-01-01", "1949-02-01"),
        ("19490130 19490131", "1949-01-30", "1949-01-31"),
        ("2020-01-01T10:00 2020-01-01T11:00", "2020-01-01T10", "2020-01-01T11"),
        ("2020-01-01T10:00:00Z 2020-01-01T13:00:00+02:00", "2020-01-01T10", "2020-01-01T11"),
        ("2020-01-01|10:00:00.5 2020-01-01|11:00:00", "2020-01-01T10:00:00.5", "2020-01-01T11"),
        ("30/12/2020 31/12/2020", "2020-12-30", "2020-12-31"),
        ("12/30/2020 12/31/2020", "2020-12-30", "2020-12-31"),
        ("12/30/20|1:05|PM 12/31/20|12:00|AM", "2020-12-30T13:05", "2020-12-31T00:00"),
        ("01.02.2020 02.02.2020", "2020-02-01", "2020-02-02"),
        ("01/01/2020 01/02/2020 01/03/2020", "2020-01-01", "2020-02-01"),
        ("01/01/2020 02/01/2020 03/01/2020", "2020-01-01", "2020-02-01"),
        ("2020/1/5 2020/1/6", "2020-01-05", "2020-01-06"),
        ("01/2020 02/2020", "2020-01-01", "2020-02-01"),
        ("2020Q1 2020-Q2", "2020-01-01", "2020-04-01"),
        ("3-Jan-99 4-Jan-99", "1999-01-03", "1999-01-04"),
        ("31|December|2020 1|Jan|2021", "2020-12-31", "2021-01-01"),
        ("Sep|2020 Oct|2020", "2020-09-01", "2020-10-01"),
        ('"Jan|5,|2020" "Jan|6,|2020"', "2020-01-05", "2020-01-06"),
        ("1577836800 1577836860", "2020-01-01", "2020-01-01T00:01"),
        ("1577836800000 1577836860000", "2020-01-01", "2020-01-01T00:01"),
    ],
)
def test_dates_in_many_writings(cells: str, first: str, second: str) -> None:
    rows = [f"{cell.replace('|', ' ')},{k}.5" for k, cell in enumerate(cells.split(" "))]
    series = parse(("Date,v\n" + "\n".join(rows)).encode())
    assert np.array_equal(series.index[:2], days(first, second))
    assert series.names == ("v",)


def test_dates_that_leave_doubt_are_asked_for() -> None:
    data = b"Date,v\n03/04/2020,1\n04/05/2020,2\n"
    with pytest.raises(
        CsvError, match=r"day/month/year or month/day/year.*set `data.day_first` to yes or no"
    ) as caught:
        parse(data)
    assert caught.value.faults[0].settings == ("data.day_first", "data.date_format")
    assert parse(data, CsvFormat(day_first=True)).index[0] == np.datetime64("2020-04-03")
    assert parse(data, CsvFormat(day_first=False)).index[0] == np.datetime64("2020-03-04")
    assert parse(data, CsvFormat(date_format="%d/%m/%Y")).notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encodings(encoding: str) -> None:
    data = "Date;Größe\n2020-01-01;1,5\n2020-01-02;2,5\n".encode(encoding)
    assert parse(data).names == ("Größe",)
    assert sniff(data).encoding == ("cp1252" if encoding == "latin-1" else encoding)


def test_rows_are_numbered_where_there_are_no_dates() -> None:
    series = parse(b"a,b\n1,2\n3,4\n")
    assert series.index.tolist() == [0, 1]
    assert series.index.dtype == np.float64
    assert series.frequency == ""
    # Years that count up, before another column, are dates; in a column of their own they are values.
    assert parse(b"when,v\n1949,1\n1950,2\n").is_dated
    assert not parse(b"v\n1949\n1950\n").is_dated


def test_a_file_without_header_gets_names() -> None:
    series = parse(b"2020-01-01,1\n2020-01-02,2\n")
    assert series.names == ("column_2",)
    assert len(series) == 2
    assert "no header row" in series.notes[0]
    assert parse(b"1\n2\n").values[:, 0].tolist() == [1, 2]
    assert parse(b"Date,2019,2020\n2020-01-01,1,2\n2020-01-02,2,3\n").names == ("2019", "2020")


def test_what_is_odd_but_readable_is_read_and_noted() -> None:
    series = parse(b"Date,v,who\n2020-01-03,3,x\n\n2020-01-01,1,y\n2020-01-02\n,,\n")
    assert np.array_equal(series.index, days("2020-01-01", "2020-01-02", "2020-01-03"))
    assert np.array_equal(series.values[:, 0], [1, np.nan, 3], equal_nan=True)
    assert len(series.notes) == 3
    assert series.notes[0].startswith("Rows with fewer cells than the first one: 1;")
    assert series.notes[1] == "The dates were out of order; they were sorted."
    assert series.notes[2] == "Columns without numbers were left out: 'who'."
    assert parse(b"v,v,\n1,2,\n3,4,\n").names == ("v", "v_2")
    assert parse(b'v\n1\n""\nNA\n2\n').missing == 2
    assert parse(b"\r\nv,w\r\n1,2\r\n").values.tolist() == [[1, 2]]


BAD = {
    b"": "The file is empty.",
    b" \n\t\n": "The file is empty.",
    b"\xef\xbb\xbf\n": "The file is empty.",
    b"Date,v\n": "The file has a header row and no data under it.",
    b"who,what\na,b\nc,d\n": "The file has no column of numbers.",
    b"Date\n2020-01-01\n2020-01-02\n": "The file has no column of numbers.",
    b"Date,v\n2020-01-01,1\nsoon,2\n2020-02-31,3\n2020-01-03,4\n": (
        "The column 'Date' should hold dates, but line 3 has 'soon', line 4 has '2020-02-31'."
    ),
    b"Date,v\n2020-01-01,1\n2020-01-02,2\n\n2020-01-01,3\n": (
        "The date 2020-01-01 occurs more than once, on lines 2 and 5; "
        "set `data.duplicates` to first, last, mean or sum."
    ),
    b"Date,v\n2020-01-01,1\n,2\n2020-01-03,3\n": "The column 'Date' should hold dates, but line 3 has ''.",
    b"v\n1\nabc\n2\n3\n": "The column 'v' should hold numbers, but line 3 has 'abc'.",
    b"v,w\na,1\nb,1\nc,1\nd,1\n1,1\n2,1\n3,1\n4,1\n5,1\n": (
        "The column 'v' should hold numbers, but line 2 has 'a', line 3 has 'b', line 4 has 'c', and 1 more like that."
    ),
    b"v\n1\ninf\n-Infinity\n1e999\n": (
        "The column 'v' should hold finite numbers, but line 3 has 'inf', line 4 has '-Infinity', line 5 has '1e999'."
    ),
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "The file holds binary data and not text, whatever its name says.",
    b"%PDF-1.7\n1 0 obj\n": "The file holds binary data and not text, whatever its name says.",
    b"PK\x03\x04[Content_Types].xml": (
        "The file is a spreadsheet or an archive and not text; save the table as CSV first."
    ),
    b'Date,v\n2020-01-01,1\n2020-01-02,"2\n2020-01-03,3\n': "A quotation mark opened on line 3 is never closed.",
    b"a,b\n1,2\n3," + b"4" * 140_000: "Line 3 has a cell of over 131,072 characters; is a quotation mark left open?",
    b'a,b\n1,2\n3,"4"x\n': "Line 3 has text after a closing quotation mark.",
    b"a,b\n1,2\n3,4,5\n": "Line 3 has 3 cells, but the first row has 2.",
    b",".join(b"1" for _ in range(201)): "Line 1 has 201 columns; at most 200 can be read.",
    b"a\n" + b"1" * (20 * 2**20): "The file has 20.0 MB; at most 20 MB can be read.",
}


@pytest.mark.parametrize(("data", "sentence"), BAD.items(), ids=lambda value: repr(value)[:30])
def test_bad_files_are_refused_with_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"[.?]$") as caught:
        parse(data)
    assert str(caught.value) == sentence


MESSY = b"""Date,sales,price
2020-01-01,1,2
2020-01-01,many,3
soon,4,inf,5
2020-01-04,5,6
2020-01-05,few,7
2020-01-06,8,9
"""


def test_all_that_is_wrong_with_a_table_is_found_at_once() -> None:
    with pytest.raises(CsvError) as caught:
        parse(MESSY)
    assert tuple(fault[:2] for fault in caught.value.faults) == (
        ("Line 4 has 4 cells, but the first row has 3.", (4,)),
        ("The column 'Date' should hold dates, but line 4 has 'soon'.", (4,)),
        (
            "The date 2020-01-01 occurs more than once, on lines 2 and 3; set `data.duplicates` to first, last, mean or sum.",
            (2, 3),
        ),
        ("The column 'sales' should hold numbers, but line 3 has 'many', line 6 has 'few'.", (3, 6)),
        ("The column 'price' should hold finite numbers, but line 4 has 'inf'.", (4,)),
    )
    assert str(caught.value).startswith("Line 4 has 4 cells, but the first row has 3. The column 'Date' ")
    assert str(caught.value).endswith("There are 2 more faults.")


def test_the_first_lines_are_read_whatever_is_wrong_further_on() -> None:
    path = save_upload(MESSY)
    assert Csv(path).first_lines(2, [4]) == {
        1: ["Date", "sales", "price"],
        2: ["2020-01-01", "1", "2"],
        4: ["soon", "4", "inf", "5"],
    }
    assert list(Csv(save_upload(b'a,b\n1,2\n3,"4'), delimiter=",").first_lines(9)) == [1, 2, 3]
    assert Csv(save_upload(b"a,b\n1,2\n"), delimiter="semicolon").first_lines(9) == {1: ["a,b"], 2: ["1,2"]}
    with pytest.raises(ValueError, match="binary data"):
        Csv(save_upload(b"\0\1\2\3")).first_lines(9)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Sales 2024 (north).csv", "Sales 2024 (north).csv"),
        ("C:\\Users\\me\\a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("売上.csv", "売上.csv"),
        ("a\nb\u202e.csv", "ab.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_an_upload_keeps_its_own_name(called: str, name: str) -> None:
    path = save_upload(b"v\n1\n2\n4\n", called)
    assert upload_name(path) == name
    series = Csv(path).load()
    assert (series.title, series.source) == (name.rpartition(".")[0] or name, f"Your own file {name}.")


def test_an_upload_of_unknown_name_is_called_by_what_is_kept() -> None:
    path = save_upload(b"v\n1\n2\n")
    assert upload_name(path) == path.removeprefix("upload:")
    upload_path(path).with_suffix(".json").write_text("[]", encoding="utf-8")
    assert upload_name(path) == path.removeprefix("upload:")
    assert save_upload(b"v\n1\n2\n", "mine.csv") == path
    assert upload_name(path) == "mine.csv"


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_ROWS", 10)
    assert len(parse(b"v\n" + b"1\n" * 10)) == 10
    with pytest.raises(ValueError, match=r"^The file has more than 10 rows, the most that can be read\.$"):
        parse(b"v\n" + b"1\n" * 11)


def test_the_data_set_reads_a_path_and_its_options(tmp_path: Path) -> None:
    file = tmp_path / "my data.csv"
    file.write_text("when;a;b\n03/04/2020;1,5;2\n04/04/2020;2,5;3\n", encoding="utf-8")
    options = {"path": str(file), "delimiter": "semicolon", "decimal": "", "day_first": "yes", "thousands": "none"}
    series = load(DataConfig(name="csv", column="b", options=tuple(options.items())))
    assert series.index[0] == np.datetime64("2020-04-03")
    assert series.values[:, 0].tolist() == [2, 3]
    assert series.title == "my data"
    assert not Csv(str(file), date_column="-").load().is_dated
    with pytest.raises(ValueError, match=r"^`data.date_column` must be one of 'when', 'a', 'b'; received 'c'\.$"):
        Csv(str(file), date_column="c").load()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "`data.path` must be the path of a CSV file; received nothing."),
        ({"path": "/no/such.csv"}, "There is no file '/no/such.csv'."),
        ({"path": "/"}, "There is no file '/'."),
        ({"path": "/dev/zero"}, "There is no file '/dev/zero'."),
        ({"path": "a\0b"}, "There is no file 'a\\x00b'."),
        ({"path": "~nobody-of-that-name/x"}, "The file '~nobody-of-that-name/x' cannot be read: no such place."),
        ({"path": 3}, "`data.path` must be the path of a CSV file; received 3."),
        ({"path": "x", "delimiter": "#"}, "`data.delimiter` must be one of semicolon, tab, bar, comma; received '#'."),
        (
            {"path": "x", "encoding": "rot13"},
            "`data.encoding` must be one of utf-8, utf-8-sig, utf-16, cp1252, latin-1",
        ),
        ({"path": "x", "day_first": "maybe"}, "`data.day_first` must be yes or no; received 'maybe'."),
        ({"path": "x", "decimal": ",", "thousands": ","}, "`data.thousands` must differ from `data.decimal`"),
    ],
)
def test_wrong_options_are_named(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        load(DataConfig(name="csv", options=tuple(options.items())))
    assert str(caught.value).startswith(sentence)


def test_an_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "locked.csv"
    file.write_bytes(b"v\n1\n2\n")

    def locked(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(ValueError, match=r"cannot be read: Permission denied\.$"):
        Csv(str(file)).load()
