"""What goes into an experiment: settings by widget and by link, a file of one's own, Yahoo Finance without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from math import sin
from pathlib import Path

import pytest
from lab_app import App, Tabs, expect_status, run_of, train, train_button, wait_drawn
from playwright.sync_api import Page, expect

CSV = "/train?data.name=csv&training.epochs=3&window.size=10&model.units=4"
VALUES = [1000.5 + 300 * sin(k / 5) for k in range(240)]
FAULTY = b"date,sales\n" + b"".join(b"2020-01-%02d,%d\n" % (d, d) for d in range(1, 28)) + b"2020-01-28,many\n"
BAD = {
    "book.csv": b"PK\x03\x04[Content_Types].xml",
    "picture.csv": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20,
    "empty.csv": b"",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Every way out leads to a closed door, so that there is no network wherever this runs."""
    door = "http://127.0.0.1:9"
    offline = {"HTTPS_PROXY": door, "HTTP_PROXY": door, "ALL_PROXY": door, "NO_PROXY": "localhost,127.0.0.1"}
    with App(tmp_path_factory.mktemp("lab"), offline | {k.lower(): v for k, v in offline.items()}) as app:
        yield app


def german() -> bytes:
    """Dates with the day first, semicolons, decimal commas, umlauts in Latin-1."""
    days = [date(2020, 1, 1) + timedelta(k) for k in range(len(VALUES))]
    lines = [f"{d:%d.%m.%Y};{v:.2f}".replace(".", ",", 0) for d, v in zip(days, VALUES, strict=True)]
    lines = [line.rpartition(";")[0] + ";" + line.rpartition(";")[2].replace(".", ",") for line in lines]
    return "\n".join(["Datum;Verkäufe", *lines]).encode("latin-1")


def upload(page: Page, name: str, data: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})


def test_a_deep_link_may_be_the_very_first_visit(tmp_path: Path, tabs: Tabs) -> None:
    with App(tmp_path, {"LAB_WARM_UP": "0"}) as fresh:
        page = tabs.open(fresh.url("/train?preset=bitcoin-quick"))
        wait_drawn(page, "series")
        expect(page.get_by_role("heading", name="Train")).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Forecast")).to_be_visible()


def test_a_setting_made_by_widget_travels_in_the_url(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=sine"))
    page.locator(".st-key-group-window summary").click()
    size = page.get_by_role("spinbutton", name="Window (steps)")
    size.fill("24")
    size.press("Enter")
    page.wait_for_function("() => new URLSearchParams(location.search).get('window.size') === '24'")
    other = tabs.open(page.url)
    other.locator(".st-key-group-window summary").click()
    expect(other.get_by_role("spinbutton", name="Window (steps)")).to_have_value("24")
    expect(other.locator(".st-key-group-training summary")).to_contain_text("100 epochs")


def test_links_that_cannot_be_followed_say_why(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?window.size=0"))
    expect(page.get_by_text("`window.size` must be a whole number from 1 to 1,000; received 0.").or_(
        page.get_by_text("window.size must be a whole number from 1 to 1,000; received 0."))).to_be_visible()  # fmt: skip
    wait_drawn(page, "series")
    page.goto(app.url("/train?run=nope"))
    expect(page.get_by_text(re.compile("There is no run 'nope'")).first).to_be_visible()
    expect(train_button(page)).to_be_enabled()


def test_a_preset_pressed_while_a_run_is_looked_at_comes_onto_the_table(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?run=sample-sine"))
    wait_drawn(page, "loss")
    page.locator(".st-key-preset-bitcoin-quick button").first.click()
    wait_drawn(page, "series")
    expect(page.locator(".st-key-group-data summary")).to_contain_text("Bitcoin")
    page.wait_for_function("() => location.search === '?preset=bitcoin-quick'")


def test_a_csv_file_as_german_office_programs_write_it_trains(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url(CSV))
    upload(page, "umsatz.csv", german())
    wait_drawn(page, "series")
    run = train(app, page)
    expect_status(page, "Finished")
    series = run_of(app, page).series
    assert series.names == ("Verkäufe",)
    assert series.values[:, 0] == pytest.approx(VALUES, abs=0.006)
    assert str(series.index[31])[:10] == "2020-02-01"
    assert [e.epoch for e in run.history().epochs] == [0, 1, 2, 3]


def test_a_table_with_a_fault_is_shown_with_it_and_can_be_left_again(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url(CSV))
    upload(page, "shop *1*.csv", FAULTY)
    expect(page.get_by_text("The column 'sales' should hold numbers, but line 29 has 'many'.")).to_be_visible()
    expect(page.get_by_text("The first lines of shop *1*.csv, as far as they can be read")).to_be_visible()
    expect(page.locator(".st-key-group-data summary")).to_contain_text("shop *1*.csv")
    expect(train_button(page)).to_be_disabled()
    upload(page, "umsatz.csv", german())
    wait_drawn(page, "series")
    expect(page.locator(".st-key-group-data summary")).to_contain_text("umsatz.csv")
    expect(train_button(page)).to_be_enabled()


STACKED = "date,symbol,close\n" + "".join(
    f"{month:02}/{day:02}/2024,{name},{(day * month) % 9 + rank}\n"
    for rank, name in enumerate(("AA", "BB")) for month in (3, 2, 1) for day in range(28, 0, -1)
)  # fmt: skip


def test_a_file_that_leaves_something_open_is_kept_and_asks_for_it(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url(CSV))
    upload(page, "prices.csv", STACKED.encode())
    expect(page.get_by_test_id("stAlert")).to_contain_text(
        "The file holds 2 series, one above the other, by the column 'symbol'"
    )
    expect(page.get_by_text("The first lines of prices.csv, as far as they can be read.")).to_be_visible()
    expect(train_button(page)).to_be_disabled()
    page.get_by_text("To be settled").wait_for()
    page.locator(".st-key-group-data").get_by_role("combobox", name="Series to learn").click()
    page.get_by_role("option", name="BB").click()
    wait_drawn(page, "series")
    for note in ("Of 2 series in the file this is BB.", "The rows were newest first; they were turned round."):
        expect(page.get_by_text(note)).to_be_visible()
    page.wait_for_function("() => location.search.includes('data.series=BB')")
    expect(page.get_by_text("To be settled")).to_have_count(0)
    expect(train_button(page)).to_be_enabled()
    page.reload()
    wait_drawn(page, "series")
    page.get_by_role("button", name="How the file is read").click()
    expect(page.get_by_role("textbox", name="Date format")).to_have_value("%m/%d/%Y")


def test_a_file_that_is_no_text_is_refused_in_one_sentence_and_the_former_data_stay(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url(CSV))
    upload(page, "umsatz.csv", german())
    wait_drawn(page, "series")
    page.wait_for_function("() => location.search.includes('data.path')")
    good = page.url
    said: set[str] = set()
    for name, data in BAD.items():
        upload(page, name, data)
        alert = page.locator(".st-key-group-data").get_by_test_id("stAlert")
        page.wait_for_function(
            "said => { const box = document.querySelector('.st-key-group-data [data-testid=stAlert]');"
            " return box && !said.includes(box.innerText.trim()); }",
            arg=list(said),
        )
        expect(alert).to_have_count(1)
        sentence = alert.inner_text().strip()
        said.add(sentence)
        assert re.fullmatch(r"[A-Z`][^\n]{15,200}\.", sentence), sentence
        assert "Error" not in sentence
        assert page.url == good
        assert page.evaluate("document.querySelector('[data-testid=live-series]').isConnected")
        expect(page.get_by_text("Verkäufe").first).to_be_visible()
    assert len(said) == len(BAD)


def test_yahoo_without_a_network_says_so_and_offers_the_snapshot(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?data.name=yahoo"))
    expect(
        page.get_by_text(re.compile(r"^Yahoo Finance (cannot be reached|did not answer).*bundled snapshots"))
    ).to_be_visible()
    expect(train_button(page)).to_be_disabled()
    page.get_by_role("button", name="Use the bundled Bitcoin snapshot").click()
    wait_drawn(page, "series")
    page.wait_for_function("() => new URLSearchParams(location.search).get('data.name') === 'bitcoin'")
    expect(train_button(page)).to_be_enabled()
