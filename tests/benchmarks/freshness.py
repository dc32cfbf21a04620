"""How fresh is what a run shows? Sampled in the browser while it trains, against the run's own file."""

from __future__ import annotations

import bisect
import itertools
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page
from report import Row, Sample
from serving import ROOT, Server, fresh_page, serve, wait_for_warm_worker

from lab.runs.events import EpochEnded, from_json
from lab.runs.store import RunStore

# The 150 epochs of retail are over in two seconds, before there is anything to sample.
PRESETS = {
    "sine": {},
    "bitcoin-quick": {},
    "retail": {"training.epochs": "600"},
    "mnist-quick": {"training.epochs": "4"},
}
EVERY = 0.05  # seconds between two looks at the size of the run's file
# What is drawn is asked every 50 ms: `[when, epoch of the picture, epoch of the curve, drawings of the curve]`.
SAMPLER = """
(picture) => {
  const plot = (key) => document.querySelector(`[data-testid=live-${key}]`)?.dataset ?? {};
  window.samples = [];
  window.sampler = setInterval(() => {
    const [shown, curve] = [plot(picture), plot("loss")];
    window.samples.push([Date.now() / 1000, Number(shown.epoch ?? -1), Number(curve.epoch ?? -1), Number(curve.updates ?? 0)]);
  }, 50);
}
"""


@dataclass
class Watched:
    """One training with a page open. Times are seconds since 1970.

    Args:
        trained: when each epoch's event was written, epoch 0 first.
        drawn: `(when, epoch of the picture, epoch of the curve, drawings)` as sampled.
    """

    trained: list[float]
    drawn: list[tuple[float, int, int, int]]

    def behind(self) -> list[tuple[int, float]]:
        """At each sample while it trained: by how many epochs the picture lay behind, and since when (seconds).

        From a second after the first picture on, before which the page itself is still being drawn.
        """
        found = []
        begun = next((when for when, picture, _, _ in self.drawn if picture >= 0), float("inf")) + 1.0
        for when, picture, _, _ in self.drawn:
            newest = bisect.bisect_right(self.trained, when) - 1
            if newest >= 1 and begun <= when <= self.trained[-1] and picture >= 0:
                late = max(0, newest - picture)
                found.append((late, when - self.trained[picture + 1] if late else 0.0))
        return found

    def stale(self) -> float:
        """The longest time that a picture more than one epoch old stood on the screen."""
        return max((seconds for late, seconds in self.behind() if late > 1), default=0.0)

    def updates(self) -> list[float]:
        """When the curve on the screen changed, from the first trained epoch until the last was drawn."""
        moments, last = [], -1
        for when, _, curve, _ in self.drawn:
            if curve != last and curve >= 0:
                moments.append(when)
                last = curve
        return [m for m in moments if m >= self.trained[1]]


def freshness(browser: Browser, repeats: int) -> list[Row]:
    """For each preset: how far the picture lags, and how often the curves move."""
    rows = []
    with serve(ROOT / "app.py") as server:
        with fresh_page(browser) as page:
            page.goto(server.url)
            wait_for_warm_worker(server)
        for name, settings in PRESETS.items():
            seen = [watch(server, browser, {"preset": name} | settings) for _ in range(repeats + 1)][
                1:
            ]  # the first compiles
            late = [[epochs for epochs, _ in w.behind()] for w in seen]
            moves = [w.updates() for w in seen]
            gaps = [max((b - a for a, b in itertools.pairwise(m)), default=0.0) for m in moves]
            epoch = statistics.median(b - a for w in seen for a, b in itertools.pairwise(w.trained[1:]))
            rates = [(len(m) - 1) / (m[-1] - m[0]) if len(m) > 1 else 0.0 for m in moves]
            wanted = -4.0 if epoch < 0.25 else None  # updates a second; fewer epochs cannot make more
            rows += [
                Row(f"{name}: a picture over one epoch old stays", Sample(tuple(w.stale() for w in seen)), goal=1.0),
                Row(f"{name}: epochs behind, median", Sample(tuple(float(sorted(x)[len(x) // 2]) for x in late), "")),
                Row(f"{name}: epochs behind, most", Sample(tuple(float(max(x)) for x in late), "")),
                Row(
                    f"{name}: updates a second (less than 0 of them)",
                    Sample(tuple(-r for r in rates), "/s"),
                    goal=wanted,
                ),
                Row(f"{name}: longest time without one", Sample(tuple(gaps))),
            ]
    return rows


def watch(server: Server, browser: Browser, query: dict[str, str]) -> Watched:
    """Press Train and look on until the end."""
    with fresh_page(browser) as page:
        page.goto(f"{server.url}/train?{urlencode(query)}")
        page.get_by_role("button", name="Train", exact=True).wait_for()
        page.locator(".lab-plot .main-svg").first.wait_for()  # the page is there, as for whoever presses
        page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
        before = {run.id for run in RunStore(server.home).list()}
        page.evaluate(SAMPLER, "confusion" if "mnist" in query["preset"] else "forecast")
        page.get_by_role("button", name="Train", exact=True).click()
        run = None
        while run is None:
            run = next((r for r in RunStore(server.home).list() if r.id not in before), None)
            time.sleep(0.05)
        sizes = _follow(run.path / "events.jsonl", page)
    return Watched(_when(run.path / "events.jsonl", sizes[0]), sizes[1])


def _follow(path: Path, page: Page) -> tuple[list[tuple[float, int]], list[Any]]:
    sizes: list[tuple[float, int]] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            size = path.stat().st_size if path.exists() else 0
            if not sizes or size != sizes[-1][1]:
                sizes.append((time.time(), size))

    thread = threading.Thread(target=look)
    thread.start()
    page.get_by_text("Finished", exact=True).wait_for(timeout=300_000)
    over.set()
    thread.join()
    return sizes, [tuple(sample) for sample in page.evaluate("window.samples")]


def _when(path: Path, sizes: list[tuple[float, int]]) -> list[float]:
    """When each epoch's line was there."""
    ends, moments = [size for _, size in sizes], []
    place = 0
    for line in path.read_bytes().splitlines(keepends=True):
        place += len(line)
        if isinstance(from_json(line.decode()), EpochEnded):
            moments.append(sizes[min(bisect.bisect_left(ends, place), len(sizes) - 1)][0])
    return moments
