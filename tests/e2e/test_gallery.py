"""Every figure drawn by a real browser, in both themes, with nothing fetched from outside and nothing complained of."""

from __future__ import annotations

from conftest import Serve
from playwright.sync_api import Page

DRAWN = "() => [...document.querySelectorAll('.lab-plot')].filter(e => Number(e.dataset.updates) > 0).length === 8"
DARK = "() => document.querySelectorAll('.lab-plot[data-theme=dark]').length === 8"


def test_every_figure_draws_in_both_themes(page: Page, serve: Serve, errors: list[str]) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if request.url.startswith("http") else None)
    url = serve("tests/e2e/apps/gallery.py")
    page.goto(url)
    page.wait_for_function(DRAWN)
    page.emulate_media(color_scheme="dark")
    for chart in page.locator(".lab-plot").all():
        chart.scroll_into_view_if_needed()  # out of sight, it waits
    page.wait_for_function(DARK)
    assert page.evaluate("Object.values(window.__labMounts)") == [1] * 8
    unresolved = "[...document.querySelectorAll('.lab-plot')].filter(e => e.innerHTML.includes('role:')).length"
    assert page.evaluate(unresolved) == 0
    assert hosts == {url.split("/")[2]}
    assert errors == []
