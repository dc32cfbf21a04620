"""A real browser and a real server: what AppTest has not got is a DOM and a clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from lab_app import App, Tabs
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from servers import end_server, free_port, start_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
Serve = Callable[..., str]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        why = f"no browser found (looked for {', '.join(BROWSERS)}); on Debian: apt-get install chromium"
        if os.environ.get("LAB_REQUIRE_BROWSER") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`serve("app.py", {"LAB_HOME": ...})` starts Streamlit on a script of the repository and returns its URL."""
    with ExitStack() as stack:

        def start(script: str | Path, env: dict[str, str] | None = None) -> str:
            port = free_port()
            url = f"http://127.0.0.1:{port}"
            log = tmp_path_factory.mktemp("server") / "log.txt"
            process = start_server(script, port, env or {}, log)
            stack.callback(end_server, process)
            return url

        yield start


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh tab in the light theme, 1280 by 800."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def errors(page: Page) -> list[str]:
    """What the browser's console complains of, uncaught exceptions included; fills up while the test runs."""
    found: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", hear)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """RNN Lab itself, with its pool of workers, for all modules that can share one: starting it takes ten seconds."""
    with App(tmp_path_factory.mktemp("lab")) as app:
        yield app


@pytest.fixture(scope="module")
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """RNN Lab, where nothing trains; on a LAB_HOME of its own for a module that says `OWN_APP = True`."""
    if getattr(request.module, "OWN_APP", False):
        with App(tmp_path_factory.mktemp("lab")) as app:
            yield app
        return
    shared: App = request.getfixturevalue("shared_app")
    yield shared
    shared.stop_runs()


@pytest.fixture(scope="session")
def quiet_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the samples alone, which trains nothing: for those who look at every page."""
    with App(tmp_path_factory.mktemp("quiet"), {"LAB_WARM_UP": "0"}) as app:
        yield app.url("")


@pytest.fixture
def tabs(browser: Browser) -> Iterator[Tabs]:
    """Opens tabs; at the end of the test none of them may have complained of anything."""
    with Tabs(browser) as tabs:
        yield tabs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test tells what its tabs showed."""
    report = yield
    tabs = getattr(item, "funcargs", {}).get("tabs")
    if report.failed and tabs is not None:
        report.sections.append(("tabs", tabs.testimony()))
    return report
