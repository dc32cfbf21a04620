"""SARIMA as a baseline: differences by tests, orders by a small search, forecasts from all origins by one pass of the filter."""

from __future__ import annotations

import time
from itertools import product
from typing import Any

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.network.interrupt import breathe
from lab.scoring.fitting import STRONG_SEASON, Fitted, Problem, quiet, require_change, strength

LONGEST_SEASON = 12  # steps: one of 24 took 38 s on 720 values, one of 365 over 500 s
MOST_VALUES = 600  # that it is fitted on, the latest of the training part
SEARCH_SECONDS = 15.0


def sarima(problem: Problem) -> Fitted:
    """SARIMA with a small search of its orders, from simple ones on while Akaike's corrected criterion falls.

    Raises:
        ValueError: the season is too long for it; nothing converges.
    """
    if problem.has_season and problem.season > LONGEST_SEASON:
        raise ValueError(
            f"A season of {problem.season} steps is too long for SARIMA, which would take minutes; STL with AR has it."
        )
    require_change(problem)
    latest = problem.training[-MOST_VALUES:]
    m = problem.season if problem.has_season else 0
    d, seasonal_d = differences(latest, m)
    began, tried = time.perf_counter(), set[tuple[int, ...]]()
    best: Any = None

    def fit(p: int, q: int, sp: int, sq: int) -> None:
        nonlocal best
        if (p, q, sp, sq) in tried or min(p, q, sp, sq) < 0 or max(p, q) > 3 or max(sp, sq) > 1:
            return
        if best is not None and time.perf_counter() - began > SEARCH_SECONDS:
            return
        breathe()
        tried.add((p, q, sp, sq))
        try:
            found = fit_sarima(latest, (p, d, q), (sp, seasonal_d, sq, m))
        except ValueError:
            return
        if np.isfinite(found.aicc) and (best is None or found.aicc < best[0].aicc):
            best = found, (p, q, sp, sq)

    for p, q in ((1, 1), (0, 1), (1, 0), (2, 2)):
        fit(p, q, *((0, 1) if m else (0, 0)))
    while best is not None:
        before = best[1]
        for at, by in product(range(4 if m else 2), (-1, 1)):
            order = list(before)
            order[at] += by
            fit(*order)
        if best[1] == before:
            break
    if best is None:
        raise ValueError("SARIMA did not converge with any of the orders tried.")
    fitted, (p, q, sp, sq) = best
    seasonal = f" ({sp},{seasonal_d},{sq}) of {m}" if any((sp, seasonal_d, sq)) else ""
    begin = problem.train_end - len(latest)
    note = f"({p},{d},{q}){seasonal}" + (f", fitted on the last {len(latest)}" if begin else "")
    return state_space_paths(fitted, problem.values[begin:], problem.origins - begin, problem.horizon), note


def fit_sarima(values: FloatArray, order: tuple[int, int, int], seasonal: tuple[int, int, int, int]) -> Any:
    """The results of statsmodels' SARIMAX, without exogenous columns. ValueError where it does not converge."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    with quiet("SARIMA"):
        fitted = SARIMAX(values, order=order, seasonal_order=seasonal if seasonal[3] else (0, 0, 0, 0)).fit(
            disp=False, maxiter=60
        )
    if not fitted.mle_retvals["converged"]:
        raise ValueError("SARIMA did not converge.")
    return fitted


def state_space_paths(fitted: Any, values: FloatArray, origins: Array, horizon: int) -> FloatArray:
    """`(origins, horizon)` forecasts of a fitted state-space model: one pass of its filter over `values` gives the state at
    every origin, and the transition takes all of them on at once."""
    with quiet("The filter"):
        found = fitted.apply(values).filter_results
    state = found.predicted_state[:, origins]
    paths = np.empty((len(origins), horizon))
    for k in range(horizon):
        paths[:, k] = (found.design[:, :, -1] @ state + found.obs_intercept[:, -1:])[0]
        state = found.transition[:, :, -1] @ state + found.state_intercept[:, -1:]
    return paths


def differences(values: FloatArray, season: int) -> tuple[int, int]:
    """How often to difference, plainly (0 or 1, by the KPSS test at 5 %) and by the season (0 or 1, where that is strong)."""
    from statsmodels.tsa.seasonal import STL
    from statsmodels.tsa.stattools import kpss

    seasonal = 0
    if season > 1:
        with quiet("STL"):
            parts = STL(values, period=season).fit()
        seasonal = int(strength(np.asarray(parts.resid), np.asarray(parts.seasonal)) > STRONG_SEASON)
        if seasonal:
            values = values[season:] - values[:-season]
    with quiet("The KPSS test"):
        return int(kpss(values, regression="c", nlags="auto", result_object=True).pvalue < 0.05), seasonal
