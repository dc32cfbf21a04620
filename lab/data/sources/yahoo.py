"""Prices from Yahoo Finance, fetched when asked for; whatever goes wrong there is an error and never papered over."""

from __future__ import annotations

import atexit
import functools
import logging
import re
import shutil
import tempfile
import threading
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from lab.config.rules import require_choice
from lab.data.series import Series
from lab.data.sources import gaps
from lab.data.sources.base import Dataset, Group, require_text, shown

PERIODS = ("1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max")
INTERVALS = ("1m", "2m", "5m", "15m", "30m", "60m", "90m", "1h", "1d", "5d", "1wk", "1mo", "3mo")
# How far back Yahoo keeps prices within the day: the longest of PERIODS that fits.
REACH = {"1m": "5d", "2m": "1mo", "5m": "1mo", "15m": "1mo", "30m": "1mo", "90m": "1mo", "60m": "2y", "1h": "2y"}
COLUMNS = ("Open", "High", "Low", "Close", "Volume")
PATIENCE = 12.0  # seconds
INSTEAD = "the bundled snapshots `bitcoin` and `ether` need no network"


@dataclass(frozen=True)
class Yahoo(Dataset):
    """The prices of one ticker at Yahoo Finance, adjusted for splits and dividends, up to now.

    Two calls at different times give different series: a run that must be repeatable starts from a CSV file.

    Args:
        ticker: Yahoo's own name of it: `BTC-USD`, `AAPL`, `^GSPC`, `EURUSD=X`.
        period: how far back from now, one of 1d, 5d, 1mo, 3mo, 6mo, 1y, 2y, 5y, 10y, ytd, max.
        interval: the step, one of 1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 1d, 5d, 1wk, 1mo, 3mo. Yahoo keeps steps of a
            minute for about a week, other minutes for about 60 days, hours for about two years.
    """

    title: ClassVar[str] = "Yahoo Finance"
    group: ClassVar[Group] = "Crypto"
    blurb: ClassVar[str] = (
        "Today's prices of any ticker, fetched from Yahoo Finance: they show whether what was learned still holds."
    )
    default_column: ClassVar[str | None] = "Close"

    ticker: str = "BTC-USD"
    period: str = "2y"
    interval: str = "1d"

    def __post_init__(self) -> None:
        rule = "a ticker of 1 to 20 letters, digits and the signs . - = ^ &, such as BTC-USD"
        require_text("data.ticker", self.ticker, rule, 20)
        if not re.fullmatch(r"\^?[A-Za-z0-9][A-Za-z0-9.\-=&]*", self.ticker):
            raise ValueError(f"`data.ticker` must be {rule}; received {shown(self.ticker)}.")
        require_choice("data.period", self.period, PERIODS)
        require_choice("data.interval", self.interval, INTERVALS)
        reach = REACH.get(self.interval)
        # `ytd` may or may not fit: Yahoo itself decides. `max` is as far as the interval reaches.
        if reach and self.period not in (*PERIODS[: PERIODS.index(reach) + 1], "ytd", "max"):
            raise ValueError(
                f"`data.period` must be at most {reach} for the interval {self.interval}; received {self.period!r}."
            )

    def load(self) -> Series:
        """`(time, 5)`: Open, High, Low, Close, Volume; dates in the exchange's time.

        ValueError, one sentence, where there is no network, Yahoo throttles, or it has no such ticker or range.
        """
        frame, currency = _patiently(self.ticker.upper(), self.period, self.interval)
        if frame is None or frame.empty:
            raise _nothing(self)
        if frame.columns.nlevels > 1:
            # (price, ticker) or (ticker, price): the level that knows Close is the one of the prices.
            level = next((k for k in range(frame.columns.nlevels) if "Close" in frame.columns.get_level_values(k)), 0)
            frame = frame.set_axis(frame.columns.get_level_values(level), axis=1)
        names = tuple(name for name in COLUMNS if name in frame.columns)
        if "Close" not in names or frame["Close"].isna().all():
            raise _nothing(self)
        index = frame.index.tz_localize(None) if frame.index.tz is not None else frame.index
        stamps, rows = np.unique(index.to_numpy().astype("M8[us]"), return_index=True)
        if self.interval in ("1d", "5d", "1wk", "1mo", "3mo"):
            stamps = stamps.astype("M8[D]").astype("M8[us]")
        series = Series(
            values=frame[list(names)].to_numpy(dtype=np.float64)[rows],
            index=stamps,
            names=names,
            units=tuple("" if name == "Volume" else currency for name in names),
            title=self.ticker.upper(),
            source=f"Yahoo Finance, fetched {np.datetime64('now', 'D')}, for personal use by Yahoo's terms.",
            notes=("The last step may still be going on.",),
        )
        series = gaps.describe(series)
        return replace(series, season_length=gaps.season(series))


def _nothing(asked: Yahoo) -> ValueError:
    return ValueError(
        f"Yahoo Finance has no prices for the ticker {asked.ticker} over {asked.period} in steps of {asked.interval}; "
        f"check its spelling at finance.yahoo.com, or note that {INSTEAD}."
    )


def _patiently(ticker: str, period: str, interval: str) -> tuple[Any, str]:
    """The frame and its currency, or ValueError after 12 seconds: yfinance's own timeouts add up to minutes."""
    answer: list[Any] = []

    def ask() -> None:
        try:
            answer.append(_fetch(ticker, period, interval))
        except Exception as error:
            answer.append(error)

    # A daemon, so that a request that hangs does not keep the program from ending.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    result = answer[0] if answer else TimeoutError()
    if isinstance(result, Exception):
        raise _explained(result, Yahoo(ticker, period, interval)) from None
    frame, currency = result
    return frame, str(currency or "")


@functools.cache
def _cache() -> str:
    """A folder of this process alone; by default the cache, which holds pickles, goes into the home folder."""
    folder = tempfile.mkdtemp(prefix="rnn-lab-yahoo-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _fetch(ticker: str, period: str, interval: str) -> tuple[Any, Any]:
    import yfinance as yf

    logging.getLogger("yfinance").setLevel(logging.CRITICAL)
    yf.set_tz_cache_location(_cache())
    # By default yfinance logs what went wrong and returns an empty frame.
    yf.config.debug.hide_exceptions = False
    asked = yf.Ticker(ticker)
    frame = asked.history(period=period, interval=interval, actions=False, timeout=10)
    return frame, (asked.history_metadata or {}).get("currency")


def _explained(error: Exception, asked: Yahoo) -> ValueError:
    """One sentence for what yfinance raised: its own exceptions, and those of the HTTP library it happens to use."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    status = getattr(getattr(error, "response", None), "status_code", None)
    if "YFRateLimitError" in kinds or status == 429:
        reason = "Yahoo Finance turned the request away because there were too many (429): wait some minutes"
    elif "YFException" in kinds or status == 404:
        return _nothing(asked)
    elif status:  # 0 where no answer came at all
        reason = f"Yahoo Finance answered with the error {status}: try again later"
    elif "TimeoutError" in kinds or "Timeout" in kinds:
        reason = f"Yahoo Finance did not answer within {PATIENCE:g} seconds: try again"
    elif "OSError" in kinds:
        reason = "Yahoo Finance cannot be reached: check the network"
    elif "ImportError" in kinds:
        reason = "The package yfinance is not installed: install it"
    else:
        reason = (
            f"Yahoo Finance answered with something that yfinance could not read ({type(error).__name__}): try again"
        )
    return ValueError(f"{reason}, or note that {INSTEAD}.")
