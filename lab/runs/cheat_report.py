"""What a leak was worth: the score that each of the twins reports, and that on the part of the series that neither has seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.data.series import Series
from lab.runs.damage import DamagedRun
from lab.runs.group import Group
from lab.runs.run import Run
from lab.scoring.forecast_scores import Score, beside_naive
from lab.scoring.forecaster import paths_from


@dataclass(frozen=True)
class Twin:
    """One of the two.

    Args:
        reported: its score on its own test part, as it stands on its page.
        real: that on the untouched part, forecast as one would from day to day: what is not known yet is not among the inputs.
        naive: the previous value on the untouched part.
    """

    label: str
    run: Run
    reported: Score
    real: Score
    naive: Score


def cheat_report(group: Group, series: Series) -> list[Twin]:
    """The twins that are over, the honest one first.

    Args:
        series: the whole one, with the part that neither has seen.
    """
    found, runs = [], group.runs
    for member in group.record.members:
        run = runs.get(member.run)
        if run is None:
            continue
        try:
            if scores := run.scores():
                found.append(_twin(member.label, run, Score(**scores[0]), series, group.record.options["kept"]))
        except DamagedRun:
            continue
    return found


def _twin(label: str, run: Run, reported: Score, series: Series, kept: int) -> Twin:
    prepared = run.prepared.on(series)
    horizon = prepared.window.horizon
    origins = np.arange(kept, len(series) - horizon + 1)
    paths = paths_from(prepared, run.network(), origins, horizon, direct=horizon > 1)
    scores = beside_naive(prepared, paths, run.config.model.title, origins)
    naive = next(score for score in scores if score.name == "Previous value")
    return Twin(label, run, reported, scores[0], naive)


def sentence(twins: list[Twin]) -> str:
    """What the cheat was worth, in words; `""` before both are over."""
    if len(twins) < 2:
        return ""
    honest, cheat = twins
    claimed = 1 - cheat.reported.mae / honest.reported.mae if honest.reported.mae else 0.0
    real = 1 - cheat.real.mae / honest.real.mae if honest.real.mae else 0.0
    claim = _than(claimed, "reports an error")
    truth = _than(real, "it has an error")
    if claimed > 0.02 and real < claimed / 2:
        return f"The cheat {claim} its honest twin's; on the part that neither has seen {truth} the twin's. What it reports is not there."
    if claimed <= 0.02:
        return f"The cheat {claim} its honest twin's, and on the part that neither has seen {truth} the twin's: here the leak brought nothing. That is luck, and no licence."
    return f"The cheat {claim} its honest twin's; on the part that neither has seen {truth} the twin's."


def _than(share: float, verb: str) -> str:
    if abs(share) < 0.005:
        return f"{verb} equal to"
    return f"{verb} {abs(share):.0%} {'below' if share > 0 else 'above'}"
