"""How soon does a press of Train show a curve that was trained? For every preset, with a worker that is there and without."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from report import Row, Sample
from serving import ROOT, Server, fresh_page, serve, wait_until

from lab.config.presets import PRESETS

COLD, WARM = 10.0, 3.0  # goals, in seconds
# The curve begins with the untrained network; what is trained comes after it, within the first epoch where that is long.
TRAINED = "(document.querySelector(\"[data-testid='live-loss']\")?.data?.[0]?.x?.at(-1) ?? 0) > 0"


def first_curve(browser: Browser, repeats: int, presets: list[str]) -> list[Row]:
    """From a press on a card of Home to the first trained point of the loss curve."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="lab-bench-") as folder:
        home = Path(folder)
        for name in presets:  # where nothing was ever compiled
            with serve(ROOT / "app.py", programs=home / f"new-{name}") as server:
                rows.append(
                    Row(f"{name}: the app just started for the first time", Sample((_press(browser, server, name),)))
                )
        with serve(ROOT / "app.py", programs=home / "kept") as server, fresh_page(browser) as page:
            page.goto(server.url)
            wait_until(
                lambda: len(_programs(home / "kept")) >= 2 * len(PRESETS), "all presets to be compiled", 300, every=1
            )
            for name in presets:
                warm = Sample(tuple(_press(browser, server, name) for _ in range(repeats)))
                rows.append(Row(f"{name}: a worker that is there", warm, goal=WARM))
        for name in presets:
            cold = []
            for _ in range(repeats):
                with serve(ROOT / "app.py", programs=home / "kept") as server:
                    cold.append(_press(browser, server, name))
            rows.append(Row(f"{name}: the app just started", Sample(tuple(cold)), goal=COLD))
    return rows


def _programs(folder: Path) -> list[Path]:
    return [file for file in folder.glob("*/*.pb") if file.is_file()]


def _press(browser: Browser, server: Server, name: str) -> float:
    with fresh_page(browser) as page:
        page.set_viewport_size({"width": 1280, "height": 1000})  # what is out of sight is not drawn
        page.goto(server.url)
        button = page.locator(f".st-key-train-{name}").get_by_role("button", name="Train").first
        button.wait_for()
        began = time.perf_counter()
        button.click()
        # Without `polling` it would look at every frame, and keep a core busy.
        page.wait_for_function(f"() => {TRAINED}", polling=50)
        taken = time.perf_counter() - began
        _end(page)
    return taken


def _end(page: Page) -> None:
    stop = page.locator(".st-key-buttons").get_by_role("button", name="Stop", exact=True)
    with contextlib.suppress(PlaywrightTimeoutError):  # a short run is over before it can be pressed
        stop.click(timeout=3000)
    page.get_by_text("Finished", exact=True).or_(page.get_by_text("Stopped", exact=True)).first.wait_for()
