"""What a group of runs shows, in a table and a sentence: of seeds their spread, of a sweep the one that validation chose."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.config.run import RunConfig
from lab.runs import baseline_file
from lab.runs.damage import DamagedRun
from lab.runs.group import Group
from lab.runs.group_rows import Row, best_first, chosen_by, rows
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.scoring.spread import Spread, sentence

METRICS = {
    "mae": "MAE",
    "rmse": "RMSE",
    "mape": "MAPE (%)",
    "smape": "sMAPE (%)",
    "mase": "MASE",
    "accuracy": "accuracy",
    "right": "share of right answers",
    "loss": "loss",
}
HIGHER = ("accuracy", "right")


@dataclass(frozen=True)
class SeedsReport:
    """Test metrics over the seeds, by target and metric, and a sentence for each target (`""` where there is one)."""

    spreads: Mapping[tuple[str, str], Spread]
    sentences: Mapping[str, str]


def test_scores(group: Group) -> list[list[dict[str, Any]]]:
    """The scores on the test part of each member that is over, in order."""
    found = []
    for run in group.runs.values():
        try:
            scores = run.scores()
        except DamagedRun:
            continue
        if scores:
            found.append(scores)
    return found


def seeds_report(group: Group) -> SeedsReport | None:
    """None before two seeds have scores."""
    scored = test_scores(group)
    if len(scored) < 2:
        return None
    spreads, sentences = dict[tuple[str, str], Spread](), dict[str, str]()
    targets = list(dict.fromkeys(row.get("target", "") for row in scored[0]))
    rivals = _baselines(group, scored[0])
    for target in targets:
        ours = [next(row for row in scores if row.get("target", "") == target) for scores in scored]
        for key in METRICS:
            values = [row[key] for row in ours if row.get(key) is not None]
            if len(values) == len(ours):
                spreads[target, key] = Spread.of(values)
        key = "mae" if (target, "mae") in spreads else next((k for t, k in spreads if t == target), "")
        of_target = [row for row in rivals if row.get("target", "") == target and row.get(key) is not None]
        if of_target:
            best = (max if key in HIGHER else min)(of_target, key=lambda row: row[key])
            values = [row[key] for row in ours]
            sentences[target] = sentence(values, best[key], best["name"], METRICS[key], higher=key in HIGHER)
    return SeedsReport(spreads, sentences)


def _baselines(group: Group, scores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Baselines do not depend on the seed: those in the scores, and what was fitted for any of the runs."""
    model = scores[0]["name"]
    found = {(row["name"], row.get("target", "")): row for row in scores if row["name"] != model}
    for run in _with_base(group):
        for row in baseline_file.kept(run):
            if row.score:
                found.setdefault((row.name, row.score.target), vars(row.score) | {"name": row.name})
    return list(found.values())


def _with_base(group: Group) -> list[Run]:
    """The members, and the run that the group started from, where it was of the very same data."""
    runs = list(group.runs.values())
    with contextlib.suppress(ValueError):
        base = RunStore(group.path.parent.parent).open(group.record.base)
        same = RunConfig.from_json(group.record.config)
        if (base.config.data, base.config.window) == (same.data, same.window):
            runs.append(base)
    return runs


@dataclass(frozen=True)
class SweepReport:
    """The runs of a sweep, those of the last round first, the best of each before the others, and on the best of its last round a sentence or two; `""` while none is over."""

    rows: Sequence[Row]
    metric: str
    higher: bool
    sentence: str


def sweep_report(group: Group) -> SweepReport:
    """As far as it is."""
    found = rows(group)
    run = next((row.run for row in found if row.run is not None), None)
    key, higher = chosen_by(run) if run else ("val_loss", False)
    label = _label(run, key)
    last = max(row.member.rung for row in found)
    ranked = sorted(best_first(found), key=lambda row: -row.member.rung)
    best = next((row for row in ranked if row.member.rung == last and row.value is not None), None)
    text = ""
    if best is not None and best.run is not None:
        part = best.run.config.task.judged_on
        of = sum(row.value is not None for row in found)
        text = f"The best {label} on the {part} part, {best.value:.4g}, has {best.member.label}."
        scores = best.run.scores()
        own = scores[0].get(key.removeprefix("val_")) if scores else None
        if part == "test":
            text += (
                f" It was chosen by the very part that it is judged on, so it is too good: the best of {of} always is."
            )
        elif own is not None:
            text += f" On the test part, which chose nothing, it is {own:.4g}: the best of {of} on the validation part is there partly by luck."
    return SweepReport(ranked, label, higher, text)


def _label(run: Run | None, key: str) -> str:
    if run is not None:
        for metric in run.config.task.metrics:
            if metric.key == key.removeprefix("val_"):
                return str(metric.label)
    return key.replace("_", " ")
