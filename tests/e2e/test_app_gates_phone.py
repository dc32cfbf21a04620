"""The Gates page on a phone: a finger's taps and drags, and the width."""

from __future__ import annotations

import re

from gates_page import drawn, input_point, plotted, view
from lab_app import App, Tabs, at_rest, wait_for
from playwright.sync_api import TimeoutError

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_a_finger_taps_the_series_saves_a_picture_and_drags_an_input(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/gates?run=sample-sine"), **PHONE)
    drawn(page, "gate-hidden")
    window = plotted(page, "gate-window")

    # Where a busy machine moves the page under a finger, it taps and drags again, as a person's does.
    def tapped() -> bool:
        at_rest(page)
        area = page.get_by_test_id("live-gates-series").locator(".nsewdrag").first
        area.scroll_into_view_if_needed()
        box = area.bounding_box()
        assert box is not None
        page.touchscreen.tap(box["x"] + box["width"] * 0.4, box["y"] + 20)
        page.wait_for_timeout(1000)
        page.get_by_test_id("live-gate-window").scroll_into_view_if_needed()  # out of sight, it would wait
        page.wait_for_timeout(500)
        return plotted(page, "gate-window") != window

    wait_for(tapped)
    # Not by `view`, which has a mouse: Chrome would think it still there, and now and then end the tap's hover below.
    page.get_by_test_id("stMain").get_by_role("radio", name="What if").tap()
    drawn(page, "side-After")
    at_rest(page)
    after = page.get_by_test_id("live-side-After")
    save = after.locator("[data-title='Save as PNG']")

    # No mouse to hover with: a tap brings up the buttons, and they go where a busy machine moves the chart from under it.
    def saved() -> bytes | None:
        try:
            after.tap(position={"x": 150, "y": 60}, timeout=5_000)
            with page.expect_download(timeout=8_000) as waited:
                save.tap(timeout=5_000)
        except TimeoutError:
            return None
        return waited.value.path().read_bytes()

    assert wait_for(saved).startswith(b"\x89PNG")
    assert after.locator(".modebar-btn").count() == 2
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    def dragged() -> bool:
        x, y, _ = input_point(page, 45)
        scrolled = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
        send("touchStart", {"x": x, "y": y})
        for by in range(5, 45, 5):
            send("touchMove", {"x": x, "y": y - by})
            page.wait_for_timeout(16)
        send("touchEnd")
        stays: bool = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
        page.wait_for_timeout(1000)
        return stays and page.get_by_text(re.compile(r"Prediction: .*, before ")).is_visible()

    wait_for(dragged)


def test_the_page_fits_a_phone(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/gates?run=sample-sine"), **PHONE)
    drawn(page, "gate-hidden")
    for name in ("Heatmaps", "One step", "What if", "Compare"):
        view(page, name)
        page.wait_for_timeout(500)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth"), name
