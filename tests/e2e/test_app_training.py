"""A run watched from the press of Train to the verdict."""

from __future__ import annotations

import re

from lab_app import (
    LOSS,
    App,
    Tabs,
    assert_never_remounted,
    epochs,
    expect_status,
    hold_charts,
    points,
    press,
    train,
    wait_for,
    wait_points,
)
from playwright.sync_api import expect


def test_the_sine_preset_trains_to_its_verdict_and_its_charts_are_mounted_once(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=sine"))
    run = train(app, page)
    hold_charts(page)
    strip = page.locator(".st-key-strip")
    expect(strip).to_contain_text(re.compile(r"Epoch \d+ of 100, about \d+ s left"))
    expect(page.get_by_text("On the test range")).to_have_count(0)
    wait_points(page, 5)
    early = points(page)
    wait_points(page, early + 20)
    assert not run.history().final, "the curve must grow while the run goes on, not at its end"
    expect_status(page, "Finished")
    expect(strip).to_contain_text(re.compile(r"Epoch 100 of 100.* in \d+ s"))
    wait_points(page, 101)  # epoch 0, the untrained network, is one of them
    expect(page.get_by_text("On the test range, one step ahead.")).to_be_visible()
    # Until the autoregression is fitted, of which a sine is an exact one.
    said = re.compile(
        r"The model's error is \d+% lower than that of the best baseline|AR\(p\) is exact on the test range"
    )
    expect(page.get_by_text(said)).to_be_visible()
    table = page.get_by_test_id("stTable").filter(has_text="RMSE")
    expect(table).to_be_visible()
    expect(table.locator("table")).to_contain_text("Previous value")
    expect(page.locator(".st-key-pause")).to_have_count(0)
    assert_never_remounted(page)


def test_zoom_on_a_live_chart_survives_updates_and_the_end_of_the_run(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=sine&training.epochs=5000"))
    train(app, page)
    hold_charts(page)
    wait_points(page, 8)
    chart = page.locator(LOSS)
    chart.scroll_into_view_if_needed()
    box = chart.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.8, steps=5)
    page.mouse.up()
    ranges = "el => [el.layout.xaxis.range, el.layout.yaxis.range, el.layout.xaxis.autorange]"
    zoomed = chart.evaluate(ranges)
    assert zoomed[2] is not True
    seen = points(page)
    wait_points(page, seen + 10)
    assert chart.evaluate(ranges) == zoomed
    press(page, "Stop")
    expect_status(page, "Stopped")
    expect(page.get_by_text("On the test range")).to_be_visible()
    assert chart.evaluate(ranges) == zoomed
    assert_never_remounted(page)


def test_a_chart_out_of_sight_waits_until_it_is_scrolled_to(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=sine&training.epochs=5000"))
    run = train(app, page)
    hold_charts(page)
    page.set_viewport_size({"width": 1280, "height": 300})
    page.evaluate("document.querySelector('[data-testid=live-forecast]').scrollIntoView()")
    gradient = page.get_by_test_id("live-gradient")
    drawn = "el => el.data[0].x.length"
    wait_for(lambda: epochs(run) > 5)
    page.wait_for_timeout(1500)  # a drawing may have been under way
    before, at = gradient.evaluate(drawn), epochs(run)
    wait_for(lambda: epochs(run) > at + 20)
    assert gradient.evaluate(drawn) == before
    gradient.scroll_into_view_if_needed()
    page.wait_for_function(f"n => ({drawn})(document.querySelector('[data-testid=live-gradient]')) >= n", arg=at + 20)
    press(page, "Stop")
    expect_status(page, "Stopped")
