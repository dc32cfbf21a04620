import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.config.sections import WindowConfig
from lab.data.series import Series, Split
from lab.data.windows import make_windows, window_about


def config_with(size, horizon=1, stride=1):
    """A config of any horizon: `WindowConfig` allows only 1 so far, the windows do not care."""
    config = WindowConfig(size, 1, stride)
    object.__setattr__(config, "horizon", horizon)
    return config


def naive_windows(values, config, split, part):
    """The definition, one step at a time."""
    start, stop = split.bounds(part)
    step = config.stride if part == "train" else 1
    inputs, targets, origins = [], [], []
    origin = start
    while origin < config.size:  # not enough past yet
        origin += 1
    while origin + config.horizon <= stop:
        inputs.append([values[t] for t in range(origin - config.size, origin)])
        targets.append([values[t, 0] for t in range(origin, origin + config.horizon)])
        origins.append(origin)
        origin += step
    return np.array(inputs), np.array(targets), np.array(origins)


@st.composite
def problems(draw):
    size, horizon, stride = draw(st.integers(1, 9)), draw(st.integers(1, 4)), draw(st.integers(1, 5))
    train = draw(st.integers(size + horizon, size + horizon + 25))
    validation = draw(st.integers(horizon, horizon + 15))
    test = draw(st.integers(horizon, horizon + 15))
    split = Split(train, train + validation, train + validation + test)
    return config_with(size, horizon, stride), split, draw(st.sampled_from(["train", "validation", "test"]))


@given(problems(), st.integers(1, 3))
def test_agrees_with_the_naive_loop(problem, features):
    config, split, part = problem
    values = np.random.default_rng(0).normal(size=(split.length, features))
    windows = make_windows(values, config, split, part)
    for ours, theirs in zip(
        (windows.inputs, windows.targets, windows.origins), naive_windows(values, config, split, part), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert len(windows) == len(windows.inputs) == len(windows.targets)


@given(problems())
def test_targets_never_cross_a_boundary_and_training_never_leaves_its_part(problem):
    config, split, part = problem
    time = np.arange(split.length)[:, None]  # every value is its own position
    windows = make_windows(time, config, split, part)
    start, stop = split.bounds(part)
    assert windows.targets.min() >= start
    assert windows.targets.max() < stop
    assert windows.inputs.min() >= 0
    assert (windows.inputs.max(axis=(1, 2)) == windows.targets[:, 0] - 1).all()
    assert (windows.origins == windows.targets[:, 0]).all()
    if part == "train":
        assert max(windows.inputs.max(), windows.targets.max()) < split.train_end


@given(problems())
def test_every_step_of_validation_and_test_is_a_target_exactly_once(problem):
    config, split, _ = problem
    time = np.arange(split.length)[:, None]
    for part in ("validation", "test"):
        targets = make_windows(time, config_with(config.size, 1, config.stride), split, part).targets
        assert targets[:, 0].tolist() == list(range(*split.bounds(part)))


@given(problems(), st.floats(-10, 10))
def test_shifting_the_series_shifts_the_windows(problem, shift):
    config, split, part = problem
    values = np.random.default_rng(1).normal(size=(split.length, 1))
    before, after = make_windows(values, config, split, part), make_windows(values + shift, config, split, part)
    np.testing.assert_array_equal(before.inputs + shift, after.inputs)
    np.testing.assert_array_equal(before.targets + shift, after.targets)


def test_windows_take_no_memory_and_keep_the_dtype():
    values = np.zeros((1000, 2), np.float32)
    windows = make_windows(values, WindowConfig(50), Split.of(1000, 0.7, 0.15), "train")
    assert windows.inputs.shape == (650, 50, 2)
    assert windows.inputs.dtype == np.float32
    assert np.shares_memory(windows.inputs, values)


@pytest.mark.parametrize(
    ("split", "part", "needed", "has", "most"),
    [
        (Split(50, 60, 70), "train", 51, 50, 49),
        (Split(60, 60, 70), "validation", 1, 0, 0),
        (Split(20, 40, 60), "validation", 31, 20, 39),
        (Split(60, 70, 70), "test", 1, 0, 0),
    ],
)
def test_a_part_without_a_window_is_refused_in_one_sentence(split, part, needed, has, most):
    cure = f"use a window of at most {most}" if most else "use a longer series or another split"
    message = (
        f"^The series is too short: the {part} part needs at least {needed} steps "
        f"for a window of 50 and a horizon of 1, and it has {has}; {cure}.$"
    )
    values = np.zeros((split.length, 1))
    with pytest.raises(ValueError, match=message):
        make_windows(values, WindowConfig(50), split, part)
    if most:
        assert len(make_windows(values, WindowConfig(most), split, part)) >= 1
        with pytest.raises(ValueError, match="too short"):
            make_windows(values, WindowConfig(most + 1), split, part)


def test_a_window_about_a_step_stays_within_the_series():
    assert [window_about(step, 10, 100) for step in (0, 4, 50, 97, 99)] == [0, 0, 45, 90, 90]
    assert window_about(3, 10, 10) == 0


def test_the_nearest_step_to_a_place_on_the_time_axis():
    series = Series(np.ones(3), np.array([0.0, 0.1, 0.2]), ("x",), ("",), "t", "s")
    assert [series.position(at) for at in (-5, 0.04, 0.06, 0.2, 9)] == [0, 0, 1, 2, 2]
    days = np.array(["2020-01-01", "2020-01-03", "2020-01-09"], "datetime64[D]")
    series = Series(np.ones(3), days, ("x",), ("",), "t", "s")
    assert [series.position(at) for at in ("2020-01-02 01:30", "2020-01-05 23:59:59.1234", "2021-01-01")] == [1, 1, 2]


def test_the_part_of_a_step_is_the_one_whose_bounds_hold_it():
    split = Split(6, 8, 10)
    for part in ("train", "validation", "test"):
        assert {split.part(step) for step in range(*split.bounds(part))} == {part}
    assert split.part(10) == "test"


def test_a_series_is_called_by_its_title_and_its_column_but_not_twice_the_same():
    def label(title, name):
        return Series(np.ones(3), np.arange(3.0), (name,), ("",), title, "s").label

    assert [label("Sine wave", "sine"), label("Bitcoin", "Close"), label("sales", "Sales")] == [
        "Sine wave",
        "Bitcoin, Close",
        "sales",
    ]
