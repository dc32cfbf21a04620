"""Files as people have them: each kind is read as its owner means it, or asked about, and never silently wrong."""

from __future__ import annotations

import numpy as np
import pytest

from lab.data.series import Series
from lab.data.sources.csv_file import CsvError, CsvFormat, parse
from lab.data.sources.csv_target import likely_target


def read(text: str, **given: object) -> Series:
    return parse(text.encode(), CsvFormat(**given))  # type: ignore[arg-type]


def learned(series: Series) -> list[float]:
    return series.column(likely_target(series)).values[:, 0].tolist()


DAYS = ["2024-01-02", "2024-01-03", "2024-01-04"]


def test_no_header_and_time_in_the_first_column() -> None:
    stamps = [1709251200000 + 86_400_000 * k for k in range(30)]
    series = read(
        "\n".join(f"{t},{100 + k},{102 + k},{99 + k},{101 + k},12.5,{t + 86_399_999}" for k, t in enumerate(stamps))
    )
    assert series.index[0] == np.datetime64("2024-03-01")
    assert series.names == ("column_2", "column_3", "column_4", "column_5", "column_6")
    assert "column_7" in " ".join(series.notes)
    seconds = read("\n".join(f"{t // 1000},{k % 7}" for k, t in enumerate(stamps)))
    assert (seconds.index[0], seconds.names) == (np.datetime64("2024-03-01"), ("column_2",))


def test_large_values_are_no_time() -> None:
    caps = read("rank,cap\n" + "\n".join(f"{k},{1_250_000_000 + 7919 * k * k % 100_000}" for k in range(1, 9)))
    assert not caps.is_dated
    assert "cap" in caps.names
    assert read("Date,sold\n2024-01-01,2001\n2024-01-02,1999\n2024-01-03,2004\n").names == ("sold",)


def test_an_index_is_no_value() -> None:
    for name in ("", "Unnamed: 0", "index", "No"):
        series = read(f"{name},Date,Close\n" + "".join(f"{k},{day},{5.5 - k}\n" for k, day in enumerate(DAYS)))
        assert (series.names, series.index[0]) == (("Close",), np.datetime64(DAYS[0]))
    assert read(",0\n2024-01-01,1\n2024-01-02,2\n").values[:, 0].tolist() == [1, 2]
    assert read("row;v\n1;3\n2;5\n3;4\n").names == ("v",)
    assert read(",Date,v\n17,2024-01-01,3\n20,2024-01-02,5\n21,2024-01-03,4\n").names == ("v",)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["997", "998", "999", "1.000", "1.001"], [997, 998, 999, 1000, 1001]),
        (["850", "999", "12.345"], [850, 999, 12345]),
        (["997", "999", "1,000"], [997, 999, 1000]),
        (["1500", "1.250", "1750"], [1500, 1.25, 1750]),
        (["0.125", "1.125", "2"], [0.125, 1.125, 2]),
        (["1.234", "2.345", "0.5"], [1.234, 2.345, 0.5]),
        (["999", "1.000,5", "2"], [999, 1000.5, 2]),
        (["999", "1 000", "2"], [999, 1000, 2]),
        (["999", "1\u2019000", "2"], [999, 1000, 2]),
    ],
)
def test_thousands_beside_numbers_without(cells: list[str], values: list[float]) -> None:
    text = "Datum;v\n" + "".join(f"0{k}.01.2024;{cell}\n" for k, cell in enumerate(cells, start=1))
    assert read(text).values[:, 0].tolist() == values


def test_thousands_that_cannot_be_told_are_asked_for() -> None:
    text = "Datum;v\n13.01.2024;5\n14.01.2024;1.250\n15.01.2024;12\n"
    with pytest.raises(CsvError, match=r"'1.250' on line 3, column 'v', can have thousands or decimals") as caught:
        read(text)
    assert caught.value.faults[0].settings == ("data.thousands", "data.decimal")
    assert read(text, thousands=".").values[:, 0].tolist() == [5, 1250, 12]
    assert read(text, decimal=".").values[:, 0].tolist() == [5, 1.25, 12]


def test_numbers_with_signs_have_units() -> None:
    series = read('Date,Close/Last,Volume,Change\n01/13/2024,$100.50,12.3K,-1.5%\n01/14/2024,"$1,101.50",1.2M,2%\n')
    assert series.values.tolist() == [[100.5, 12300, -1.5], [1101.5, 1_200_000, 2]]
    assert (series.units, likely_target(series)) == (("$", "", "%"), "Close/Last")


def test_several_rows_of_headings() -> None:
    series = read("Price,Close,Volume\nTicker,XY,XY\nDate,,\n2024-01-01,1,2\n2024-01-02,2,3\n2024-01-03,3,4\n")
    assert series.names == ("Close (XY)", "Volume (XY)")
    assert (series.index[0], learned(series)) == (np.datetime64("2024-01-01"), [1, 2, 3])
    units = read("Date,Temp,Wind\n,°C,m/s\n2024-01-01,1,2\n2024-01-02,2,3\n")
    assert units.names == ("Temp (°C)", "Wind (m/s)")
    assert read("a,b\nx,y\n1,2\n2,3\n", header_rows=1, skip_lines=1).names == ("x", "y")


@pytest.mark.parametrize(
    "before",
    [
        "Created on 10-17-2019,https://www.example.com\n",
        "Report of sales\n\n",
        "# a comment, with commas, in it\n# and another\n",
        "Report,,,\nsource: us,,,\n",
        "Station: 7\nLatitude: 52.5\n",
        "sep=,\n",
        "Report,2024-05-01,by me,v2\n",
    ],
)
def test_lines_before_the_header(before: str) -> None:
    text = before + "date,symbol,open,close\n2024-01-02,XY,1,2\n2024-01-01,XY,2,3\n2024-01-03,XY,2,4\n"
    series = read(text)
    assert (series.names, learned(series)) == (("open", "close"), [3, 2, 4])
    assert "skipped" in series.notes[0]
    assert learned(read(text, skip_lines=before.count("\n"))) == [3, 2, 4]


@pytest.mark.parametrize("after", ["NA,NA\n", ",\n,\n", "NA,\nNA,\n", "Source: us\n", '"Source: us, and them",\n'])
def test_rows_without_data_at_the_end(after: str) -> None:
    series = read("Date,v\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n" + after)
    assert (len(series), series.missing) == (3, 0)
    assert bool(series.notes) == any(sign.isalpha() for sign in after)


def test_a_bad_cell_elsewhere_is_noted_and_that_column_refused() -> None:
    text = "Date,Price,Volume\n2024-01-01,1,5\n2024-01-02,2,#VALUE!\n2024-01-03,3,7\n"
    series = read(text)
    assert learned(series) == [1, 2, 3]
    assert series.notes == ("The column 'Volume' should hold numbers, but line 3 has '#VALUE!'.",)
    with pytest.raises(CsvError, match="line 3 has '#VALUE!'"):
        series.column("Volume")
    with pytest.raises(CsvError, match="The column 'Price' should hold numbers, but line 3 has '#VALUE!'"):
        read(text.replace("2,#VALUE!", "#VALUE!,6"))
    assert read(text, missing="#VALUE!").column("Volume").values[1, 0] != 0


def test_date_and_time_in_two_columns() -> None:
    series = read("Date;Time;v\n16/12/2023;17:24:00;1.5\n16/12/2023;17:25:00;2.5\n16/12/2023;17:26:00;3.5\n")
    assert (series.index[0], series.frequency, series.names) == (np.datetime64("2023-12-16T17:24"), "min", ("v",))
    for clocks in (["0", "1", "2"], ["0000", "0100", "0200"], ["12:00 AM", "1:00 AM", "2:00 AM"]):
        series = read("Date,Hour,v\n" + "".join(f"2024-01-13,{clock},{k}\n" for k, clock in enumerate(clocks)))
        assert (series.index[0], series.frequency, series.names) == (np.datetime64("2024-01-13"), "h", ("v",)), clocks
    once = read("Date,Time,v\n2024-01-13,08:05,1\n2024-01-14,07:55,3\n2024-01-15,08:00,2\n")
    assert (once.frequency, len(once)) == ("D", 3)


def test_a_measuring_station_in_italy() -> None:
    lines = [
        f"{10 + k // 24}/03/2004;{k % 24:02}.00.00;{2 + k % 5},{k % 9};{-200 if k == 3 else 1360 + k % 7};;"
        for k in range(60)
    ]
    text = "Date;Time;CO(GT);S1(CO);;\n" + "\n".join(lines) + "\n;;;;;\n;;;;;\n"
    series = read(text, missing="-200")
    assert (series.index[0], series.frequency, series.names) == (np.datetime64("2004-03-10"), "h", ("CO(GT)", "S1(CO)"))
    assert (series.values[0, 0], series.missing) == (2.0, 1)


def test_the_world_bank_writes_lines_before_its_table() -> None:
    text = (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-05-30",\n\n'
        '"Country Name","Country Code","Indicator Name","1960","1961","1962","1963",\n'
        '"Aruba","ABW","GDP","","1","2","3",\n"Chad","TCD","GDP","1","2","3","4",\n'
    )
    series = read(text, orient="rows", row="Chad")
    assert (series.index[-1], series.values[:, 0].tolist()) == (np.datetime64("1963-01-01"), [1, 2, 3, 4])


def test_prices_as_a_broker_exports_them() -> None:
    head = '"Date","Price","Open","Vol.","Change %"\n'
    text = head + '"Jan 03, 2024","1,102.5","1,100.0","12.34K","-1.23%"\n"Jan 02, 2024","999.5","990.0","-","0.50%"\n'
    series = read(text)
    assert (series.names, likely_target(series)) == (("Price", "Open", "Vol.", "Change %"), "Price")
    assert series.values.tolist()[1] == [1102.5, 1100, 12340, -1.23]
    assert np.isnan(series.values[0, 2])


def test_parts_of_a_date_in_columns() -> None:
    series = read("No,year,month,day,hour,v\n1,2023,1,1,0,1.5\n2,2023,1,1,1,2.5\n3,2023,1,1,2,3.5\n")
    assert (series.index[0], series.frequency, series.names) == (np.datetime64("2023-01-01"), "h", ("v",))
    months = read("Year,Month,v\n2023,11,1\n2023,12,2\n2024,1,3\n")
    assert (months.index[-1], months.frequency) == (np.datetime64("2024-01-01"), "MS")
    named = read("Year,Month,v\n2023,November,1\n2023,December,2\n2024,January,3\n")
    assert (named.index[-1], named.frequency) == (np.datetime64("2024-01-01"), "MS")
    quarters = read("Year,Quarter,v\n2023,3,1\n2023,4,2\n2024,1,3\n")
    assert (quarters.index[-1], quarters.frequency) == (np.datetime64("2024-01-01"), "3MS")
    ending = read("year,month,day,hour,v\n2023,12,31,23,1\n2023,12,31,24,2\n2024,1,1,1,3\n")
    assert (ending.index[1], ending.frequency) == (np.datetime64("2024-01-01"), "h")


def test_a_date_that_occurs_twice_is_asked_about() -> None:
    text = "Date,v\n2023-10-29 01:00,1\n2023-10-29 02:00,2\n2023-10-29 02:00,4\n2023-10-29 03:00,5\n"
    with pytest.raises(
        CsvError, match=r"^The date 2023-10-29 02:00 occurs more than once, on lines 3 and 4; set `data.dup"
    ) as caught:
        read(text)
    assert caught.value.faults[0].settings == ("data.duplicates",)
    for how, value in (("first", 2), ("last", 4), ("mean", 3), ("sum", 6)):
        series = read(text, duplicates=how)
        assert series.values[:, 0].tolist() == [1, value, 5]
        assert "1 more row" in series.notes[-1]
    assert read(text, zone="Europe/Berlin").values[:, 0].tolist() == [1, 2, 4, 5]


def test_stacked_series_are_asked_about() -> None:
    text = "date,symbol,close\n2024-01-01,AA,1\n2024-01-02,AA,2\n2024-01-01,BB,7\n2024-01-02,BB,8\n"
    with pytest.raises(
        CsvError, match=r"holds 2 series.*by the column 'symbol'; set `data.series` to one of 'AA', 'BB'\.$"
    ):
        read(text)
    assert read(text, series="BB").values[:, 0].tolist() == [7, 8]
    with pytest.raises(ValueError, match=r"`data.series` must be one of 'AA', 'BB'; received 'CC'"):
        read(text, series="CC")
    stores = "Date,Store,Item,Sales\n" + "".join(
        f"2024-01-0{d},{s},{i},{10 * s + i + d / 10}\n" for s in (1, 2) for i in (1, 2, 3) for d in (1, 2, 3)
    )
    with pytest.raises(CsvError, match=r"holds 6 series.*'Store' and 'Item'"):
        read(stores)
    assert learned(read(stores, series="2, 3")) == [23.1, 23.2, 23.3]
    with pytest.raises(ValueError, match=r"`data.series` must be empty"):
        read("Date,v\n2024-01-01,1\n2024-01-02,2\n", series="AA")


def test_a_date_that_slipped_in_twice_makes_no_stack() -> None:
    days = [f"2024-01-{1 + k % 30:02},{k % 7},{'ab'[k % 2]}" for k in range(31)]
    with pytest.raises(CsvError, match=r"data\.duplicates"):
        read("Date,heat,who\n" + "\n".join(days) + "\n")


def test_row_names_without_a_heading() -> None:
    series = read("Close Volume\nr1 5 6\nr2 6 5\n".replace(" ", ","))
    assert (series.names, learned(series)) == (("Close", "Volume"), [5, 6])


def test_a_row_that_is_a_series_is_asked_about() -> None:
    text = "id,V1,V2,V3,V4\nD1,10,11,12,13\nD2,500,510,520,\nD3,3,3,4,4\n"
    with pytest.raises(
        CsvError, match=r"set `data.orient` to rows and `data.row` to one of 'D1', 'D2', 'D3'"
    ) as caught:
        read(text)
    assert caught.value.faults[0].settings == ("data.orient", "data.row")
    assert read(text, orient="rows", row="D2").values[:, 0].tolist() == [500, 510, 520]
    assert read(text, row="D3").values[:, 0].tolist() == [3, 3, 4, 4]
    assert read(text, orient="columns").names == ("V1", "V2", "V3", "V4")
    bank = "Country Name,Country Code,1960,1961,1962\nAruba,ABW,1,2,3\nChad,TCD,4,5,6\n"
    with pytest.raises(CsvError, match="'Aruba', 'Chad'"):
        read(bank)
    for row in ("Chad", "TCD"):
        series = read(bank, orient="rows", row=row)
        assert (series.index[0], series.values[:, 0].tolist()) == (np.datetime64("1960-01-01"), [4, 5, 6])
    m4 = '"V1","V2","V3","V4"\n"Y1",5,6,7\n"Y2",1,2,\n'
    assert read(m4, orient="rows", row="Y2").values[:, 0].tolist() == [1, 2]
    with pytest.raises(CsvError, match="'Y1', 'Y2'"):
        read(m4)
    covid = (
        "Province/State,Country/Region,Lat,Long,1/22/20,1/23/20,1/24/20\n,Chad,15.4,18.7,0,2,5\n,Peru,-9.1,-75,1,3,4\n"
    )
    series = read(covid, orient="rows", row="Peru")
    assert (series.index[0], series.values[:, 0].tolist()) == (np.datetime64("2020-01-22"), [1, 3, 4])
    with pytest.raises(ValueError, match=r"`data.row` must be one of 'Aruba', 'Chad'; received 'Mars'"):
        read(bank, orient="rows", row="Mars")


def test_marks_of_what_is_missing() -> None:
    text = "Date,v\n2024-01-01,1\n2024-01-02,-200\n2024-01-03,-200.0\n2024-01-04,4\n"
    assert read(text).missing == 0
    assert read(text, missing="-200,9999").missing == 2
    days = [f"2024-01-{d:02},{-999 if d in (4, 9) else d % 5}" for d in range(1, 31)]
    noted = read("Date,v\n" + "\n".join(days))
    assert noted.notes[0].startswith("The column 'v' has -999 2 times, far from its other values;")
    assert read("Date,v\n" + "\n".join(days), missing="-999").notes == ()


def test_time_that_cannot_be_read_is_not_dropped() -> None:
    with pytest.raises(CsvError, match=r"The column 'Date' seems to hold dates, but line 2 has '3rd moon of 7'"):
        read("Date,v\n3rd moon of 7,1\n4th moon of 7,2\n")
    assert not read("Date,v\n3rd moon of 7,1\n4th moon of 7,2\n", date_column="-").is_dated
    assert read("when,v\n1-2024.5,1\n2-2024.5,2\n", date_column="when", date_format="%m-%Y.5").frequency == "MS"


def test_the_default_column() -> None:
    assert (
        likely_target(
            read("Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-01,1,2,3,4,5,6\n2024-01-02,2,3,4,5,6,7\n")
        )
        == "Close"
    )
    assert likely_target(read("Date,a,b,flag\n2024-01-01,1,2,1\n2024-01-02,2,3.5,1\n2024-01-03,2,9,1\n")) == "b"
