"""Every page on every screen, from a phone to a wall: nothing sideways, nothing cut off, no broken word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe import show
from playwright.sync_api import Browser, Page

WIDTHS = (320, 390, 700, 853, 1280, 2560)  # 853: a laptop at 150 %
VIEWS = ("home", "windows", "training-digits", "heatmaps", "compare", "gradients", "belief", "forecast-test", "runs")
FAULTS = """() => {
  const main = document.querySelector("[data-testid=stMain]"), faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the document scrolls sideways");
  if (main.scrollWidth > main.clientWidth) faults.push(`the page scrolls sideways: ${main.scrollWidth} of ${main.clientWidth}`);
  const { left, right } = main.getBoundingClientRect();
  for (const choice of main.querySelectorAll("[role=tab], [role=radio]")) {
    const box = choice.getBoundingClientRect();
    if (box.width && (box.left < left || box.right > right + 1 || choice.scrollWidth > choice.clientWidth + 1))
      faults.push(`cut off: ${choice.textContent}`);
  }
  // A word may break at its hyphen only.
  for (const element of main.querySelectorAll("h1, h2, h3, summary, button, [role=tab], [role=radio], th")) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode())
      for (const word of text.data.matchAll(/[^\\s–-]+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) faults.push(`broken: ${word[0]}`);
      }
  }
  return faults;
}"""
CONTENT = """() => {
  const page = document.querySelector("[data-testid=stMainBlockContainer]"), { paddingLeft, paddingRight } = getComputedStyle(page);
  return page.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
}"""
SHADOW = "table => getComputedStyle(table, '::after').opacity"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_every_width(view: str, tab: Page, quiet_url: str) -> None:
    tab.set_viewport_size({"width": 1280, "height": 800})
    show(tab, quiet_url, view)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        assert _faults(tab) == [], f"{width} pixels"
    assert tab.evaluate(CONTENT) <= 1500


def _faults(page: Page, patience: int = 20) -> list[str]:
    """What is wrong with the page once its charts and tables have followed the new width."""
    faults: list[str] = []
    for _ in range(patience):
        page.wait_for_timeout(300)
        if not (faults := page.evaluate(FAULTS)):
            break
    return faults


def test_a_table_that_is_cut_off_shows_it_until_it_is_scrolled_to_its_end(tab: Page, quiet_url: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    for view, table, scroller in (
        ("training-digits", "stTable", "[data-testid=stTable] > div"),
        ("runs", "stDataFrame", ".dvn-scroller"),
    ):
        show(tab, quiet_url, view)
        shown = tab.get_by_test_id(table).first
        tab.locator(scroller).first.wait_for(state="attached")
        tab.wait_for_timeout(500)
        assert shown.evaluate(SHADOW) == "1"
        tab.locator(scroller).first.evaluate("element => (element.scrollLeft = 10_000)")
        tab.wait_for_timeout(500)
        assert shown.evaluate(SHADOW) == "0"


def test_the_keyboard_sees_where_it_is_and_passes_a_chart_in_one_step(tab: Page, quiet_url: str) -> None:
    tab.set_viewport_size({"width": 1280, "height": 2600})  # all charts in sight: only then are they drawn
    show(tab, quiet_url, "training")
    tab.wait_for_function("document.querySelectorAll('.modebar').length === 5")
    assert tab.locator("[role=figure] .main-svg:not([aria-hidden])").count() == 0
    stops: list[str] = []
    while (stop := _tab(tab)) is not None:
        stops.append(stop)
    charts = [stop for stop in stops if stop.startswith("live-")]
    assert charts == [f"live-{key} 0" for key in ("forecast", "loss", "metric", "gradient", "skill")]
    tab.get_by_test_id("live-loss").locator(".modebar button").first.focus()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate(STOP) == "live-loss 1"
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("ArrowLeft")  # round to the last
    assert int(tab.evaluate(STOP).split()[1]) > 3


# The chart that has the focus, and which button of it; else the name of what has it, and whether an outline is seen there.
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const outlined = (e) => getComputedStyle(e).outlineStyle === "solid" && e.getBoundingClientRect().width >= 10;
  for (let e = at, up = 0; e; e = e.parentElement, up++) {
    if (outlined(e)) break;
    if (up === 3) throw Error(`no outline: ${at.outerHTML.slice(0, 200)}`);
  }
  const chart = at.closest(".lab-plot");
  return chart ? `${chart.dataset.testid} ${[...chart.querySelectorAll(".modebar button")].indexOf(at)}` : at.tagName;
}"""


def _tab(page: Page) -> str | None:
    page.keyboard.press("Tab")
    stop: str | None = page.evaluate(STOP)
    return stop
