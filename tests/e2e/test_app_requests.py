"""Nothing of the app is fetched from elsewhere: it works without a network, and tells nobody that it is used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab_app import PATIENCE, App, at_rest
from playwright.sync_api import Browser

PAGES = ("/", "/train", "/train?run=sample-sine", "/train?run=sample-digits", "/gates?run=sample-sine",
         "/belief?run=sample-digits", "/forecast", "/runs", "/train?data.name=csv")  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with App(tmp_path_factory.mktemp("lab"), {"LAB_WARM_UP": "0"}) as app:
        yield app


def test_no_request_leaves_for_another_host(app: App, browser: Browser) -> None:
    asked: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url.replace("ws://", "http://", 1)))
    for path in PAGES:
        page.goto(app.url(path))
        page.get_by_test_id("stHeading").first.wait_for()
        at_rest(page)
    for name in ("Home", "Train", "Gates", "Belief", "Forecast", "Runs"):  # and within one visit
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        page.wait_for_function("name => document.title.startsWith(name) || name === 'Home'", arg=name)
        at_rest(page)
    icon = page.evaluate("document.querySelector('link[rel~=icon]').href")
    context.close()
    assert len(asked) > 2 * len(PAGES)
    assert [url for url in [*asked, icon] if not url.startswith((app.url("/"), "data:", "blob:"))] == []
