"""What the Gates page shows is what the engine's own Keras model computes: every preset, with random weights.

Those of digits: tests/engine/test_classifier.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lab
from lab.config.presets import PRESETS
from lab.data.series import Series
from lab.data.sources import load_data
from lab.engine.models import build, set_weights
from lab.network.architecture import weight_shapes
from lab.network.weights import load_weights, save_weights
from lab.runs.store import RunStore


@pytest.mark.parametrize("name", [name for name, p in PRESETS.items() if p.config.task.name != "digits"])
def test_a_traced_prediction_is_that_of_keras(name: str, tmp_path: Path) -> None:
    config = lab.preset(name)
    data = load_data(config.data)
    if isinstance(data, Series):
        few = 6 * config.training.batch_size  # of the large network's data, some; the architecture is whole
        data = replace(data, values=data.values[:few], index=data.index[:few], filled=data.filled[:few])
    run = RunStore(tmp_path).create(config, data)
    head = config.task.head(config)
    features, outputs = config.task.features(config), head.units
    rng = np.random.default_rng(0)
    shapes = weight_shapes(config.model, features, outputs, config.window.size)
    weights = {k: rng.normal(0, shape[0] ** -0.5, shape).astype(np.float32) for k, shape in shapes.items()}
    save_weights(run.path / "weights.npz", weights)
    model = build(config.model, config.window.size, features, outputs, config.seed, head=head.kind)
    set_weights(model, load_weights(run.path / "weights.npz"))
    network = run.network()
    last = run.task.examples - 1
    windows = np.stack([run.window(k) for k in (0, last // 2, last)])
    predictions = np.stack([network.trace(window).prediction for window in windows])
    expected = np.asarray(model(windows, training=False))
    assert np.ptp(expected) > 1e-3, "a network that says one thing everywhere proves nothing"
    np.testing.assert_allclose(predictions, expected, rtol=0, atol=1e-4)
