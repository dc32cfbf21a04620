"""A run whose files cannot be read is a sentence on the page that shows it; every other run works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Open

from lab.runs import run as runs
from lab.runs.store import RunStore

BREAK = {
    "config.json is no JSON": ("config.json", b"{"),
    "config.json is of something else": ("config.json", b'{"data": {"name": 3}}'),
    "config.json is no text": ("config.json", b"\xff\xfe\0"),
    "a torn line": ("events.jsonl", b'{"event": "epo\n'),
    "a foreign line": ("events.jsonl", b'{"event": "party"}\n'),
    "a line that is no object": ("events.jsonl", b"3\n"),
    "a line that is no text": ("events.jsonl", b"\xff\xfe\0\n"),
    "a line of nested lists": ("events.jsonl", b"[" * 100_000 + b"\n"),
    "a line with a word for a number": (
        "events.jsonl",
        b'{"event": "paused", "epoch": "x", "step": 1, "elapsed": 1}\n',
    ),
    "events that are a folder": ("events.jsonl", ""),
    "config.json is empty": ("config.json", b""),
    "an unknown data set": ("config.json", b'{"data": {"name": "moon"}}'),
    "a cut series": ("series.npz", 200),
    "cut weights": ("weights.npz", 200),
    "cut scores": ("scores.json", 20),
    "scores of something else": ("scores.json", b"[3]"),
    "scores that are no JSON": ("scores.json", b"MAE"),
    "cut baselines": ("baselines.json", 300),
    "baselines of something else": ("baselines.json", b'[{"name": 3, "score": {"mae": "x"}}]'),
    "baselines with words for numbers": (
        "baselines.json",
        b'[{"name": "AR(1)", "target": "", "seconds": "x", "score": {"name": "AR(1)", "mae": "x", "rmse": 1, "mape": null, "smape": 1, "mase": 1}}]',
    ),
    "no series": ("series.npz", None),
    "a series that is no archive": ("series.npz", b"PK"),
    "weights that are none": ("weights.npz", b"PK\x03\x04"),
    "weights of another network": ("weights.npz", "sample-sunspots"),
}
PLACES = ("home", "train", "gates", "forecast", "runs", "belief")


def broken(name: str, content: bytes | str | int | None) -> None:
    """A run one of whose files is gone (None), cut after so many bytes, a folder (""), that of another run, or has other bytes."""
    path = RunStore().folder / "broken"
    shutil.rmtree(path, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(runs.SAMPLES / "sample-sine", path)
    if content is None:
        (path / name).unlink()
    elif content == "":
        (path / name).unlink()
        (path / name).mkdir()
    elif isinstance(content, int):
        (path / name).write_bytes((path / name).read_bytes()[:content])
    elif isinstance(content, str):
        shutil.copy(runs.SAMPLES / content / name, path / name)
    elif name == "events.jsonl":
        data = (path / name).read_bytes()
        (path / name).write_bytes(data + content)
    else:
        (path / name).write_bytes(content)


@pytest.mark.parametrize("kind", BREAK)
def test_one_broken_folder_breaks_no_page(open_page: Open, kind: str) -> None:
    name, content = BREAK[kind]
    broken(name, content)
    for place in PLACES:
        app = open_page(place)
        assert not app.exception, (place, app.exception)
    for place in ("train", "gates", "forecast"):
        app = open_page(place, run="broken")
        assert not app.exception, (place, app.exception)
        sentences = [box.value for box in (*app.error, *app.warning)]
        if (
            name == "config.json"
            or (content == "" and place == "train")
            or (name == "weights.npz" and place != "train")
        ):
            assert any("Run broken is damaged: its" in text and name.partition(".")[0] in text for text in sentences), (
                place,
                sentences,
            )
        lines = [box.value for box in app.caption if "of its events cannot be read" in box.value]
        torn = name == "events.jsonl" and content != "" and place == "train"
        assert lines == (["1 line of its events cannot be read and is left out."] if torn else [])
    sound = open_page("forecast", run="sample-sunspots")
    assert not sound.exception
    assert not sound.error


@pytest.mark.parametrize(
    "kind", ["config.json is no JSON", "events that are a folder", "scores of something else", "no series"]
)
def test_the_runs_page_lists_it_with_the_reason_and_deletes_it(open_page: Open, kind: str) -> None:
    broken(*BREAK[kind])
    app = open_page("runs")
    table = app.dataframe[0].value
    assert table.loc[table["run"] == "broken", "status"].tolist() == ["Damaged"]
    app.button_group(key="runs-named").set_value(["broken"]).run()
    assert not app.exception
    assert "Run broken is damaged" in app.error[0].value
    assert [b.label for b in app.button] == ["Delete"]
    RunStore().delete(runs.Run(RunStore().folder / "broken"))
    assert "broken" not in open_page("runs").dataframe[0].value["run"].tolist()


def test_a_run_that_goes_while_it_is_looked_at(open_page: Open) -> None:
    broken("scores.json", b"[]")
    app = open_page("gates", run="broken")
    assert not app.exception
    shutil.rmtree(Path(RunStore().folder / "broken"))
    app.run()
    assert not app.exception
    for place in ("train", "forecast", "runs"):
        assert not open_page(place).exception
