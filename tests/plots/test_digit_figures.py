"""Figures of digits: valid Plotly in both themes, every mark in its place."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from lab import plots
from lab.plots.style import Figure, resolve
from lab.runs.events import EpochEnded, Progressed, Started
from lab.runs.history import History

IMAGES = np.arange(5 * 784, dtype=np.uint16).reshape(5, 28, 28).astype(np.uint8)


def checked(figure: Figure) -> list[Any]:
    """Valid JSON without NaN, valid Plotly in both themes; its traces."""
    json.dumps(figure, allow_nan=False)
    go.Figure(resolve(figure, "light"))
    go.Figure(resolve(figure, "dark"))
    traces: list[Any] = figure["data"]
    return traces


def pixels(trace: dict[str, Any], kind: str = "u1") -> np.ndarray:
    shape = [int(n) for n in trace["z"]["shape"].split(", ")]
    return np.frombuffer(b64decode(trace["z"]["bdata"]), kind).reshape(shape)


def test_a_sheet_holds_every_image_with_its_words_and_frames_the_chosen_one() -> None:
    figure = plots.sheet_figure(IMAGES, list("abcde"), columns=3, chosen=4)
    sheet = pixels(checked(figure)[0])
    assert sheet.shape == (2 * 39, 3 * 33)
    assert np.array_equal(sheet[:28, 33:61], IMAGES[1])
    assert np.array_equal(sheet[39:67, 33:61], IMAGES[4])
    assert [note["text"] for note in figure["layout"]["annotations"]] == list("abcde")
    frames = [shape["line"]["color"] for shape in figure["layout"]["shapes"]]
    assert frames == ["role:grid"] * 4 + ["role:accent"]
    assert figure["layout"]["meta"]["aspect"] == pytest.approx(78 / 99)


def test_an_empty_sheet_keeps_its_room() -> None:
    figure = plots.sheet_figure(IMAGES[:0], [], columns=3, rows=4, lines=2)
    assert pixels(checked(figure)[0]).shape == (4 * 50, 99)


@pytest.mark.parametrize(
    ("x", "y", "place"), [(0, 0, 0), (40, 5, 1), (34, 66, 4), (70, 50, None), (-5, 0, None), (0, 99, None)]
)
def test_a_place_on_the_sheet_is_an_image(x: float, y: float, place: int | None) -> None:
    assert plots.place_on_sheet(x, y, 5, columns=3) == place


@pytest.mark.parametrize(("order", "frames"), [("rows", 1), ("columns", 1), ("both", 2)])
def test_what_is_read_is_framed_and_what_comes_later_dimmed(order: str, frames: int) -> None:
    figure = plots.digit_figure(IMAGES[0], 10, order=order)
    checked(figure)
    veil, *marks, _ = figure["layout"]["shapes"]
    assert len(marks) == frames
    if order == "rows":
        assert (veil["y0"], marks[0]["y0"], marks[0]["y1"]) == (9.5, 8.5, 9.5)
    if order == "columns":
        assert (veil["x0"], marks[0]["x0"], marks[0]["x1"]) == (9.5, 8.5, 9.5)
    assert len(plots.digit_figure(IMAGES[0])["layout"]["shapes"]) == 1


def test_confusion_says_counts_and_colours_shares_of_a_row() -> None:
    counts = np.zeros((10, 10), int)
    counts[3, 3], counts[3, 5] = 6, 2
    cells, words = checked(plots.confusion_figure(counts.tolist()))
    shares = pixels(cells, "<f4")
    assert shares[3, 3] == 0.75
    assert shares[0].sum() == 0, "a class without images divides by nothing"
    assert (words["x"], words["y"], words["text"]) == (["3", "5"], ["3", "3"], ["6", "2"])
    assert words["textfont"]["color"] == ["role:background", "role:text"]


def test_belief_marks_the_step_and_where_it_decides() -> None:
    probabilities = np.full((28, 10), 0.1)
    probabilities[9:, 4] = 0.5
    figure = plots.belief_figure(probabilities, 12, 10, read="column")
    heat, choice = checked(figure)
    assert pixels(heat, "<f4").shape == (10, 28)
    assert choice["y"][9:] == ["4"] * 19
    decided, now = figure["layout"]["shapes"]
    assert (decided["x0"], now["x0"], now["x1"]) == (9.5, 11.5, 12.5)
    assert figure["layout"]["xaxis"]["title"]["text"] == "columns read"
    assert len(plots.belief_figure(probabilities, None, 10)["layout"]["shapes"]) == 1


def test_the_true_class_is_framed_and_what_was_before_stands_beside() -> None:
    (bars,) = checked(plots.class_figure(np.full(10, 0.1), 3))
    assert [k for k, edge in enumerate(bars["marker"]["line"]["color"]) if edge == "role:truth"] == [3]
    assert [t["name"] for t in checked(plots.class_figure(np.full(10, 0.1), None, np.eye(10)[2]))] == [
        "now",
        "untouched",
    ]


def test_shares_of_pixels_have_a_scale_about_zero() -> None:
    shares = np.zeros((28, 56))
    shares[2, 3] = -0.4
    (trace,) = checked(plots.pixel_share_figure(shares))
    assert (trace["zmin"], trace["zmax"]) == (-0.4, 0.4)


def test_accuracy_has_points_within_an_epoch_and_the_test_part_at_its_end() -> None:
    def ended(k: int) -> EpochEnded:
        return EpochEnded(k, 1.0, 1.0, 1e-3, 0.1, float(k), metrics={"accuracy": 0.5, "val_accuracy": 0.6})

    history = History.of([Started(0, 2, 10, 1), ended(0), Progressed(1, 5, 10, 0.9, 0.5, {"accuracy": 0.4}), ended(1)])
    train, test, _ = checked(plots.accuracy_figure(history))
    assert (train["name"], train["x"], train["y"]) == ("train", [0, 0.5, 1], [0.5, 0.4, 0.5])
    assert (test["name"], test["x"], test["y"]) == ("test", [0, 1], [0.6, 0.6])
    loss = plots.loss_figure(history, classes=True)
    assert loss["layout"]["yaxis"]["title"]["text"] == "cross-entropy"
    assert loss["data"][1]["name"] == "test"
