"""Which stretch of a series a forecast chart shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.data.arrays import Array
from lab.data.series import Series
from lab.plots import forecast_figure
from lab.scoring.forecaster import Forecast


@dataclass(frozen=True, eq=False)
class Bands:
    """Two intervals about a forecast, the wider one first: the lower and the upper end of each, `(steps,)`, and their names."""

    ends: tuple[tuple[Array, Array], tuple[Array, Array]]
    names: tuple[str, str]


def part_figure(
    series: Series,
    start: int,
    stop: int,
    one_step: Sequence[float] | Array | None,
    free: Sequence[float] | Array | None,
    stepwise: Array | None = None,
    bands: Bands | None = None,
    own: tuple[Sequence[float] | Array, Sequence[float] | Array] | None = None,
) -> dict[str, Any]:
    """The steps `start` to `stop` with their forecasts, and as much of the past before them.

    Args:
        own: both ends of the interval that the network itself gives the one-step forecast.
    """
    first = max(0, start - (stop - start))
    past = start - first
    shown = forecast_figure(
        series.index[first:stop],
        series.values[first:stop, 0],
        _after(past, one_step),
        _after(past, free),
        unit=series.units[0],
        name=series.names[0],
        cutoff=series.index[start],
        stepwise=_after(past, stepwise),
        own=own and (_after(past, own[0]), _after(past, own[1])),
        **_of(bands, past),
    )
    shown["layout"]["meta"] = {"past": past}
    return shown


def future_figure(
    series: Series, past: int, forecast: Forecast, stepwise: Array | None = None, bands: Bands | None = None
) -> dict[str, Any]:
    """The last `past` steps of a series and the forecast beyond it; `stepwise`: the recursive one beside a direct one."""
    index = np.concatenate([series.index[-past:], forecast.index.astype(series.index.dtype)])
    return forecast_figure(
        index,
        series.values[-past:, 0],
        None,
        _after(past, forecast.mean),
        unit=series.units[0],
        name=series.names[0],
        cutoff=forecast.index[0],
        stepwise=_after(past, stepwise),
        **_of(bands, past),
    )


def _of(bands: Bands | None, past: int) -> dict[str, Any]:
    if bands is None:
        return {}
    (outer, inner), names = bands.ends, bands.names
    return {
        "interval": tuple(_after(past, end) for end in outer),
        "inner": tuple(_after(past, end) for end in inner),
        "levels": names,
    }


def _after(steps: int, values: Sequence[float] | Array | None) -> Array | None:
    return None if values is None else np.concatenate([np.full(steps, np.nan), values])
