"""Finished runs: their forecasts, the list of them, and everything on a phone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab_app import App, Tabs, at_rest, expect_status, train, wait_drawn, wait_points
from playwright.sync_api import Browser, Locator, Page, expect

from lab.runs.run import Run

OWN_APP = True  # it lists its runs

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
ROW = 35  # pixels of a row of Streamlit's data frames, which are drawn on a canvas


@pytest.fixture(scope="module")
def runs(app: App, browser: Browser) -> list[Run]:
    """Two finished runs, the newer first, as the Runs page lists them."""
    made = []
    with Tabs(browser) as tabs:
        page = tabs.open(app.url("/train?preset=sine&training.epochs=8&model.units=12"))
        for size in ("20", "30"):
            page.goto(app.url(f"/train?preset=sine&training.epochs=8&model.units=12&window.size={size}"))
            made.append(train(app, page))
            expect_status(page, "Finished")
    return made[::-1]


@pytest.fixture
def runs_page(app: App, tabs: Tabs, runs: list[Run]) -> Iterator[Page]:
    page = tabs.open(app.url("/runs"))
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    return page


def tick(page: Page, row: int) -> None:
    """Tick the box before a row of the list of runs, counted from 0."""
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": ROW * (row + 1) + ROW // 2})


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """The file that a download button gives."""
    # What a click asks for is looked up in the run of the script that drew the button, so let that one be over.
    at_rest(page)
    with page.expect_download() as waiting:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name=button).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def forecast_steps(page: Page) -> int:
    last: int = page.evaluate(
        "document.querySelector('[data-testid=live-future]').data.at(-1).y.filter(v => v !== null).length"
    )
    return last


def test_the_forecast_goes_as_far_as_the_slider_says_and_so_does_its_file(
    app: App, tabs: Tabs, runs: list[Run]
) -> None:
    page = tabs.open(app.url(f"/forecast?run={runs[0].id}"))
    wait_drawn(page, "future")
    slider = page.get_by_role("slider", name="Steps ahead")
    table = page.get_by_test_id("stDataFrame").first.locator("table")
    expect(table).to_have_attribute("aria-rowcount", "61")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    expect(table).to_have_attribute("aria-rowcount", "66")
    name, data = saved(page, "Download as CSV")
    rows = list(csv.reader(io.StringIO(data.decode())))
    assert name == f"{runs[0].id}-forecast.csv"
    assert len(rows) == 1 + 65
    assert all(-2 < float(row[1]) < 2 for row in rows[1:])
    series = runs[0].series
    assert float(rows[1][0]) > float(series.index[-1])
    page.get_by_role("tab", name="Over the test range").click()
    wait_drawn(page, "test")
    expect(page.get_by_text("One step ahead.")).to_be_visible()


def test_two_runs_are_compared_by_their_curves(runs_page: Page, runs: list[Run]) -> None:
    tick(runs_page, 0)
    wait_drawn(runs_page, "compare")
    expect(runs_page.get_by_role("button", name="Rename")).to_be_visible()
    tick(runs_page, 1)
    traces = "document.querySelector('[data-testid=live-compare]')?.data?.map(t => [t.name, t.y.length])"
    runs_page.wait_for_function(f"() => {traces}?.length === 2")
    assert sorted(runs_page.evaluate(traces)) == sorted([run.id, 9] for run in runs)
    expect(runs_page.get_by_role("button", name="Rename")).to_have_count(0)


def test_a_run_is_downloaded_as_a_zip(runs_page: Page, runs: list[Run]) -> None:
    tick(runs_page, 1)
    name, data = saved(runs_page, "Download as ZIP")
    assert name == f"{runs[1].id}.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        wanted = {"config.json", "series.npz", "events.jsonl", "weights.npz", "scores.json"}
        assert {Path(n).name for n in archive.namelist()} >= wanted


@pytest.mark.parametrize("width", [390, 320])
def test_nothing_scrolls_sideways_on_a_phone(app: App, tabs: Tabs, runs: list[Run], width: int) -> None:
    page = tabs.open(app.url("/"), **PHONE | {"viewport": {"width": width, "height": 844}})
    expect(page.get_by_text("Start with a ready experiment")).to_be_visible()
    assert_fits(page, width)
    page.goto(app.url("/train?preset=bitcoin-quick"))
    wait_drawn(page, "series")
    assert_fits(page, width)
    page.goto(app.url(f"/train?run={runs[0].id}"))
    wait_points(page, 9)
    assert_fits(page, width)
    expect(page.get_by_test_id("stTable").filter(has_text="MASE")).to_be_visible()
    expect(page.get_by_test_id("stElementToolbar")).to_have_count(0)  # a data frame's would cover the verdict
    page.goto(app.url(f"/forecast?run={runs[0].id}"))
    wait_drawn(page, "future")
    assert_fits(page, width)
    page.goto(app.url("/runs"))
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert_fits(page, width)


def assert_fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    main = page.get_by_test_id("stMain")
    assert main.evaluate("el => el.scrollWidth - el.clientWidth") <= 0, page.url


def test_a_run_is_renamed(app: App, runs_page: Page, runs: list[Run]) -> None:
    tick(runs_page, 0)
    runs_page.get_by_role("button", name="Rename").click()
    dialog = runs_page.get_by_role("dialog")
    name = dialog.get_by_role("textbox")
    name.fill("no/good")
    confirm(dialog, "Rename")
    expect(dialog.get_by_test_id("stAlert")).to_contain_text("letters, digits")
    name.fill("my-wave")
    confirm(dialog, "Rename")
    expect(dialog).to_have_count(0)
    expect(runs_page.get_by_test_id("stDataFrame").first.locator("table")).to_contain_text("my-wave")
    assert not runs[0].path.exists()
    runs[0] = app.store.open("my-wave")


def test_deleting_a_run_asks_first(runs_page: Page, runs: list[Run]) -> None:
    """The last test of this module: one of its runs is gone then."""
    tick(runs_page, 0)
    dialog = runs_page.get_by_role("dialog")
    runs_page.get_by_role("button", name="Delete").click()
    expect(dialog).to_contain_text(runs[0].id)
    confirm(dialog, "Keep")
    expect(dialog).to_have_count(0)
    assert runs[0].path.exists()
    runs_page.get_by_role("button", name="Delete").click()
    confirm(dialog, "Delete")
    expect(dialog).to_have_count(0)
    expect(runs_page.get_by_test_id("stDataFrame").first.locator("table")).not_to_contain_text(runs[0].id)
    assert not runs[0].path.exists()


def confirm(dialog: Locator, name: str) -> None:
    dialog.get_by_role("button", name=name, exact=True).click()


def test_space_ticks_a_run(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/runs"))
    page.get_by_role("button", name="Choose by name").focus()
    page.keyboard.press("Enter")
    run = page.get_by_role("button", name="sample-digits", exact=True)
    run.focus()
    page.keyboard.press("Space")
    wait_drawn(page, "compare")
    expect(page.get_by_role("link", name="Belief").last).to_be_attached()
