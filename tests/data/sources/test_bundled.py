import numpy as np
import pytest

from lab.config.sections import DataConfig
from lab.data.sources import DATASETS, load, load_all
from lab.data.sources.bundled import FOLDER, Bundled

FACTS = {  # rows, frequency, missing steps, season length, first date, last date
    "bitcoin": (2510, "D", 16, 7, "2014-11-28", "2021-10-27"),
    "ether": (1319, "D", 12, 7, "2016-05-27", "2020-01-17"),
    "retail": (441, "MS", 0, 12, "1982-04-01", "2018-12-01"),
    "air_passengers": (144, "MS", 0, 12, "1949-01-01", "1960-12-01"),
    "temperature": (3650, "D", 2, 365, "1981-01-01", "1990-12-31"),
    "sunspots": (2820, "MS", 0, 132, "1749-01-01", "1983-12-01"),
    "delhi_climate": (1462, "D", 0, 365, "2013-01-01", "2017-01-01"),
    "household_energy": (3290, "h", 0, 24, "2016-01-11T17", "2016-05-27T18"),
}


@pytest.mark.parametrize("name", FACTS)
def test_each_is_what_its_provenance_says(name: str) -> None:
    rows, frequency, missing, season, first, last = FACTS[name]
    series = load_all(DataConfig(name=name))
    assert (len(series), series.frequency, series.missing, series.season_length) == (rows, frequency, missing, season)
    assert series.index[0] == np.datetime64(first)
    assert series.index[-1] == np.datetime64(last)
    assert (np.diff(series.index) > np.timedelta64(0, "us")).all()
    assert DATASETS[name].default_column in series.names
    assert all(series.units)
    assert series.source.endswith(".")
    assert np.isfinite(series.values).all()


def test_no_file_lacks_its_data_set_or_its_source() -> None:
    files = {cls.file for cls in DATASETS.values() if issubclass(cls, Bundled)}
    assert files == {path.name for path in FOLDER.glob("*.csv")}
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert all(file in sources for file in files)


def test_bitcoin_is_the_close_and_tells_of_its_two_sources() -> None:
    series = load(DataConfig(name="bitcoin"))
    assert series.names == ("Close",)
    assert series.units == ("USD",)
    assert series.values[0, 0] == 376.28
    assert any("Yahoo" in note for note in series.notes)
    assert load_all(DataConfig(name="bitcoin")).names == ("Open", "High", "Low", "Close", "Volume")


def test_the_future_goes_on_in_the_series_own_calendar() -> None:
    assert load(DataConfig(name="retail")).future_index(2)[1] == np.datetime64("2019-02-01")
