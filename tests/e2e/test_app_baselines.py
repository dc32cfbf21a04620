"""Simpler models come by themselves beside a run that has just ended, and a series is looked at before it is learned."""

from __future__ import annotations

from lab_app import App, Tabs, expect_status, train, wait_drawn
from playwright.sync_api import expect

from lab.runs import baseline_file

SHORT = "/train?preset=retail&training.epochs=3&model.units=8"


def test_simpler_models_come_when_a_run_is_over_and_the_verdict_takes_them_in(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url(SHORT))
    run = train(app, page)
    expect_status(page, "Finished")
    table = page.get_by_test_id("stTable").filter(has_text="fitted in")
    for name in ("Ridge", "AR(p)", "ETS", "SARIMA"):
        expect(table.get_by_role("cell", name=name, exact=True)).to_be_visible()
    wait_drawn(page, "skill")
    expect(page.get_by_text("To come:")).to_have_count(0)
    assert not baseline_file.missing(run)
    expect(page.get_by_text("higher than that of a simpler model")).to_be_visible()  # three epochs beat no ETS
    page.reload()
    wait_drawn(page, "skill")


def test_a_series_is_looked_at_when_its_box_is_opened(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=bitcoin"))
    page.get_by_text("Know your series").click()
    expect(page.get_by_text("Not stationary, by both tests")).to_be_visible()
    for key in ("acf", "pacf", "rolling", "stl"):
        wait_drawn(page, key)
