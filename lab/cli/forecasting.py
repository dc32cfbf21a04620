"""`python -m lab forecast`: the time beyond the end of a run's data."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from lab.cli.tables import table
from lab.data.arrays import FloatArray
from lab.data.calendars import time_stamps
from lab.data.prepared import Prepared
from lab.runs.run import Run
from lab.scoring.forecaster import Others, future
from lab.scoring.interval_methods import intervals, judge
from lab.scoring.intervals import Coverage, require_level
from lab.scoring.sampling import Method, methods_for, require_method


def forecast(run: Run, arguments: argparse.Namespace) -> None:
    """Print the forecast; ValueError where an argument does not fit."""
    prepared, network, level = run.prepared, run.network(), arguments.interval
    method: Method = arguments.method or methods_for(network)[0]
    if level is not None:
        require_level(level)
        require_method(method, network)
    elif arguments.method is not None:
        raise ValueError("--method is about intervals; it means nothing without --interval.")
    others = _others(arguments, prepared)
    found = future(prepared, network, arguments.steps, others=others)
    times, rows = time_stamps(found.index), found.mean.reshape(arguments.steps, -1)
    between: tuple[FloatArray, FloatArray] | None = None
    covered: list[Coverage | None] = []
    if level is not None:
        steps, direct = arguments.steps, prepared.window.horizon > 1
        start = len(prepared.series)
        (between,) = intervals(prepared, network, start, steps, (level,), method, direct=direct, others=others)
        covered = judge(prepared, network, steps, level, method, direct=direct, others=others)
    if arguments.json:

        def by_target(values: FloatArray) -> object:
            columns = [[None if np.isnan(v) else v for v in column] for column in values.T.tolist()]
            return dict(zip(found.names, columns, strict=True)) if len(columns) > 1 else columns[0]

        tree = {"run": run.id, "steps": arguments.steps, "times": times, "mean": by_target(rows)}
        if between is not None:
            tree |= {"level": level, "method": method, "low": by_target(between[0]), "high": by_target(between[1])}
            for key, name in (("coverage", "share"), ("width",) * 2, ("winkler",) * 2, ("origins",) * 2):
                values = [None if c is None else getattr(c, name) for c in covered]
                tree[key] = values if len(values) > 1 else values[0]
        print(json.dumps(tree))
        return
    heads, cells = ["time"], [[str(t)] for t in times]
    for k, (name, unit) in enumerate(zip(prepared.target_names, prepared.target_units, strict=True)):
        heads.append(f"{name} ({unit})" if unit else name)
        ends = [] if between is None else [end[:, k] for end in between]
        heads += ["from", "to"] if ends else []
        for step, row in enumerate(cells):
            row += [f"{column[step]:.6g}" if np.isfinite(column[step]) else "–" for column in (rows[:, k], *ends)]
    table(heads, cells)
    for name, unit, judged in zip(prepared.target_names, prepared.target_units, covered, strict=False):
        of, units = f" of {name}" if len(covered) > 1 else "", f" {unit}" if unit else ""
        print(f"The test part is too short to say how often such intervals hold the truth{of}." if judged is None else
              f"On the test part such intervals held {judged.share:.0%} of the true values{of}; {level:.0%} were to be. Mean width "
              f"{judged.width:.4g}{units}, Winkler score {judged.winkler:.4g}{units}, from {judged.origins} origins.")  # fmt: skip
    if between is not None and np.isnan(between[0]).any():
        print("Where there is a dash the validation part is too short to say how far off such a step may be.")


def _others(arguments: argparse.Namespace, prepared: Prepared) -> Others:
    if arguments.others != "held" and not prepared.other_names:
        raise ValueError("--others means nothing to this run, which forecasts all that it reads; leave it out.")
    if arguments.others in ("held", "season"):
        way: Others = arguments.others
        return way
    from lab.data.others import read_others

    path = Path(arguments.others)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(
            f"--others must be held, season or a CSV file; {arguments.others!r} cannot be read: {error.strerror}."
        ) from None
    return read_others(data, path.name, prepared, arguments.steps)
