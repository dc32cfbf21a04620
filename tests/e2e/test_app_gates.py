"""The Gates page in a real browser: scrubbing, one step with its numbers, a clamp that answers, two epochs compared."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lab_app import App, Tabs
from playwright.sync_api import Locator, Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def gates(app: App, tabs: Tabs) -> Page:
    page = tabs.open(app.url("/gates?run=sample-sine"))
    drawn(page, "gate-hidden")
    return page


def drawn(page: Page, key: str) -> None:
    page.wait_for_function("key => document.querySelector(`[data-testid=live-${key}]`)?.data?.length > 0", arg=key)


def plotted(page: Page, key: str) -> Any:
    """The data of a chart's first trace, as text: what changes when the picture changes."""
    return page.evaluate(
        "key => { const t = document.querySelector(`[data-testid=live-${key}]`).data[0]; return JSON.stringify(t.z ?? t.y) }",
        key,
    )


def becomes_other_than(page: Page, key: str, before: str) -> None:
    page.wait_for_function(
        "([key, before]) => { const t = document.querySelector(`[data-testid=live-${key}]`)?.data?.[0];"
        " return t && JSON.stringify(t.z ?? t.y) !== before }",
        arg=[key, before],
    )


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("group", name=label, exact=True).get_by_role("slider")


def view(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name).click()


def test_scrubbing_along_the_series_and_over_the_epochs_redraws_every_gate(gates: Page) -> None:
    heat, window = plotted(gates, "gate-forget"), plotted(gates, "gate-window")
    slider(gates, "Window, by its first step").press("ArrowLeft")
    becomes_other_than(gates, "gate-window", window)
    becomes_other_than(gates, "gate-forget", heat)
    heat = plotted(gates, "gate-hidden")
    slider(gates, "Weights after epoch").press("Home")
    becomes_other_than(gates, "gate-hidden", heat)


def test_one_step_shows_its_numbers_and_arrow_keys_walk_through_time(gates: Page) -> None:
    view(gates, "One step")
    diagram = gates.get_by_test_id("diagram-cell")
    expect(diagram.locator("svg")).to_be_visible()
    expect(slider(gates, "Time step")).to_have_value("50")
    expect(gates.locator(".katex-display, .katex").first).to_be_visible()
    before = diagram.inner_text()
    diagram.focus()
    diagram.press("ArrowLeft")
    expect(slider(gates, "Time step")).to_have_value("49")
    expect(diagram).not_to_have_text(before)
    gates.get_by_role("button", name="Step back").click()
    expect(slider(gates, "Time step")).to_have_value("48")


def test_play_walks_by_itself(gates: Page) -> None:
    view(gates, "One step")
    expect(gates.get_by_test_id("diagram-cell").locator("svg")).to_be_visible()
    gates.get_by_text("Play", exact=True).click()
    expect(slider(gates, "Time step")).to_have_value(re.compile(r"^[12]$"))


def test_a_gate_held_shut_changes_the_prediction_and_the_heatmap_after_it(gates: Page) -> None:
    view(gates, "What if")
    expect(gates.get_by_text("nothing is changed yet")).to_be_visible()
    drawn(gates, "side-After")
    after, before = plotted(gates, "side-After"), plotted(gates, "side-Before")
    assert after == before
    gates.get_by_role("combobox", name="Hold a gate or state").click()
    gates.get_by_role("option", name="Forget gate f").click()
    becomes_other_than(gates, "side-After", after)
    assert plotted(gates, "side-Before") == before
    expect(gates.get_by_text(re.compile(r"Prediction: .*, before "))).to_be_visible()


def test_two_epochs_of_one_run_side_by_side(gates: Page) -> None:
    view(gates, "Compare")
    drawn(gates, "compare-second")
    assert plotted(gates, "compare-first") != plotted(gates, "compare-second"), "the other side begins untrained"
    second = plotted(gates, "compare-second")
    slider(gates, "After epoch").press("End")
    becomes_other_than(gates, "compare-second", second)
    gates.wait_for_function(
        "() => { const z = k => JSON.stringify(document.querySelector(`[data-testid=live-compare-${k}]`).data[0].z);"
        " return z('first') === z('second') }"
    )


def test_the_page_fits_a_phone(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/gates?run=sample-sine"), **PHONE)
    drawn(page, "gate-hidden")
    for name in ("Heatmaps", "One step", "What if", "Compare"):
        view(page, name)
        page.wait_for_timeout(500)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth"), name
