"""Transforms of what is forecast, each with its exact way back: from what a network predicts to the data's own units.

`log` and `box_cox` (Box & Cox 1964) even out a spread that grows with the level; `difference` and `seasonal_difference` take off a trend
or a season (Box & Jenkins 1970); `return` is the relative change, `log_return` the difference of logarithms. What needs the value
before is undone along the path: from the last true value, then from the forecast's own ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from lab.config.sections import TransformKind
from lab.data.arrays import Array, FloatArray
from lab.data.series import Series

KINDS: tuple[TransformKind, ...] = get_args(TransformKind)
POSITIVE = ("log", "return", "log_return", "box_cox")  # for values above zero alone
MOST_LOG = 230.0  # of a value that is brought back, about 1e100
LEAST = 1e-12  # of 1 + λz, below which the Box-Cox transform has no way back: the forecast is then as near to zero as can be


@dataclass(frozen=True, eq=False)
class Transform:
    """One transform of the targets of a series, made by `of`.

    Args:
        values: `(time, targets)` in their own units.
        positions: `(time,)` which step of the calendar each row is.
        season: steps of the calendar in a season.
        powers: of Box-Cox, λ of each target.
    """

    kind: TransformKind
    values: FloatArray
    positions: FloatArray
    season: int = 1
    powers: tuple[float, ...] = ()

    @classmethod
    def of(cls, kind: TransformKind, series: Series, targets: int, train_end: int) -> Transform:
        """Fitted, where there is something to fit, on the first `train_end` rows.

        Raises:
            ValueError: a target has values that it is not defined for, or there is no season to take a difference over.
        """
        values = series.values[:, :targets]
        if kind in POSITIVE:
            for name, column in zip(series.names, values.T, strict=False):
                if column.min() <= 0:
                    raise ValueError(
                        f"`data.transform` must be none, difference or seasonal_difference for {name}, whose smallest value is "
                        f"{column.min():g}; {kind} needs values above zero."
                    )
        if kind == "seasonal_difference" and series.season_length < 2:
            raise ValueError(
                f"`data.transform` must be another one for {series.title}, which has no season to take a difference over."
            )
        powers: tuple[float, ...] = ()
        if kind == "box_cox":
            powers = tuple(_power(column[:train_end]) for column in values.T)
        return cls(kind, values, series.positions, series.season_length, powers)

    @property
    def lag(self) -> int:
        """How many of the first rows have no transformed value, as what they are compared with lies before them."""
        if self.kind in ("difference", "return", "log_return"):
            return 1
        if self.kind == "seasonal_difference":
            return int(np.searchsorted(self.positions, self.positions[0] + self.season))
        return 0

    def forward(self) -> FloatArray:
        """`(time, targets)` transformed; the first `lag` rows are 0 and stand for nothing."""
        y, found = self.values, np.zeros_like(self.values)
        if self.kind == "log":
            found = np.log(y)
        elif self.kind == "box_cox":
            found = np.stack([_box_cox(column, power) for column, power in zip(y.T, self.powers, strict=True)], axis=1)
        elif self.kind == "difference":
            found[1:] = np.diff(y, axis=0)
        elif self.kind == "return":
            found[1:] = y[1:] / y[:-1] - 1
        elif self.kind == "log_return":
            found[1:] = np.diff(np.log(y), axis=0)
        elif self.kind == "seasonal_difference":
            found[self.lag :] = y[self.lag :] - y[self._season_before(len(y))[self.lag :]]
        else:
            found = y
        return found

    def back(self, z: FloatArray, origins: Array) -> FloatArray:
        """`(n, steps, targets)` in the targets' units, of transformed predictions `z` of the steps from each of the `origins` on.

        Nothing of the series from the origin on is looked at: what a step needs of it is taken from its own path.
        """
        if self.kind == "none":
            return z
        if self.kind == "log":
            return _exp(z)
        if self.kind == "box_cox":
            return np.stack([_unbox_cox(z[..., k], power) for k, power in enumerate(self.powers)], axis=-1)
        last = self.values[np.asarray(origins) - 1][:, None]
        if self.kind == "difference":
            return np.asarray(last + np.cumsum(z, axis=1))
        if self.kind == "return":
            with np.errstate(over="ignore", invalid="ignore"):
                return _bounded(last * np.cumprod(1 + z, axis=1))
        if self.kind == "log_return":
            return _bounded(last * _exp(np.cumsum(z, axis=1)))
        return self._seasonal_back(z, np.asarray(origins))

    def _seasonal_back(self, z: FloatArray, origins: Array) -> FloatArray:
        steps = z.shape[1]
        rows = self._season_before(int(origins.max()) + steps)
        path = np.empty_like(z)
        each = np.arange(len(origins))
        for j in range(steps):
            before = rows[origins + j]
            own = before >= origins
            known = self.values[np.minimum(before, len(self.values) - 1)]
            ahead = path[each, np.where(own, before - origins, 0)] if j else known
            path[:, j] = z[:, j] + np.where(own[:, None], ahead, known)
        return path

    def _season_before(self, stop: int) -> Array:
        """`(stop,)` the row a season before each, or the last one before that; rows beyond the series follow its last step by step."""
        beyond = np.floor(self.positions[-1]) + np.arange(1, max(0, stop - len(self.positions)) + 1)
        at = np.concatenate([self.positions, beyond])[:stop]
        rows: Array = np.maximum(np.searchsorted(at, at - self.season, side="right") - 1, 0)
        return rows


def _exp(z: FloatArray) -> FloatArray:
    """The exponential of what a network may predict while it is wild: as large as can be squared, and no infinity."""
    return np.exp(np.clip(z, -MOST_LOG, MOST_LOG))


def _bounded(y: FloatArray) -> FloatArray:
    most = float(np.exp(MOST_LOG))
    return np.nan_to_num(np.clip(y, -most, most), nan=most)


def _power(y: FloatArray) -> float:
    """The power of Box and Cox that makes values above zero most likely normal, from -2 to 3; 1 where all are equal."""
    from scipy.optimize import minimize_scalar
    from scipy.stats import boxcox_llf

    if np.ptp(y) <= 1e-9 * y.max():
        return 1.0
    with np.errstate(all="ignore"):
        found = minimize_scalar(
            lambda power: -boxcox_llf(power, y), bounds=(-2.0, 3.0), method="bounded", options={"xatol": 1e-6}
        )
    return float(found.x) if np.isfinite(found.fun) else 1.0


def _box_cox(y: FloatArray, power: float) -> FloatArray:
    return np.log(y) if abs(power) < 1e-8 else (y**power - 1) / power


def _unbox_cox(z: FloatArray, power: float) -> FloatArray:
    if abs(power) < 1e-8:
        return _exp(z)
    return _exp(np.log(np.maximum(1 + power * z, LEAST)) / power)
