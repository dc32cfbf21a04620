"""RNN Lab as its users have it: a server with its workers on one side, tabs of a browser on the other."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from servers import end_server, free_port, start_server

from lab.runs.run import Control, Run
from lab.runs.store import RunStore

LOSS = "[data-testid='live-loss']"
LIVE = ("forecast", "loss", "metric", "gradient")  # the charts that a run draws
OVER = ("finished", "stopped", "failed", "interrupted")
# What Streamlit's own front end logs wherever it runs: it looks for its health check below the page's address too, and goes
# on asking while its server is away.
NOISE = re.compile(r"/_stcore/|ERR_CONNECTION_REFUSED|disconnected from server|server is not responding")
# An exception box may be drawn over within the same second, so it is seen to from inside the page.
WATCH = """
new MutationObserver(() => {
  for (const box of document.querySelectorAll("[data-testid=stException]:not([data-seen])")) {
    box.dataset.seen = "yes";
    console.error(`exception box: ${box.textContent}`);
  }
}).observe(document, { subtree: true, childList: true });
"""

CHARTS = (
    "() => [...document.querySelectorAll('.lab-plot')].map(p => [p.dataset.testid, p.clientWidth, p.dataset.updates])"
)

PATIENCE = 60_000  # milliseconds: the machine may be busy with other people's work
expect.set_options(timeout=PATIENCE)


class App:
    """`streamlit run app.py` on a LAB_HOME; it may be killed and started again on the same one."""

    def __init__(self, folder: Path, env: dict[str, str] | None = None) -> None:
        self.folder, self.home = folder, folder / "home"
        self.env = {"LAB_HOME": str(self.home), "LAB_WARM_UP": "1"} | (env or {})
        self.start()

    def start(self) -> None:
        self.port = free_port()
        self.process = start_server("app.py", self.port, self.env, self.folder / "server.log")

    def kill(self) -> list[psutil.Process]:
        """SIGKILL, as the system does when memory runs out; returns the processes that it had started."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        return children

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def store(self) -> RunStore:
        return RunStore(self.home)

    def __enter__(self) -> App:
        return self

    def stop_runs(self) -> None:
        """Have every run end, and wait for it."""
        runs = [run for run in self.store.list() if not run.is_sample and run.status() not in OVER]
        for run in runs:
            run.send(Control(state="stop"))
        wait_for(lambda: all(run.status() in OVER for run in runs))

    def __exit__(self, *_: object) -> None:
        for run in self.store.list():
            if not run.is_sample and run.status() not in OVER:
                run.send(Control(state="stop"))
        end_server(self.process)
        shutil.rmtree(self.home, ignore_errors=True)


class Tabs:
    """Tabs of one browser, each in a context of its own unless told otherwise. On leaving, no tab may have complained."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, url: str, context: BrowserContext | None = None, **options: Any) -> Page:
        if context is None:
            settings: dict[str, Any] = {"viewport": {"width": 1280, "height": 1200}, "color_scheme": "light"}
            context = self.browser.new_context(**settings | options)
            context.set_default_timeout(PATIENCE)
            context.add_init_script(WATCH)
            self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught in {url}: {error}"))
        page.on("console", lambda message: self._hear(url, message))
        page.goto(url)
        return page

    def _hear(self, url: str, message: ConsoleMessage) -> None:
        said = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not NOISE.search(said):
            self.complaints.append(f"{url}: {said}")

    def __enter__(self) -> Tabs:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        if error is not None:
            error.add_note(self.testimony())
        for context in self.contexts:
            context.close()
        assert kind is not None or self.complaints == [], "\n".join(self.complaints)

    def testimony(self) -> str:
        """What the tabs show now and what they complained of: all that the log of a failed test can tell of them."""
        pages = [page for context in self.contexts for page in context.pages]
        shown = [f"{page.url}\n{page.evaluate(CHARTS)}\n{page.inner_text('body')[:2000]}" for page in pages]
        return "\n".join([*shown, "complaints:", *self.complaints])


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something outside the browser; returns its first true value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"it did not come to pass within {seconds} s"
        time.sleep(0.02)
    return value


# One script may follow another at once, and what it draws anew is pale until then: rest is a while without either.
RESTING = """() => {
  const busy = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState !== "notRunning"
    || document.querySelector("[data-stale=true]");
  if (busy || !window.labRestingSince) window.labRestingSince = performance.now();
  return performance.now() - window.labRestingSince > 300;
}"""
# The script that a click starts runs only after a message to the server and one back; one that is over at once may
# never be seen to run.
COUNT_RUNS = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  window.labRuns = 0;
  window.labClicked = performance.now();
  new MutationObserver(() => { window.labRuns += app.dataset.testScriptState === "running"; })
    .observe(app, { attributeFilter: ["data-test-script-state"] });
}"""


def at_rest(page: Page) -> None:
    """Wait for the end of the page's script: only then does what another view has left go, and the page moves up."""
    page.evaluate("window.labRestingSince = 0")
    page.wait_for_function(RESTING)


def click_and_rest(page: Page, control: Locator) -> None:
    """Click what makes the page's script run again, and wait for the end of that."""
    page.evaluate(COUNT_RUNS)
    control.click()
    page.wait_for_function("window.labRuns > 0 || performance.now() - window.labClicked > 3000")
    at_rest(page)


def train_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Train", exact=True)


def train(app: App, page: Page) -> Run:
    """Press Train; returns the run that the URL then names."""
    before = page.url
    train_button(page).click()
    page.wait_for_function("was => location.href !== was && location.search.includes('run=')", arg=before)
    return run_of(app, page)


def press(page: Page, name: str) -> None:
    """A button of the run; Streamlit has a Stop of its own in the header while a script runs."""
    page.locator(".st-key-buttons").get_by_role("button", name=name, exact=True).click()


def run_of(app: App, page: Page) -> Run:
    """The run that the page's URL names."""
    found = re.search(r"[?&]run=([^&]+)", page.url)
    assert found, f"no run in {page.url}"
    return app.store.open(found[1])


def epochs(run: Run) -> int:
    """How far the run is, as its own file says."""
    history = run.history()
    return history.epochs[-1].epoch if history.epochs else 0


def wait_drawn(page: Page, key: str) -> None:
    page.wait_for_function(f"() => document.querySelector('[data-testid=live-{key}] .main-svg')")


def wait_points(page: Page, n: int) -> None:
    """Until the curve of the validation loss holds `n` points."""
    page.wait_for_function(f'() => document.querySelector("{LOSS}")?.data?.[1]?.y.length >= {n}')


def points(page: Page) -> int:
    count: int = page.evaluate(f'document.querySelector("{LOSS}").data[1].y.length')
    return count


def hold_charts(page: Page) -> None:
    """Remember the run's charts as they now stand in the page, for `assert_never_remounted`."""
    for key in LIVE:
        wait_drawn(page, key)
    page.evaluate("keys => { window.held = keys.map(k => document.querySelector(`[data-testid=live-${k}]`)); }", LIVE)


def assert_never_remounted(page: Page) -> None:
    mounts = page.evaluate("window.__labMounts")
    assert {key: mounts[key] for key in LIVE} == dict.fromkeys(LIVE, 1)
    same = "keys => keys.every((k, i) => document.querySelector(`[data-testid=live-${k}]`) === window.held[i])"
    assert page.evaluate(same, LIVE)


def expect_status(page: Page, word: str) -> None:
    """Until the strip's badge says so."""
    expect(page.locator(".st-key-strip p").first).to_have_text(word)
