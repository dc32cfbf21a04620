"""The Gates page under a test's hands: its charts, its sliders, its points."""

from __future__ import annotations

from typing import Any

from lab_app import at_rest
from playwright.sync_api import Locator, Page


def drawn(page: Page, key: str) -> None:
    page.wait_for_function("key => document.querySelector(`[data-testid=live-${key}]`)?.data?.length > 0", arg=key)


def plotted(page: Page, key: str) -> Any:
    """The data of a chart's first trace, as text: what changes when the picture changes."""
    return page.evaluate(
        "key => { const t = document.querySelector(`[data-testid=live-${key}]`).data[0]; return JSON.stringify(t.z ?? t.y) }",
        key,
    )


def becomes_other_than(page: Page, key: str, before: str) -> None:
    page.get_by_test_id(f"live-{key}").scroll_into_view_if_needed()  # out of sight, it would wait
    page.wait_for_function(
        "([key, before]) => { const t = document.querySelector(`[data-testid=live-${key}]`)?.data?.[0];"
        " return t && JSON.stringify(t.z ?? t.y) !== before }",
        arg=[key, before],
    )


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("group", name=label, exact=True).get_by_role("slider")


def view(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name).click()


def input_point(page: Page, k: int) -> tuple[float, float, float]:
    """Where a point of the what-if window is on the screen, once the page has come to rest, and its value."""
    at_rest(page)
    found, before = _input_point(page, k), None
    while found != before:
        page.wait_for_timeout(400)
        found, before = _input_point(page, k), found
    return found


def _input_point(page: Page, k: int) -> tuple[float, float, float]:
    x, y, value = page.evaluate(
        "k => { const g = document.querySelector('[data-testid=live-what-window]'), { xaxis, yaxis } = g._fullLayout;"
        " g.scrollIntoView({ block: 'center' });"
        " const t = g.data.find(t => t.meta?.draggable), box = g.getBoundingClientRect();"
        " return [box.left + xaxis._offset + xaxis.d2p(t.x[k]), box.top + yaxis._offset + yaxis.d2p(t.y[k]), t.y[k]] }",
        k,
    )
    return x, y, value
