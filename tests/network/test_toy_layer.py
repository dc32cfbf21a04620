"""A layer and a kind of network of somebody else's, registered with a line each, are trained, resumed, scored and drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lab
from lab.cli.commands import main
from lab.config.model import KINDS, Kind, ModelConfig
from lab.engine.models import KERAS
from lab.network.architecture import EXPAND, register
from lab.network.layers import LAYERS, Flatten, Layer
from lab.network.layers.base import Plain, Shape
from lab.network.types import Float32Array, Gates, Weights
from lab.runs.events import EpochEnded
from lab.runs.run import Control
from lab.runs.store import RunStore


@dataclass(frozen=True)
class Gain(Plain):
    """Each value times a weight of its own."""

    kind = "gain"
    label = "Gain"

    def weight_shapes(self, into: Shape) -> dict[str, Shape]:
        return {"gain": into[-1:]}

    def output_shape(self, into: Shape) -> Shape:
        return into

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:
        return x * weights["gain"], {"x": x}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:
        return d_output * weights["gain"], {"gain": (d_output * trace["x"]).sum(axis=0)}


@keras.saving.register_keras_serializable("test")
class KerasGain(keras.layers.Layer):
    def build(self, shape: Any) -> None:
        self.gain = self.add_weight(shape=shape[-1:], name="gain", initializer="ones")

    def call(self, inputs: Any) -> Any:
        return inputs * self.gain


def expand(model: ModelConfig) -> Iterator[Layer]:
    yield Flatten("flatten")
    yield Gain("gain0")


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    LAYERS["gain"] = Gain
    KERAS["gain"] = lambda layer, _: KerasGain(name=layer.name)
    register("gains", Kind("Gain", ("kernel_initializer",)), expand)
    yield
    for registry in (LAYERS, KERAS):
        del registry["gain"]
    for registry in (KINDS, EXPAND):
        del registry["gains"]


SETTINGS = {
    "model.kind": "gains",
    "window.size": 8,
    "data.points": 120,
    "training.epochs": 30,
    "training.learning_rate": 0.02,
}


def test_it_is_trained_scored_and_drawn(capsys: pytest.CaptureFixture[str], lab_home: Path) -> None:
    given = [f"--set={key}={value}" for key, value in SETTINGS.items()]
    assert main(["train", "sine", "--json", "--name", "toy", *given]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    losses = [line["val_loss"] for line in lines if line["event"] == "epoch_ended"]
    assert losses[-1] < 0.2 * losses[0]
    run = lab.load_run("toy")
    assert run.config.model.label == "Gain"
    assert run.scores()[0]["name"] == "Gain"
    task = run.task
    predicted = run.network().predict(task.held_out)
    assert losses[-1] == pytest.approx(float(((predicted - task.validation.targets) ** 2).mean()), rel=1e-4)
    assert main(["forecast", "toy", "--steps", "3"]) == 0
    assert main(["show", "toy"]) == 0
    capsys.readouterr()
    app = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60)
    app.query_params["run"] = "toy"
    for page, drawn in (("gates", "map-gain0"), ("forecast", "future"), ("train", "forecast")):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        keys = [
            e.proto.id.rsplit("live_", 1)[-1]
            for e in app.get("bidi_component")
            if e.proto.component_name == "lab_chart"
        ]
        assert any(drawn in key for key in keys), (page, keys)


def test_it_is_stopped_and_resumed(tmp_path: Path) -> None:
    config = lab.preset("sine").with_settings(SETTINGS | {"training.epochs": 400})
    series = lab.load_series(config.data)
    whole = [e.val_loss for e in lab.train(config, series=series) if isinstance(e, EpochEnded)]
    run = RunStore(tmp_path).create(config, series)
    found: list[float] = []
    for _ in range(2):
        for event in lab.train(config, series=series, folder=run.path):
            if isinstance(event, EpochEnded):
                found.append(event.val_loss)
                if event.epoch == 2:
                    run.send(Control(state="stop"))
        run.send(Control())
        if len(found) == len(whole):
            break
    assert found == whole


def test_its_gradient_is_the_chain_rule() -> None:
    rng = np.random.default_rng(0)
    model = ModelConfig(kind="gains")
    weights = {k: rng.normal(size=s).astype(np.float32) for k, s in
               {"gain0/gain": (4,), "output/kernel": (4, 1), "output/bias": (1,)}.items()}  # fmt: skip
    network = lab.network.network.Network.build(model, weights, window=4)
    gradient = network.input_gradient(np.ones((4, 1), np.float32))
    np.testing.assert_allclose(gradient[:, 0], weights["gain0/gain"] * weights["output/kernel"][:, 0], rtol=1e-6)
