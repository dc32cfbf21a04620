"""The Belief page without a browser: a test digit, a drawn one, a file, row by row, experiments."""

from __future__ import annotations

import base64
import io
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import Open, charts, sentences, shown_address
from PIL import Image
from streamlit.testing.v1 import AppTest

import lab
from lab.explain.belief import Belief
from lab.network.architecture import weight_shapes
from lab.network.weights import save_weights
from lab.runs import run as runs
from lab.runs.run import Run
from lab.runs.store import RunStore
from pages.ui.belief import choice as belief_choice
from pages.ui.components import sketch
from pages.ui.components.sketch import SENT, ink

CHARTS = ["belief-sheet", "belief-digit", "belief-heat", "belief-classes", "belief-gate", "belief-digit-before",
          "belief-heat-before", "belief-digit-after", "belief-heat-after"]  # fmt: skip


def untrained(**settings: Any) -> Run:
    """A run on digits with random weights: the page can't tell."""
    config = lab.RunConfig().with_settings({"data.name": "digits", "model.units": "6"} | settings)
    run = RunStore().create(config, None, "mine")
    rng = np.random.default_rng(0)
    features = 56 if settings.get("data.order") == "both" else 28
    shapes = weight_shapes(config.model, features, 10)
    save_weights(run.path / "weights.npz", {k: rng.normal(0, 0.5, s).astype(np.float32) for k, s in shapes.items()})
    return run


def chart(app: AppTest, key: str) -> dict[str, Any]:
    """What the browser is told about a chart."""
    protos = [c.proto for c in app.get("bidi_component") if c.proto.component_name == "lab_chart"]
    return next(data for data in (json.loads(proto.json) for proto in protos) if data["key"] == key)


def words(app: AppTest) -> str:
    return " ".join(element.value for element in app.markdown)


def test_the_sample_is_there_before_anything_was_trained(open_page: Open) -> None:
    app = open_page("belief")
    assert sentences(app) == []
    assert charts(app) == CHARTS
    run = RunStore().open("sample-digits")
    belief = Belief(run.network().beliefs(run.window(0)))
    assert f"Looking back, its first choice no longer changed after row **{belief.decided}**" in words(app)
    assert app.slider(key="belief-row").value == belief.decided
    assert chart(app, "belief-sheet")["gestures"] == ["spot"]
    assert chart(app, "belief-heat")["gestures"] == ["pick"]


def test_the_rows_are_scrubbed(open_page: Open) -> None:
    app = open_page("belief")
    run = RunStore().open("sample-digits")
    beliefs = run.network().beliefs(run.window(0))
    app.slider(key="belief-row").set_value(7).run()
    assert not app.exception
    assert f"After row 7 its first choice is **{beliefs[6].argmax()}**" in words(app)
    bars = json.loads(chart(app, "belief-classes")["figure"])["data"][0]["y"]
    np.testing.assert_allclose(bars, beliefs[6], atol=1e-5)


def test_the_address_names_the_digit_and_gates_is_one_click_away(open_page: Open) -> None:
    app = open_page("belief", run="sample-digits", digit="5")
    assert app.number_input(key="digit-number").value == 5
    links = [link.proto.query_string for link in app.get("page_link")]
    assert "run=sample-digits&digit=5" in links
    app.number_input(key="digit-number").set_value(9).run()
    assert shown_address(app)["digit"] == "9"
    assert not open_page("belief", digit="nonsense").exception
    assert open_page("belief", digit="99999").number_input(key="digit-number").value == 999


def test_wrong_and_unsure_digits_of_a_class(open_page: Open) -> None:
    app = open_page("belief")
    labels = lambda: [n["text"] for n in json.loads(chart(app, "belief-sheet")["figure"])["layout"]["annotations"]]  # noqa: E731
    app.segmented_control(key="belief-which").set_value("wrong").run()
    assert all("→" in label for label in labels())
    app.multiselect(key="belief-classes").set_value([9]).run()
    assert {label[0] for label in labels()} == {"9"}
    app.segmented_control(key="belief-which").set_value("unsure").run()
    assert len(labels()) == 24
    page = next(n for n in app.number_input if n.label == "Page")
    before = labels()
    page.set_value(2).run()
    assert labels() != before


def test_every_experiment_answers(open_page: Open) -> None:
    app = open_page("belief")
    seen = set()
    for change in ("top", "bottom", "left", "right", "shuffled"):
        app.segmented_control(key="belief-change").set_value(change).run()
        assert not app.exception
        seen.add(chart(app, "belief-heat-after")["figure"])
    app.number_input(key="belief-seed").set_value(2).run()
    seen.add(chart(app, "belief-heat-after")["figure"])
    assert len(seen) == 6


def test_an_untrained_network_believes_something_else(open_page: Open) -> None:
    app = open_page("belief")
    before = chart(app, "belief-heat")["figure"]
    app.select_slider(key="belief-epoch-sample-digits").set_value("0").run()
    assert not app.exception
    assert chart(app, "belief-heat")["figure"] != before


@pytest.mark.parametrize(
    "settings",
    [
        {"model.cell": "gru", "model.bidirectional": True},
        {"model.units": "6,5", "model.activation": "relu", "model.dense": "4"},
        {"data.order": "both", "data.permutation": 3},
        {"data.order": "columns", "data.normalize": False},
    ],
)
def test_other_networks_and_other_ways_to_read(open_page: Open, settings: dict[str, Any]) -> None:
    run = untrained(**settings)
    app = open_page("belief", run=run.id)
    assert charts(app) == CHARTS
    gate = next(box for box in app.selectbox if box.label == "Inside the network")
    assert len(gate.options) == len(run.network().trace(run.window(0)).layers[-1])
    assert not open_page("gates", run=run.id).exception


def drawn_seven() -> np.ndarray:
    sheet = np.zeros((SENT, SENT), np.uint8)
    sheet[25:37, 35:105] = 255
    for k in range(90):
        sheet[30 + k, 93 - k // 2 : 105 - k // 2] = 255
    return sheet


def test_a_drawn_digit_is_read(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("belief")
    app.segmented_control(key="belief-source").set_value("draw").run()
    assert not app.exception
    assert charts(app) == []
    assert any("Draw one digit" in caption.value for caption in app.caption)
    said = SimpleNamespace(ink=base64.b64encode(drawn_seven().tobytes()).decode())
    monkeypatch.setattr(sketch, "_component", lambda **_: said)
    app.run()
    assert not app.exception
    assert charts(app) == CHARTS[1:]
    assert "ends at **7**" in words(app)
    assert "It is a" not in words(app), "nobody knows the truth"


@pytest.mark.parametrize("sent", [None, "", "?", "AAAA", 7, base64.b64encode(bytes(SENT * SENT)).decode()])
def test_what_is_no_drawing_is_none(sent: object) -> None:
    assert ink(sent) is None


def test_a_drawing_comes_as_it_was_sent() -> None:
    found = ink(base64.b64encode(drawn_seven().tobytes()).decode())
    assert found is not None
    assert np.array_equal(found, drawn_seven())


@pytest.mark.parametrize("content", [b"no picture", b""])
def test_a_bad_file_is_one_sentence(open_page: Open, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    app = open_page("belief")
    monkeypatch.setattr(belief_choice.st, "file_uploader", lambda *_, **__: io.BytesIO(content))
    app.segmented_control(key="belief-source").set_value("file").run()
    assert len(sentences(app)) == 1
    assert charts(app) == []


def test_a_file_is_read_and_what_was_done_to_it_said(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = io.BytesIO()
    Image.fromarray(255 - drawn_seven()).save(picture, "PNG")
    picture.seek(0)
    app = open_page("belief")
    monkeypatch.setattr(belief_choice.st, "file_uploader", lambda *_, **__: picture)
    app.segmented_control(key="belief-source").set_value("file").run()
    assert sentences(app) == []
    assert any("inverted" in caption.value for caption in app.caption)
    assert "ends at **7**" in words(app)


def test_without_any_run_on_digits_a_small_one_can_be_started(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, submitted: list[Run]
) -> None:
    shutil.copytree(runs.SAMPLES / "sample-sine", tmp_path / "samples" / "sample-sine")
    monkeypatch.setattr(runs, "SAMPLES", tmp_path / "samples")
    app = open_page("belief")
    assert charts(app) == []
    assert any("learned digits yet" in info.value for info in app.info)
    next(b for b in app.button if "Digits, quick" in b.label).click().run()
    assert not app.exception
    (run,) = [run for run in RunStore().list() if not run.is_sample]
    assert run.config == lab.preset("mnist-quick")
