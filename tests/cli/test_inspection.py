"""`python -m lab inspect`: how a file is read, or the sentence that says what must be settled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lab.cli.commands import main
from lab.cli.inspection import inspect

WEEK = "Date,Open,Close\n" + "".join(f"2024-01-{d:02},{d},{d % 5}\n" for d in range(1, 15))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(WEEK, encoding="utf-8")
    return path


def test_a_file_is_described(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == inspect(str(file))
    assert found == {
        "rows": 14,
        "start": "2024-01-01",
        "end": "2024-01-14",
        "frequency": "D",
        "missing": 0,
        "season": 7,
        "column": "Close",
        "columns": [
            {"name": "Open", "first": 1.0, "last": 14.0, "unit": ""},
            {"name": "Close", "first": 1.0, "last": 4.0, "unit": ""},
        ],
        "notes": [],
        "read": {
            "delimiter": ",",
            "decimal": ".",
            "thousands": "",
            "encoding": "utf-8",
            "date_columns": ["Date"],
            "date_format": "iso",
            "skipped_lines": 0,
            "header_rows": 1,
            "orient": "columns",
        },
    }
    assert main(["inspect", str(file)]) == 0
    assert "Close" in capsys.readouterr().out


def test_settings_of_the_data_are_taken(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(file), "--json", "--set", "data.column=Open", "--set", "data.date_column=-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["column"], found["start"], found["end"], found["read"]["date_columns"]) == ("Open", 0, 13, [])
    assert main(["inspect", str(file), "--json", "--set", "data.start=2024-01-05"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 10


def test_notes_go_to_stderr(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = WEEK.splitlines()
    file.write_text("\n".join([lines[0], *lines[:0:-1]]), encoding="utf-8")
    assert main(["inspect", str(file), "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == "note: The rows were newest first; they were turned round.\n"
    assert json.loads(captured.out)["notes"] == ["The rows were newest first; they were turned round."]


@pytest.mark.parametrize(
    ("text", "settings", "words"),
    [
        ("Date,v\n03/04/2024,1\n04/05/2024,2\n", [], "set `data.day_first` to yes or no"),
        ("date,symbol,v\n2024-01-01,A,1\n2024-01-01,B,2\n2024-01-02,A,3\n2024-01-02,B,4\n", [], "`data.series`"),
        ("Date,v\n2024-01-01,1\n2024-01-02,many\n2024-01-03,3\n", [], "line 3 has 'many'"),
        (WEEK, ["data.column=Shut"], "`data.column` must be one of Open, Close; received 'Shut'"),
        (WEEK, ["window.size=3"], "`inspect` takes settings of the data, such as data.delimiter; received 'window.size'."),
        (WEEK, ["data.dayfirst=yes"], "perhaps `data.day_first` is meant"),
        (WEEK, ["data.zone=Mars"], "`data.zone` must be a time zone such as Europe/Berlin; received 'Mars'."),
        (WEEK, ["data.date_format=soon"], "`data.date_format` must be a format such as %d/%m/%Y %H:%M"),
        (WEEK, ["data.skip_lines=-1"], "`data.skip_lines` must be a whole number from 0 to 1000; received -1."),
    ],
)  # fmt: skip
def test_what_must_be_settled_is_one_sentence_and_exit_code_2(
    file: Path, text: str, settings: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(text, encoding="utf-8")
    assert main(["inspect", str(file), "--json", *(part for text in settings for part in ("--set", text))]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
