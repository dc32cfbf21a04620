"""The Gates page in a real browser: scrubbing, one step with its numbers, a clamp that answers, two epochs compared."""

from __future__ import annotations

import re

import pytest
from gates_page import becomes_other_than, drawn, input_point, plotted, slider, view
from lab_app import App, Tabs, wait_for
from playwright.sync_api import Page, expect


@pytest.fixture
def gates(app: App, tabs: Tabs) -> Page:
    page = tabs.open(app.url("/gates?run=sample-sine"))
    drawn(page, "gate-hidden")
    return page


def test_scrubbing_along_the_series_and_over_the_epochs_redraws_every_gate(gates: Page) -> None:
    heat, window = plotted(gates, "gate-forget"), plotted(gates, "gate-window")
    slider(gates, "First step of the window").press("ArrowLeft")
    becomes_other_than(gates, "gate-window", window)
    becomes_other_than(gates, "gate-forget", heat)
    heat = plotted(gates, "gate-hidden")
    slider(gates, "Weights after epoch").press("Home")
    becomes_other_than(gates, "gate-hidden", heat)


def test_a_chart_out_of_sight_waits_until_it_is_scrolled_to(gates: Page) -> None:
    gates.set_viewport_size({"width": 1280, "height": 500})
    hidden = gates.get_by_test_id("live-gate-hidden")
    gates.get_by_test_id("live-gates-series").scroll_into_view_if_needed()
    slider(gates, "First step of the window").focus()
    band = "() => document.querySelector('[data-testid=live-gates-series]').layout.shapes.at(-1).x0"
    heat, before = plotted(gates, "gate-hidden"), gates.evaluate(band)
    slider(gates, "First step of the window").press("ArrowLeft")
    gates.wait_for_function(f"before => ({band})() < before", arg=before)
    gates.wait_for_timeout(1000)
    assert plotted(gates, "gate-hidden") == heat
    hidden.scroll_into_view_if_needed()
    gates.wait_for_function(
        "before => JSON.stringify(document.querySelector('[data-testid=live-gate-hidden]').data[0].z) !== before",
        arg=heat,
    )


# The picture of a heatmap while it is painted and not yet drawn as a whole; the colour of every cell at its middle.
PAINTED = """key => {
  const plot = document.querySelector(`[data-testid=live-${key}]`);
  return plot.labPainted && plot.querySelector(".heatmaplayer image").href.baseVal;
}"""
COLOURS = """async ([picture, rows, columns]) => {
  const image = new Image();
  image.src = picture;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const found = [];
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) found.push(...context.getImageData(
    Math.floor(((c + 0.5) * image.width) / columns), Math.floor(((r + 0.5) * image.height) / rows), 1, 1).data);
  return found;
}"""


def colours(page: Page, key: str, picture: str) -> list[int]:
    shape = "key => document.querySelector(`[data-testid=live-${key}]`).data[0].z.shape.split(', ').map(Number)"
    found: list[int] = page.evaluate(COLOURS, [picture, *page.evaluate(shape, key)])
    return found


@pytest.mark.parametrize("gate", ["input", "candidate"])  # a sequential and a diverging scale
def test_a_heatmap_is_painted_at_once_and_drawn_whole_in_the_same_colours(gates: Page, gate: str) -> None:
    key = f"gate-{gate}"
    gates.get_by_test_id(f"live-{key}").scroll_into_view_if_needed()
    slider(gates, "First step of the window").focus()
    gates.get_by_test_id(f"live-{key}").scroll_into_view_if_needed()
    before = plotted(gates, key)
    gates.keyboard.press("ArrowLeft")
    painted = gates.wait_for_function(PAINTED, arg=key).json_value()
    becomes_other_than(gates, key, before)
    whole = gates.get_by_test_id(f"live-{key}").evaluate("el => el.querySelector('.heatmaplayer image').href.baseVal")
    assert painted != whole
    ours, plotlys = colours(gates, key, painted), colours(gates, key, whole)
    assert len(set(ours)) > 50
    assert max(abs(a - b) for a, b in zip(ours, plotlys, strict=True)) <= 2


def test_a_heatmap_that_is_zoomed_or_pointed_at_is_drawn_whole_at_once(gates: Page) -> None:
    heat = gates.get_by_test_id("live-gate-input")
    heat.evaluate("el => Plotly.relayout(el, { 'xaxis.range': [5, 15] })")
    slider(gates, "First step of the window").focus()
    heat.scroll_into_view_if_needed()
    heat.evaluate("el => { window.painted = []; setInterval(() => el.labPainted && painted.push(1), 10) }")
    before = plotted(gates, "gate-input")
    gates.keyboard.press("ArrowLeft")
    becomes_other_than(gates, "gate-input", before)
    assert heat.evaluate("el => el.layout.xaxis.range") == [5, 15]
    heat.evaluate("el => Plotly.relayout(el, { 'xaxis.autorange': true })")
    heat.hover()
    before = plotted(gates, "gate-input")
    gates.keyboard.press("ArrowLeft")
    becomes_other_than(gates, "gate-input", before)
    assert gates.evaluate("painted") == []


def test_a_click_on_the_series_chooses_the_window_and_the_slider_agrees(gates: Page) -> None:
    series, first = gates.get_by_test_id("live-gates-series"), slider(gates, "First step of the window")
    area = series.locator(".nsewdrag").first.bounding_box()
    assert area is not None
    band = "() => document.querySelector('[data-testid=live-gates-series]').layout.shapes.at(-1).x0"
    window, before = plotted(gates, "gate-window"), gates.evaluate(band)
    gates.mouse.click(area["x"] + area["width"] * 0.4, area["y"] + area["height"] / 2)
    becomes_other_than(gates, "gate-window", window)
    expect(first).to_have_value(re.compile("17[45]"))  # 500 steps, a window of 50: about the middle of 200
    series.scroll_into_view_if_needed()  # to see the window the page was scrolled, and what is out of sight is not drawn
    gates.wait_for_function(f"before => ({band})() !== before", arg=before)
    clicked = gates.evaluate(band)
    first.press("ArrowRight")
    gates.wait_for_function(f"clicked => ({band})() > clicked", arg=clicked)
    first.press("Home")
    gates.wait_for_function(f"() => ({band})() === 0")


def test_the_window_follows_a_hand_that_slides_along_the_series(gates: Page) -> None:
    first = slider(gates, "First step of the window")
    area = gates.get_by_test_id("live-gates-series").locator(".nsewdrag").first.bounding_box()
    assert area is not None
    x, y = (lambda share: area["x"] + area["width"] * share), area["y"] + 20
    gates.mouse.move(x(0.3), y)
    gates.mouse.down()
    gates.mouse.move(x(0.5), y, steps=5)
    expect(first).to_have_value(re.compile("22[45]"))  # the hand still holds
    gates.mouse.move(x(0.6), y, steps=5)
    gates.mouse.up()
    expect(first).to_have_value(re.compile("27[45]"))


def test_dragging_an_input_changes_the_prediction_and_the_heatmap_and_all_can_be_put_back(gates: Page) -> None:
    view(gates, "What if")
    drawn(gates, "side-After")
    before, after = plotted(gates, "side-Before"), plotted(gates, "side-After")
    back = gates.get_by_role("button", name="Put everything back")
    expect(back).to_be_disabled()
    x, y, value = input_point(gates, 45)
    gates.mouse.move(x, y)
    gates.mouse.down()
    gates.mouse.move(x, y - 40, steps=4)
    expect(gates.get_by_text(re.compile(r"Prediction: .*, before "))).to_be_visible()  # it answers under the hand
    gates.mouse.up()
    becomes_other_than(gates, "side-After", after)
    assert plotted(gates, "side-Before") == before
    changed = input_point(gates, 45)[2]
    assert changed > value + 0.1
    step = gates.get_by_role("spinbutton", name="At step")
    expect(step).to_have_value("46")
    wait_for(lambda: float(slider(gates, "To").input_value()) == pytest.approx(changed, abs=0.01))
    slider(gates, "To").press("ArrowRight")  # and so does the slider, for those who have no mouse
    gates.wait_for_function(
        "v => document.querySelector('[data-testid=live-what-window]').data.find(t => t.meta?.draggable).y[45] > v",
        arg=changed,
    )
    back.click()
    expect(gates.get_by_text("nothing is changed yet")).to_be_visible()
    expect(step).to_have_count(0)
    gates.wait_for_function(
        "v => document.querySelector('[data-testid=live-what-window]').data.find(t => t.meta?.draggable).y[45] === v",
        arg=value,
    )


def test_charts_and_the_diagram_are_saved_as_pictures_that_stand_by_themselves(gates: Page) -> None:
    chart = gates.get_by_test_id("live-gate-forget")
    for kind in ("SVG", "PNG"):
        chart.scroll_into_view_if_needed()
        chart.hover(position={"x": 150, "y": 100})
        with gates.expect_download() as waited:
            chart.locator(f"[data-title='Save as {kind}']").click()
        name = waited.value.suggested_filename
        assert re.fullmatch(rf"sample-sine-window-\d+-layer-1-forget\.{kind.lower()}", name)
        content = waited.value.path().read_bytes()
        assert content.startswith(b"<svg" if kind == "SVG" else b"\x89PNG")
        assert b"role:" not in content
    view(gates, "One step")
    with gates.expect_download() as waited:
        gates.get_by_role("button", name="Save the diagram as SVG").click()
    assert re.fullmatch(r"sample-sine-window-\d+-layer-1-unit-\d+-step-50\.svg", waited.value.suggested_filename)
    svg = waited.value.path().read_text("utf-8")
    assert "#70023e" in svg, "the forget gate's colour"
    assert "role:" not in svg


def test_one_step_shows_its_numbers_and_arrow_keys_walk_through_time(gates: Page) -> None:
    view(gates, "One step")
    diagram = gates.get_by_test_id("diagram-cell")
    expect(diagram.locator("svg")).to_be_visible()
    expect(slider(gates, "Time step")).to_have_value("50")
    expect(gates.locator(".katex-display, .katex").first).to_be_visible()
    before = diagram.inner_text()
    diagram.focus()
    diagram.press("ArrowLeft")
    expect(slider(gates, "Time step")).to_have_value("49")
    expect(diagram).not_to_have_text(before)
    gates.get_by_role("button", name="Step back").click()
    expect(slider(gates, "Time step")).to_have_value("48")


def test_play_walks_by_itself(gates: Page) -> None:
    view(gates, "One step")
    expect(gates.get_by_test_id("diagram-cell").locator("svg")).to_be_visible()
    gates.get_by_text("Play", exact=True).click()
    expect(slider(gates, "Time step")).to_have_value(re.compile(r"^[12]$"))


def test_a_gate_held_shut_changes_the_prediction_and_the_heatmap_after_it(gates: Page) -> None:
    view(gates, "What if")
    expect(gates.get_by_text("nothing is changed yet")).to_be_visible()
    drawn(gates, "side-After")
    after, before = plotted(gates, "side-After"), plotted(gates, "side-Before")
    assert after == before
    gates.get_by_role("combobox", name="Hold a gate or state").click()
    gates.get_by_role("option", name="Forget gate f").click()
    becomes_other_than(gates, "side-After", after)
    assert plotted(gates, "side-Before") == before
    expect(gates.get_by_text(re.compile(r"Prediction: .*, before "))).to_be_visible()


def test_two_epochs_of_one_run_side_by_side(gates: Page) -> None:
    view(gates, "Compare")
    drawn(gates, "compare-second")
    assert plotted(gates, "compare-first") != plotted(gates, "compare-second"), "the other side begins untrained"
    second = plotted(gates, "compare-second")
    slider(gates, "After epoch").press("End")
    becomes_other_than(gates, "compare-second", second)
    gates.wait_for_function(
        "() => { const z = k => JSON.stringify(document.querySelector(`[data-testid=live-compare-${k}]`).data[0].z);"
        " return z('first') === z('second') }"
    )
