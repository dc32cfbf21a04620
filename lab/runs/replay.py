"""The forecasts of a run's validation part at earlier epochs: those that its events hold, else made from its snapshots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array
from lab.data.prepared import Prepared
from lab.runs.history import History
from lab.runs.run import Run
from lab.runs.snapshots import within
from lab.scoring import metrics
from lab.scoring.forecast_scores import MOST_LAG
from lab.scoring.forecaster import best_lag, one_step_ahead, path_from
from lab.scoring.intervals import conformal_quantile
from lab.scoring.quantiles import SHOWN_LEVEL, one_step_ends, predicts_quantiles

ENOUGH = 12  # epochs, below which the snapshots are asked for more
LONGEST = 2000  # steps of a forecast, as events hold them


@dataclass(frozen=True, eq=False)
class EpochForecast:
    """What the network of an epoch made of the validation part, in the data's units.

    Args:
        one_step: `(steps,)`, of `one_step_epoch`, the newest there is at this epoch; None where there is none yet.
        free_running: `(steps,)`; fewer where there was no time for all.
        low, high: `(steps,)` the ends of the 90 % interval about `one_step`, of a network that predicts quantiles; else None.
    """

    epoch: int
    free_running: Array
    one_step_epoch: int = 0
    one_step: Array | None = None
    low: Array | None = None
    high: Array | None = None


def forecasts(history: History, target: int = 0) -> list[EpochForecast]:
    """What the events hold of one of the targets, in the order of the epochs."""
    suffix = f"_{target + 1}" if target else ""
    led = history.frames.get(f"one_step{suffix}", [])
    low, high = (dict(history.frames.get(f"{end}{suffix}", [])) for end in ("low", "high"))
    found = []
    for epoch, path in history.frames.get(f"free_running{suffix}", []):
        of, values = next(((e, v) for e, v in reversed(led) if e <= epoch), (0, None))
        found.append(EpochForecast(epoch, path, of, values, low.get(of), high.get(of)))
    return found


def forecasts_from_snapshots(run: Run, known: set[int], seconds: float, target: int = 0) -> list[EpochForecast]:
    """Forecasts of epochs that are not `known`, by the networks that the run kept; as many as so many seconds allow."""
    prepared = run.prepared
    start, stop = prepared.split.bounds("validation")
    stop = min(stop, start + LONGEST)
    found = []
    for epoch in within(sorted(set(run.snapshots()) - known), seconds):
        network = run.network(epoch)
        path = path_from(prepared, network, start, stop - start, direct=prepared.window.horizon > 1)[:, target]
        led = [one_step_ahead(prepared, network, start, stop)]
        if predicts_quantiles(network):
            led += one_step_ends(prepared, network, start, stop, SHOWN_LEVEL)
        shown = (values[:, target].astype(np.float32) for values in led)
        found.append(EpochForecast(epoch, path.astype(np.float32), epoch, *shown))
    return found


def all_forecasts(run: Run, history: History, seconds: float = 1.5, target: int = 0) -> list[EpochForecast]:
    """Those of the events, and of a run that is over and that nobody watched those of its snapshots, within `seconds`."""
    found = forecasts(history, target)
    if history.final is not None and len(found) < ENOUGH:
        found += forecasts_from_snapshots(run, {f.epoch for f in found}, seconds, target)
    return sorted(found, key=lambda f: f.epoch)


def skill_in_words(prepared: Prepared, at: EpochForecast, target: int = 0) -> str:
    """How much better than copying the one-step forecast of an epoch is, and how honest a 90 % interval about it; `""` without one.

    A network that predicts quantiles has intervals of its own; else the errors of the first half of the validation part make one
    (split conformal), and it is judged on the second.
    """
    if at.one_step is None:
        return ""
    start = prepared.split.bounds("validation")[0]
    values = prepared.targets[start - 1 : start + len(at.one_step), target]
    truth, copied, ours = values[1:], values[:-1], np.asarray(at.one_step, np.float64)
    naive, found = metrics.mae(truth, copied), []
    if naive > 0:
        found.append(f"One-step error {metrics.mae(truth, ours) / naive:.0%} of the previous value's")
        if len(truth) >= 3 * MOST_LAG:
            lag = best_lag(truth, ours, MOST_LAG)
            found[-1] += f", {lag} step{'s' if lag > 1 else ''} late" if lag else ", not late"
    if at.low is not None and at.high is not None:
        held, width = metrics.coverage(truth, at.low, at.high), metrics.width(at.low, at.high)
        found.append(f"Its {SHOWN_LEVEL:.0%} interval held {held:.0%}, mean width {width:.3g}")
    else:
        half = len(truth) // 2
        known = conformal_quantile(truth[:half] - ours[:half], SHOWN_LEVEL)
        if np.isfinite(known):
            held = float(np.mean(np.abs(truth[half:] - ours[half:]) <= known))
            found.append(
                f"A {SHOWN_LEVEL:.0%} interval from the first half's errors held {held:.0%} of the second, width {2 * known:.3g}"
            )
    return "".join(f" {sentence}." for sentence in found)
