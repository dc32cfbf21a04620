"""A trace is what the equations say, and an intervention is what a loop with that one line changed says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.config.model import ModelConfig
from lab.network.architecture import weight_shapes
from lab.network.cells import CELLS
from lab.network.interventions import Ablate, Clamp, Freeze, Reset
from lab.network.network import Network

WINDOW, FEATURES, UNITS = 7, 2, (4, 3)


def network_of(cell: str, seed: int = 0, units: tuple[int, ...] = UNITS, bidirectional: bool = False) -> Network:
    model = ModelConfig(cell=cell, units=units, dense=(3,), bidirectional=bidirectional)
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(model, FEATURES)
    return Network.build(model, {k: rng.normal(0, 0.6, shape).astype(np.float32) for k, shape in shapes.items()})


@pytest.fixture
def x() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(WINDOW, FEATURES)).astype(np.float32)


@pytest.mark.parametrize("cell", CELLS)
def test_a_trace_has_every_gate_of_every_layer_and_step(cell: str, x: np.ndarray) -> None:
    network = network_of(cell)
    trace = network.trace(x)
    names = [f"layer{k}/{name}" for k in range(2) for name in CELLS[cell].trace_names]
    assert list(trace.arrays()) == ["x", *names, "dense0/output", "prediction"]
    for k, units in enumerate(UNITS):
        assert all(gate.shape == (WINDOW, units) and gate.dtype == np.float32 for gate in trace.layers[k].values())
    np.testing.assert_array_equal(trace.x, x)
    np.testing.assert_allclose(trace.prediction, network.predict(x[None])[0], atol=1e-6)


def test_the_names_are_those_of_the_field(x: np.ndarray) -> None:
    gates = {cell: list(network_of(cell, units=(2,)).trace(x).layers[0]) for cell in CELLS}
    assert gates == {
        "lstm": ["input", "forget", "candidate", "output", "cell", "hidden"],
        "peephole": ["input", "forget", "candidate", "output", "cell", "hidden"],
        "gru": ["update", "reset", "candidate", "hidden"],
        "gru_reset_before": ["update", "reset", "candidate", "hidden"],
        "rnn": ["hidden"],
        "jordan": ["inner", "hidden"],
    }


def test_a_saved_trace_comes_back(x: np.ndarray, tmp_path) -> None:  # type: ignore[no-untyped-def]
    trace = network_of("lstm").trace(x)
    trace.save(tmp_path / "trace")  # the name is taken as it is
    with np.load(tmp_path / "trace", allow_pickle=False) as file:
        assert file.files == list(trace.arrays())
        for name, array in trace.arrays().items():
            np.testing.assert_array_equal(file[name], array)


def test_the_table_has_a_row_for_every_number(x: np.ndarray) -> None:
    trace = network_of("lstm").trace(x)
    frame = trace.to_frame()
    assert list(frame.columns) == ["layer", "gate", "time", "unit", "value"]
    assert len(frame) == WINDOW * 6 * sum(UNITS) + 3  # and the dense layer
    row = frame[(frame.layer == 1) & (frame.gate == "forget") & (frame.time == 4) & (frame.unit == 2)]
    assert row.value.item() == trace.layers[1]["forget"][4, 2]


@pytest.mark.parametrize("shape", [(0, FEATURES), (WINDOW, 1), (1, WINDOW, FEATURES)])
def test_a_window_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"`x` must be \(window, 2\); received"):
        network_of("gru").trace(np.zeros(shape))


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def lstm_written_out(w, x, change=lambda *_: None, way=1):  # type: ignore[no-untyped-def]
    """One LSTM layer over one sequence, backwards where `way` is -1.

    `change` may alter the values `v` in place, at four places of step t.
    """
    units = len(w["recurrent_kernel"])
    v = {"hidden": np.zeros(units), "cell": np.zeros(units)}
    for t, row in list(enumerate(x))[::way]:
        v["t"], v["way"] = t, way
        change("before", v)
        old = {key: np.copy(v[key]) for key in ("hidden", "cell")}
        z = row @ w["kernel"] + v["hidden"] @ w["recurrent_kernel"] + w["bias"]
        v["input"], v["forget"] = sigmoid(z[:units]), sigmoid(z[units : 2 * units])
        v["candidate"], v["output"] = np.tanh(z[2 * units : 3 * units]), sigmoid(z[3 * units :])
        change("gates", v)
        v["cell"] = v["forget"] * v["cell"] + v["input"] * v["candidate"]
        v["old"] = old
        change("cell", v)
        v["hidden"] = v["output"] * np.tanh(v["cell"])
        change("hidden", v)
        yield {key: np.copy(v[key]) for key in ("input", "forget", "candidate", "output", "cell", "hidden")}


def clamp_forget(where, v):  # type: ignore[no-untyped-def]
    if where == "gates" and v["t"] in (2, 3):
        v["forget"][1] = v["forget"][3] = 0.25


def clamp_cell(where, v):  # type: ignore[no-untyped-def]
    if where == "cell":
        v["cell"][:] = -0.5


def ablate(where, v):  # type: ignore[no-untyped-def]
    if where == "hidden":
        v["hidden"][0] = v["hidden"][2] = 0


def freeze(where, v):  # type: ignore[no-untyped-def]
    if (v["t"] - 3) * v["way"] >= 0 and where in ("cell", "hidden"):
        v[where][1] = v["old"][where][1]


def reset(where, v):  # type: ignore[no-untyped-def]
    if v["t"] == 5 and where == "before":
        v["hidden"][:], v["cell"][:] = 0, 0


@pytest.mark.parametrize(
    ("intervention", "change"),
    [
        (Clamp(0, "forget", 0.25, units=(1, 3), steps=(2, 3)), clamp_forget),
        (Clamp(0, "cell", -0.5), clamp_cell),
        (Ablate(0, units=(0, 2)), ablate),
        (Freeze(0, 3, units=(1,)), freeze),
        (Reset(0, 5), reset),
    ],
    ids=lambda p: getattr(p, "__name__", ""),
)
def test_an_intervention_is_the_loop_with_that_line_changed(intervention, change, x: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    network = network_of("lstm")
    trace, untouched = network.trace(x, (intervention,)), network.trace(x)
    first = list(lstm_written_out(network.weights["recurrent0"], x, change))
    second = list(lstm_written_out(network.weights["recurrent1"], [step["hidden"] for step in first]))
    for layer, steps in zip(trace.layers, (first, second), strict=True):
        for name, gate in layer.items():
            np.testing.assert_allclose(gate, [step[name] for step in steps], atol=1e-5, err_msg=name)
    np.testing.assert_allclose(trace.prediction, network.read_out(second[-1]["hidden"]), atol=1e-5)
    assert abs(trace.prediction - untouched.prediction) > 1e-6
    np.testing.assert_array_equal(network.predict(x[None], (intervention,))[0], trace.prediction)


@pytest.mark.parametrize(
    ("intervention", "changes"),
    [
        (None, {}),
        (Clamp(0, "forget", 0.25, units=(1, 3), steps=(2, 3)), {"forward": clamp_forget, "backward": clamp_forget}),
        (Clamp(0, "backward/forget", 0.25, units=(1, 3), steps=(2, 3)), {"backward": clamp_forget}),
        (Freeze(0, 3, units=(1,)), {"forward": freeze, "backward": freeze}),
        (Reset(0, 5), {"forward": reset, "backward": reset}),
    ],
    ids=lambda p: type(p).__name__,
)
def test_both_directions_are_loops_over_the_same_steps(intervention, changes, x: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    network = network_of("lstm", bidirectional=True)
    trace, said = network.trace(x, (intervention,) if intervention else ()), x
    for k, (layer, found) in enumerate(zip(network.recurrent, trace.layers, strict=True)):
        weights = {way: layer.way(network.weights[layer.name], f"{way}/") for way in ("forward", "backward")}
        nothing = lambda *_: None  # noqa: E731
        there = lstm_written_out(weights["forward"], said, changes.get("forward", nothing) if k == 0 else nothing)
        back = lstm_written_out(weights["backward"], said, changes.get("backward", nothing) if k == 0 else nothing, -1)
        steps = {"forward": list(there), "backward": list(back)[::-1]}
        assert list(found) == [f"{way}/{name}" for way in steps for name in CELLS["lstm"].trace_names]
        for way, written in steps.items():
            for name in CELLS["lstm"].trace_names:
                np.testing.assert_allclose(found[f"{way}/{name}"], [step[name] for step in written], atol=1e-5)
        said = np.concatenate([[step["hidden"] for step in steps[way]] for way in steps], axis=1)
    last = np.concatenate([steps["forward"][-1]["hidden"], steps["backward"][0]["hidden"]])
    np.testing.assert_allclose(trace.prediction, network.read_out(last), atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@given(step=st.integers(0, WINDOW - 1), seed=st.integers(0, 99))
def test_a_reset_of_all_layers_makes_the_network_forget_all_before(cell: str, step: int, seed: int) -> None:
    network, x = network_of(cell, seed), np.random.default_rng(seed).normal(size=(WINDOW, FEATURES))
    trace = network.trace(x, (Reset(0, step), Reset(1, step)))
    np.testing.assert_allclose(trace.prediction, network.predict(x[None, step:])[0], atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@given(step=st.integers(0, WINDOW - 1), seed=st.integers(0, 99))
def test_what_came_before_an_intervention_is_untouched(cell: str, step: int, seed: int) -> None:
    network, x = network_of(cell, seed), np.random.default_rng(seed).normal(size=(WINDOW, FEATURES))
    untouched = network.trace(x)
    steps = tuple(range(step, WINDOW))
    for intervention in (Freeze(1, step), Ablate(1, units=(0, 2), steps=steps), Clamp(1, "hidden", 0.3, steps=steps)):
        trace = network.trace(x, (intervention,))
        for name, gate in trace.layers[0].items():
            np.testing.assert_array_equal(gate, untouched.layers[0][name])
        for name, gate in trace.layers[1].items():
            np.testing.assert_array_equal(gate[:step], untouched.layers[1][name][:step])


@pytest.mark.parametrize("cell", CELLS)
def test_frozen_units_keep_their_state_and_the_others_do_not(cell: str, x: np.ndarray) -> None:
    trace = network_of(cell).trace(x, (Freeze(0, 3, units=(1,)),))
    for name in CELLS[cell].state_names:
        state = trace.layers[0][name]
        assert (state[3:, 1] == state[2, 1]).all()
        assert (np.diff(state[2:, [0, 2, 3]], axis=0) != 0).all()


def test_ablated_units_leave_the_hidden_state_alone_to_say_nothing(x: np.ndarray) -> None:
    network = network_of("gru")
    trace = network.trace(x, (Ablate(1),))
    assert not trace.layers[1]["hidden"].any()
    np.testing.assert_allclose(trace.prediction, network.read_out(np.zeros(3, np.float32)), atol=1e-6)


@pytest.mark.parametrize(
    ("intervention", "message"),
    [
        (Ablate(2), "`layer` must be from 0 to 1; received 2"),
        (Ablate(0, units=(1, 4)), "`units` must be from 0 to 3; received 4"),
        (Ablate(0, steps=(-1,)), "`steps` must be from 0 to 6; received -1"),
        (Freeze(0, 7), "`start` must be from 0 to 6; received 7"),
        (Reset(0, 9), "`step` must be from 0 to 6; received 9"),
        (Clamp(0, "forgot", 1.0), "`gate` must be one of input, forget, candidate, output, cell, hidden"),
        (Clamp(0, "forget", float("nan")), "`value` must be a finite number; received nan"),
        (Clamp(0, "forget", 1.0, steps=(7,)), "`steps` must be from 0 to 6; received 7"),
    ],
    ids=str,
)
def test_an_intervention_that_does_not_fit_is_a_sentence(intervention, message: str, x: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    for call in (network_of("lstm").trace, lambda x, i: network_of("lstm").predict(x[None], i)):
        with pytest.raises(ValueError, match=message):
            call(x, (intervention,))
