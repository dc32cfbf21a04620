"""How soon do the gates answer? `python tests/benchmarks/gates.py [--quick]`.

A two-layer LSTM of 64 units with a window of 50 steps, random weights: what a change costs does not depend on them.
Prints how long the arithmetic, the whole page's script and, from the hand's event to the last drawing, a headless
Chromium on the same cores take to answer a change; the goal is 200 ms. A chart out of sight waits until it is scrolled
to, so what it then takes is measured too. A heatmap counts as soon as it shows the other values; the whole drawing (new
ends of its scale, the values under the mouse) follows when the hand rests. About two minutes, with --quick less than one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import report  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402
from serving import browse, fresh_page, serve  # noqa: E402
from streamlit.components.v2 import manifest_scanner  # noqa: E402
from streamlit.runtime.scriptrunner import script_runner  # noqa: E402
from streamlit.testing.v1 import AppTest  # noqa: E402

import lab  # noqa: E402
from lab.network.architecture import weight_shapes  # noqa: E402
from lab.network.weights import save_weights  # noqa: E402
from lab.runs.events import Finished  # noqa: E402
from lab.runs.run import Run  # noqa: E402
from lab.runs.store import RunStore  # noqa: E402

GOAL = 0.2
# Every chart counts its drawings in `data-updates`. The clock is read in the page, so that Playwright's own way costs
# nothing; `drawn` is the last drawing of any chart.
CLOCK = """
(() => {
  window.benchmark = { at: 0, drawn: 0 };
  new MutationObserver(() => (benchmark.drawn = performance.now())).observe(document, {
    subtree: true,
    attributeFilter: ["data-updates"],
  });
  const now = () => (benchmark.at = performance.now());
  document.addEventListener("keydown", now, true);
  document.addEventListener("pointerdown", now, true);
  document.addEventListener("pointermove", (event) => event.buttons && now(), true);
})();
"""
ANSWERED = "() => benchmark.drawn > benchmark.at && performance.now() - benchmark.drawn > 500"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    repeats = 7 if parser.parse_args().quick else 25
    report.print_machine()
    with tempfile.TemporaryDirectory() as folder:
        rows = in_python(make_run(Path(folder)), repeats)
        report.print_rows("On the server", rows)
    with browse() as browser:
        page_rows = in_the_browser(browser, repeats)
    report.print_rows("From the hand to the last chart drawn, in headless Chromium on the same cores", page_rows)
    report.print_load()
    return 0 if report.print_verdict([*rows, *page_rows]) else 1


def make_run(home: Path) -> Run:
    """A finished run of two layers of 64 units over windows of 50 steps."""
    settings = {"model.cell": "lstm", "model.units": "64,64", "window.size": 50, "data.points": 1000}
    config = lab.RunConfig().with_settings(settings)
    run = RunStore(home).create(config, lab.load_series(config.data), "benchmark")
    rng = np.random.default_rng(0)
    weights = {
        k: (rng.normal(0, 1, s) / s[0] ** 0.5).astype(np.float32) for k, s in weight_shapes(config.model).items()
    }
    save_weights(run.path / "weights.npz", weights)
    run.append(Finished(0, 0, 0.0))
    return run


def timed(call: Callable[[], object], repeats: int) -> report.Sample:
    call()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return report.Sample(tuple(seconds))


def in_python(run: Run, repeats: int) -> list[report.Row]:
    """The trace and the shares of one window, and the whole page's script, every chart's figure made and packed."""
    network, window = run.network(), run.window(500)
    page, start = open_page(run), iter(range(100, 900))

    def move_the_window() -> None:
        page.slider(key="gates-window-benchmark").set_value(next(start)).run()

    return [
        report.Row("every gate of a window", timed(lambda: network.trace(window), repeats)),
        report.Row(
            "what each input adds (integrated gradients)", timed(lambda: network.contributions(window), repeats)
        ),
        report.Row("the whole page for another window", timed(move_the_window, repeats), goal=GOAL),
    ]


def open_page(run: Run) -> AppTest:
    """The Gates page without a browser."""
    page = plain_app(run.path.parents[1])
    page.query_params["run"] = run.id
    page.switch_page("pages/gates.py").run().run()
    assert not page.exception, page.exception
    return page


def plain_app(home: Path) -> AppTest:
    """The app without a browser, and without what Streamlit does about a run that no browser waits for."""
    os.environ["LAB_HOME"], os.environ["LAB_WARM_UP"] = str(home), "0"
    manifest_scanner.scan_component_manifests = list
    script_runner._clean_problem_modules = lambda: None
    script_runner.gc = SimpleNamespace(collect=lambda *_: 0)
    return AppTest.from_file(ROOT / "app.py", default_timeout=60).run()


def in_the_browser(browser: Browser, repeats: int) -> list[report.Row]:
    """Another window by a key and by a click on the series, and an input of it dragged."""
    with serve(ROOT / "app.py") as server, fresh_page(browser) as page:
        make_run(server.home)
        page.add_init_script(CLOCK)
        page.goto(f"{server.url}/gates?run=benchmark")
        settle(page, 9)
        slider = page.get_by_role("group", name="First step of the window", exact=True).get_by_role("slider")
        # Always on to another window: a figure that it has sent before, Streamlit does not send again.
        keys = measure(page, repeats, lambda _: slider.press("ArrowLeft"))
        series = page.get_by_test_id("live-gates-series")
        clicks = measure(page, repeats, lambda k: series.click(position={"x": 300 + 9 * k, "y": 60}))
        slider.focus()
        scroll(page)
        page.wait_for_timeout(1500)
        heatmaps = measure(page, repeats, lambda _: page.keyboard.press("ArrowLeft"))
        scrolls = measure(page, repeats, lambda _: change_and_scroll(page))
        page.set_viewport_size({"width": 1280, "height": 3000})
        page.wait_for_timeout(2000)
        nine = measure(page, repeats, lambda _: page.keyboard.press("ArrowLeft"))
        page.set_viewport_size({"width": 1280, "height": 800})
        page.get_by_test_id("stMain").evaluate("el => el.scrollTo(0, 0)")
        page.get_by_test_id("stMain").get_by_role("radio", name="What if").click()
        settle(page, 4)
        page.get_by_test_id("live-what-window").scroll_into_view_if_needed()
        drags = measure(page, repeats, lambda k: drag(page, 10 + k % 30, 10 + k // 10))
    changes = {
        "an arrow key on the window's slider": keys,
        "a click on the series": clicks,
        "the same key with six heatmaps on the screen": heatmaps,
        "the heatmaps, scrolled to after a change": scrolls,
        "an input dragged": drags,
    }
    rows = [report.Row(change, sample, goal=GOAL) for change, sample in changes.items()]
    return [*rows, report.Row("the same key on a screen so tall that it shows all nine charts", nine)]


def settle(page: Page, charts: int) -> None:
    page.wait_for_function(
        "n => [...document.querySelectorAll('.lab-plot')].filter(e => e.data?.length).length >= n", arg=charts
    )
    page.wait_for_timeout(1500)


def measure(page: Page, repeats: int, change: Callable[[int], object]) -> report.Sample:
    """Seconds from the hand's event to the last drawing that followed it."""
    seconds = []
    for k in range(repeats + 1):
        change(k)
        page.wait_for_function(ANSWERED)
        if k:
            seconds.append(page.evaluate("(benchmark.drawn - benchmark.at) / 1000"))
    return report.Sample(tuple(seconds))


def scroll(page: Page) -> None:
    page.get_by_test_id("live-gate-hidden").evaluate(
        "el => { benchmark.at = performance.now(); el.scrollIntoView({ block: 'end' }) }"
    )


def change_and_scroll(page: Page) -> None:
    """Another window, chosen at the top of the page; then, all at once, the foot of the heatmaps."""
    page.get_by_test_id("stMain").evaluate("el => el.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(ANSWERED)
    scroll(page)


def drag(page: Page, point: int, by: float) -> None:
    """Take hold of a point of the window and move it by so many pixels."""
    place = page.evaluate(
        "k => { const g = document.querySelector('[data-testid=live-what-window]'), { xaxis, yaxis } = g._fullLayout;"
        " const t = g.data.find(t => t.meta?.draggable), box = g.getBoundingClientRect();"
        " return [box.left + xaxis._offset + xaxis.d2p(t.x[k]), box.top + yaxis._offset + yaxis.d2p(t.y[k])] }",
        point,
    )
    page.mouse.move(*place)
    page.mouse.down()
    page.mouse.move(place[0], place[1] + by)
    page.wait_for_function(ANSWERED)
    page.mouse.move(place[0], place[1] + 2 * by)
    page.mouse.up()


if __name__ == "__main__":
    sys.exit(main())
