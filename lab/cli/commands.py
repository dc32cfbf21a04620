"""`python -m lab ...`: everything the app does, without the app."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict

from lab.cli.parser import parser
from lab.cli.progress import train_with_progress
from lab.cli.tables import milestones, print_json, print_notes, scores_table, table
from lab.config.home import sentence_of
from lab.config.honesty import mark
from lab.config.presets import PRESETS, preset
from lab.config.text import cell
from lab.data.files import DATA_FILES
from lab.data.images import Images
from lab.runs.damage import DamagedRun, lines_left_out
from lab.runs.events import Event, Failed, FinalEvent, to_json
from lab.runs.run import Control, Run
from lab.runs.store import RunStore
from lab.scoring.forecaster import MAX_STEPS


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0 for success, 1 where training failed, 2 for bad usage (one sentence on stderr)."""
    arguments = parser().parse_args(argv)
    try:
        return int(globals()[f"_{arguments.command}"](arguments) or 0)
    except BrokenPipeError:  # somebody piped us into `head`
        return 0
    except (ValueError, OSError) as error:
        print(f"python -m lab {arguments.command}: {sentence_of(error)}", file=sys.stderr)
        return 2


def _open(arguments: argparse.Namespace) -> Run:
    try:
        return RunStore().open(arguments.run)
    except ValueError as error:
        raise ValueError(f"{error} `python -m lab runs` lists those that there are.") from None


def _presets(arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json(
            [{"preset": k, "title": p.title, "config": json.loads(p.config.to_json())} for k, p in PRESETS.items()]
        )
        return
    rows = [[k, p.config.model.label, str(p.config.training.epochs), p.blurb] for k, p in PRESETS.items()]
    table(["preset", "network", "epochs", "what it is"], rows)


def _settings(arguments: argparse.Namespace) -> None:
    from lab.cli.reference import all_settings
    from lab.data.sources import DATASETS

    found = all_settings()
    if arguments.json:
        print_json([asdict(setting) for setting in found])
        return
    heads = ["setting", "default", "must be", "what it is"]
    for data in ["", *DATASETS]:
        rows = [[s.key, s.default or "–", s.rule, s.meaning] for s in found if s.data == data]
        if rows:
            print(f"\nOptions of data.name={data}, {DATASETS[data].title}" if data else "Settings of every experiment")
            table(heads, rows)


def _train(arguments: argparse.Namespace) -> int:
    from lab import jobs
    from lab.data.sources import without_effect

    settings = _settings_of(arguments)
    config = preset(arguments.preset).with_settings(settings)
    if void := without_effect(config, settings):
        raise ValueError(f"`{void[0]}` means nothing for data.name={config.data.name}; leave it out.")
    unused = [key for key in settings if key.removeprefix("model.") in config.model.unused and key.startswith("model.")]
    if unused:
        raise ValueError(f"`{unused[0]}` means nothing to this network, {config.model.label}; leave it out.")
    run = jobs.create(config, name=arguments.name)
    if DATA_FILES[config.task.accepts].at_once:
        print_notes(run.task.notes)
    return _work(run, arguments.json)


def _settings_of(arguments: argparse.Namespace) -> dict[str, object]:
    settings: dict[str, object] = {}
    for text in arguments.settings:
        key, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"--set takes KEY=VALUE, for example window.size=7; received {text!r}.")
        settings[key.strip()] = value
    return settings


def _inspect(arguments: argparse.Namespace) -> None:
    from lab.cli.inspection import inspect, print_inspection

    settings = _settings_of(arguments)
    if foreign := [key for key in settings if not key.startswith("data.")]:
        raise ValueError(f"`inspect` takes settings of the data, such as data.delimiter; received {foreign[0]!r}.")
    found = inspect(arguments.file, settings)
    print_notes(found["notes"])
    if arguments.json:
        print_json(found)
        return
    print_inspection(found)


def _resume(arguments: argparse.Namespace) -> int:
    from lab import jobs

    run = _open(arguments)
    jobs.require_resumable(run)
    return _work(run, arguments.json)


def _work(run: Run, as_json: bool) -> int:
    """Train the run in this process. Ctrl-C stops it and keeps its weights; a second one breaks off."""
    from lab.jobs import worker

    run.send(Control())

    def stop(*_: object) -> None:
        run.send(Control(state="stop"))
        signal.signal(signal.SIGINT, signal.default_int_handler)

    previous = signal.signal(signal.SIGINT, stop)
    try:
        if as_json:
            worker.execute(run.path, lambda event: print(_line(event, run), flush=True))
        else:
            train_with_progress(run)
    finally:
        signal.signal(signal.SIGINT, previous)
    final = run.history().final
    if isinstance(final, Failed):
        print(f"python -m lab: {final.message}", file=sys.stderr)
        return 1
    if not as_json:
        scores_table(run)
        print(f"Run {run.id}: see `python -m lab {run.task.next_command.format(run=run.id)}`.")
    return 0


def _line(event: Event, run: Run) -> str:
    tree = json.loads(to_json(event))
    if isinstance(event, FinalEvent):
        tree["run"] = run.id
    return json.dumps(tree)


def _runs(arguments: argparse.Namespace) -> None:
    rows, damaged = [], dict[str, str]()
    for run in RunStore().folders():
        try:
            summary = run.summary()
        except DamagedRun as error:
            damaged[run.id] = str(error)
            continue
        if note := lines_left_out(summary.unreadable):
            print_notes([f"Run {run.id}: {note}"])
        rows.append(
            {
                "run": run.id,
                "status": run.status(summary),
                "data": run.config.data.name,
                "network": run.config.model.label,
                "epoch": summary.epoch,
                "epochs": run.config.training.epochs,
                "val_loss": summary.metrics.get("val_loss"),
                "mark": mark(run.config.data),
            }
        )
    print_notes(damaged.values())
    if arguments.json:
        print_json([*rows, *({"run": run_id, "status": "damaged", "reason": why} for run_id, why in damaged.items())])
    elif not rows:
        print("There are no runs yet; `python -m lab train sine` makes one.")
    else:
        heads = [head for head in rows[0] if head != "mark" or any(row["mark"] for row in rows)]
        table(heads, [[cell(row[head]) for head in heads] for row in rows])


def _show(arguments: argparse.Namespace) -> None:
    run = _open(arguments)
    history = run.history()
    print_notes([*run.task.notes, *filter(None, [lines_left_out(history.unreadable)])])
    if arguments.json:
        last = json.loads(to_json(history.epochs[-1])) if history.epochs else None
        print_json({"run": run.id, "status": run.status(history), "config": json.loads(run.config.to_json()),
                     "last": last, "scores": run.scores()})  # fmt: skip
        return
    print(f"{run.id}: {run.status(history)}, {run.summary().title}, {run.config.model.label}")
    settings = run.config.settings()
    print("Settings that differ from the default: " + (", ".join(f"{k}={v}" for k, v in settings.items()) or "none"))
    if history.epochs:
        shown = [e for e in history.epochs if e.epoch in milestones(history.epochs[-1].epoch)]
        columns = ["epoch", "loss", "val_loss", *run.task.course, "gradient_norm", "seconds"]
        table(columns, [[cell(e.value(c)) for c in columns] for e in shown])
    if isinstance(history.final, Failed):
        print(history.final.message)
    scores_table(run)


def _forecast(arguments: argparse.Namespace) -> None:
    from lab.cli.forecasting import forecast

    if not 1 <= arguments.steps <= MAX_STEPS:
        raise ValueError(f"--steps must be a whole number from 1 to {MAX_STEPS}; received {arguments.steps}.")
    forecast(_open(arguments), arguments)


def _score(arguments: argparse.Namespace) -> None:
    from lab.cli.scoring import score

    score(_open(arguments), as_json=arguments.json)


def _backtest(arguments: argparse.Namespace) -> int:
    from lab.cli.grouped import backtest_run

    return backtest_run(_open(arguments), arguments)


def _seeds(arguments: argparse.Namespace) -> int:
    from lab.cli.grouped import seeds

    return seeds(arguments, _settings_of(arguments))


def _sweep(arguments: argparse.Namespace) -> int:
    from lab.cli.grouped import sweep

    return sweep(arguments, _settings_of(arguments))


def _race(arguments: argparse.Namespace) -> int:
    from lab.cli.racing import race

    return race(arguments, _settings_of(arguments))


def _retrain(arguments: argparse.Namespace) -> int:
    from lab.jobs import retrain

    return _work(retrain.create(_open(arguments), arguments.name), arguments.json)


def _diagnose(arguments: argparse.Namespace) -> None:
    from lab.cli.diagnosing import diagnose_named

    diagnose_named(arguments.name, arguments.column, as_json=arguments.json)


def _gates(arguments: argparse.Namespace) -> None:
    run = _open(arguments)
    trace = run.network(arguments.epoch).trace(run.window(arguments.window))
    trace.save(arguments.npz)
    print(f"Wrote {arguments.npz}: {', '.join(trace.arrays())} of {run.task.describe(arguments.window)}.")


def _gradients(arguments: argparse.Namespace) -> None:
    from lab.cli.gradients import gradients

    gradients(_open(arguments), arguments)


def _classify(arguments: argparse.Namespace) -> None:
    from lab.data.ink import read_digit
    from lab.data.sources import digits_of

    run = _open(arguments)
    if run.config.task.accepts is not Images:
        raise ValueError(f"Run {run.id} learned to forecast a series; only a run that learned digits can classify.")
    network, digit = run.network(), read_digit(arguments.file)
    probabilities = [float(p) for p in network.predict(digits_of(run.config.data).sequences(digit.pixels[None]))[0]]
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    if arguments.json:
        print_json({"run": run.id, "class": best, "probabilities": probabilities, "notes": digit.notes})
        return
    print("\n".join([f"{best}, with probability {probabilities[best]:.1%}", *digit.notes]))
    table(["class", "probability"], [[str(k), f"{p:.4f}"] for k, p in enumerate(probabilities)])


def _export(arguments: argparse.Namespace) -> None:
    run = _open(arguments)
    arguments.file.write_bytes(run.to_zip())
    print(f"Wrote {arguments.file}.")
