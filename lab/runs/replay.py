"""The forecasts of a run's validation part at earlier epochs: those that its events hold, else made from its snapshots."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array
from lab.runs.history import History
from lab.runs.run import Run
from lab.scoring.forecaster import one_step_ahead, path_from

ENOUGH = 12  # epochs, below which the snapshots are asked for more
LONGEST = 2000  # steps of a forecast, as events hold them


@dataclass(frozen=True, eq=False)
class EpochForecast:
    """What the network of an epoch made of the validation part, in the data's units.

    Args:
        one_step: `(steps,)`, of `one_step_epoch`, the newest there is at this epoch; None where there is none yet.
        free_running: `(steps,)`; fewer where there was no time for all.
    """

    epoch: int
    free_running: Array
    one_step_epoch: int = 0
    one_step: Array | None = None


def forecasts(history: History, target: int = 0) -> list[EpochForecast]:
    """What the events hold of one of the targets, in the order of the epochs."""
    suffix = f"_{target + 1}" if target else ""
    found, led = [], history.frames.get(f"one_step{suffix}", [])
    for epoch, path in history.frames.get(f"free_running{suffix}", []):
        before = [frame for frame in led if frame[0] <= epoch]
        found.append(EpochForecast(epoch, path, *(before[-1] if before else (0, None))))
    return found


def forecasts_from_snapshots(run: Run, known: set[int], seconds: float, target: int = 0) -> list[EpochForecast]:
    """Forecasts of epochs that are not `known`, by the networks that the run kept; as many as so many seconds allow."""
    prepared = run.prepared
    start, stop = prepared.split.bounds("validation")
    stop = min(stop, start + LONGEST)
    began, found = time.perf_counter(), []
    epochs = sorted(set(run.snapshots()) - known)
    for epoch in (*epochs[::3], *epochs[1::3], *epochs[2::3]):  # where time is short, still from first to last
        if time.perf_counter() - began > seconds:
            break
        network = run.network(epoch)
        path = path_from(prepared, network, start, stop - start, direct=prepared.window.horizon > 1)[:, target]
        led = one_step_ahead(prepared, network, start, stop)[:, target]
        found.append(EpochForecast(epoch, path.astype(np.float32), epoch, led.astype(np.float32)))
    return found


def all_forecasts(run: Run, history: History, seconds: float = 1.5, target: int = 0) -> list[EpochForecast]:
    """Those of the events, and of a run that is over and that nobody watched those of its snapshots, within `seconds`."""
    found = forecasts(history, target)
    if history.final is not None and len(found) < ENOUGH:
        found += forecasts_from_snapshots(run, {f.epoch for f in found}, seconds, target)
    return sorted(found, key=lambda f: f.epoch)
