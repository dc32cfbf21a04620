"""A phone: what was chosen is what one sees."""

from __future__ import annotations

import re

from lab_app import App, Tabs, at_rest
from playwright.sync_api import Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def _open_drawer(page: Page) -> None:
    at_rest(page)
    page.get_by_test_id("stExpandSidebarButton").tap()
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")
    page.wait_for_timeout(500)  # it slides in


def test_the_drawer_closes_after_a_choice(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?run=sample-sine"), **PHONE)
    drawer = page.get_by_test_id("stSidebar")
    for choose, leads_to in (
        (lambda: drawer.get_by_role("button", name="Bitcoin, quick").tap(), "preset=bitcoin-quick"),
        (lambda: _choose_run(page, "sample-digits"), "run=sample-digits"),
        (lambda: drawer.get_by_role("link", name="Belief").tap(), "/belief"),
    ):
        _open_drawer(page)
        choose()
        expect(drawer).to_have_attribute("data-collapsed", "true")
        expect(page).to_have_url(re.compile(re.escape(leads_to)))


def _choose_run(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("combobox").tap()
    page.get_by_role("option", name=name).tap()


def test_train_on_home_shows_the_curve_in_the_first_screen(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/"), **PHONE)
    at_rest(page)
    page.locator(".st-key-train-retail button:visible").tap()  # one that is scrolled to
    chart = page.get_by_test_id("live-forecast")
    chart.wait_for()
    page.wait_for_function(
        "() => document.querySelector('[data-testid=live-forecast]').getBoundingClientRect().top < 844 - 250"
    )
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    below = page.get_by_role("button", name="Train", exact=True).bounding_box()
    assert below is not None
    assert below["y"] > chart.bounding_box()["y"]


def test_a_warning_stands_in_the_page(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?run=gone"), **PHONE)
    expect(page.get_by_test_id("stMain").get_by_text("gone")).to_be_visible()
