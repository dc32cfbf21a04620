"""Gates, Belief and Forecast show the run that their address names, or a sentence that says why not and where it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Open, address, charts, sentences
from streamlit.testing.v1 import AppTest

import lab
from lab.runs import run as runs
from lab.runs.run import Run
from lab.runs.store import RunStore

PAGES = {"gates": "sample-sine", "belief": "sample-digits", "forecast": "sample-sine"}  # and a run that each can show
OTHER_KIND = {
    "belief": ("sample-sine", ["gates", "forecast", "gradients", "evaluate"]),
    "forecast": ("sample-digits", ["belief", "gates", "gradients", "evaluate"]),
}


def under_way(page: str, monkeypatch: pytest.MonkeyPatch, status: str = "running") -> Run:
    """A run without weights."""
    settings = {"data.name": "digits"} if page == "belief" else {}
    config = lab.RunConfig().with_settings(settings)
    run = RunStore().create(config, None if settings else lab.load_series(config.data), "under-way")
    monkeypatch.setattr(Run, "status", lambda self, history=None: status)  # noqa: ARG005
    return run


def links(app: AppTest) -> list[tuple[str, str]]:
    return [(link.proto.page, link.proto.query_string) for link in app.get("page_link")]


@pytest.mark.parametrize("page", PAGES)
def test_a_run_that_still_trains_is_not_replaced_by_another(
    open_page: Open, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = under_way(page, monkeypatch)
    app = open_page(page, run=run.id)
    assert charts(app) == []
    (info,) = app.info
    assert "Run under-way is not over yet (training)" in info.value
    assert links(app) == [("train", f"run={run.id}")]
    assert address(app)["run"] == run.id
    assert app.sidebar.selectbox[0].value is None, "the picker names no other run"
    shutil.copy(runs.SAMPLES / PAGES[page] / "weights.npz", run.path / "weights.npz")
    app.run()
    assert not app.info


@pytest.mark.parametrize("page", PAGES)
def test_so_is_one_that_was_left_for_the_page_from_train(
    open_page: Open, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = under_way(page, monkeypatch)
    app = open_page("home")
    app.session_state["run"] = run.id
    app.switch_page(f"pages/{page}.py").run()
    assert charts(app) == []
    assert "Run under-way is not over yet" in app.info[0].value
    assert address(app)["run"] == run.id


@pytest.mark.parametrize("page", PAGES)
def test_a_run_that_failed_says_so(open_page: Open, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = under_way(page, monkeypatch, "failed")
    app = open_page(page, run=run.id)
    assert charts(app) == []
    assert "before it had any weights (failed)" in app.info[0].value
    assert links(app) == [("train", f"run={run.id}")]


@pytest.mark.parametrize("page", OTHER_KIND)
def test_a_run_of_the_other_kind_is_a_sentence_and_links_to_where_it_is_shown(open_page: Open, page: str) -> None:
    run_id, places = OTHER_KIND[page]
    app = open_page(page, run=run_id)
    assert charts(app) == []
    assert run_id in app.info[0].value
    assert links(app) == [(place, f"run={run_id}") for place in places]
    app.sidebar.selectbox[0].set_value(PAGES[page]).run()
    assert not app.info
    assert charts(app)


@pytest.mark.parametrize("page", OTHER_KIND)
def test_a_page_without_a_run_in_its_address_says_that_the_last_one_does_not_suit(open_page: Open, page: str) -> None:
    app = open_page("home")
    app.session_state["run"] = OTHER_KIND[page][0]
    app.switch_page(f"pages/{page}.py").run()
    assert charts(app)
    assert any(OTHER_KIND[page][0] in caption.value and "another run" in caption.value for caption in app.caption)


@pytest.mark.parametrize("page", PAGES)
def test_a_mistyped_run_is_a_sentence_that_names_the_one_shown(open_page: Open, page: str) -> None:
    app = open_page(page, run="nope")
    (sentence,) = sentences(app)
    assert "'nope'" in sentence
    assert app.sidebar.selectbox[0].value in sentence
    assert "python -m" not in sentence
    assert address(app)["run"] == app.sidebar.selectbox[0].value
    assert charts(app)


@pytest.mark.parametrize("page", PAGES)
def test_without_any_run_there_is_a_sentence(
    open_page: Open, page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runs, "SAMPLES", tmp_path)
    assert "There is no" in open_page(page).info[0].value
