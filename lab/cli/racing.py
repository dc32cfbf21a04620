"""`python -m lab race`: recurrent networks on one task, with one line of progress for all."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from lab.cli.grouped import named, wait
from lab.cli.tables import print_json, table
from lab.config.presets import PRESETS
from lab.config.run import RunConfig
from lab.data.series import Series
from lab.data.sources import DATASETS
from lab.data.sources.memory import MemoryTask
from lab.runs.race_report import places, sentence
from lab.runs.run import Run


def race(arguments: argparse.Namespace, settings: dict[str, object]) -> int:
    """Train the candidates and say which solved the task; ValueError where something does not fit."""
    from lab.jobs.race import submit_race

    if arguments.length is not None:
        settings = settings | {"data.length": arguments.length}
    config, run = _config(arguments.task, settings)
    series = run.series if run and config.task.accepts is Series and config.data == run.config.data else None
    names = [name.strip() for name in arguments.cells.split(",") if name.strip()]
    group = submit_race(config, names, series=series, base=run.id if run else "", limited=False)
    failed = wait(group)
    runs = group.runs
    found = places(group, {m.label: runs[m.run].history() for m in group.record.members if m.run in runs})
    if arguments.json:
        print_json({"group": group.id, "sentence": sentence(found), "places": [asdict(place) for place in found]})
        return failed
    table(
        ["network", "solved after epoch", "seconds", "epochs", "validation loss", "run"],
        [
            [
                p.label,
                "–" if p.epoch is None else str(p.epoch),
                f"{p.seconds:.1f}",
                str(p.epochs),
                f"{p.best:.4g}",
                p.run,
            ]
            for p in found
        ],
    )
    print(sentence(found))
    return failed


def _config(name: str, settings: dict[str, object]) -> tuple[RunConfig, Run | None]:
    """That of a task, as its preset has it where there is one; or of a preset or a run."""
    if name in DATASETS and issubclass(DATASETS[name], MemoryTask):
        base = next((p.config for p in PRESETS.values() if p.config.data.name == name), None)
        base = base or RunConfig().with_settings({"data.name": name, "model.units": 32, "training.learning_rate": 0.01})
        return base.with_settings(settings), None
    return named(name, settings)
