"""The address bar of Gates, Belief and Forecast: it follows the screen, and a reload shows the same."""

from __future__ import annotations

import re

import pytest
from gates_page import becomes_other_than, drawn, plotted, slider, view
from lab_app import App, Tabs, at_rest, wait_drawn
from playwright.sync_api import Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def query(page: Page, *parts: str) -> None:
    """Until every part stands in the address."""
    page.wait_for_function("parts => parts.every((part) => location.search.includes(part))", arg=list(parts))


def test_gates_come_back_as_they_were_after_a_reload_and_leave_no_trail(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/gates?run=sample-sunspots"))
    drawn(page, "gate-hidden")
    entries = page.evaluate("history.length")
    heat = plotted(page, "gate-forget")
    for _ in range(3):
        slider(page, "First step of the window").press("ArrowLeft")
    becomes_other_than(page, "gate-forget", heat)
    query(page, "window=2346")
    page.get_by_role("button", name="Hold the forget gate at 0").click()
    prediction = page.get_by_text(re.compile(r"Prediction: .*, before "))
    expect(prediction).to_be_visible()
    query(page, "window=2346", "view=what-if", "hold=forget")
    before = prediction.inner_text()
    assert page.evaluate("history.length") == entries, "Back leaves the page, and does not walk through its past"
    page.reload()
    expect(prediction).to_have_text(before)
    view(page, "One step")
    query(page, "view=one-step")
    slider(page, "Time step").press("ArrowLeft")
    query(page, "step=47")
    assert "hold" not in page.url
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Belief").click()
    drawn(page, "belief-heat")
    page.go_back()
    expect(slider(page, "Time step")).to_have_value("47")
    expect(slider(page, "First step of the window")).to_have_value("2346")


def test_belief_and_forecast_come_back_after_a_reload(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/belief?run=sample-digits&digit=5"))
    drawn(page, "belief-heat")
    row = slider(page, "Rows read")
    row.press("Home")
    page.get_by_test_id("stMain").get_by_role("radio", name="Left half hidden").click()
    query(page, "digit=5", "row=1", "experiment=left")
    page.reload()
    expect(row).to_have_value("1")
    expect(page.get_by_text(re.compile("Left half hidden, it ends at"))).to_be_visible()
    page.goto(app.url("/forecast?run=sample-sine&steps=12"))
    wait_drawn(page, "future")
    page.get_by_role("tab", name="Over the test range").click()
    query(page, "steps=12", "tab=test")
    page.reload()
    expect(page.get_by_role("tab", name="Over the test range")).to_have_attribute("aria-selected", "true")
    wait_drawn(page, "test")
    expect(page.get_by_text("LSTM, free-running").locator("visible=true")).to_be_visible()


@pytest.mark.parametrize("screen", [{"viewport": {"width": 1280, "height": 720}}, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("run", ["sample-sunspots", "sample-digits"])
def test_letters_of_the_cell_diagram_are_at_least_12_pixels_high(app: App, tabs: Tabs, screen: dict, run: str) -> None:
    page = tabs.open(app.url(f"/gates?run={run}&view=one-step"), **screen)
    diagram = page.get_by_test_id("diagram-cell")
    expect(diagram.locator("svg")).to_be_visible()
    at_rest(page)
    smallest = diagram.evaluate(
        "el => { const scale = el.querySelector('svg').getScreenCTM().a; return Math.min(...[...el.querySelectorAll("
        "'text, tspan')].map((t) => scale * parseFloat(getComputedStyle(t).fontSize))) }"
    )
    assert smallest >= 12
