"""`python -m lab gradients`: where the gradient of a run's loss goes."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from lab.cli.tables import print_json, table
from lab.data.arrays import Array
from lab.explain.gradient_flow import in_words, of_first_layer, reach, spectrum
from lab.runs.gradients import batch, gradient_ways, spread
from lab.runs.run import Run

ROWS = 12


def gradients(run: Run, arguments: argparse.Namespace) -> None:
    """Write the arrays, and print how far the gradient reaches; ValueError where an argument does not fit."""
    if arguments.example is not None and arguments.batch is not None:
        raise ValueError("--example and --batch exclude one another: one example, or so many evenly over the data.")
    if arguments.batch is not None and arguments.batch < 1:
        raise ValueError(f"--batch must be at least 1; received {arguments.batch}.")
    indices = [arguments.example] if arguments.example is not None else spread(run, arguments.batch or 32)
    of, network = batch(run, indices), run.network(arguments.epoch)
    ways = gradient_ways(run, network, of)
    norms = of_first_layer(ways)
    if arguments.npz is not None:
        np.savez_compressed(arguments.npz, **arrays(ways, single=len(indices) == 1))  # type: ignore[arg-type]
    found = {
        "run": run.id,
        "examples": len(indices),
        "of": "loss" if of.y is not None else "prediction",
        "steps": len(norms),
        "reach": reach(norms),
        "norm": [float(v) for v in norms],
        "spectral_radius": spectrum(network, 0, ways[0].direction).radius,
        "verdict": in_words(ways),
    }
    if arguments.json:
        print_json(found)
        return
    print(found["verdict"])
    if of.y is None:
        print("Nobody knows what comes after this window, so this is the gradient of the first prediction.")
    chosen = sorted(set(np.linspace(0, len(norms) - 1, min(ROWS, len(norms))).astype(int).tolist()))
    table(["steps back", *map(str, chosen)], [["norm", *(f"{norms[k]:.2e}" for k in chosen)]])
    if arguments.npz is not None:
        print(f"Wrote {arguments.npz}.")


def arrays(ways: list[Any], *, single: bool) -> dict[str, Array]:
    """`layer0/d_hidden`, `layer0/d_cell`, ... `(time, units)`, of several examples `(n, time, units)`, in the order of time; and `norm`
    `(layers, time)`, that of the hidden state of each layer, the median of the examples."""
    found: dict[str, Array] = {}
    for way in ways:
        name = f"layer{way.layer}/{way.direction}d_{way.state}"
        found[name] = way.gradient[:, 0] if single else way.gradient.swapaxes(0, 1)
    hidden = [way for way in ways if way.state == "hidden"]
    longest = max(len(way.gradient) for way in hidden)
    rows = np.full((len(hidden), longest), np.nan)
    for row, way in zip(rows, hidden, strict=True):
        norms = np.median(np.linalg.norm(way.gradient, axis=-1), axis=1)
        row[longest - len(norms) :] = norms
    return found | {"norm": rows}
