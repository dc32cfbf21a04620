"""What became of a run's forecasts as it learned, from the weights that it kept: skill, lag, and how wide and honest intervals were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.prepared import Prepared
from lab.network.network import Network
from lab.runs.run import Run
from lab.runs.snapshots import within
from lab.scoring import metrics
from lab.scoring.forecast_scores import MOST_LAG
from lab.scoring.forecaster import best_lag, one_step_ahead
from lab.scoring.intervals import conformal_quantile
from lab.scoring.quantiles import one_step_ends, predicts_quantiles


@dataclass(frozen=True)
class EpochSkill:
    """One-step forecasts by the network of an epoch, of one target.

    Args:
        mase: over the validation part, by the previous value's error in the training part.
        naive: the MASE of the previous value over the same steps: below it is better than copying.
        lag: steps by which the forecast of the validation part fits the truth best, 1 for a copy; None for too few steps.
        coverage: of conformal intervals made on the validation part, or of its own where the network predicts quantiles, the share of the
            test part that they held; `width` in the target's units; None where a part is too short for an interval of this level.
    """

    epoch: int
    mase: float
    naive: float
    lag: int | None
    coverage: float | None
    width: float | None


def skill_by_epoch(run: Run, level: float = 0.9, seconds: float = 3.0, target: int = 0) -> list[EpochSkill]:
    """A row for each epoch whose weights were kept, as many as so many seconds allow, from the first to the last.

    Raises:
        ValueError: the run learns no series.
    """
    run.prepared  # noqa: B018
    found = [_skill(run, run.network(epoch), epoch, level, target) for epoch in within(run.snapshots(), seconds)]
    return sorted(found, key=lambda row: row.epoch)


def _skill(run: Run, network: Network, epoch: int, level: float, target: int) -> EpochSkill:
    prepared = run.prepared
    values = prepared.targets[:, target]
    training = values[: prepared.split.train_end]

    start, stop = prepared.split.bounds("validation")
    start = max(start, prepared.earliest)
    truth, copied = values[start:stop], values[start - 1 : stop - 1]
    ours = one_step_ahead(prepared, network, start, stop)[:, target]
    tested, low, high = _intervals(prepared, network, truth - ours, level, target)
    return EpochSkill(
        epoch,
        metrics.mase(truth, ours, training),
        metrics.mase(truth, copied, training),
        best_lag(truth, ours, MOST_LAG) if len(truth) >= 3 * MOST_LAG else None,
        metrics.coverage(tested, low, high) if len(low) else None,
        metrics.width(low, high) if len(low) else None,
    )


def _intervals(
    prepared: Prepared, network: Network, errors: FloatArray, level: float, target: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The test part, and both ends of an interval about each of its one-step forecasts; nothing where there are none."""
    start, stop = prepared.split.bounds("test")
    start = min(max(start, prepared.earliest), stop)
    truth = prepared.targets[start:stop, target]
    if predicts_quantiles(network):
        low, high = (end[:, target] for end in one_step_ends(prepared, network, start, stop, level))
        return truth, low, high
    half = conformal_quantile(errors, level)
    if not np.isfinite(half):
        return truth, np.zeros(0), np.zeros(0)
    forecast = one_step_ahead(prepared, network, start, stop)[:, target]
    return truth, forecast - half, forecast + half


def copying(rows: Sequence[EpochSkill]) -> str:
    """Did it ever do more than copy the previous value? A sentence; `""` without trained epochs."""
    trained = [row for row in rows if row.epoch > 0]
    if not trained:
        return ""
    best, last = min(trained, key=lambda row: row.mase), trained[-1]
    if not last.naive > 0:
        return "The validation part never changes, so there is nothing better than copying the previous value."
    gain = 1 - best.mase / best.naive
    late = f" and fits the truth best {last.lag} step{'s' if last.lag != 1 else ''} late" if last.lag else ""
    if gain < 0.01:
        return f"At none of these epochs did it do better than copying the previous value; at the end its error is {last.mase / last.naive:.0%} of the copy's{late}."
    return f"It did more than copy: after epoch {best.epoch} its error on the validation part was {gain:.0%} below that of the previous value; at the end it is {last.mase / last.naive:.0%} of it{late}."


def narrowing(rows: Sequence[EpochSkill]) -> str:
    """Did the intervals get narrower as it learned? A sentence; `""` where there are none to compare."""
    known = [(row.epoch, row.width) for row in rows if row.width is not None]
    if len(known) < 2:
        return ""
    (start, first), (end, last) = known[0], known[-1]
    if not first > 0 or abs(last / first - 1) < 0.05:
        return f"The intervals are as wide after epoch {end} as after epoch {start}."
    how = f"{1 - last / first:.0%} narrower" if last < first else f"{last / first - 1:.0%} wider"
    return f"The intervals are {how} after epoch {end} than after epoch {start}."
