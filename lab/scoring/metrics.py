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
