"""No page shuts anybody out, as far as axe-core can tell, in the light and in the dark theme."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe import VIEWS, axe_source, show, violations
from conftest import Serve
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return axe_source(tmp_path_factory.mktemp("axe"))


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all views, which spares the browser a new Plotly each time."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, color_scheme="light")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_serious(view: str, axe: str, tab: Page, quiet_url: str) -> None:
    tab.emulate_media(color_scheme="light")
    show(tab, quiet_url, view)
    assert violations(tab, axe) == []
    _darken(tab)
    assert violations(tab, axe) == []


def test_axe_finds_nothing_serious_in_what_comes_and_goes(axe: str, tab: Page, serve: Serve) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(serve("tests/e2e/apps/notices.py"))
    tab.get_by_role("button", name="Popover").wait_for()
    assert violations(tab, axe) == []
    _darken(tab)
    assert violations(tab, axe) == []


def _darken(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === 'dark'")
    page.wait_for_function(
        "[...document.querySelectorAll('.lab-plot[data-theme=light]')].every((plot) => !plot.labSeen)"
    )
