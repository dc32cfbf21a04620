"""Two browsers on a server that keeps visitors apart, and what each is left with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab_app import App, at_rest
from playwright.sync_api import Browser, expect


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with App(tmp_path_factory.mktemp("lab"), {"LAB_WARM_UP": "1", "LAB_SHARING": "own"}) as app:
        yield app


def test_a_browser_finds_its_runs_again_and_another_sees_a_link_only(app: App, browser: Browser) -> None:
    anna, bert = browser.new_context(), browser.new_context()
    try:
        page = anna.new_page()
        page.goto(app.url("/train?preset=sine&training.epochs=3000&model.units=4"))
        at_rest(page)
        page.get_by_role("button", name="Train", exact=True).click()
        page.locator(".st-key-buttons").get_by_role("button", name="Stop", exact=True).wait_for(timeout=60_000)
        run = next(run for run in app.store.list() if not run.is_sample)
        tokens = [cookie["value"] for cookie in anna.cookies() if cookie["name"] == "lab_visitor"]
        assert len(tokens) == 1
        assert tokens[0] not in "".join(
            path.read_text("utf-8", "replace") for path in run.path.iterdir() if path.is_file()
        )

        other = bert.new_page()
        other.goto(app.url(f"/train?run={run.id}"))
        expect(other.get_by_text("A run of another browser, by its link: to be looked at.")).to_be_visible(
            timeout=60_000
        )
        expect(other.locator(".st-key-buttons").get_by_role("button", name="Stop", exact=True)).to_have_count(0)
        other.goto(app.url("/runs"))
        at_rest(other)
        other.get_by_role("button", name="Choose by name").click()
        expect(other.get_by_role("button", name="sample-sine")).to_be_visible()
        expect(other.get_by_text(run.id)).to_have_count(0)

        page.goto(app.url("/runs"))  # a new session of the same browser
        at_rest(page)
        page.get_by_role("button", name="Choose by name").click()
        expect(page.get_by_role("button", name=run.id)).to_be_visible()
    finally:
        anna.close()
        bert.close()
