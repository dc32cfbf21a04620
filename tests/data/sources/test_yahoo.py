import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yfinance as yf
from yfinance.exceptions import YFPricesMissingError, YFRateLimitError, YFTzMissingError

from lab.config.sections import DataConfig
from lab.data.sources import load, load_all, yahoo
from lab.data.sources.yahoo import COLUMNS, Yahoo


def frame(days: int = 5, zone: str | None = "UTC") -> pd.DataFrame:
    index = pd.date_range("2024-01-01", periods=days, tz=zone, name="Date")
    return pd.DataFrame({name: np.arange(days) + 10.0 * k for k, name in enumerate(COLUMNS)}, index=index)


def answer(monkeypatch: pytest.MonkeyPatch, result: Any) -> list[dict[str, Any]]:
    """Let yfinance answer with a frame, or raise, and keep what it was asked."""
    asked: list[dict[str, Any]] = []

    class Ticker:
        history_metadata = {"currency": "USD"}  # noqa: RUF012

        def __init__(self, ticker: str) -> None:
            self.ticker = ticker

        def history(self, **how: Any) -> Any:
            asked.append({"ticker": self.ticker, **how})
            if isinstance(result, Exception):
                raise result
            return result

    monkeypatch.setattr(yf, "Ticker", Ticker)
    return asked


def test_prices_become_a_series(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer(monkeypatch, frame().drop(index=pd.Timestamp("2024-01-03", tz="UTC")))
    series = load(DataConfig(name="yahoo", options=(("ticker", "aapl"), ("period", "1y"))))
    assert asked[0]["ticker"] == "AAPL"
    assert (asked[0]["period"], asked[0]["interval"]) == ("1y", "1d")
    assert (series.names, series.units, series.title) == (("Close",), ("USD",), "AAPL")
    assert (series.frequency, series.missing, series.season_length) == ("D", 1, 7)
    assert series.index[0] == np.datetime64("2024-01-01")
    assert load_all(DataConfig(name="yahoo")).names == COLUMNS


def test_days_keep_the_date_of_the_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, frame(zone="Asia/Tokyo"))
    assert Yahoo().load().index[0] == np.datetime64("2024-01-01")


@pytest.mark.parametrize("first", ["price", "ticker"])
def test_columns_of_two_levels(monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    table = frame()
    pairs = [(name, "BTC-USD") if first == "price" else ("BTC-USD", name) for name in table.columns]
    answer(monkeypatch, table.set_axis(pd.MultiIndex.from_tuples(pairs), axis=1))
    series = Yahoo().load()
    assert series.names == COLUMNS
    assert series.values[0].tolist() == [0, 10, 20, 30, 40]


class HTTPError(OSError):
    """As curl_cffi and requests raise it."""

    def __init__(self, status: int) -> None:
        self.response = type("Response", (), {"status_code": status})()


class ReadTimeout(TimeoutError):
    pass


NOTHING = "Yahoo Finance has no prices for the ticker BTC-USD over 2y in steps of 1d;"


@pytest.mark.parametrize(
    ("result", "start"),
    [
        (pd.DataFrame(), NOTHING),
        (None, NOTHING),
        (frame().assign(Close=np.nan), NOTHING),
        (frame().drop(columns="Close"), NOTHING),
        (YFPricesMissingError("BTC-USD", ""), NOTHING),
        (YFTzMissingError("BTC-USD"), NOTHING),
        (HTTPError(404), NOTHING),
        (YFRateLimitError(), "Yahoo Finance turned the request away because there were too many (429)"),
        (HTTPError(429), "Yahoo Finance turned the request away because there were too many (429)"),
        (HTTPError(0), "Yahoo Finance cannot be reached: check the network"),
        (HTTPError(503), "Yahoo Finance answered with the error 503: try again later"),
        (ReadTimeout(), "Yahoo Finance did not answer within 12 seconds"),
        (ConnectionError("Could not resolve host"), "Yahoo Finance cannot be reached: check the network"),
        (ImportError(), "The package yfinance is not installed"),
        (KeyError("validRanges"), "Yahoo Finance answered with something that yfinance could not read (KeyError)"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else type(value).__name__,
)
def test_what_goes_wrong_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, result: Any, start: str) -> None:
    answer(monkeypatch, result)
    with pytest.raises(ValueError, match=r"the bundled snapshots `bitcoin` and `ether` need no network\.$") as caught:
        load(DataConfig(name="yahoo"))
    assert str(caught.value).startswith(start)
    assert "\n" not in str(caught.value)


def test_an_answer_that_never_comes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(yahoo, "PATIENCE", 0.05)
    monkeypatch.setattr(yahoo, "_fetch", lambda *_: released.wait(10))
    with pytest.raises(ValueError, match=r"^Yahoo Finance did not answer within 0\.05 seconds"):
        Yahoo().load()
    released.set()


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ({"ticker": ""}, "`data.ticker` must be a ticker of 1 to 20 letters"),
        ({"ticker": "BTC USD"}, "`data.ticker` must be a ticker of 1 to 20 letters"),
        ({"ticker": "../../etc"}, "`data.ticker` must be a ticker of 1 to 20 letters"),
        ({"ticker": "A" * 21}, "`data.ticker` must be a ticker of 1 to 20 letters"),
        ({"ticker": 5}, "`data.ticker` must be a ticker of 1 to 20 letters"),
        ({"period": "3y"}, "`data.period` must be one of 1d, 5d, 1mo"),
        ({"interval": "4h"}, "`data.interval` must be one of 1m, 2m"),
        ({"interval": "1m"}, "`data.period` must be at most 5d for the interval 1m; received '2y'."),
        ({"interval": "1h", "period": "5y"}, "`data.period` must be at most 2y for the interval 1h; received '5y'."),
    ],
)
def test_wrong_options_are_named(options: dict[str, str], start: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        load(DataConfig(name="yahoo", options=tuple(options.items())))
    assert str(caught.value).startswith(start)


def test_the_lists_are_those_of_the_installed_yfinance() -> None:
    text = yf.Ticker.history.__doc__ or yf.download.__doc__ or ""
    assert ",".join(PERIOD for PERIOD in yahoo.PERIODS) in text
    assert ",".join(yahoo.INTERVALS) in text
    Yahoo(ticker="^GSPC", interval="1m", period="max")
    Yahoo(ticker="EURUSD=X", interval="1h")
