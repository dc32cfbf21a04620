"""What a baseline is asked, and how statsmodels is asked for it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array, FloatArray


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be forecast, on a grid without holes.

    Args:
        values: `(time,)` in the data's units.
        train_end: the models see `values[:train_end]` while they are fitted.
        origins: `(n,)` forecasts are of the steps from each on, and know the values before it.
        horizon: steps ahead.
        season: steps in a season; 1 where there is none.
    """

    values: FloatArray
    train_end: int
    origins: Array
    horizon: int
    season: int

    @property
    def training(self) -> FloatArray:
        """`(train_end,)` what models are fitted on."""
        return self.values[: self.train_end]

    @property
    def steps(self) -> Array:
        """`(horizon,)` 1, 2, ..."""
        return np.arange(1, self.horizon + 1)

    @property
    def has_season(self) -> bool:
        """Whether there is a season, and two of it to learn from."""
        return 1 < self.season <= self.train_end // 2


Fitted = tuple[FloatArray, str]
# Strength from which on a season is a strong one (Hyndman & Athanasopoulos 2021, section 9.1).
STRONG_SEASON = 0.64


def require_season(problem: Problem) -> None:
    """ValueError where there are not two whole seasons to learn from."""
    if not problem.has_season:
        raise ValueError(
            f"It needs two whole seasons in the training part; there is {'none' if problem.season < 2 else 'one at most'}."
        )


def require_change(problem: Problem) -> None:
    """ValueError where all that is learned from is one value: there is nothing to fit, and statsmodels breaks in odd places."""
    if np.ptp(problem.training) == 0:
        raise ValueError("It needs values in the training part that are not all equal.")


def autoregressive_paths(
    values: FloatArray, origins: Array, horizon: int, constant: FloatArray, weights: FloatArray
) -> FloatArray:
    """`(origins, horizon, columns)` what an autoregression of the columns of `values` makes of its own forecasts.

    Args:
        constant: `(columns,)`.
        weights: `(lags, columns, columns)`, of the last values first; a row for each column that is forecast.
    """
    known = values[origins[:, None] - 1 - np.arange(len(weights))]  # (n, lags, columns), the last values first
    paths = np.empty((len(origins), horizon, values.shape[1]))
    for step in range(horizon):
        paths[:, step] = constant + np.einsum("nlc,ldc->nd", known, weights)
        known = np.concatenate([paths[:, step : step + 1], known[:, :-1]], axis=1)
    return paths


def strength(remainder: FloatArray, part: FloatArray) -> float:
    """How much of a series without its other parts is this one, trend or season, 0 to 1 (Wang, Smith & Hyndman 2006)."""
    both = float(np.var(remainder + part))
    return max(0.0, 1.0 - float(np.var(remainder)) / both) if both > 0 else 0.0


@contextmanager
def quiet(what: str) -> Iterator[None]:
    """statsmodels warns of starting values and of what it will call otherwise; what it cannot compute is a ValueError."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            yield
        except (ValueError, np.linalg.LinAlgError, IndexError, ZeroDivisionError) as error:
            raise ValueError(f"{what} could not be fitted: {str(error).splitlines()[0].rstrip('.')}.") from error
