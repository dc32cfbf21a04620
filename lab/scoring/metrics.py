"""How far a forecast is from the truth: one metric a function, `(truth, prediction) -> float`, in the data's own units.

Both arguments are arrays of one shape, any shape. Every metric raises ValueError where the shapes differ or are empty.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.data.arrays import FloatArray
from lab.scoring.statistics import STATISTICS

NEAR_ZERO = 0.01
MAPE_REASON = (
    "MAPE is not shown: it divides by the truth, which here {what}, so a few points would decide it. "
    "Look at MAE and MASE instead."
)


def mae(truth: ArrayLike, prediction: ArrayLike) -> float:
    """Mean absolute error: mean |y - ŷ|, in the units of the data (Hyndman & Koehler 2006)."""
    y, y_hat = _pair(truth, prediction)
    return float(np.mean(np.abs(y - y_hat)))


def rmse(truth: ArrayLike, prediction: ArrayLike) -> float:
    """Root mean squared error: √mean (y - ŷ)², in the units of the data (Hyndman & Koehler 2006)."""
    y, y_hat = _pair(truth, prediction)
    return float(np.sqrt(np.mean((y - y_hat) ** 2)))


def mape(truth: ArrayLike, prediction: ArrayLike) -> float:
    """Mean absolute percentage error: 100 mean |y - ŷ| / |y|, in percent (Makridakis 1993).

    Raises:
        ValueError: a true value is zero. See `why_no_mape` for when not to ask.
    """
    y, y_hat = _pair(truth, prediction)
    if (y == 0).any():
        raise ValueError("MAPE must not be asked where the truth is zero: it divides by it.")
    return float(100 * np.mean(np.abs((y - y_hat) / y)))


def smape(truth: ArrayLike, prediction: ArrayLike) -> float:
    """Symmetric MAPE: 100 mean |y - ŷ| / ((|y| + |ŷ|) / 2), 0 to 200 percent (Makridakis 1993).

    Where truth and prediction are both zero the error is zero.
    """
    y, y_hat = _pair(truth, prediction)
    return float(100 * np.mean(STATISTICS["symmetric"](y, y_hat - y)))


def mase(truth: ArrayLike, prediction: ArrayLike, training: ArrayLike, season_length: int = 1) -> float:
    """Mean absolute scaled error: the MAE over that of the seasonal naive forecast in sample (Hyndman & Koehler 2006).

    Below 1 the forecast beats "the same as one season ago" (as that did on the training part); it has no unit.

    Args:
        training: `(time,)` the training part, in the same units.
        season_length: steps in a season; 1 compares with "the same as yesterday".

    Raises:
        ValueError: the training part is no longer than a season, or repeats itself exactly, so that nothing is left
            to divide by.
    """
    scale = mase_scale(training, season_length)
    if not scale > 0:
        raise ValueError(
            f"MASE must have a training part longer than the season ({season_length}) in which values change; "
            f"received {np.size(training)} values, {scale:g} the naive error."
        )
    return mae(truth, prediction) / scale


def mase_scale(training: ArrayLike, season_length: int = 1) -> float:
    """The in-sample MAE of the seasonal naive forecast, mean |y[t] - y[t - m]|; 0 where there is no such pair."""
    y, m = np.asarray(training, dtype=np.float64), season_length
    return float(np.mean(np.abs(y[m:] - y[:-m]))) if len(y) > m else 0.0


def rmsse(truth: ArrayLike, prediction: ArrayLike, training: ArrayLike, season_length: int = 1) -> float:
    """Root mean squared scaled error: the RMSE over that of the seasonal naive forecast in sample (Hyndman & Koehler 2006;
    the measure of the M5 competition). Arguments and errors as for `mase`."""
    y, m = np.asarray(training, dtype=np.float64), season_length
    scale = float(np.sqrt(np.mean((y[m:] - y[:-m]) ** 2))) if len(y) > m else 0.0
    if not scale > 0:
        raise ValueError(
            f"RMSSE must have a training part longer than the season ({m}) in which values change; "
            f"received {y.size} values, {scale:g} the naive error."
        )
    return rmse(truth, prediction) / scale


def r2(truth: ArrayLike, prediction: ArrayLike) -> float:
    """Coefficient of determination, 1 - Σ(y - ŷ)² / Σ(y - ȳ)²: 1 is perfect, 0 as good as the mean of these very values.

    Of a trending series a copy of yesterday is near 1 as well, so it says little of a forecast.

    Raises:
        ValueError: the truth is constant, so that there is nothing to explain.
    """
    y, y_hat = _pair(truth, prediction)
    spread = float(np.sum((y - y.mean()) ** 2))
    if not spread > 0:
        raise ValueError(f"R² must have a truth that varies; received {y.size} equal values.")
    return 1.0 - float(np.sum((y - y_hat) ** 2)) / spread


def direction(truth: ArrayLike, prediction: ArrayLike, last: ArrayLike) -> float:
    """Share of steps, 0 to 1, on which the forecast moves as the truth does: up, down or not at all (Pesaran & Timmermann 1992).

    A forecast of no change is right only where there is none; a coin has 0.5 where values never repeat.

    Args:
        last: the last true value known to each forecast, of a shape that broadcasts to that of the truth.
    """
    y, y_hat = _pair(truth, prediction)
    before = np.asarray(last, dtype=np.float64)
    return float(np.mean(np.sign(y - before) == np.sign(y_hat - before)))


def pinball(truth: ArrayLike, prediction: ArrayLike, quantile: float) -> float:
    """Mean quantile loss, max(q (y - ŷ), (q - 1)(y - ŷ)), in the units of the data (Koenker & Bassett 1978).

    Raises:
        ValueError: `quantile` is not between 0 and 1.
    """
    if not 0 < quantile < 1:
        raise ValueError(f"A quantile must be above 0 and below 1; received {quantile:g}.")
    y, y_hat = _pair(truth, prediction)
    return float(np.mean(np.maximum(quantile * (y - y_hat), (quantile - 1) * (y - y_hat))))


def coverage(truth: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of the true values, 0 to 1, that lie within their interval, its ends included."""
    y, below = _pair(truth, low)
    _, above = _pair(truth, high)
    return float(np.mean((below <= y) & (y <= above)))


def width(low: ArrayLike, high: ArrayLike) -> float:
    """Mean width of the intervals, in the units of the data: of two that cover as often, the narrower says more."""
    below, above = _pair(low, high)
    return float(np.mean(above - below))


def winkler(truth: ArrayLike, low: ArrayLike, high: ArrayLike, level: float) -> float:
    """Winkler's interval score: the width, and 2 / (1 - level) times the distance of what lies outside; in the data's units.

    It rewards narrow intervals and punishes what they miss, so that neither alone wins (Winkler 1972; Gneiting & Raftery 2007).

    Args:
        level: nominal coverage, for example 0.9.

    Raises:
        ValueError: `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval must be above 0 and below 1; received {level:g}.")
    y, below = _pair(truth, low)
    _, above = _pair(truth, high)
    missed = np.maximum(below - y, 0) + np.maximum(y - above, 0)
    return float(np.mean(above - below + 2 / (1 - level) * missed))


def why_no_mape(truth: ArrayLike) -> str | None:
    """The reason, in words, why MAPE should not be shown for these true values; None where it may.

    The rule: MAPE is shown only where the truth keeps one sign and its smallest size is at least 1 % of its mean size.
    Prices (Bitcoin grew a hundredfold and passes), sales and passengers pass; a sine wave, sunspots and degrees Celsius
    that touch zero do not. Give it the whole series, so that the verdict does not change from part to part.
    """
    y = np.asarray(truth, dtype=np.float64)
    size = np.abs(y[np.isfinite(y)])
    if size.size == 0:
        return MAPE_REASON.format(what="has no values")
    if (size == 0).any():
        return MAPE_REASON.format(what="is zero at times")
    if np.nanmin(y) < 0 < np.nanmax(y):
        return MAPE_REASON.format(what="changes sign")
    if size.min() < NEAR_ZERO * size.mean():
        return MAPE_REASON.format(what=f"comes near zero (below {NEAR_ZERO:.0%} of its mean)")
    return None


def mape_is_meaningful(truth: ArrayLike) -> bool:
    """True where MAPE may be shown for these true values; `why_no_mape` has the rule."""
    return why_no_mape(truth) is None


def all_metrics(
    truth: ArrayLike, prediction: ArrayLike, training: ArrayLike, season_length: int = 1, *, with_mape: bool = True
) -> dict[str, float | None]:
    """Every metric by its name; None where it has no meaning.

    Args:
        training: `(time,)` the training part, for `mase`.
        with_mape: whether MAPE has a meaning; `mape_is_meaningful` of the whole series.
    """
    y = np.asarray(truth)
    return {
        "mae": mae(truth, prediction),
        "rmse": rmse(truth, prediction),
        "mape": mape(truth, prediction) if with_mape and (y != 0).all() else None,
        "smape": smape(truth, prediction),
        "mase": mase(truth, prediction, training, season_length) if mase_scale(training, season_length) > 0 else None,
    }


def _pair(truth: ArrayLike, prediction: ArrayLike) -> tuple[FloatArray, FloatArray]:
    y, y_hat = np.asarray(truth, dtype=np.float64), np.asarray(prediction, dtype=np.float64)
    if y.shape != y_hat.shape or y.size == 0:
        raise ValueError(f"Truth and prediction must have one shape, not empty; received {y.shape} and {y_hat.shape}.")
    return y, y_hat
