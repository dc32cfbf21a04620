"""A class at once: `python tests/benchmarks/load.py [--visitors 30] [--think 3] [--seconds 60] [--quick]`.

So many sessions, without browsers, speak Streamlit's protocol with one app: each opens a page, looks at it for the think
time (half to one and a half of it, evenly), changes a widget or goes to another page, waits for the whole answer, and so
on. Printed are the seconds from an action to its complete answer, by page, the actions a second, and the memory and the CPU
of the web process. Then all of them press Train, as a class does: one run trains, the others wait in the queue, and every
page follows its own; the figures of that time stand beside.

The visitors take a part of the same cores. Goals: 95 of 100 answers within 1 s, and under 400 MiB.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import report  # noqa: E402
from serving import Server, serve, wait_for_warm_worker  # noqa: E402
from visitors import PATIENCE, Visitor, Widget  # noqa: E402

SECONDS, MIB = 1.0, 400.0  # the goals
_runs: list[str] = []  # that a teacher sent the link of
STAY = 6  # actions on a page, on average, before the next one
# What a visitor changes on a page. Not on it: other data sets to be downloaded, the runs of others.
LIKED: dict[str, Callable[[Widget], bool]] = {
    "Train": lambda widget: widget.kind != "selectbox" or widget.element.label == "Scaling",
    "Gates": lambda widget: widget.kind in ("slider", "button_group") and widget.element.label != "Run",
    "Forecast": lambda widget: widget.kind == "slider",
    "Belief": lambda widget: widget.kind == "slider",
}


@dataclass
class Found:
    """What was measured while the visitors were there."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    memory: list[float] = field(default_factory=list)  # MiB
    cpu: float = 0.0  # of the web process, in cores
    errors: list[str] = field(default_factory=list)
    looks: int = 0  # at runs, by the pages themselves
    span: float = 0.0

    def took(self, page: str, seconds: float) -> None:
        self.seconds.setdefault(page, []).append(seconds)

    def rows(self, name: str) -> list[report.Row]:
        everything = [s for page in self.seconds.values() for s in page]
        rows = [
            report.Row(f"{name}: 95 of 100 answers within", _one(_share(everything, 95)), goal=SECONDS),
            report.Row(f"{name}: half of the answers within", _one(_share(everything, 50))),
        ]
        for page, found in sorted(self.seconds.items()):
            note = f"{len(found)} actions, half within {_share(found, 50):.2f} s"
            rows.append(report.Row(f"  {page}: 95 of 100 within", _one(_share(found, 95)), note=note))
        rows += [
            report.Row("  actions", _one(len(everything) / self.span, "a second")),
            report.Row("  looks at runs", _one(self.looks / self.span, "a second")),
            report.Row("  web process: CPU", _one(self.cpu / self.span, "cores")),
            report.Row("  web process: memory at most", _one(max(self.memory), "MiB"), goal=MIB),
        ]
        return rows


@contextlib.asynccontextmanager
async def visit(url: str, number: int, think: float, found: Found) -> AsyncIterator[tuple[Visitor, random.Random]]:
    """A visitor who comes within the first think time and has chances of its own."""
    chance = random.Random(number)
    visitor = Visitor(url, chance)
    try:
        await asyncio.sleep(chance.uniform(0, think))
        yield visitor, chance
    finally:
        found.errors += visitor.errors
        found.looks += visitor.looks
        await visitor.close()


async def look_around(url: str, number: int, end: float, think: float, found: Found) -> None:
    """One visitor, until the end."""
    async with visit(url, number, think, found) as (visitor, chance):
        found.took("Home", await visitor.connect())
        page = ""
        while time.monotonic() < end:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
            if not page or chance.random() < 1 / STAY:
                page = chance.choice([title for title in visitor.pages if title != page])
                found.took(page, await visitor.visit(page))
            elif page in LIKED:
                found.took(page, await visitor.act(LIKED[page]))
            else:
                page = ""


async def look_on(url: str, number: int, end: float, think: float, found: Found) -> None:
    """One visitor of a class that a teacher sent the link of a run: all look at the one that trains."""
    async with visit(url, number, think, found) as (visitor, chance):
        await visitor.connect()
        if number:
            await asyncio.sleep(2 * think)
            found.took("The link opened", await visitor.visit("Train", f"run={_runs[-1]}"))
        else:
            await visitor.visit("Train", "preset=sine&training.epochs=10000")
            await visitor.press("Train")
            _runs.append(visitor.query.partition("run=")[2].partition("&")[0])
        while time.monotonic() < end:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
            if time.monotonic() < end:
                found.took("Train, the run in view", await visitor.act(lambda widget: widget.kind == "slider"))
        if not number:
            await visitor.press("Stop")


async def press_train(url: str, number: int, end: float, think: float, found: Found) -> None:
    """One visitor of a class that is asked to train, and looks on; now and then changes a setting of the next experiment."""
    async with visit(url, number, think, found) as (visitor, chance):
        await visitor.connect()
        await visitor.visit("Train")
        await asyncio.sleep(chance.uniform(0, think))
        found.took("Press of Train", await visitor.press("Train"))
        while time.monotonic() < end:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
            if time.monotonic() < end:
                found.took("Train, a run in view", await visitor.act(lambda widget: widget.kind == "slider"))


BEHAVIOURS = {"looking around": look_around, "all look at one run": look_on, "all have pressed Train": press_train}


def measure(server: Server, visitors: int, think: float, seconds: float, behaviour: Callable[..., object]) -> Found:
    """All of them at once."""
    found, url = Found(), server.url.replace("http", "ws") + "/_stcore/stream"
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            found.memory.append(server.web.memory_info().rss / 2**20)

    async def everybody() -> None:
        end = time.monotonic() + seconds
        everyone = (behaviour(url, number, end, think, found) for number in range(visitors))
        for result in await asyncio.gather(*everyone, return_exceptions=True):  # type: ignore[call-overload]
            if isinstance(result, TimeoutError):
                found.errors.append(f"no answer within {PATIENCE:g} s")
            elif isinstance(result, BaseException):
                raise result

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, before = time.monotonic(), server.web.cpu_times()
    try:
        asyncio.run(everybody())
    finally:
        over.set()
        watcher.join()
    after = server.web.cpu_times()
    found.span = time.monotonic() - began
    found.cpu = after.user + after.system - before.user - before.system
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument(
        "--think", type=float, default=3.0, help="seconds between an answer and the next action, on average"
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of each of the two parts")
    parser.add_argument("--quick", action="store_true", help="a third of the time")
    arguments = parser.parse_args()
    seconds = arguments.seconds / 3 if arguments.quick else arguments.seconds
    report.print_machine()
    rows, errors = [], []
    with serve(ROOT / "app.py") as server:
        measure(server, 1, 0.2, 5, look_around)  # what a server does on its first visits, and the worker of the pool
        wait_for_warm_worker(server)
        for name, behaviour in BEHAVIOURS.items():
            found = measure(server, arguments.visitors, arguments.think, seconds, behaviour)
            rows += (new := found.rows(name))
            errors += found.errors
            report.print_rows(f"{arguments.visitors} visitors, {arguments.think:g} s of thought: {name}", new)
    for error in sorted(set(errors)):
        print(f"error, {errors.count(error)} times: {error}")
    report.print_load()
    return 0 if report.print_verdict(rows) and not errors else 1


def _share(values: list[float], percent: float) -> float:
    return float(np.percentile(values, percent))


def _one(value: float, unit: str = "s") -> report.Sample:
    return report.Sample((value,), unit)


if __name__ == "__main__":
    sys.exit(main())
