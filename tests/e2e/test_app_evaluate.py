"""Evaluate in a browser: folds that are trained while one looks on, all stopped at once; seeds as a fan; a sweep whose map opens runs."""

from __future__ import annotations

import re
import time

from lab_app import App, Tabs, wait_drawn, wait_for
from playwright.sync_api import expect

from lab.runs.group import Group, GroupStore, Kind

BOTH = ({"viewport": {"width": 1280, "height": 1200}}, {"viewport": {"width": 390, "height": 800}})


def newest(app: App, kind: Kind) -> Group:
    wait_for(lambda: GroupStore(app.store).list(kind))
    return GroupStore(app.store).list(kind)[0]


def test_folds_are_seen_to_come_and_a_stop_ends_them_all(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/evaluate?run=sample-sine&weights=anew&folds=20&horizon=3"))
    wait_drawn(page, "folds")
    page.get_by_role("button", name="Train 20 folds").click()
    expect(page.get_by_text(re.compile(r"\d+ of 20 finished, 1 training"))).to_be_visible()
    wait_drawn(page, "fold-errors")  # as soon as the first fold is over
    expect(page.get_by_text(re.compile(r"[2-9] of 20 finished"))).to_be_visible()
    group = newest(app, "backtest")
    page.get_by_role("button", name="Stop all").click()
    clicked = time.monotonic()
    wait_for(lambda: not group.is_under_way)
    assert time.monotonic() - clicked < 3, "a second, on a machine that others use"
    expect(page.get_by_role("button", name=re.compile("Resume"))).to_be_visible()
    done = group.counts()["finished"]
    page.close()
    again = tabs.open(app.url(f"/evaluate?group={group.id}"))
    expect(again.get_by_text(re.compile(rf"^{done} of 20 finished, \d+ stopped"))).to_be_visible()
    wait_drawn(again, "fold-errors")


def test_seeds_fan_out_while_they_learn(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/evaluate?run=sample-sine&view=seeds&count=3"))
    page.get_by_role("button", name="Train 3 seeds").click()
    wait_drawn(page, "seed-paths")
    expect(page.get_by_text("Over 3 seeds the MAE is")).to_be_visible()
    names = page.evaluate("document.querySelector(\"[data-testid='live-seed-paths']\").data.map(t => t.name)")
    assert names == ["lowest to highest seed, from", "lowest to highest seed", "truth", "seed 0", "seed 1", "seed 2", "median of the seeds"]  # fmt: skip


def test_a_sweep_draws_a_map_and_a_click_opens_a_run(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/evaluate?run=sample-sunspots&view=sweep"))
    for label, values in (("Units", "4,6"), ("Learning rate", "0.001,0.01")):
        box = page.get_by_role("textbox", name=label)
        box.fill(values)
        box.press("Enter")
        expect(page.get_by_role("button", name=re.compile("Train \\d combinations"))).to_be_enabled()
    page.get_by_role("button", name="Train 4 combinations").click()
    wait_drawn(page, "sweep-map")
    group = newest(app, "sweep")
    wait_for(lambda: not group.is_under_way)
    expect(page.get_by_text("The best MASE on the validation part")).to_be_visible()
    plot = page.get_by_test_id("live-sweep-map").locator(".nsewdrag").first
    area = plot.bounding_box()
    assert area is not None
    plot.click(position={"x": area["width"] * 0.75, "y": area["height"] * 0.25})  # more units, the higher rate
    expect(page).to_have_url(re.compile(r"/train\?.*run="))
    wanted = next(m.run for m in group.record.members if list(m.settings.values()) == ["6", "0.01"])
    assert f"run={wanted}" in page.url


def test_nothing_scrolls_sideways(app: App, tabs: Tabs) -> None:
    for options in BOTH:
        page = tabs.open(app.url("/evaluate?run=sample-sunspots&horizon=6"), **options)
        wait_drawn(page, "backtest-steps")
        wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= options["viewport"]["width"]


def test_a_cheat_is_seen_through(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/evaluate?run=sample-sunspots&view=cheat"))
    page.get_by_text("Windows shuffled across the split").click()
    page.get_by_text("The target among the inputs").click()
    page.get_by_role("button", name="Train the cheat and its honest twin").click()
    wait_drawn(page, "cheat")
    expect(page.get_by_text("What it reports is not there.")).to_be_visible()
    expect(page.get_by_role("cell", name="honest twin")).to_be_visible()
    page.goto(app.url("/runs"))
    expect(page.get_by_text("Everything that was trained here")).to_be_visible()


def test_a_forecast_has_a_fan_that_is_judged(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/forecast?run=sample-sunspots&steps=24"))
    wait_drawn(page, "future")
    named = "document.querySelector(\"[data-testid='live-future']\").data.map(t => t.name)"
    assert {"90% interval", "50% interval"} <= set(page.evaluate(named))
    page.get_by_text("Bootstrap", exact=True).click()
    page.get_by_text("80 %", exact=True).click()
    page.wait_for_function(f"() => ({named}).includes('80% interval')")
    page.get_by_role("tab", name="Over the test range").click()
    expect(page.get_by_text("of the true values lay within intervals that were to hold 80%")).to_be_visible()
    wait_drawn(page, "interval-epochs")
    expect(page).to_have_url(re.compile("interval=80&method=bootstrap"))
