"""CSV files that pages read: once, in memory that has an end, the large ones in a process that goes away."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from lab.config.home import save_upload
from lab.data.sources import csv_aside
from lab.data.sources.csv_file import Csv
from lab.data.sources.csv_format import CsvError
from pages.ui.shared.readings import READINGS, reading_of

DAYS = np.arange("2001-01-01", "2004-01-01", dtype="datetime64[D]")


def table(scale: float, rows: int = 1000) -> bytes:
    return "\n".join(["day,sold", *(f"{day},{k % 7 * scale}" for k, day in enumerate(DAYS[:rows]))]).encode()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, lab_home: Path) -> list[str]:
    names, read = list[str](), csv_aside.read
    monkeypatch.setattr(
        "pages.ui.shared.readings.read", lambda source, size: names.append(source.path) or read(source, size)
    )
    return names


def test_a_file_is_read_once_for_everybody(asked: list[str]) -> None:
    source = Csv(path=save_upload(table(1.0), "mine.csv"))
    threads = [threading.Thread(target=reading_of, args=(source,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    series = reading_of(source).series
    assert series is not None
    assert reading_of(source).series is series
    assert series.season_length == 7
    reading_of(Csv(path=source.path, decimal="."))  # another reading
    assert len(asked) == 2
    save_upload(table(1.0), "another-name.csv")
    assert reading_of(source).series.title == "another-name"  # type: ignore[union-attr]


def test_a_refusal_is_kept_as_well(asked: list[str]) -> None:
    source = Csv(path=save_upload(b"day,sold\n03/04/2024,1\n05/04/2024,2\n", "open.csv"))
    for _ in range(3):
        reading = reading_of(source)
        assert isinstance(reading.error, CsvError)

        assert reading.format.delimiter == ","
    assert len(asked) == 1


def test_what_is_kept_fits_into_its_bytes(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [Csv(path=save_upload(table(scale), "a.csv")) for scale in (1.0, 2.0, 3.0, 4.0)]
    one = reading_of(sources[0]).size
    assert one > 1000 * 16
    monkeypatch.setattr(READINGS, "most_bytes", 2 * one)
    del asked[:]
    for source in (*sources[1:], sources[3], sources[2]):
        reading_of(source)
    assert len(READINGS) == 2
    assert len(asked) == 3
    reading_of(sources[0])
    assert len(asked) == 4


def test_a_large_file_is_read_by_another_process_to_the_same_result(
    lab_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (
        Csv(path=save_upload(data, "a.csv")) for data in (table(1.5), b"day,sold\n03/04/2024,1\n05/04/2024,2\n")
    )
    here, refused = csv_aside.read(good, 1), csv_aside.read(bad, 1)
    monkeypatch.setattr(csv_aside, "LARGE", 0)
    monkeypatch.setattr(csv_aside, "_read", None)  # nothing is read in this one
    there, refused_there = csv_aside.read(good, 1), csv_aside.read(bad, 1)
    assert there.series is not None
    assert here.series is not None
    assert np.array_equal(there.series.values, here.series.values)
    assert np.array_equal(there.series.index, here.series.index)
    assert (there.series.notes, there.series.title, there.format) == (here.series.notes, "a", here.format)
    assert str(refused_there.error) == str(refused.error)
    assert refused_there.error.faults == refused.error.faults  # type: ignore[union-attr]


def test_a_process_that_dies_of_a_file_is_a_sentence(lab_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Csv(path=save_upload(table(1.0), "a.csv"))
    monkeypatch.setattr(csv_aside, "LARGE", 0)
    monkeypatch.setattr(csv_aside, "SECONDS", 0.01)
    assert str(csv_aside.read(source, 1).error) == "The file takes more than 0 s to read; try a part of it."
    monkeypatch.setattr(csv_aside, "SECONDS", 60.0)
    monkeypatch.setattr(csv_aside.sys, "executable", "false")
    assert "could not be read in the memory of this machine" in str(csv_aside.read(source, 1).error)
