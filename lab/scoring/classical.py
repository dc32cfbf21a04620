"""Classical models as baselines: fitted on the training part alone, then asked at every origin with all that is known by then.

Each takes a `Problem` and gives its forecasts, `(origins, horizon)` in the data's units, and how it turned out, a few words. What it
refuses, or cannot fit, is a ValueError of one sentence. Their parameters stay what the training part made them, as the
network's weights do. Hyndman & Athanasopoulos (2021), chapters 5, 8 and 9, unless said otherwise; fitted by statsmodels, whose
submodules are imported when asked for: they take two seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.network.interrupt import breathe
from lab.scoring.fitting import Fitted, Problem, autoregressive_paths, quiet, require_change, require_season
from lab.scoring.sarima import sarima

LONGEST_ETS = 60  # steps of a season, each of which ETS estimates


def mean(problem: Problem) -> Fitted:
    """The mean of all that is known."""
    sums = np.cumsum(problem.values)[problem.origins - 1]
    return np.repeat((sums / problem.origins)[:, None], problem.horizon, axis=1), ""


def drift(problem: Problem) -> Fitted:
    """The straight line through the first and the last known value."""
    slope = (problem.values[problem.origins - 1] - problem.values[0]) / (problem.origins - 1)
    return problem.values[problem.origins - 1, None] + slope[:, None] * problem.steps, ""


def seasonal_drift(problem: Problem) -> Fitted:
    """The last season, moved on by the mean change from one season to the next of all that is known."""
    require_season(problem)
    values, m = problem.values, problem.season
    changes = np.cumsum(values[m:] - values[:-m])
    change = changes[problem.origins - m - 1] / (problem.origins - m)
    back = -(-problem.steps // m)  # seasons
    rows = problem.origins[:, None] + problem.steps - 1 - back * m
    return values[rows] + change[:, None] * back, ""


def ar(problem: Problem, lags: int | None = None) -> Fitted:
    """An autoregression with a constant, of so many lags; of as many as Akaike's criterion chooses where none are given."""
    require_change(problem)
    constant, weights = _autoregression(problem.training, lags)
    paths = _go_on(problem.values, problem.origins, problem.horizon, constant, weights)
    note = f"p = {len(weights)}" if lags is None else ", ".join(f"φ{k + 1} = {w:.3f}" for k, w in enumerate(weights))
    return paths, note


def ets(problem: Problem) -> Fitted:
    """Exponential smoothing with additive errors (Holt-Winters): trend and season none, additive or (the season)
    multiplicative, by the corrected criterion of Akaike. Seasons of over 60 steps are left out."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    require_change(problem)
    seasonal = problem.has_season and problem.season <= LONGEST_ETS
    seasons = [None, "add", *(["mul"] if problem.training.min() > 0 else [])] if seasonal else [None]
    best: Any = None
    for trend, season in product((None, "add"), seasons):
        breathe()
        kind: dict[str, Any] = {"error": "add", "trend": trend, "damped_trend": trend is not None, "seasonal": season}
        if season:
            kind["seasonal_periods"] = problem.season
        with quiet("ETS"):
            found = ETSModel(problem.training, **kind).fit(disp=False, maxiter=200)
        if np.isfinite(found.aicc) and (best is None or found.aicc < best[0].aicc):
            best = found, kind
    if best is None:
        raise ValueError("ETS did not converge.")
    fitted, kind = best
    with quiet("ETS"):
        smooth = ETSModel(problem.values, **kind).smooth(fitted.params)
    last = problem.origins - 1
    paths = np.repeat(np.asarray(smooth.level)[last, None], problem.horizon, axis=1)
    if kind["trend"]:
        paths = paths + np.asarray(smooth.slope)[last, None] * np.cumsum(float(fitted.damping_trend) ** problem.steps)
    if kind["seasonal"]:
        m = problem.season
        of_season = np.asarray(smooth.season)[last[:, None] - m + 1 + (problem.steps - 1) % m]
        paths = paths + of_season if kind["seasonal"] == "add" else paths * of_season
    words = {None: "no season", "add": "additive season", "mul": "multiplicative season"}
    season = "season too long" if problem.has_season and not seasonal else words[kind["seasonal"]]
    return paths, f"{'damped trend' if kind['trend'] else 'no trend'}, {season}"


def theta(problem: Problem) -> Fitted:
    """The Theta method (Assimakopoulos & Nikolopoulos 2000), of the values without their season."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    require_change(problem)
    with quiet("Theta"):
        model = ThetaModel(
            problem.training, period=problem.season if problem.has_season else 1, deseasonalize=problem.has_season
        )
        fitted = model.fit()
    b0, alpha = (float(fitted.params[name]) for name in ("b0", "alpha"))
    factors, multiplies = _theta_season(fitted)
    at = np.arange(len(problem.values))
    season = factors[at % len(factors)]
    plain = problem.values / season if multiplies else problem.values - season
    level = _smoothed(plain, alpha, problem.origins)
    known = problem.origins[:, None]
    trend = 0.5 * b0 * (problem.steps - 1 + 1 / alpha - (1 - alpha) ** known / alpha)
    ahead = factors[(known + problem.steps - 1) % len(factors)]
    paths = (level[:, None] + trend) * ahead if multiplies else level[:, None] + trend + ahead
    return paths, f"α = {alpha:.2f}"


def stl_ar(problem: Problem) -> Fitted:
    """The season by STL (Cleveland et al. 1990), its last one repeated; the rest by an autoregression."""
    from statsmodels.tsa.seasonal import STL

    require_season(problem)
    m = problem.season
    with quiet("STL"):
        season = np.asarray(STL(problem.training, period=m, robust=True).fit().seasonal)
    at = np.arange(len(problem.values) + problem.horizon)
    repeated = season[problem.train_end - m + (at - problem.train_end) % m]
    repeated[: problem.train_end] = season
    rest = problem.values - repeated[: len(problem.values)]
    constant, weights = _autoregression(rest[: problem.train_end], None)
    paths = _go_on(rest, problem.origins, problem.horizon, constant, weights)
    return paths + repeated[problem.origins[:, None] + problem.steps - 1], f"p = {len(weights)}"


# In the order in which they come: what takes no time first.
CLASSICAL: dict[str, Callable[[Problem], Fitted]] = {
    "Mean": mean,
    "Drift": drift,
    "Last season with drift": seasonal_drift,
    "AR(1)": lambda problem: ar(problem, 1),
    "AR(p)": ar,
    "Theta": theta,
    "ETS": ets,
    "STL with AR": stl_ar,
    "SARIMA": sarima,
}
SEASONAL = ("Last season with drift", "STL with AR")  # which have no meaning without a season


def _autoregression(values: FloatArray, lags: int | None) -> tuple[float, FloatArray]:
    """The constant and the weights `(lags,)`, of the last value first."""
    from statsmodels.tsa.ar_model import AutoReg, ar_select_order

    most = min(30, len(values) // 5)
    if most < 1:
        raise ValueError("It needs at least five values in the training part.")
    with quiet("The autoregression"):
        if lags is None:
            chosen = ar_select_order(values, most, ic="aic").ar_lags
            lags = max(chosen) if chosen else 1
        found = np.asarray(AutoReg(values, lags).fit().params, np.float64)
    return float(found[0]), found[1:]


def _go_on(values: FloatArray, origins: Array, horizon: int, constant: float, weights: FloatArray) -> FloatArray:
    """`(origins, horizon)` what an autoregression of one column, `weights` `(lags,)`, makes of its own forecasts."""
    return autoregressive_paths(values[:, None], origins, horizon, np.array([constant]), weights[:, None, None])[
        :, :, 0
    ]


def _smoothed(values: FloatArray, alpha: float, origins: Array) -> FloatArray:
    """The level of simple exponential smoothing, begun at the first value, before each origin."""
    level, levels = float(values[0]), np.empty(len(values))
    for k, value in enumerate(values.tolist()):
        level = alpha * value + (1 - alpha) * level
        levels[k] = level
    found: FloatArray = levels[origins - 1]
    return found


def _theta_season(fitted: Any) -> tuple[FloatArray, bool]:
    """`(season,)` factors by the place in the season, and whether they multiply; none make no difference."""
    factors: FloatArray = np.array(fitted._seasonal, dtype=np.float64)
    multiplies = bool(fitted.model.method.startswith("mul"))
    return factors if factors.size else np.full(1, float(multiplies)), multiplies
