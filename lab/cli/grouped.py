"""`python -m lab backtest`, `seeds` and `sweep`: many runs on the pool's workers, with one line of progress for all."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict

from lab.cli.tables import print_json, print_notes, table
from lab.config.grid import Grid
from lab.config.presets import PRESETS, preset
from lab.config.run import RunConfig
from lab.config.text import cell
from lab.data.calendars import time_stamps
from lab.data.series import Series
from lab.runs.backtest_file import fold_scores
from lab.runs.group import Group
from lab.runs.group_report import METRICS, seeds_report, sweep_report
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.scoring.backtest import FoldScores, Plan, backtest, overall, sentence
from lab.scoring.forecast_scores import overtaking

LOOK_SECONDS = 0.5


def named(name: str, settings: dict[str, object]) -> tuple[RunConfig, Run | None]:
    """The config of a preset or of a run with these settings, and the run. ValueError where there is neither."""
    if name in PRESETS:
        return preset(name).with_settings(settings), None
    try:
        run = RunStore().open(name)
    except ValueError as error:
        raise ValueError(f"{error} Nor is it a preset, one of {', '.join(PRESETS)}.") from None
    return run.config.with_settings(settings), run


def seeds(arguments: argparse.Namespace, settings: dict[str, object]) -> int:
    """Train one config with several seeds and say how much of the score is the seed."""
    from lab.jobs.groups import submit_seeds

    config, run = named(arguments.name, settings)
    data = run.data if run and config.data == run.config.data else None
    group = submit_seeds(config, arguments.count, data=data, base=run.id if run else "", limited=False)
    failed = wait(group)
    report = seeds_report(group)
    if arguments.json:
        spreads = [
            {"target": target, "metric": key} | asdict(found)
            for (target, key), found in (report.spreads if report else {}).items()
        ]
        print_json({"group": group.id, "runs": list(group.runs), "spreads": spreads,
                    "sentences": report.sentences if report else {}})  # fmt: skip
        return failed
    if report is None:
        print("Fewer than two seeds have scores.")
        return failed
    heads = ["target", "test range", "mean", "standard deviation", "lowest", "highest"]
    body = [
        [target, METRICS[key], *(cell(v) for v in (s.mean, s.deviation, s.low, s.high))]
        for (target, key), s in report.spreads.items()
    ]
    several = any(target for target, _ in report.spreads)
    table(heads if several else heads[1:], body if several else [row[1:] for row in body])
    for target, text in report.sentences.items():
        print(f"{target}: {text}" if target else text)
    print(f"Group {group.id}: see it on the app's page Evaluate.")
    return failed


def sweep(arguments: argparse.Namespace, settings: dict[str, object]) -> int:
    """Train one config over a grid and say which combination the validation part chose."""
    from lab.jobs.sweeps import submit_sweep

    config, run = named(arguments.name, settings)
    series = run.series if run and config.task.accepts is Series else None
    group = submit_sweep(
        config, Grid.of(arguments.grid), draws=arguments.random, halving=arguments.halving, series=series,
        base=run.id if run else "", limited=False,
    )  # fmt: skip
    failed = wait(group)
    report = sweep_report(group)
    if arguments.json:
        print_json({"group": group.id, "metric": report.metric, "sentence": report.sentence, "runs": [
            {"run": row.member.run, "settings": dict(row.member.settings), "round": row.member.rung + 1, "status": row.status,
             "epochs": row.epochs, "parameters": row.parameters, "value": row.value}
            for row in report.rows
        ]})  # fmt: skip
        return failed
    keys = list(group.record.options["keys"])
    table(
        [*keys, "round", "parameters", "epochs", f"{report.metric}, validation", "status", "run"],
        [
            [*(row.member.settings[key] for key in keys), str(row.member.rung + 1), f"{row.parameters:,}", f"{row.epoch} of {row.epochs}", cell(row.value), row.status, row.member.run]
            for row in report.rows
        ],
    )  # fmt: skip
    print(report.sentence or "No run of it came to an end.")
    return failed


def backtest_run(run: Run, arguments: argparse.Namespace) -> int:
    """Rolling-origin folds, the model beside the baselines in each."""
    plan = Plan(
        arguments.folds, arguments.horizon, arguments.stride, arguments.gap, arguments.sliding, arguments.retrain
    )
    if not plan.retrain and (plan.gap or plan.sliding):
        raise ValueError("--gap and --sliding are about what is trained on; they mean nothing without --retrain.")
    run.series  # noqa: B018
    failed, group_id = 0, None
    if plan.retrain:
        from lab.jobs.backtests import submit_backtest

        group = submit_backtest(run, plan, limited=False)
        failed, group_id = wait(group), group.id
        folds = fold_scores(group)
    else:
        folds = backtest(run.prepared, run.network(), plan, run.config)
    if not folds:
        raise ValueError("No fold came to an end, so there is nothing to score.")
    names = run.prepared.target_names
    targets = list(names) if len(names) > 1 else [""]
    if arguments.json:
        print_json({
            "run": run.id, "group": group_id, "plan": asdict(plan),
            "folds": [{"fold": asdict(done.fold), "scores": [asdict(s) for s in done.scores]} for done in folds],
            "overall": [asdict(score) for target in targets for score in overall(folds, target)],
            "sentences": {target: sentence(folds, target) for target in targets},
        })  # fmt: skip
        return failed
    for target in targets:
        _print_backtest(run, folds, target, plan)
    if failed:
        print_notes([f"{plan.folds - len(folds)} of {plan.folds} folds have no score."])
    return failed


def _print_backtest(run: Run, folds: Sequence[FoldScores], target: str, plan: Plan) -> None:
    if target:
        print(target)
    scores = overall(folds, target)
    stamps = time_stamps(run.series.index)
    names = [score.name for score in scores]
    table(["fold", "first origin", "trained on", *(f"MAE, {name}" for name in names)], [
        [str(k), str(stamps[done.fold.start]), f"{done.fold.validation_end - done.fold.first:,} steps",
         *(cell(done.mae(name, target)) for name in names)]
        for k, done in enumerate(folds, 1)
    ])  # fmt: skip
    table(["over all folds", "mae", "rmse", "mape %", "mase", "direction"], [
        [s.name, *(cell(v) for v in (s.mae, s.rmse, s.mape, s.mase, s.direction))] for s in scores
    ])  # fmt: skip
    print(sentence(folds, target))
    if plan.horizon > 1:
        naive = next(score for score in scores if score.name == "Previous value")
        print(overtaking(scores[0], naive))


def wait(group: Group) -> int:
    """Show how far a group is until it is over; 1 where a run of it failed. Ctrl-C stops it, and keeps what was trained."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from lab.jobs import groups

    def stop(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        groups.stop(group)

    console = Console(stderr=True, highlight=False)
    previous = signal.signal(signal.SIGINT, stop)
    try:
        if console.is_terminal:
            columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
            with Progress(*columns, console=console) as bar:
                task = bar.add_task(group.record.title, total=1.0)
                _follow(group, lambda words, done: bar.update(task, completed=done, description=words))
        else:
            said = [""]

            def say(words: str, _: float) -> None:
                if words != said[0]:
                    said[0] = words
                    print(words, file=sys.stderr, flush=True)

            _follow(group, say)
    finally:
        signal.signal(signal.SIGINT, previous)
    return int(bool(group.counts()["failed"]))


def _follow(group: Group, show: Callable[[str, float], None]) -> None:
    from lab.jobs.sweeps import advance

    while True:
        seen = group.look()
        show(_words(group, seen.counts), seen.done)
        if not seen.is_under_way and not advance(group):
            return
        time.sleep(LOOK_SECONDS)


def _words(group: Group, counts: Counter[str]) -> str:
    total = sum(counts.values())
    over = counts["finished"] + counts["stopped"] + counts["failed"]
    rest = ", ".join(f"{count} {status}" for status, count in counts.items() if status != "finished")
    return f"{group.record.title}: {over} of {total} over" + (f" ({rest})" if rest else "")
