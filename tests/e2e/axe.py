"""axe-core, which looks for what shuts people out of a page, and the pages that it looks at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from lab_app import at_rest, click_and_rest
from playwright.sync_api import Page

AXE = "axe-core@~4.14"  # a new minor version brings new rules: it is for us to choose when
# What moves has the colours of neither end.
STILL = "*, ::before, ::after { transition: none !important; animation: none !important; }"
RUN = """async () => (await axe.run({ resultTypes: ["violations"] })).violations
  .filter((v) => ["serious", "critical"].includes(v.impact))
  .flatMap((v) => v.nodes.map((n) => [v.id, n.html.slice(0, 160), n.failureSummary.slice(0, 240)]))"""

# Every page and view: its address, and the view or tab that is chosen there.
VIEWS: Mapping[str, tuple[str, str, str]] = {
    "home": ("/", "", ""),
    "data": ("/train?preset=sine", "", ""),
    "windows": ("/train?preset=sine", "radio", "Windows"),
    "model": ("/train?preset=sine", "radio", "Model"),
    "training": ("/train?run=sample-sine", "", ""),
    "training-digits": ("/train?run=sample-digits", "", ""),
    "heatmaps": ("/gates?run=sample-sine", "", ""),
    "one-step": ("/gates?run=sample-sine", "radio", "One step"),
    "what-if": ("/gates?run=sample-sine", "radio", "What if"),
    "compare": ("/gates?run=sample-sine", "radio", "Compare"),
    "gradients": ("/gradients?run=sample-sunspots", "", ""),
    "gradients-what-if": ("/gradients?run=sample-sunspots", "radio", "What if"),
    "memory": ("/train?preset=adding", "", ""),
    "belief": ("/belief?run=sample-digits", "", ""),
    "forecast": ("/forecast?run=sample-sine", "", ""),
    "forecast-test": ("/forecast?run=sample-sine", "tab", "Over the test range"),
    "runs": ("/runs", "", ""),
}


def axe_source(folder: Path) -> str:
    """The script, from npm. Without npm the test is skipped, but in CI, which has it."""
    must = os.environ.get("LAB_REQUIRE_BROWSER") == "1"
    if (npm := shutil.which("npm")) is None:
        pytest.skip("no npm found, and axe-core comes from there; on Debian: apt-get install npm")
    install = [npm, "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(folder), AXE]
    done = subprocess.run(install, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        why = f"npm could not install {AXE}: {done.stderr[-500:]}"
        pytest.fail(why) if must else pytest.skip(why)
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")


def show(page: Page, url: str, view: str) -> None:
    """Go to one of `VIEWS` of the app at `url`, and wait until all of it is drawn."""
    path, role, name = VIEWS[view]
    page.goto(url + path)
    at_rest(page)
    if role:
        control = page.get_by_test_id("stMain").get_by_role(cast(Any, role), name=name, exact=True)
        click_and_rest(page, control) if role == "radio" else control.click()  # a tab is opened by the browser alone
        at_rest(page)
    page.wait_for_function(DRAWN)


# No place holder waits to be filled, and no chart that is in sight is empty.
DRAWN = """() => !document.querySelector("[data-testid=stSkeleton]") && [...document.querySelectorAll(".lab-plot")]
  .every((plot) => !plot.labSeen || Number(plot.dataset.updates) > 0)"""


def violations(page: Page, source: str) -> list[str]:
    """What axe calls serious or critical on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.add_style_tag(content=STILL)
        page.evaluate(source)
    found = page.evaluate(RUN)
    return [json.dumps(each, ensure_ascii=False) for each in found]
