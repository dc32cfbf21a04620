"""The app without a browser: AppTest from app.py, and finished runs to look at."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

import lab
from lab import jobs
from lab.jobs import baselines, pool, worker
from lab.runs.run import Run

ROOT = Path(__file__).parents[2]
Open = Callable[..., AppTest]
QUICK = lab.preset("sine").with_settings({"training.epochs": 2, "model.units": "4", "window.size": 10})


@pytest.fixture(autouse=True)
def as_after_the_first_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest makes every run a server's first, on which a page starts over (`pages.ui.layout`) and loses the click."""
    init = PagesManager.__init__

    def later(self: PagesManager, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", later)


@pytest.fixture(autouse=True)
def without_housekeeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Streamlit does around every run that takes ten times as long as the run.

    It reads the metadata of all installed packages for components, and, where some test has imported TensorFlow into
    this process, clears Keras's session and collects all garbage.
    """
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)
    monkeypatch.setattr(script_runner, "gc", SimpleNamespace(collect=lambda *_: 0))


@pytest.fixture(autouse=True)
def asked_for_baselines(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs whose baselines a page has asked for; the pool is not started for them."""
    runs: list[Run] = []
    monkeypatch.setattr(baselines, "request", runs.append)
    return runs


@pytest.fixture
def open_page(as_after_the_first_visit: None) -> Open:
    """`open_page("train", **{"data.name": "bitcoin"})`: what a visitor of that address sees."""

    def opened(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
        for key, value in query.items():
            app.query_params[key] = value
        if name != "home":
            app.switch_page(f"pages/{name}.py").run()
        assert not app.exception, app.exception
        return app

    return opened


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run's folder; TensorFlow is imported and a network compiled once for all tests."""
    from lab.runs.store import RunStore

    run = jobs.create(QUICK, name="quick", store=RunStore(tmp_path_factory.mktemp("trained")))
    worker.execute(run.path)
    assert run.status() == "finished"
    return run.path


@pytest.fixture
def quick_run(trained: Path, lab_home: Path) -> Run:
    """A finished run, two epochs of four units, in this test's LAB_HOME."""
    return Run(shutil.copytree(trained, lab_home / "runs" / trained.name))


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that were handed to the pool, which is not started."""
    runs: list[Run] = []
    monkeypatch.setattr(pool.POOL, "submit", runs.append)
    return runs


def draft(app: AppTest) -> lab.RunConfig:
    """The experiment on the table."""
    config: lab.RunConfig = app.session_state.draft
    return config


def charts(app: AppTest) -> list[str]:
    """The keys of the live charts on the page."""
    names = [element.proto.id for element in app.get("bidi_component") if element.proto.component_name == "lab_chart"]
    return [name.rsplit("live_", 1)[-1] for name in names]


def progress_words(app: AppTest) -> str:
    """The line over the progress bar."""
    (found,) = [e.proto.json for e in app.get("bidi_component") if e.proto.component_name == "lab_progress"]
    words: str = json.loads(found)["words"]
    return words


def address(app: AppTest) -> dict[str, str]:
    """The settings in the URL."""
    return {key: value if isinstance(value, str) else value[0] for key, value in app.query_params.items()}


def shown_address(app: AppTest) -> dict[str, str]:
    """What the browser is given to write into the address of Gates, Belief or Forecast."""
    (found,) = [e.proto.json for e in app.get("bidi_component") if e.proto.component_name == "lab_address"]
    return dict(parse_qsl(json.loads(found)["query"]))


def sentences(app: AppTest) -> list[str]:
    """The errors and warnings that stand on the page."""
    return [element.value for element in [*app.error, *app.warning]]


def choose_data(app: AppTest, name: str) -> AppTest:
    """Pick a data set."""
    return widget(app, "data.name").set_value(name).run()


def switch(app: AppTest) -> Any:
    """The switch between the views of Train."""
    return next(s for s in app.segmented_control if s.label == "View")


def train_button(app: AppTest) -> Any:
    return next(b for b in app.button if b.label == "Train")


def rates(app: AppTest) -> list[Any]:
    """The sliders of a dropout for each layer, first to last."""
    return [s for s in app.slider if re.fullmatch(r"w:\d+:model\.dropout\..+", s.key or "")]


def widget(app: AppTest, setting: str) -> Any:
    """The one widget of a setting, whatever its kind."""
    kinds = (app.number_input, app.slider, app.selectbox, app.segmented_control, app.text_input, app.date_input,
             app.toggle)  # fmt: skip
    found = [e for kind in kinds for e in kind if re.fullmatch(rf"w:\d+:{re.escape(setting)}(@.+)?", e.key or "")]
    assert len(found) == 1, f"{len(found)} widgets for {setting}"
    return found[0]
