"""The Evaluate page and groups on Runs, without a browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import Open, charts, sentences, shown_address
from test_networks import trained

import lab
from lab.jobs import groups
from lab.runs.events import EpochEnded, Finished, Started
from lab.runs.group import Group, GroupStore
from lab.runs.run import Run
from lab.runs.store import RunStore


def view(app: object, name: str) -> object:
    return next(s for s in app.segmented_control if s.label == "View").set_value(name).run()


def text(app: object) -> str:
    return " ".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def ended(group: Group, like: Run) -> None:
    """Its runs as if they were over: each has the network and the scores of `like`."""
    for k, run in enumerate(group.runs.values()):
        (run.path / "submitted.json").unlink(missing_ok=True)
        run.append(Started(0, 2, 5, 100, 0.0))
        for epoch in (0, 1, 2):
            shown = {"free_running": tuple(0.1 * k + 0.01 * step for step in range(20))}
            metrics = {"val_mase": 1.0 + 0.1 * k, "val_mae": 0.5}
            run.append(EpochEnded(epoch, 1.0, 1.0, 1e-3, 0.1, 0.2, metrics=metrics, shown=shown))
        shutil.copy(like.path / "weights.npz", run.path / "weights.npz")
        scores = like.scores()
        scores[0] |= {"mae": scores[0]["mae"] * (1 + k / 10)}
        (run.path / "scores.json").write_text(json.dumps(scores))
        run.append(Finished(2, 2, 0.3, "", run.id))


def test_a_network_that_keeps_its_weights_is_tested_at_once(open_page: Open) -> None:
    app = open_page("evaluate", run="sample-sunspots")
    assert charts(app) == ["folds", "fold-errors"]
    assert "Over 5 folds the model's error is" in text(app)
    next(n for n in app.number_input if n.label == "Steps ahead").set_value(6).run()
    assert charts(app) == ["folds", "fold-errors", "backtest-steps"]
    assert shown_address(app) == {"run": "sample-sunspots", "horizon": "6"}
    next(n for n in app.number_input if n.label == "Origins per fold").set_value(5000).run()
    assert "5 folds of 5000 origins and 6 steps ahead need 25005 steps, and the test part has" in sentences(app)[0]
    assert charts(app) == []


def test_an_address_shows_the_same(open_page: Open) -> None:
    app = open_page("evaluate", run="sample-sunspots", weights="anew", folds="3", trained="sliding", gap="12")
    assert charts(app) == ["folds"]
    assert next(b for b in app.button if b.label == "Train 3 folds")
    assert shown_address(app) == {
        "run": "sample-sunspots", "weights": "anew", "folds": "3", "trained": "sliding", "gap": "12",
    }  # fmt: skip


def test_folds_are_trained_and_scored(open_page: Open, quick_run: Run, submitted: list[Run]) -> None:
    app = open_page("evaluate", run="quick", weights="anew", folds="3", horizon="2")
    next(b for b in app.button if b.label == "Train 3 folds").click().run()
    assert not app.exception
    assert len(submitted) == 3
    (group,) = GroupStore(RunStore()).list("backtest")
    assert group.record.base == "quick"
    assert "3 folds, 2 steps ahead, expanding window" in text(app)
    ended(group, quick_run)
    app.run()
    assert charts(app) == ["folds", "fold-errors", "backtest-steps"]
    assert "AR(p) is exact in every fold; the model is not." in text(app), "a sine is an autoregression of two values"
    assert (group.path / "folds.json").exists()


def test_seeds_show_their_spread(open_page: Open, quick_run: Run, submitted: list[Run]) -> None:
    app = view(open_page("evaluate", run="quick"), "Seeds")
    next(n for n in app.number_input if n.label == "Seeds").set_value(3).run()
    next(b for b in app.button if b.label == "Train 3 seeds").click().run()
    (group,) = GroupStore(RunStore()).list("seeds")
    assert [run.config.seed for run in group.runs.values()] == [0, 1, 2]
    ended(group, quick_run)
    app.run()
    assert charts(app) == ["seed-paths", "seeds-val_loss", "seeds-val_mase"]
    assert "Over 3 seeds the MAE is" in text(app)
    mae = quick_run.scores()[0]["mae"]
    assert f"{mae * 1.1:,.4g}" in str(app.table[0].value.to_numpy().tolist())


def test_a_sweep_says_what_validation_chose(open_page: Open, quick_run: Run, submitted: list[Run]) -> None:
    app = view(open_page("evaluate", run="quick"), "Sweep")
    app.text_input(key="sweep-model.units").set_value("3,5").run()
    app.text_input(key="sweep-training.learning_rate").set_value("0.001,0.01").run()
    next(b for b in app.button if b.label == "Train 4 combinations").click().run()
    (group,) = GroupStore(RunStore()).list("sweep")
    assert [run.config.model.units for run in group.runs.values()] == [(3,), (3,), (5,), (5,)]
    ended(group, quick_run)
    app.run()
    assert not app.exception
    assert charts(app) == ["sweep-map"]
    assert "The best MASE on the validation part, 1, has units 3, learning rate 0.001." in text(app)
    rows = app.dataframe[0].value
    assert list(rows["MASE, validation"]) == ["1", "1.1", "1.2", "1.3"]


def test_what_cannot_be_swept_is_a_sentence_and_no_button(open_page: Open, quick_run: Run) -> None:
    app = view(open_page("evaluate", run="quick"), "Sweep")
    app.text_input(key="sweep-model.units").set_value("3,many").run()
    assert "whole number from 1 to 1,024; received 'many'" in sentences(app)[0]
    assert not [b for b in app.button if b.label.startswith("Train ")]


def test_digits_have_seeds_and_sweeps(open_page: Open) -> None:
    app = open_page("evaluate", run="sample-digits")
    assert next(s for s in app.segmented_control if s.label == "View").options == ["Seeds", "Sweep", "Race"]


def test_a_cheat_stands_beside_its_honest_twin(open_page: Open, quick_run: Run, submitted: list[Run]) -> None:
    app = view(open_page("evaluate", run="quick"), "Cheat")
    assert "The last 75 of 501 steps are kept from both" in text(app)
    app.toggle(key="leak-shuffle").set_value(False).run()
    assert not [b for b in app.button if b.label.startswith("Train ")]
    app.toggle(key="leak-scaler").set_value(True).run()
    next(b for b in app.button if b.label.startswith("Train the cheat")).click().run()
    (group,) = GroupStore(RunStore()).list("cheat")
    assert [run.config.data.leaks for run in group.runs.values()] == [(), ("scaler",)]
    ended(group, quick_run)
    app.run()
    assert not app.exception
    assert charts(app) == ["cheat"]
    assert "its honest twin's" in text(app)
    leaky = list(group.runs)[1]
    app = open_page("gates", run=leaky)
    assert "The scaler was fitted on all data" in sentences(app)[0]
    assert f"{leaky} (leaks)" in str(app.selectbox[0].options)
    app = open_page("runs")
    app.session_state["runs-table"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert list(app.dataframe[1].value["run"]) == ["honest twin", "cheat (leaks)"]


def test_a_run_on_everything_has_nothing_to_be_compared_with(
    open_page: Open, quick_run: Run, submitted: list[Run]
) -> None:
    app = open_page("forecast", run="quick", steps="5")
    next(b for b in app.button if b.label == "Retrain on everything").click().run()
    assert not app.exception
    (made,) = submitted
    assert made.config.data.everything
    ended_alone = Run(made.path)
    shutil.copy(quick_run.path / "weights.npz", ended_alone.path / "weights.npz")
    (made.path / "submitted.json").unlink()
    made.append(Started(0, 2, 5, 100, 0.0))
    made.append(EpochEnded(1, 1.0, 1.0, 1e-3, 0.1, 0.2, metrics={"val_mase": 1.0}))
    made.append(Finished(1, 1, 0.3, "", made.id))
    app = open_page("forecast", run=made.id, steps="5")
    assert charts(app) == ["future"]
    assert "trained on the whole series" in sentences(app)[0]
    assert "no truth left to compare" in app.info[0].value
    assert not [b for b in app.button if b.label == "Retrain on everything"]
    assert "no truth left to compare" in open_page("evaluate", run=made.id).info[0].value
    assert not open_page("train", run=made.id).exception


def test_a_group_is_one_row_on_runs_which_opens(open_page: Open, quick_run: Run, submitted: list[Run]) -> None:
    group = groups.submit_seeds(quick_run.config, 3, base="quick")
    ended(group, quick_run)
    app = open_page("runs")
    names = list(app.dataframe[0].value["run"])
    assert names[0] == "Seeds: 3 seeds"
    assert not set(group.runs) & set(names)
    app.session_state["runs-table"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    assert list(app.dataframe[1].value["run"]) == ["seed 0", "seed 1", "seed 2"]
    assert charts(app) == ["compare"]


def test_a_link_to_a_group_leads_to_its_run(open_page: Open, quick_run: Run, submitted: list[Run]) -> None:
    group = groups.submit_seeds(quick_run.config, 3, base="quick")
    ended(group, quick_run)
    app = open_page("evaluate", group=group.id)
    assert "Over 3 seeds" in text(app)
    assert "no group 'nothing'" in sentences(open_page("evaluate", group="nothing"))[0]


def test_members_do_not_crowd_the_pickers(open_page: Open, quick_run: Run, submitted: list[Run]) -> None:
    group = groups.submit_seeds(quick_run.config, 3, base="quick")
    ended(group, quick_run)
    first = next(iter(group.runs))
    assert first not in open_page("gates").selectbox[0].options
    assert first in open_page("gates", run=first).selectbox[0].options


@pytest.mark.parametrize("name", list(lab.PRESETS))
def test_a_sweep_of_every_preset_begins_with_values_that_hold(open_page: Open, name: str) -> None:
    from lab.config.grid import Grid
    from pages.ui.evaluate import words
    from pages.ui.evaluate.sweep import _applies, _values_about

    config = lab.preset(name)
    for key in words.SWEPT:
        if _applies(key, config):
            assert len(Grid.of([f"{key}={_values_about(key, config)}"]).points(config)) >= 2, key


def test_a_race_has_a_curve_for_each_and_says_who_solved_it(
    open_page: Open, lab_home: Path, submitted: list[Run]
) -> None:
    run = trained({"data.name": "first_symbol", "data.length": 12, "data.examples": 200, "model.units": "4"})
    app = open_page("evaluate", run=run.id)
    assert next(s for s in app.segmented_control if s.label == "View").options == ["Race", "Seeds", "Sweep"]
    next(b for b in app.button if b.label == "Start the race").click().run()
    assert not app.exception
    (group,) = GroupStore(RunStore()).list("race")
    assert [member.label for member in group.record.members] == ["RNN", "LSTM", "GRU"]
    labels = [b.label for b in app.button]
    assert {"Stop all", "Pause all", "Go on", "One epoch each"} <= set(labels)
    for k, one in enumerate(group.runs.values()):
        (one.path / "submitted.json").unlink(missing_ok=True)
        one.append(Started(0, 2, 5, 100, 0.0))
        for epoch in (0, 1, 2):
            right = 1.0 if epoch >= 1 and k == 1 else 0.25
            one.append(EpochEnded(epoch, 1.0, 1.4 - right, 1e-3, 0.5, 0.2, metrics={"val_accuracy": right}))
        one.append(Finished(2, 2, 0.3, "", one.id))
    app = open_page("evaluate", run=run.id)
    assert charts(app) == ["race-loss", "race-metric", "race-gradients"]
    assert "LSTM solved it first, after epoch 1 and 1 s of training; RNN, GRU did not." in text(app)
    (table,) = [t.value for t in app.table]
    assert list(table["network"]) == ["LSTM", "RNN", "GRU"]
    assert list(table["solved after epoch"]) == ["1", "–", "–"]
