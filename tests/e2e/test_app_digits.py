"""Digits in a real browser: trained and watched, drawn with a mouse and with a finger, read row by row."""

from __future__ import annotations

import re

import pytest
from lab_app import App, Tabs, at_rest, expect_status, train, wait_drawn
from playwright.sync_api import Locator, Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
QUICK = "/train?preset=mnist-quick&training.epochs=2&model.units=8&training.batch_size=256"
SEVEN = [(0.28, 0.22), (0.72, 0.22), (0.45, 0.85)]


@pytest.fixture
def belief(app: App, tabs: Tabs) -> Page:
    page = tabs.open(app.url("/belief?run=sample-digits"))
    wait_drawn(page, "belief-heat-after")
    return page


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("group", name=label, exact=True).get_by_role("slider")


def click(page: Page, key: str, x: float, y: float) -> None:
    """Click on a chart, at a share of its axes' width and height."""
    area = page.get_by_test_id(f"live-{key}").locator(".nsewdrag").first
    at_rest(page)
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def corners(page: Page) -> list[tuple[float, float]]:
    """Where on the screen a 7 has its corners."""
    sheet = page.get_by_test_id("sketch")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    return [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in SEVEN]


def test_a_run_on_digits_is_watched_to_its_verdict_and_on_to_its_belief(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url(QUICK), viewport={"width": 1280, "height": 1700})  # what is out of sight is not drawn
    wait_drawn(page, "digits")
    train(app, page)
    for key in ("confusion", "mistakes", "loss", "accuracy", "gradient"):
        wait_drawn(page, key)
    confusion = "() => document.querySelector('[data-testid=live-confusion]').data[1].text.map(Number).reduce((a, b) => a + b, 0)"
    page.wait_for_function(f"() => ({confusion})() === 1000")
    expect_status(page, "Finished")
    expect(page.get_by_text("On the test part.")).to_be_visible()
    expect(page.get_by_text(re.compile("logistic regression on pixels"))).to_be_visible()
    page.wait_for_function("() => document.querySelector('[data-testid=live-accuracy]').data[1].x.at(-1) === 2")
    expect(page.get_by_text(re.compile("After epoch 2: truth"))).to_be_visible()
    mounts = page.evaluate("window.__labMounts")
    assert {mounts[key] for key in ("confusion", "mistakes", "loss", "accuracy", "gradient")} == {1}
    page.locator(".st-key-strip").get_by_role("link", name="Belief").click()
    page.wait_for_url(re.compile(r"/belief\?.*run=digits-"))
    wait_drawn(page, "belief-heat")


def test_rows_are_scrubbed_clicked_and_played(belief: Page) -> None:
    row = slider(belief, "Rows read")
    row.press("Home")
    expect(belief.get_by_text(re.compile("^After row 1 its first choice is"))).to_be_visible()
    row.press("ArrowRight")
    expect(belief.get_by_text(re.compile("^After row 2 its first choice is"))).to_be_visible()
    click(belief, "belief-heat", 24.5 / 28, 0.5)
    expect(belief.get_by_text(re.compile("^After row 25 its first choice is"))).to_be_visible()
    expect(row).to_have_value("25")
    belief.get_by_text("Play", exact=True).click()
    expect(belief.get_by_text(re.compile("^After row 28 its first choice is"))).to_be_visible()
    expect(
        belief.get_by_role("switch", name="Play").or_(belief.get_by_role("checkbox", name="Play"))
    ).not_to_be_checked()


def test_a_click_on_the_sheet_chooses_the_digit_and_gates_shows_it(belief: Page) -> None:
    click(belief, "belief-sheet", 3.4 / 8, 0.45)
    expect(belief.get_by_role("spinbutton", name="Test digit")).to_have_value("11")
    belief.wait_for_function("() => location.search.includes('digit=11')")
    belief.get_by_role("link", name="Every gate of this digit").click()
    wait_drawn(belief, "gate-hidden")
    expect(belief.get_by_role("spinbutton", name="Test digit")).to_have_value("11")


def test_a_digit_is_drawn_read_and_cleared(belief: Page) -> None:
    belief.get_by_role("radio", name="Draw one").click()
    expect(belief.get_by_text(re.compile("^Draw one digit"))).to_be_visible()
    first, *rest = corners(belief)
    belief.mouse.move(*first)
    belief.mouse.down()
    for corner in rest:
        belief.mouse.move(*corner, steps=8)
    belief.mouse.up()
    expect(belief.get_by_text(re.compile("Untouched it ends at 7"))).to_be_visible()
    wait_drawn(belief, "belief-heat")
    row = slider(belief, "Rows read")
    row.press("Home")
    expect(belief.get_by_text(re.compile("^After row 1 its first choice is"))).to_be_visible()
    inked = "() => document.querySelector('[data-testid=sketch]').getContext('2d').getImageData(0, 0, 280, 280).data.some(v => v)"
    assert belief.evaluate(inked), "the drawing stays while rows are scrubbed"
    belief.get_by_role("button", name="Clear").click()
    expect(belief.get_by_text(re.compile("^Draw one digit"))).to_be_visible()
    assert not belief.evaluate(inked)


def test_a_finger_draws_and_the_page_stays_and_fits(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/belief?run=sample-digits"), **PHONE)
    wait_drawn(page, "belief-sheet")
    area = page.get_by_test_id("live-belief-sheet").locator(".nsewdrag").first
    at_rest(page)
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 3.4 / 8, box["y"] + box["height"] * 0.45)
    expect(page.get_by_role("spinbutton", name="Test digit")).to_have_value("11")
    page.get_by_role("radio", name="Draw one").click()
    expect(page.get_by_text(re.compile("^Draw one digit"))).to_be_visible()
    first, *rest = corners(page)
    scrolled = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", first)
    for (x0, y0), (x1, y1) in zip([first, *rest], rest, strict=False):
        for k in range(1, 9):
            send("touchMove", (x0 + (x1 - x0) * k / 8, y0 + (y1 - y0) * k / 8))
            page.wait_for_timeout(16)
    send("touchEnd")
    expect(page.get_by_text(re.compile("Untouched it ends at 7"))).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")
    for path in ("/gates?run=sample-digits", "/train?run=sample-digits", "/train?preset=mnist"):
        page.goto(app.url(path))
        page.wait_for_selector(".lab-plot .main-svg")
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth"), path


def test_a_file_is_read(belief: Page) -> None:
    import io

    from PIL import Image, ImageDraw

    picture, content = Image.new("L", (200, 200), 250), io.BytesIO()
    ImageDraw.Draw(picture).line([(x * 200, y * 200) for x, y in SEVEN], fill=10, width=16, joint="curve")
    picture.save(content, "PNG")
    belief.get_by_role("radio", name="A file").click()
    belief.locator("input[type=file]").set_input_files(
        {"name": "seven.png", "mimeType": "image/png", "buffer": content.getvalue()}
    )
    expect(belief.get_by_text(re.compile("Untouched it ends at 7"))).to_be_visible()
    expect(belief.get_by_text("Dark ink on light paper was inverted.")).to_be_visible()
    belief.locator("input[type=file]").set_input_files(
        {"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    expect(belief.get_by_text(re.compile("must be a PNG or JPEG image"))).to_be_visible()
