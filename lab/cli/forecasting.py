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
from lab.network.network import Network
from lab.runs.run import Run
from lab.scoring.forecaster import Others, future
from lab.scoring.intervals import coverage, half_widths, require_level
from lab.scoring.sampling import interval_of, require_method, sampled_coverage, sampled_paths


def forecast(run: Run, arguments: argparse.Namespace) -> None:
    """Print the forecast; ValueError where an argument does not fit."""
    prepared, network, level = run.prepared, run.network(), arguments.interval
    if level is not None:
        require_level(level)
        require_method(arguments.method, network)
    elif arguments.method != "conformal":
        raise ValueError("--method is about intervals; it means nothing without --interval.")
    others = _others(arguments, prepared)
    found = future(prepared, network, arguments.steps, others=others)
    times, rows = time_stamps(found.index), found.mean.reshape(arguments.steps, -1)
    between, covered = _intervals(arguments, prepared, network, rows, others) if level is not None else (None, [])
    if arguments.json:

        def by_target(values: FloatArray) -> object:
            columns = [[None if np.isnan(v) else v for v in column] for column in values.T.tolist()]
            return dict(zip(found.names, columns, strict=True)) if len(columns) > 1 else columns[0]

        tree = {"run": run.id, "steps": arguments.steps, "times": times, "mean": by_target(rows)}
        if between is not None:
            tree |= {"level": level, "method": arguments.method, "low": by_target(between[0]), "high": by_target(between[1]),
                     "coverage": covered if len(covered) > 1 else covered[0]}  # fmt: skip
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
    for name, share in zip(prepared.target_names, covered, strict=False):
        of = f" of {name}" if len(covered) > 1 else ""
        print(f"The test part is too short to say how often such intervals hold the truth{of}." if share is None else
              f"On the test part such intervals held {share:.0%} of the true values{of}; {level:.0%} were to be.")  # fmt: skip
    if between is not None and np.isnan(between[0]).any():
        print("Where there is a dash the validation part is too short to say how far off such a step may be.")


def _intervals(
    arguments: argparse.Namespace, prepared: Prepared, network: Network, mean: FloatArray, others: Others
) -> tuple[tuple[FloatArray, FloatArray], list[float | None]]:
    """The lower and the upper ends, `(steps, targets)` each, and which share of the test part such intervals held, by target."""
    direct, level, steps = prepared.window.horizon > 1, arguments.interval, arguments.steps
    # Where the data are known, who brings a file for what is to come knows it as well.
    known: Others = others if isinstance(others, str) else "known"
    if arguments.method == "conformal":
        half = half_widths(prepared, network, steps, level, direct=direct, others=known)
        found = coverage(prepared, network, half, level, direct=direct, others=known)
        return (mean - half, mean + half), [None if f is None else f.share for f in found]
    origins = np.array([len(prepared.series)])
    paths = sampled_paths(prepared, network, origins, steps, arguments.method, direct=direct, others=others)[0]
    found = sampled_coverage(prepared, network, steps, level, arguments.method, direct=direct, others=known)
    return interval_of(paths, level), [None if f is None else f.share for f in found]


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
