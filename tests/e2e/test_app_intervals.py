"""Intervals in a browser: a fan whose hover gives its ends, the same numbers in the file, and judged over the test range on any screen."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from lab_app import App, Tabs, expect_status, train, wait_drawn
from playwright.sync_api import expect

FUTURE = "document.querySelector(\"[data-testid='live-future']\")"


def test_the_ends_of_the_fan_are_under_the_pointer_and_in_the_file(app: App, tabs: Tabs, tmp_path: Path) -> None:
    page = tabs.open(app.url("/forecast?run=sample-sunspots&interval=95&steps=24"))
    wait_drawn(page, "future")
    expect(page.get_by_test_id("live-future").get_by_text("95% interval", exact=True)).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    waited.value.save_as(tmp_path / "forecast.csv")
    rows = list(csv.reader((tmp_path / "forecast.csv").read_text("utf-8").splitlines()))
    assert rows[0][2:] == ["from", "to"]
    assert len(rows) == 25
    high = page.evaluate(f"Array.from({FUTURE}.data.find(t => t.name === '95% interval').y).slice(-24)")
    assert [float(row[3]) for row in rows[1:]] == pytest.approx(high, rel=1e-5)
    hover = page.evaluate(
        f"{FUTURE}.data.filter(t => t.name.startsWith('95% interval')).map(t => t.hoverinfo || 'all')"
    )
    assert hover == ["all", "all"], "both ends are in the label under the pointer"


@pytest.mark.parametrize("width", [1280, 390])
def test_over_the_test_range_they_are_judged_on_any_screen(app: App, tabs: Tabs, width: int) -> None:
    page = tabs.open(app.url("/forecast?run=sample-sunspots&tab=test"), viewport={"width": width, "height": 900})
    for chart in ("test", "interval-steps", "adaptive", "skill-epochs", "interval-epochs"):
        wait_drawn(page, chart)
    expect(page.get_by_text("of the true values lay within intervals that were to hold 90%")).to_be_visible()
    expect(page.get_by_text("Does the series drift?")).to_be_visible()
    tables = page.locator("[data-testid='stTable']")
    for k in range(tables.count()):
        inner = "el => [...el.querySelectorAll('div')].every(e => e.scrollWidth <= e.clientWidth + 1)"
        assert tables.nth(k).evaluate(inner), f"scrolls sideways: {tables.nth(k).inner_text()}"


AREA = """() => {
  const plot = document.querySelector("[data-testid='live-forecast']");
  const traces = Object.fromEntries(plot.data.map((trace) => [trace.name, trace.y]));
  const high = traces["its own 90 % interval"];
  const low = traces["its own 90 % interval, from"];
  const at = (y) => plot._fullLayout.yaxis.d2p(y);
  const numbers = plot.querySelector(".js-fill").getAttribute("d").match(/-?[0-9.]+/g).map(Number);
  const heights = numbers.filter((_, k) => k % 2 === 1);
  const off = (y) => Math.min(...heights.map((h) => Math.abs(h - at(y))));
  return { epoch: Number(plot.dataset.epoch), width: high.at(-1) - low.at(-1), off: Math.max(off(high.at(-1)), off(low.at(-1))) };
}"""


def test_a_network_with_quantiles_shows_its_own_interval_at_every_epoch(app: App, tabs: Tabs) -> None:
    settings = "data.noise=0.2&training.loss=pinball&training.epochs=60&model.units=8&window.size=20"
    page = tabs.open(app.url(f"/train?{settings}"))
    wait_drawn(page, "series")
    train(app, page)
    expect_status(page, "Finished")
    expect(page.get_by_text("Its 90% interval held")).to_be_visible()
    page.wait_for_function(f"({AREA})().epoch === 60")
    last = page.evaluate(AREA)
    assert last["width"] > 0.2
    assert last["off"] < 1, "the area ends where the band does"
    bar = page.get_by_role("slider", name="Epoch shown")
    bar.focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"({AREA})().epoch === 0")
    first = page.evaluate(AREA)
    assert first["off"] < 1
    assert first["width"] != pytest.approx(last["width"], rel=0.05)
