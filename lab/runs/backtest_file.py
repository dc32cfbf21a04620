"""`folds.json`: how the folds of a backtest went, each as soon as its run is over; what is missing can be made again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from lab.config.home import write_text
from lab.network.interrupt import breathe
from lab.runs.damage import DamagedRun
from lab.runs.group import Group
from lab.runs.run import Run
from lab.scoring.backtest import Fold, FoldScores, Plan, score_fold
from lab.scoring.forecast_scores import Score

FILE = "folds.json"


def plan_of(group: Group) -> Plan:
    """What the backtest was asked for."""
    return Plan(**group.record.options["plan"])


def folds_of(group: Group) -> list[Fold]:
    """The folds in their order, one for each member."""
    return [Fold(**fold) for fold in group.record.options["folds"]]


def fold_scores(group: Group) -> list[FoldScores]:
    """The folds whose runs are over, scored; each is scored once and kept beside the group.

    A fold whose run failed, or whose weights cannot be read, is left out.
    """
    record, runs = group.record, group.runs
    horizon, known = plan_of(group).horizon, _kept(group)
    found, scored = [], dict(known)
    for member, fold in zip(record.members, folds_of(group), strict=True):
        scores = known.get(member.run)
        if scores is None and (run := runs.get(member.run)) is not None:
            breathe()
            with contextlib.suppress(DamagedRun):
                scores = _score(run, fold, horizon)
        if scores is not None:
            scored[member.run] = scores
            found.append(FoldScores(fold, tuple(scores)))
    if len(scored) > len(known):
        tree = {name: [asdict(score) for score in scores] for name, scores in scored.items()}
        with contextlib.suppress(OSError):
            write_text(group.path / FILE, json.dumps(tree))
    return found


def _score(run: Run, fold: Fold, horizon: int) -> list[Score] | None:
    if run.status() not in ("finished", "stopped") or not (run.path / "weights.npz").exists():
        return None
    return score_fold(run.prepared, run.network(), fold, horizon, run.config.model.title, fold.first)


def _kept(group: Group) -> Mapping[str, list[Score]]:
    path = group.path / FILE
    try:
        at = path.stat()
        return _read(path, at.st_mtime_ns, at.st_size)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


@lru_cache(maxsize=64)
def _read(path: Path, written: int, size: int) -> Mapping[str, list[Score]]:  # noqa: ARG001  (another file, other scores)
    tree: Mapping[str, list[Mapping[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: [Score(**{**row, "by_step": tuple(row["by_step"])}) for row in scores] for name, scores in tree.items()
    }
