"""`LAB_SHARING=own`: a visitor sees and touches what came from this browser; a link to a run shows it, and no more."""

from __future__ import annotations

import pytest
from conftest import Open, sentences, train_button
from streamlit.testing.v1 import AppTest

import lab
from lab import jobs
from lab.config.home import save_upload, upload_owners
from lab.runs.run import Run
from lab.runs.store import RunStore
from pages.ui.shared import visitor

ANNA, BERT = "a" * 32, "b" * 32
ROWS = b"date,secret,sales\n" + b"".join(b"2020-01-%02d,%d,%d\n" % (d, d, d * d % 11) for d in range(1, 31))


def known_as(monkeypatch: pytest.MonkeyPatch, token: str) -> str:
    """Every browser is this one; returns what the server keeps of it."""
    monkeypatch.setenv("LAB_SHARING", "own")
    monkeypatch.setattr(visitor, "_token", lambda: token)
    return visitor.visitor()


def run_of(monkeypatch: pytest.MonkeyPatch, token: str, name: str, **settings: object) -> Run:
    known_as(monkeypatch, token)
    config = lab.RunConfig().with_settings({"window.size": 5, **settings})
    return jobs.create(config, name=name, store=visitor.OwnRuns())


def listed(app: AppTest) -> list[str]:
    return [str(name) for name in app.dataframe[0].value["run"] if "sample" not in str(name)]


def test_all_see_all_by_default(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run_of(monkeypatch, ANNA, "annas")
    monkeypatch.delenv("LAB_SHARING")
    assert listed(open_page("runs")) == ["annas"]


def test_each_sees_their_own(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run_of(monkeypatch, ANNA, "annas")
    run_of(monkeypatch, BERT, "berts")
    RunStore().create(lab.RunConfig(), None, "hosts")
    for token, names in ((ANNA, ["annas"]), (BERT, ["berts"]), ("c" * 32, []), ("", [])):
        known_as(monkeypatch, token)
        assert listed(open_page("runs")) == names


def test_a_link_shows_a_run_of_another_without_its_buttons(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    run_of(monkeypatch, ANNA, "annas")
    mine = open_page("train", run="annas")
    assert "Resume from checkpoint" in [b.label for b in mine.button]
    known_as(monkeypatch, BERT)
    app = open_page("train", run="annas")
    assert not app.exception
    assert "Resume from checkpoint" not in [b.label for b in app.button]
    assert "A run of another browser, by its link: to be looked at." in [c.value for c in app.caption]


def test_an_upload_of_another_is_not_read(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = known_as(monkeypatch, ANNA)
    path = save_upload(ROWS, "pay.csv", anna)
    assert upload_owners(path) == [anna]
    options = {"data.name": "csv", "data.path": path, "data.column": "sales"}
    run_of(monkeypatch, ANNA, "annas", **options)
    assert sentences(open_page("train", **options, **{"window.size": "3"})) == []
    known_as(monkeypatch, BERT)
    app = open_page("train", **options, **{"window.size": "3"})
    assert sentences(app) == ["The file pay.csv is not one that you uploaded; upload it to train on it."]
    assert train_button(app).disabled
    app = open_page("train", run="annas", view="data")
    assert not app.exception
    assert "secret" not in str(app)
    save_upload(ROWS, "pay.csv", visitor.visitor())
    assert sentences(open_page("train", **options, **{"window.size": "3"})) == []


def test_who_is_not_known_yet_trains_nothing(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    known_as(monkeypatch, "")
    app = train_button(open_page("train")).click().run()
    assert not app.exception
    assert "Your browser has not sent its token yet" in sentences(app)[0]
    assert [run for run in RunStore().list() if not run.is_sample] == []


def test_a_visitor_may_not_fill_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.jobs.limits import require_room

    monkeypatch.setenv("LAB_MAX_WAITING_EACH", "1")
    run = run_of(monkeypatch, ANNA, "annas")
    monkeypatch.setattr(Run, "status", lambda self: "queued" if self.id == run.id else "finished")
    with pytest.raises(
        ValueError, match=r"^1 of your runs wait for a worker already, as many as may \(LAB_MAX_WAITING_EACH\)"
    ):
        require_room(lab.RunConfig(), visitor.OwnRuns())
    known_as(monkeypatch, BERT)
    require_room(lab.RunConfig(), visitor.OwnRuns())


def test_another_value_is_a_sentence_on_every_page(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_SHARING", "some")
    for place in ("home", "train", "runs"):
        app = open_page(place)
        assert not app.exception
        assert sentences(app) == ["`LAB_SHARING` must be one of all, own; received 'some'."]
