"""Train, seen from outside: links that come in, runs that go out, and the run that the address names."""

from __future__ import annotations

import shutil
import time

import pytest
from conftest import Open, address, charts, choose_data, draft, progress_words, sentences, switch, train_button, widget

from lab import jobs
from lab.config.presets import PRESETS
from lab.config.run import RunConfig
from lab.runs.alive import sign
from lab.runs.events import Continued, EpochEnded, Failed, Paused, Started
from lab.runs.run import Control, Run
from lab.runs.store import RunStore
from pages.ui.shared import queue
from pages.ui.train.followed import LONG_PAUSE, SHORT_PAUSE


@pytest.mark.parametrize("name", PRESETS)
def test_settings_travel_in_the_url_and_back(open_page: Open, name: str) -> None:
    app = open_page("train", preset=name)
    assert address(app) == {"preset": name}
    widget(app, "training.epochs").set_value(11).run()
    link = address(app)
    assert link == {"preset": name, "training.epochs": "11"}
    again = open_page("train", **link)
    assert draft(again) == draft(app) == PRESETS[name].config.with_settings({"training.epochs": 11})
    assert address(again) == link
    widget(again, "training.epochs").set_value(PRESETS[name].config.training.epochs).run()
    assert address(again) == {"preset": name}


def test_the_address_says_the_preset_while_the_data_are_its_own(open_page: Open) -> None:
    app = open_page("train")
    assert address(app) == {"preset": "sine"}
    app.button(key="preset-bitcoin").click().run()
    assert address(app) == {"preset": "bitcoin"}
    widget(app, "clip").set_value("none").run()
    assert address(app) == {"preset": "bitcoin", "training.clip_value": "none"}
    choose_data(app, "sunspots")
    link = address(app)
    assert "preset" not in link
    assert RunConfig().with_settings(link) == draft(app) == draft(open_page("train", **link))


def test_a_link_without_a_preset_stays_as_it_is(open_page: Open) -> None:
    link = {"data.name": "sunspots", "window.size": "24"}
    assert address(open_page("train", **link)) == link


def test_a_run_of_a_preset_is_named_with_it(open_page: Open) -> None:
    run = jobs.create(PRESETS["retail"].config, name="shop")
    assert address(open_page("train", run=run.id)) == {"run": "shop", "preset": "retail"}


def test_options_of_the_data_travel_in_the_url_too(open_page: Open) -> None:
    app = open_page("train", preset="sine")
    widget(app, "data.points").set_value(300).run()
    widget(app, "data.noise").set_value(0.5).run()
    again = open_page("train", **address(app))
    assert draft(again) == draft(app)
    assert widget(again, "data.points").value == 300
    assert widget(again, "data.noise").value == 0.5


@pytest.mark.parametrize(
    "link",
    [
        {"window.size": "x"},
        {"preset": "nope"},
        {"data.name": "nope"},
        {"training.learning_rate": "0"},
        {"data.name": "csv", "data.path": "/etc/passwd"},
    ],
)
def test_a_bad_link_is_a_sentence(open_page: Open, link: dict[str, str]) -> None:
    app = open_page("train", **link)
    assert len(sentences(app)) == 1, sentences(app)
    assert draft(app).data.name == "sine" or "data.name" in sentences(app)[0]


def test_train_makes_the_run_of_the_draft(open_page: Open, submitted: list[Run]) -> None:
    app = open_page("train", preset="retail")
    widget(app, "training.epochs").set_value(3).run()
    wanted = draft(app)
    train_button(app).click().run()
    assert not app.exception
    runs = [run for run in RunStore().list() if not run.is_sample]
    assert [run.config for run in runs] == [wanted]
    assert address(app)["run"] == runs[0].id
    end = time.monotonic() + 5
    while not submitted and time.monotonic() < end:
        time.sleep(0.01)
    assert [run.path for run in submitted] == [runs[0].path]
    assert draft(app) == wanted
    assert switch(app).value == "Training"
    assert {"forecast", "loss", "metric", "gradient"} <= set(charts(app))
    assert progress_words(app) == "A worker is being started, which takes some ten seconds."


def test_what_a_browser_says_late_of_widgets_that_are_gone_is_no_choice(open_page: Open) -> None:
    """A page that follows a run sends all its widgets' values twice a second, whether or not it has drawn the news."""
    app = open_page("train", preset="retail")
    late = app._tree.get_widget_states()
    train_button(app).click().run()
    app._run(late)
    assert switch(app).value == "Training"

    app.button(key="preset-bitcoin").click().run()
    app._run(late)
    assert not app.exception
    assert draft(app) == PRESETS["bitcoin"].config
    assert switch(app).value == "Data"


def test_a_run_of_the_url_is_shown_with_its_settings(open_page: Open, quick_run: Run) -> None:
    app = open_page("train", run=quick_run.id)
    assert draft(app) == quick_run.config
    assert {"forecast", "loss", "metric", "gradient"} <= set(charts(app))
    assert any("test range" in text.value for text in app.markdown)
    assert any("LSTM 4" in expander.label for expander in app.expander)


def test_an_unknown_run_in_the_url_is_a_sentence(open_page: Open) -> None:
    app = open_page("train", run="nope")
    assert len(sentences(app)) == 1, sentences(app)
    assert "'nope'" in sentences(app)[0]
    assert not train_button(app).disabled


def test_a_failed_run_says_why(open_page: Open, quick_run: Run) -> None:
    quick_run.append(Started(0, 2, 1, 1))
    quick_run.append(Failed(1, "The loss became NaN in epoch 1; try a lower learning rate."))
    app = open_page("train", run=quick_run.id)
    assert progress_words(app) == "The loss became NaN in epoch 1; try a lower learning rate."


@pytest.mark.parametrize(("seconds", "pause"), [(0.03, SHORT_PAUSE), (5.0, LONG_PAUSE)])
def test_a_page_looks_often_while_epochs_are_short_and_leaves_a_sign(
    open_page: Open, quick_run: Run, seconds: float, pause: float
) -> None:
    quick_run.append(Started(0, 9, 1, 1))
    for epoch in range(3):
        quick_run.append(
            EpochEnded(
                epoch, 1.0, 1.0, 0.1, seconds, float(epoch), metrics={"mae": 1.0, "val_mae": 1.0}, gradient_norm=1.0
            )
        )
    sign(quick_run.path / "worker.json")  # this process plays the worker
    assert quick_run.watched() == 0
    app = open_page("train", run=quick_run.id)
    assert app.session_state["followed"].pause == pause
    assert quick_run.watched() > 0


def test_a_run_that_is_over_is_not_watched(open_page: Open, quick_run: Run) -> None:
    quick_run.append(Failed(0, "It broke."))
    open_page("train", run=quick_run.id)
    assert quick_run.watched() == 0


def test_the_buttons_of_a_running_run_leave_word(open_page: Open, quick_run: Run) -> None:
    quick_run.append(Started(0, 2, 1, 1))
    sign(quick_run.path / "worker.json")  # this process plays the worker
    app = open_page("train", run=quick_run.id)
    app.button(key="pause").click().run()
    assert quick_run.control().state == "pause"
    quick_run.append(Paused(1, 0, 1.0))
    app.run()
    next(b for b in app.button if b.label == "Resume").click().run()
    assert quick_run.control().state == "run"
    app.button(key="step").click().run()
    assert quick_run.control().pause_after is not None
    app.button(key="stop").click().run()
    assert quick_run.control().state == "stop"


@pytest.mark.parametrize("button", ["pause", "step", "stop"])
def test_a_button_of_a_run_that_was_deleted_meanwhile_is_a_sentence(
    open_page: Open, quick_run: Run, button: str
) -> None:
    quick_run.append(Started(0, 2, 1, 1))
    sign(quick_run.path / "worker.json")
    app = open_page("train", run=quick_run.id)
    shutil.rmtree(quick_run.path)
    app.button(key=button).click().run()
    assert not app.exception
    assert [text for text in sentences(app) if "'quick'" in text or "quick is there no longer" in text], sentences(app)


def test_a_run_that_is_stopping_says_so_at_once_and_takes_no_second_word(open_page: Open, quick_run: Run) -> None:
    quick_run.append(Started(0, 9, 1, 1))
    sign(quick_run.path / "worker.json")
    app = open_page("train", run=quick_run.id)
    app.button(key="stop").click().run()
    assert progress_words(app) == "Epoch 0 of 2: keeping and scoring the weights"
    assert any("Stopping" in text.value for text in app.markdown)
    assert not {"pause", "step", "stop"} & {button.key for button in app.button}


def test_a_run_after_its_last_epoch_is_being_scored(open_page: Open, quick_run: Run) -> None:
    quick_run.append(Started(0, 2, 1, 1))
    quick_run.append(EpochEnded(2, 1.0, 1.0, 0.1, 1.0, 2.0, metrics={"mae": 1.0, "val_mae": 1.0}, gradient_norm=1.0))
    sign(quick_run.path / "worker.json")
    assert progress_words(open_page("train", run=quick_run.id)) == "Epoch 2 of 2: scoring the weights"


def test_a_run_that_waits_says_for_how_many_and_that_they_are_paused(open_page: Open, quick_run: Run) -> None:
    quick_run.append(Started(0, 9, 1, 1))
    quick_run.append(Paused(1, 0, 1.0))
    sign(quick_run.path / "submitted.json")
    sign(quick_run.path / "worker.json")
    quick_run.send(Control(state="pause"))
    waiting = [jobs.create(quick_run.config, name=name) for name in ("second", "third")]
    for run in waiting:
        time.sleep(0.02)
        sign(run.path / "submitted.json")
    since = time.strftime("%H:%M", time.localtime((quick_run.path / "control.json").stat().st_mtime))
    page = open_page("train", run="second")
    assert progress_words(page) == f"1 run is ahead of yours (paused since {since}). The worker has quick."
    assert progress_words(open_page("train", run="third")) == "2 runs are ahead of yours. The worker has quick."
    quick_run.send(Control())
    quick_run.append(Continued(1, 2.0))
    time.sleep(queue.LOOK_SECONDS)
    assert progress_words(open_page("train", run="second")) == "1 run is ahead of yours. The worker has quick."
