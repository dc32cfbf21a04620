"""What a statistician looks at before fitting anything: dependence on the past, stationarity, season, outliers.

`python -m lab.explain.diagnosis` reads values from stdin and writes a `Diagnosis` to stdout: a process that goes away, and with it
the memory that statsmodels takes. Nobody but `diagnose_aside` starts it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.outliers import outliers, running_median
from lab.explain.order import OrderCheck, check_orders, in_words
from lab.scoring.fitting import STRONG_SEASON, strength

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
SHORTEST = 20  # values, below which nothing can be said
MOST_VALUES = 20_000  # the latest, that tests and decompositions look at
LEVEL = 0.05  # of the tests


@dataclass(frozen=True)
class Test:
    """A test of stationarity: its statistic, its p value (KPSS's lies between 0.01 and 0.1), the lags that it took."""

    statistic: float
    p: float
    lags: int

    @property
    def rejects(self) -> bool:
        """Whether its null hypothesis is rejected, at 5 %."""
        return self.p < LEVEL


@dataclass(frozen=True)
class Diagnosis:
    """A series in numbers; lists are over its steps, or over lags from 0 on.

    Args:
        length: values looked at, the latest of the series; `first` is the step of the first of them.
        season: steps in a season; 1 where there is none, or not two of it.
        acf, pacf: autocorrelation and partial autocorrelation (Yule-Walker, adjusted) at lags 0, 1, ...
        band: of white noise 95 % of the autocorrelations lie between -band and band: 1.96 / sqrt(length).
        adf: augmented Dickey-Fuller, whose null hypothesis is a unit root. None where the values are all equal.
        kpss: Kwiatkowski-Phillips-Schmidt-Shin, whose null hypothesis is stationarity around a level.
        window: steps of the rolling mean and standard deviation, which end at each step; None before the first whole window.
        trend, seasonal, remainder: STL; without a season the trend is a running median, and there is nothing seasonal.
        trend_strength, seasonal_strength: 0 to 1 (Wang, Smith & Hyndman 2006).
        outliers: steps, from the first one looked at, that lie far from their neighbours; see `outliers`.
        orders: what autoregressions leave, AR(1) first; see `check_orders`.
    """

    length: int
    first: int
    season: int
    acf: list[float]
    pacf: list[float]
    band: float
    adf: Test | None
    kpss: Test | None
    window: int
    rolling_mean: list[float | None]
    rolling_std: list[float | None]
    trend: list[float]
    seasonal: list[float]
    remainder: list[float]
    trend_strength: float
    seasonal_strength: float
    outliers: list[int]
    orders: list[OrderCheck]

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Diagnosis:
        """From what `dataclasses.asdict` made of one."""
        tests = {name: None if tree[name] is None else Test(**tree[name]) for name in ("adf", "kpss")}
        return cls(**{**tree, **tests, "orders": [OrderCheck(**check) for check in tree["orders"]]})

    @property
    def sentences(self) -> list[str]:
        """What it says, in words: stationarity, dependence, season, outliers."""
        found = (
            _stationarity(self),
            _dependence(self),
            *in_words(self.orders),
            _season(self),
            _outliers(self),
            _advice(self),
        )
        return [s for s in found if s]


def diagnose(values: FloatArray, season: int = 1) -> Diagnosis:
    """Look at `(time,)` values, in order and without gaps; the training part of a series, if a network is to be judged on the rest.

    Raises:
        ValueError: there are fewer than 20, or some are missing.
    """
    if len(values) < SHORTEST or not np.isfinite(values).all():
        raise ValueError(
            f"A series must have at least {SHORTEST} values, none missing, to be looked at; received {len(values)}."
        )
    first = max(0, len(values) - MOST_VALUES)
    values = np.asarray(values[first:], np.float64)
    n = len(values)
    season = season if 1 < season <= n // 2 else 1
    lags = min(max(30, 2 * season + 2), n // 2 - 1, 400)
    window = season if season > 1 else max(5, n // 20)
    trend, seasonal, remainder = _decomposed(values, season)
    constant = np.ptp(values) == 0
    acf, pacf, adf, kpss = _tests(values, lags) if not constant else ([1.0], [1.0], None, None)
    mean, std = _rolling(values, window)
    of_season = strength(remainder, seasonal)
    return Diagnosis(
        n, first, season, acf, pacf, 1.96 / n**0.5, adf, kpss, window, mean, std,
        trend.tolist(), seasonal.tolist(), remainder.tolist(), strength(remainder, trend), of_season,
        outliers(values - seasonal if season <= n // 4 and of_season > STRONG_SEASON else values),
        check_orders(values, season),
    )  # fmt: skip


def diagnose_aside(values: FloatArray, season: int = 1) -> Diagnosis:
    """As `diagnose`, in a process of its own. ValueError where it takes more than a minute, too."""
    given = json.dumps({"values": np.asarray(values, np.float64).tolist(), "season": season}).encode()
    try:
        done = subprocess.run([sys.executable, "-m", "lab.explain.diagnosis"], input=given, capture_output=True,
                              timeout=SECONDS, cwd=ROOT, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ValueError(f"To look at this series takes more than {SECONDS:.0f} s; try a part of it.") from None
    if done.returncode != 0:
        raise ValueError("This series could not be looked at in the memory of this machine; try a part of it.")
    found = json.loads(done.stdout)
    if "error" in found:
        raise ValueError(found["error"])
    return Diagnosis.from_json(found)


def _tests(values: FloatArray, lags: int) -> tuple[list[float], list[float], Test, Test]:
    from statsmodels.tsa.stattools import acf, adfuller, kpss, pacf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # KPSS's p is looked up in a table that ends at 0.01 and 0.1
        correlations = acf(values, nlags=lags, result_object=True).acf
        partial = pacf(values, nlags=lags, result_object=True).pacf
        dickey, level = adfuller(values, result_object=True), kpss(values, nlags="auto", result_object=True)
    return (
        [float(v) for v in correlations], [float(v) for v in partial],
        Test(float(dickey.statistic), float(dickey.pvalue), int(dickey.lags)), Test(float(level.statistic), float(level.pvalue), int(level.lags)),
    )  # fmt: skip


def _decomposed(values: FloatArray, season: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    if season > 1:
        from statsmodels.tsa.seasonal import STL

        parts = STL(values, period=season, robust=True).fit()
        return np.asarray(parts.trend), np.asarray(parts.seasonal), np.asarray(parts.resid)
    trend = running_median(values, max(3, len(values) // 40))
    return trend, np.zeros_like(values), values - trend


def _rolling(values: FloatArray, window: int) -> tuple[list[float | None], list[float | None]]:
    windows = np.lib.stride_tricks.sliding_window_view(values, window)
    before: list[float | None] = [None] * (window - 1)
    return [*before, *windows.mean(axis=1).tolist()], [*before, *windows.std(axis=1).tolist()]


def _stationarity(found: Diagnosis) -> str:
    if found.adf is None or found.kpss is None:
        return "All values are equal."
    numbers = f"(ADF p {_bounded(found.adf.p, 0.001, 1.0)}, KPSS p {_bounded(found.kpss.p, 0.01, 0.1)})"
    match found.adf.rejects, found.kpss.rejects:
        case True, False:
            return f"Stationary, by both tests {numbers}: level and spread stay what they are, and the past is like the future."
        case False, True:
            return (
                f"Not stationary, by both tests {numbers}: it wanders, as a random walk or a trend does. Differences or returns "
                "may be stationary, and the previous value is hard to beat."
            )
        case True, True:
            return (
                f"The tests disagree {numbers}: there is no unit root, but no constant level either. Often a trend, a season, or a "
                "level that shifts is behind it."
            )
    return f"Neither test can tell {numbers}: there are too few values, or they are too noisy, to rule anything out."


def _advice(found: Diagnosis) -> str:
    """Which transform is worth a try."""
    spread = np.array([v for v in found.rolling_std if v is not None])
    level = np.array([v for v in found.rolling_mean if v is not None])
    grows = (
        len(level) > 20
        and level.min() > 0
        and np.ptp(level) > 0
        and np.ptp(spread) > 0
        and np.corrcoef(level, spread)[0, 1] > 0.7
    )
    wanders = found.adf is not None and found.kpss is not None and not found.adf.rejects and found.kpss.rejects
    tries = ["the logarithm or Box-Cox, as the spread grows with the level"] * bool(grows)
    if wanders:
        seasonal = found.season > 1 and found.seasonal_strength > STRONG_SEASON
        tries.append(f"{'seasonal differences' if seasonal else 'differences'}, as the level wanders")
    return f"Worth a try as a transform: {'; or '.join(tries)}." if tries else ""


def _bounded(p: float, low: float, high: float) -> str:
    return f"at most {low:g}" if p <= low else f"at least {high:g}" if p >= high else f"= {p:.2g}"


def _dependence(found: Diagnosis) -> str:
    if len(found.acf) < 2:
        return ""
    first = found.acf[1]
    lags = [k for k in range(1, len(found.pacf)) if abs(found.pacf[k]) > found.band]
    if not lags:
        return "No lag stands out of the band of white noise: the past says nothing of the next value."
    reach = next((k for k in range(1, len(found.acf)) if abs(found.acf[k]) <= found.band), None)
    until = (
        f", and enters the band of white noise at lag {reach}"
        if reach
        else f", and is still outside the band of white noise at lag {len(found.acf) - 1}"
    )
    which = f"lags {_listed(lags[:4])} stand" if len(lags) > 1 else f"lag {lags[0]} stands"
    return f"The autocorrelation is {first:.2f} at lag 1{until}. Beyond what nearer lags explain (PACF), {which} out."


def _season(found: Diagnosis) -> str:
    if found.season == 1:
        return ""
    word = (
        "strong"
        if found.seasonal_strength > STRONG_SEASON
        else "weak"
        if found.seasonal_strength > 0.2
        else "hardly any"
    )
    return f"A season of {found.season} steps: {word} (strength {found.seasonal_strength:.2f} of 1); trend {found.trend_strength:.2f} of 1."


def _outliers(found: Diagnosis) -> str:
    if not found.outliers:
        return "No value lies far from the values around it."
    count = len(found.outliers)
    return f"{count:,} {'value lies' if count == 1 else 'values lie'} far from the values around: errors, or bursts that no past announces."


def _listed(lags: list[int]) -> str:
    words = [str(lag) for lag in lags]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    try:
        result = asdict(diagnose(np.array(asked["values"]), asked["season"]))
    except ValueError as error:
        result = {"error": str(error)}
    json.dump(result, sys.stdout)
