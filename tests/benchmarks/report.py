"""Medians, spreads, goals, and the table that they are printed as."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """Repeats of one measurement."""

    values: tuple[float, ...]
    unit: str = "s"

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        if len(self.values) == 1:
            return f"{_digits(self.median)} {self.unit}".strip()
        return f"{_digits(self.median)} {self.unit} ({_digits(low)} to {_digits(high)}, n={len(self.values)})"


def ratio(ours: Sample, theirs: Sample) -> Sample:
    """Ours over theirs, repeat by repeat: what was measured side by side is compared side by side."""
    return Sample(tuple(a / b for a, b in zip(ours.values, theirs.values, strict=True)), "x")


@dataclass(frozen=True)
class Row:
    """A line of the table. `goal` is the most that the median may be; None where nothing was promised."""

    what: str
    ours: Sample
    peer: Sample | None = None
    goal: float | None = None
    note: str = ""

    @property
    def compared(self) -> Sample:
        return ratio(self.ours, self.peer) if self.peer else self.ours

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.compared.median <= self.goal


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """A heading, then each row: what, ours, the peer and the ratio, the goal."""
    print(f"\n{title}")
    width = max(len(row.what) for row in rows)
    for row in rows:
        parts = [f"{row.ours}"]
        if row.peer:
            parts += [f"peer {row.peer}", f"ratio {ratio(row.ours, row.peer)}"]
        if row.goal is not None:
            parts.append(f"goal <= {row.goal:g}: {'MET' if row.met else 'MISSED'}")
        print(f"  {row.what:<{width}}  {' | '.join(parts)}{f'  [{row.note}]' if row.note else ''}", flush=True)


def print_verdict(rows: Sequence[Row]) -> bool:
    """Which goals are met and which missed; True where all are met."""
    promised = [row for row in rows if row.goal is not None]
    missed = [row for row in promised if not row.met]
    print(f"\n{len(promised) - len(missed)} of {len(promised)} goals met.")
    for row in missed:
        print(f"  MISSED: {row.what}: {row.compared}, goal <= {row.goal:g}")
    return not missed


def print_machine() -> None:
    """What it takes to judge the figures: machine, versions, and what else the machine was doing."""
    packages = ("streamlit", "plotly", "distributed", "tensorflow", "keras", "numpy", "playwright")
    print(f"machine: {_cpu_name()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}")
    print(f"versions: Python {platform.python_version()}, " + ", ".join(f"{p} {version(p)}" for p in packages))
    print_load()


def print_load() -> None:
    """Other work on the machine shows here, and so does our own."""
    one, five, _ = os.getloadavg()
    print(f"load average now: {one:.1f} over 1 min, {five:.1f} over 5 min")


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def _digits(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
