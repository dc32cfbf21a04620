"""A backtest that trains anew before each fold: every fold a run of its own, in one group."""

from __future__ import annotations

from dataclasses import asdict

from lab.jobs.groups import Variant, submit_group
from lab.runs.group import Group
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.scoring.backtest import Plan, config_of, plan_folds


def submit_backtest(run: Run, plan: Plan, *, store: RunStore | None = None, limited: bool = True) -> Group:
    """Train a run's config before each fold of its series, on what is known by then.

    Raises:
        ValueError: the folds do not fit into the series, the run learns none, or a limit of this server is met.
    """
    series, config = run.series, run.config
    folds = plan_folds(plan, len(series), config)
    variants = [
        Variant(config_of(config, fold), f"fold {k}", {"fold": str(k)}, series.take(slice(fold.first, fold.end)))
        for k, fold in enumerate(folds, 1)
    ]
    how = "sliding" if plan.sliding else "expanding"
    ahead = "1 step" if plan.horizon == 1 else f"{plan.horizon} steps"
    options = {"plan": asdict(plan), "folds": [asdict(fold) for fold in folds]}
    title = f"{len(folds)} folds, {ahead} ahead, {how} window"
    return submit_group(
        "backtest", title, variants, config=config, base=run.id, options=options, store=store, limited=limited
    )
