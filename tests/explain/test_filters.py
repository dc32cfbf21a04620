"""What a filter sees: exactly the steps that can change its output, and the patch to which it answers most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.explain.filters import most_exciting, receptive_field
from lab.network.architecture import weight_shapes
from lab.network.layers import Conv1D, Pooling
from lab.network.network import Network

WINDOW = 17


def network(**settings: Any) -> Network:
    model = ModelConfig(dense_activation="linear", **{"kind": "conv1d", "filters": (2, 3)} | settings)
    rng = np.random.default_rng(0)
    shapes = weight_shapes(model, 2, 1, WINDOW)
    weights = {k: rng.uniform(0.5, 1, s).astype(np.float32) for k, s in shapes.items()}  # nothing cancels out
    return Network.build(model, weights, window=WINDOW, features=2)


def outputs_of(net: Network, examples: np.ndarray, name: str) -> np.ndarray:
    return np.stack([net.trace(example).outputs[name] for example in examples])


SETTINGS = [
    {}, {"kernel_size": 4}, {"padding": "same", "kernel_size": 5}, {"stride": 2}, {"dilation": 2}, {"stride": 3, "padding": "same"},
    {"pooling": "average"}, {"pooling": "average", "stride": 2, "padding": "same"}, {"kind": "recurrent", "units": (2,), "stride": 2},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_layer_sees_the_steps_that_can_change_it(settings: dict[str, Any]) -> None:
    net = network(**settings)
    base = np.ones((1, WINDOW, 2), np.float32)
    for layer in net.layers:
        if not isinstance(layer, Conv1D | Pooling):
            continue
        field, untouched = receptive_field(net, layer.name), outputs_of(net, base, layer.name)[0]
        changes = []
        for step in range(WINDOW):
            other = base.copy()
            other[0, step] += 1
            changes.append(np.abs(outputs_of(net, other, layer.name)[0] - untouched).max(axis=1) > 1e-6)
        seen = np.array(changes)  # (step, output)
        for t in range(seen.shape[1]):
            steps = np.flatnonzero(seen[:, t])
            found = field.of(t, WINDOW)
            assert (found.start, found.stop) == (steps[0], steps[-1] + 1), (layer.name, t)


@pytest.mark.parametrize("name", ["conv0", "conv1"])
def test_the_most_exciting_patch_alone_gives_that_answer(name: str) -> None:
    net = network(padding="same")
    examples = np.random.default_rng(1).normal(size=(20, WINDOW, 2)).astype(np.float32)
    found = most_exciting(net, examples, name, 1)
    every = np.stack([net.trace(example).outputs[name][:, 1] for example in examples])
    assert found.value == pytest.approx(every.max())
    assert every[found.example, found.position] == pytest.approx(every.max())
    alone = np.zeros_like(examples[:1])
    alone[0, found.steps] = examples[found.example, found.steps]
    assert outputs_of(net, alone, "conv0")[0].shape == (WINDOW, 2)
    if name == "conv0":  # a second layer also sees the biases of what lies around
        assert outputs_of(net, alone, name)[0, found.position, 1] == pytest.approx(found.value, rel=1e-5)


def test_a_layer_that_sees_everything_has_no_field() -> None:
    with pytest.raises(ValueError, match="a layer that sees a part of the window; received 'output'"):
        receptive_field(network(), "output")
