"""`python -m lab forecast`: the time beyond the end of a run's data."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from lab.cli.tables import table
from lab.data.calendars import time_stamps
from lab.data.prepared import Prepared
from lab.runs.run import Run
from lab.scoring.forecaster import Others, future


def forecast(run: Run, arguments: argparse.Namespace) -> None:
    """Print the forecast; ValueError where an argument does not fit."""
    found = future(run.prepared, run.network(), arguments.steps, others=_others(arguments, run.prepared))
    times = time_stamps(found.index)
    if arguments.json:
        several = found.mean.ndim > 1
        mean = dict(zip(found.names, found.mean.T.tolist(), strict=True)) if several else found.mean.tolist()
        print(json.dumps({"run": run.id, "steps": arguments.steps, "times": times, "mean": mean}))
        return
    prepared = run.prepared
    names = zip(prepared.target_names, prepared.target_units, strict=True)
    heads = ["time", *(f"{name} ({unit})" if unit else name for name, unit in names)]
    rows = found.mean.reshape(len(times), -1)
    table(heads, [[str(t), *(f"{v:.6g}" for v in row)] for t, row in zip(times, rows, strict=True)])


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
