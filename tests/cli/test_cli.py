"""The command line as a user meets it: words out, one sentence on stderr and exit code 2 for bad usage."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lab.cli.commands import main
from lab.cli.parser import parser
from lab.cli.progress import Course
from lab.runs.events import Compiled, EpochEnded, Progressed, RateChanged, Started
from lab.runs.run import Run
from lab.runs.store import RunStore

FAST = ["--set", "training.epochs=2", "--set", "model.units=4", "--set", "window.size=10"]
ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


@pytest.fixture
def trained(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    assert main(["train", "sine", *FAST, "--name", "mine", "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_train_json_is_one_event_a_line(trained: list[dict[str, object]]) -> None:
    epochs = [e for e in trained if e["event"] == "epoch_ended"]
    assert [e["epoch"] for e in epochs] == [0, 1, 2]
    assert {"loss", "val_loss", "mape", "val_mape", "seconds", "elapsed"} <= set(epochs[1])
    assert trained[-1]["event"] == "finished"
    assert trained[-1]["run"] == "mine"


def test_forecast_json(trained: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "mine", "--steps", "4", "--json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    assert (tree["run"], tree["steps"], len(tree["mean"])) == ("mine", 4, 4)
    assert tree["times"] == [50.1, 50.2, 50.3, 50.4]


def test_runs_show_and_export(trained: object, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["runs", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert (listed[0]["run"], listed[0]["status"]) == ("mine", "finished")
    assert main(["show", "mine"]) == 0
    shown = capsys.readouterr().out
    assert "Previous value" in shown
    assert "model.units=4" in shown
    assert main(["export", "mine", str(tmp_path / "mine.zip")]) == 0
    assert "mine/weights.npz" in zipfile.ZipFile(tmp_path / "mine.zip").namelist()


def test_gates_of_a_window(trained: object, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    traces = {}
    for epoch in (None, 0, 2):
        path = tmp_path / f"{epoch}.npz"
        extra = [] if epoch is None else ["--epoch", str(epoch)]
        assert main(["gates", "mine", "--window", "3", "--npz", str(path), *extra]) == 0
        assert "layer0/forget" in capsys.readouterr().out
        with np.load(path, allow_pickle=False) as file:
            traces[epoch] = dict(file)
    names = ["input", "forget", "candidate", "output", "cell", "hidden"]
    assert list(traces[None]) == ["x", *(f"layer0/{name}" for name in names), "prediction"]
    np.testing.assert_array_equal(traces[None]["x"], Run(RunStore().folder / "mine").window(3))
    np.testing.assert_array_equal(traces[None]["layer0/forget"], traces[2]["layer0/forget"])
    assert (traces[0]["layer0/forget"] != traces[2]["layer0/forget"]).all()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--window", "492"], "A window of run mine must be from 0 to 491; received 492."),
        (["--window", "-1"], "received -1"),
        (["--window", "0", "--epoch", "7"], "Run mine kept no weights of epoch 7; it kept 0, 1, 2."),
    ],
)
def test_gates_of_no_window_are_a_sentence(
    argv: list[str], words: str, trained: object, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["gates", "mine", "--npz", str(tmp_path / "no.npz"), *argv]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "no.npz").exists()


@pytest.mark.trains
def test_a_table_and_a_bar_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sine", *FAST, "--name", "seen"]) == 0
    out, err = capsys.readouterr()
    assert "epoch 2 of 2: loss" in err
    assert "\x1b" not in err
    assert "epoch" not in out
    assert "Previous value" in out
    assert "python -m lab forecast seen" in out


def test_what_is_being_done_is_said_from_the_first_second(capsys: pytest.CaptureFixture[str]) -> None:
    course, said = Course(4), []
    for event in (
        Started(0, 4, 10, 99),
        EpochEnded(0, 2.0, 3.0, 1e-3, 0.0, 1.0),
        Compiled(5.0, 6.0),
        Progressed(1, 5, 10, 1.5, 7.0, {"accuracy": 0.25}),
        EpochEnded(1, 1.0, 1.25, 1e-3, 2.0, 8.0, metrics={"accuracy": 0.5, "val_accuracy": 0.25}),
        RateChanged(1, 0.01, 9.0),
    ):
        kept = course.take(event)
        said.append((kept, course.done, course.words))
    assert said == [
        (True, 0, "building the network"),
        (True, 0, "compiling the network; untrained: loss 2, val 3"),
        (True, 0, "compiled in 5.0 s, training"),
        (False, 0.5, "epoch 1 of 4, step 5 of 10: loss 1.5 so far, accuracy 25.0%"),
        (True, 1, "epoch 1 of 4: loss 1, val 1.25, accuracy 50.0%, test 25.0%"),
        (True, 1, "learning rate 0.01"),
    ]


@pytest.mark.trains
@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is POSIX's")
def test_a_terminal_shows_a_line_that_moves(tmp_path: Path) -> None:
    import pty

    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "lab", "train", "sine", *FAST]
    environment = os.environ | {"LAB_HOME": str(tmp_path), "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, cwd=ROOT, stderr=theirs, stdout=subprocess.PIPE, env=environment) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal's end
            while part := os.read(terminal, 4096):
                shown += part
        assert process.wait() == 0
    os.close(terminal)
    assert b"importing TensorFlow" in shown
    assert b"compiling the network" in shown
    assert b"2/2" in shown


@pytest.mark.trains
def test_dates_of_a_monthly_forecast_are_the_next_months(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "retail", *FAST, "--name", "shop", "--json"]) == 0
    capsys.readouterr()
    assert main(["forecast", "shop", "--steps", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["times"] == ["2019-01-01", "2019-02-01"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["train", "nothing"], "A preset must be one of"),
        (
            ["train", "sine", "--set", "window.size=0"],
            "`window.size` must be a whole number from 1 to 1,000; received 0",
        ),
        (["train", "sine", "--set", "window.size"], "KEY=VALUE"),
        (["train", "sine", "--set", "data.name=gold"], "received 'gold'"),
        (["train", "sine", "--set", "data.points=three"], "`data.points`"),
        (["train", "sine", "--set", "data.pointz=3"], "`data.pointz`"),
        (["train", "bitcoin", "--set", "data.column=Shut"], "`data.column` must be one of"),
        (["train", "sine", "--set", "data.name=csv", "--set", "data.path=/no/such.csv"], "/no/such.csv"),
        (["train", "sine", "--name", "a/b"], "1 to 80 letters"),
        (["show", "nobody"], "There is no run 'nobody'. `python -m lab runs` lists those that there are."),
        (["resume", "nobody"], "There is no run 'nobody'"),
        (["gates", "nobody", "--window", "0", "--npz", "no.npz"], "There is no run 'nobody'"),
        (["gates", "nobody", "--window", "first", "--npz", "no.npz"], "invalid int value"),
        (["gates", "nobody", "--npz", "no.npz"], "required"),
        (["forecast", "nobody", "--steps", "0"], "--steps must be a whole number"),
        (["forecast", "nobody", "--steps", "many"], "invalid int value"),
        (["fly"], "invalid choice"),
        ([], "required"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_code_2(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(argv)
    except SystemExit as exit_:
        code = int(str(exit_.code))
    captured = capsys.readouterr()
    assert code == 2
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_resume_refuses_a_finished_run(trained: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resume", "mine"]) == 2
    assert "Only an interrupted or stopped run" in capsys.readouterr().err


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    commands = next(a for a in parser()._actions if a.dest == "command").choices
    assert commands
    for name in commands:  # type: ignore[union-attr]
        assert f"python -m lab {name}" in text, f"README.md does not mention {name}"


def test_a_setting_without_meaning_to_the_network_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "sine", "--set", "model.kind=linear", "--set", "model.units=5"]) == 2
    assert "`model.units` means nothing to this network, Linear; leave it out." in capsys.readouterr().err


@pytest.mark.parametrize("way", ["season", "no-such-file.csv"])
def test_other_inputs_go_on_only_where_there_are_some_and_a_season_too(
    way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forecast", "sample-sine", "--others", way]) == 2
    assert "means nothing to this run" in capsys.readouterr().err
