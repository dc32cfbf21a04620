"""Text that is not ours is shown as it stands, whichever way it came in: no link, no image, no colour, no request."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from lab_app import PATIENCE, App, at_rest
from playwright.sync_api import Browser, Page

from lab.data.series_file import load_series, save_series

EVIL = "evil.example"
POISON = (
    f":red[Session over] [Log in](https://{EVIL}/a) ![i](https://{EVIL}/b.png) <a href='https://{EVIL}/c'>c</a>"
    f"<img src='https://{EVIL}/d.png'> https://{EVIL}/e www.{EVIL} me@{EVIL} $x^2$"
)
SAMPLE = Path(__file__).parents[2] / "assets" / "runs" / "sample-sunspots"
LINKS = [
    f"/gates?run={quote(POISON)}",
    f"/train?run={quote(POISON)}",
    f"/forecast?run={quote(POISON)}",
    f"/belief?run={quote(POISON)}",
    f"/train?preset={quote(POISON)}",
    f"/train?window.size={quote(POISON)}",
    f"/train?data.name={quote(POISON)}",
    f"/train?data.{quote(POISON)}=1",
    f"/train?data.name=csv&data.path={quote(POISON)}",
    f"/train?data.name=yahoo&data.ticker={quote(POISON)}",
    f"/train?preset=bitcoin&data.column={quote(POISON)}",
    "/train?run=poison&view=data",
    "/train?run=poison",
    "/gates?run=poison",
    "/gates?run=poison&view=what-if",
    "/forecast?run=poison",
    "/runs",
]
FOUND = f"""() => [
    ...[...document.querySelectorAll("a, img, image, iframe")]
        .map(e => e.href?.baseVal ?? e.href ?? e.src ?? "").filter(a => a && new URL(a, location).hostname.endsWith("{EVIL}")),
    ...[...document.querySelectorAll(".katex, .stMarkdownColoredText")].map(e => e.outerHTML)]"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("lab")
    run = home / "home" / "runs" / "poison"
    shutil.copytree(SAMPLE, run)
    series = load_series(run / "series.npz")
    save_series(
        run / "series.npz",
        replace(series, names=(POISON,), units=(POISON,), title=POISON, source=POISON, notes=(POISON,)),
    )
    with App(home, {"LAB_WARM_UP": "0"}) as app:
        yield app


@pytest.fixture
def watched(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    context = browser.new_context(viewport={"width": 1280, "height": 3000})
    context.set_default_timeout(PATIENCE)
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    context.close()


def assert_harmless(page: Page, asked: list[str]) -> None:
    at_rest(page)
    assert page.evaluate(FOUND) == []
    assert [url for url in asked if EVIL in url.split("?")[0]] == []


def test_what_a_link_or_a_run_says(app: App, watched: tuple[Page, list[str]]) -> None:
    page, asked = watched
    for path in LINKS:
        page.goto(app.url(path))
        page.get_by_test_id("stHeading").first.wait_for()
        assert_harmless(page, asked)


FILES = {
    "column": f'Date,"{POISON}",b\n' + "".join(f"2024-01-{d:02},{d * d % 7},{d}\n" for d in range(1, 31)),
    "cell": "Date,v\n"
    + "".join(f"2024-01-{d:02},{d if d != 9 else chr(34) + POISON + chr(34)}\n" for d in range(1, 31)),
    "series": "Date,s,v\n" + "".join(f'2024-01-{d:02},"{s}",{d}\n' for s in ("A", POISON) for d in range(1, 31)),
    "preamble": f'"{POISON}"\nDate,v\n' + "".join(f"2024-01-{d:02},{d * d % 7}\n" for d in range(1, 31)),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_a_file_says(app: App, watched: tuple[Page, list[str]], kind: str) -> None:
    page, asked = watched
    page.goto(app.url("/train?data.name=csv&window.size=5"))
    page.locator("input[type=file]").set_input_files(
        {"name": f":red[Session over] www.{EVIL} $x^2$.csv", "mimeType": "text/csv", "buffer": FILES[kind].encode()}
    )
    page.get_by_text(re.compile("^File: ")).first.wait_for()
    assert_harmless(page, asked)
    assert page.get_by_text(re.compile(r"^File: :red\[Session over\]")).count() == 1
