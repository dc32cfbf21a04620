from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.config.model import CELL_LABELS, ModelConfig
from lab.config.presets import PRESETS, preset
from lab.config.run import RunConfig
from lab.config.sections import DataConfig, TrainingConfig, WindowConfig
from lab.data.sources import check_options
from lab.network.cells import CELLS

layers = st.lists(st.integers(1, 1024), min_size=1, max_size=6).map(tuple)
rates = st.floats(1e-6, 10, allow_nan=False)
shares = st.sampled_from([(0.7, 0.15), (0.1, 0.02), (0.95, 0.02), (0.5, 0.25)])
configs = st.builds(
    RunConfig,
    data=st.builds(
        lambda name, share, scaler, options: DataConfig(
            name=name, train=share[0], validation=share[1], scaler=scaler, options=tuple(options.items())
        ),
        st.sampled_from(["sine", "bitcoin"]),
        shares,
        st.sampled_from(["standard", "minmax"]),
        st.dictionaries(st.sampled_from(["points", "noise"]), st.integers(1, 9) | st.floats(0, 1)),
    ),
    window=st.builds(WindowConfig, size=st.integers(1, 1000), stride=st.integers(1, 1000)),
    model=st.builds(
        ModelConfig,
        cell=st.sampled_from(list(CELLS)),
        units=layers,
        dropout=st.floats(0, 0.9),
        bidirectional=st.booleans(),
        activation=st.sampled_from(["tanh", "relu"]),
    ),
    training=st.builds(
        TrainingConfig,
        epochs=st.integers(1, 500),
        learning_rate=rates,
        clip_value=st.none() | rates,
        decay=st.floats(0, 10),
    ),
    seed=st.integers(0, 2**31 - 1),
)
of_digits = configs.map(lambda c: c.with_settings({"data.name": "digits", "data.order": "both"}))


@st.composite
def with_a_dropout_a_layer(draw: st.DrawFn) -> RunConfig:
    config = draw(configs | of_digits)
    dense = draw(st.lists(st.integers(1, 64), max_size=2).map(tuple))
    layers = len(config.model.units) + len(dense)
    rates = draw(st.tuples(*[st.floats(0, 0.9)] * layers))
    return replace(config, model=replace(config.model, dense=dense, dropout=rates))


configs_of_all_kinds = configs | of_digits | with_a_dropout_a_layer()


@given(configs_of_all_kinds)
def test_json_round_trip(config: RunConfig) -> None:
    again = RunConfig.from_json(config.to_json())
    assert again == config
    assert hash(again) == hash(config)


@given(configs_of_all_kinds)
def test_settings_lead_back_to_the_config(config: RunConfig) -> None:
    # Options are read by the data set, which knows their type; as text they stay text here.
    again = RunConfig().with_settings(config.settings())
    text = tuple((k, str(v) if not isinstance(v, float) else repr(v)) for k, v in config.data.options)
    assert again.data.options == text
    assert (again.window, again.model, again.training, again.seed) == (
        config.window, config.model, config.training, config.seed,
    )  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_json(name: str) -> None:
    assert RunConfig.from_json(preset(name).to_json()) == preset(name)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"window.size": "0"}, "`window.size` must be a whole number from 1 to 1,000; received 0"),
        ({"window.size": "seven"}, "received 'seven'"),
        ({"window.size": "7.5"}, "received '7.5'"),
        ({"model.units": "64,0"}, "`model.units`"),
        ({"model.units": ""}, "`model.units` must be 1 to 6 layers"),
        ({"model.units": "1,2,3,4,5,6,7"}, "1 to 6 layers"),
        ({"model.cell": "transformer"}, "one of lstm, peephole, gru, gru_reset_before, rnn, jordan"),
        ({"model.dropout": "1"}, "from 0 to 0.9"),
        ({"model.dropout": "0.1,1"}, "from 0 to 0.9"),
        ({"model.dropout": "0.1,0.2"}, "`model.dropout` must be one number, or one for each of the 1 layers"),
        ({"model.dropout": "much"}, "received 'much'"),
        ({"model.activation": "swish"}, "`model.activation` must be one of tanh, relu, sigmoid"),
        (
            {"model.kind": "transformer"},
            "`model.kind` must be one of recurrent, conv1d, mlp, linear; received 'transformer'",
        ),
        ({"model.filters": "8", "model.stride": "4"}, "`model.stride` must be a whole number from 1 to 3; received 4"),
        (
            {"model.kind": "conv1d", "model.stride": "2", "model.dilation": "2"},
            "`model.dilation` must be 1 where the stride is not",
        ),
        ({"model.filters": "1,2,3,4,5,6,7"}, "`model.filters` must be at most 6 layers"),
        ({"model.norm": "group"}, "`model.norm` must be one of none, layer, batch"),
        ({"model.recurrent_initializer": "he_normal"}, "`model.recurrent_initializer` must be one of orthogonal"),
        ({"model.l2": "-1"}, "`model.l2` must be a number from 0"),
        ({"model.kind": "mlp", "model.dense": "8,8", "model.dropout": "0.1,0.2,0.3"}, "each of the 2 layers"),
        ({"training.decay": "-1"}, "`training.decay` must be a number from 0"),
        ({"training.loss": "sparse_categorical_crossentropy"}, "mse or mae or huber or pinball for data.name=sine"),
        ({"data.name": "digits", "training.loss": "mse"}, "sparse_categorical_crossentropy for data.name=digits"),
        ({"model.bidirectional": "both"}, "`model.bidirectional` must be true or false; received 'both'"),
        ({"training.learning_rate": "0"}, "above 0"),
        ({"training.learning_rate": "nan"}, "`training.learning_rate`"),
        ({"training.clip_value": "1", "training.clip_norm": "1"}, "at most one of"),
        ({"data.train": "0.9", "data.validation": "0.1"}, "leave 2 % for the test part"),
        ({"data.start": "yesterday"}, "a date such as 2020-12-31"),
        ({"data.start": "2020-02-01", "data.end": "2020-01-01"}, "after data.start"),
        ({"seed": "-1"}, "`seed`"),
        ({"speed": "1"}, "A setting must be one of"),
        ({"window.width": "1"}, "`window.width` is no setting"),
    ],
)
def test_a_bad_setting_is_one_clear_sentence(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=r"received|no setting|must be") as error:
        RunConfig().with_settings(settings)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_text_is_read_as_the_type_of_the_field() -> None:
    config = RunConfig().with_settings(
        {
            "model.units": "256, 512,512",
            "training.clip_value": "none",
            "training.learning_rate": "5e-5",
            "data.column": "Close",
        }
    )
    assert config.model.units == (256, 512, 512)
    assert config.training.clip_value is None
    assert config.training.learning_rate == 5e-5
    assert config.data.column == "Close"


def test_the_allowed_cells_are_the_cells_there_are() -> None:
    assert list(CELL_LABELS) == list(CELLS)


@pytest.mark.parametrize(
    ("settings", "label"),
    [
        ({"model.units": "256,512"}, "LSTM 256-512"),
        ({"model.cell": "peephole"}, "Peephole LSTM 50"),
        ({"model.cell": "gru", "model.units": "32", "model.bidirectional": "true"}, "Bidirectional GRU 32"),
        ({"model.cell": "gru_reset_before"}, "GRU (reset before) 50"),
        ({"model.cell": "jordan", "model.bidirectional": "False"}, "Jordan 50"),
    ],
)
def test_a_model_has_a_name_for_people(settings: dict[str, object], label: str) -> None:
    assert RunConfig().with_settings(settings).model.label == label


def test_another_data_set_starts_from_its_own_defaults() -> None:
    config = preset("bitcoin").with_settings({"data.name": "sine", "data.points": "300"})
    assert (config.data.column, config.data.start, config.data.end) == (None, None, None)
    assert config.data.options == (("points", "300"),)
    assert config.data.train == 0.68


def test_digits_bring_their_own_loss_and_window() -> None:
    for name in ("sine", "bitcoin", "mnist"):
        config = preset(name).with_settings({"training.patience": 3, "data.name": "digits"})
        assert config.task.name == "digits"
        assert (config.training.loss, config.window, config.task.head(config).outputs) == (
            "sparse_categorical_crossentropy", WindowConfig(size=28), 10,
        )  # fmt: skip
        assert config.data == DataConfig(name="digits")
        assert config.training.patience == 3
        assert not {key for key in config.settings() if key.startswith(("window", "training.loss"))}
    assert RunConfig(DataConfig(name="digits")).training.loss == "sparse_categorical_crossentropy"


def test_and_a_series_takes_them_back() -> None:
    config = preset("mnist-quick").with_settings({"data.name": "sine"})
    assert (config.training.loss, config.window, config.task.head(config).outputs) == ("mse", WindowConfig(), 1)
    assert preset("bitcoin").with_settings({"data.name": "sine"}).window == preset("bitcoin").window


def test_one_dropout_is_for_the_recurrent_layers_and_a_list_for_all() -> None:
    model = ModelConfig(units=(4, 3), dense=(2,), dropout=0.1)
    assert model.dropouts == (0.1, 0.1, 0.0)
    assert replace(model, dropout=(0.2, 0.1, 0.3)).dropouts == (0.2, 0.1, 0.3)
    assert ModelConfig(dropout=(0.2,)) == ModelConfig(dropout=0.2)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"window": 3}', '{"windows": {}}', '{"window": {"width": 3}}', "null"]
)
def test_json_that_is_no_config_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="received"):
        RunConfig.from_json(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda s: st.lists(s, max_size=3) | st.dictionaries(
                        st.sampled_from(["data", "window", "model", "training", "seed", "size", "units", "name"]), s, max_size=4),
                    max_leaves=8))  # fmt: skip
def test_any_json_is_a_config_or_a_value_error(tree: object) -> None:
    try:
        RunConfig.from_json(json.dumps(tree))
    except ValueError as error:
        assert str(error)  # noqa: PT017  (a ValueError is one of the two outcomes allowed)


def test_one_layer_may_be_given_as_its_number() -> None:
    assert RunConfig().with_settings({"model.units": 7, "model.dense": 3}).model == ModelConfig(units=(7,), dense=(3,))


def test_a_clip_takes_the_place_of_another() -> None:
    config = preset("bitcoin-quick").with_settings({"training.clip_value": "4"})
    assert (config.training.clip_value, config.training.clip_norm, config.training.global_clip_norm) == (
        4.0,
        None,
        None,
    )
    with pytest.raises(ValueError, match="at most one of"):
        config.with_settings({"training.clip_value": 4, "training.clip_norm": 1})
    off = config.with_settings({"training.clip_value": "null"}).training
    assert (off.clip_value, off.clip_norm, off.global_clip_norm) == (None, None, None)


def test_a_path_is_of_a_csv_file() -> None:
    config = preset("sine").with_settings({"data.path": "FILE.csv"})
    assert (config.data.name, dict(config.data.options)) == ("csv", {"path": "FILE.csv"})


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("window.sise", "window.size"),
        ("data.gap", "data.gaps"),
        ("data.batchsize", "training.batch_size"),
        ("training.gaps", "data.gaps"),
        ("trainng.epochs", "training.epochs"),
    ],
)
def test_a_mistyped_setting_offers_the_one_that_may_be_meant(key: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"perhaps `{meant}` is meant"):
        check_options(RunConfig().with_settings({key: "1"}).data)


ODD = (
    "[" * 100_000, '{"a":' * 100_000, '{"data":{"inputs":[[1]]}}', '{"data":{"options":{"noise":[1]}}}', '{"seed":[]}',
    '{"data":{"options":[[[[]]]]}}', '{"model":{"units":[1e400]}}', '{"version":1e400}', '{"data":{"name":[]}}',
    '{"training":{"learning_rate":NaN}}',
)  # fmt: skip


@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:30])
def test_odd_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"must|no setting|one of") as caught:
        RunConfig.from_json(text)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "settings",
    [{"model.units": 1e400}, {"data.inputs": 3}, {3: 4}, {"data.noise": []}, {"data.noise": {}}, {"model.units": [[1]]},
     {"seed": None}, {"model.dropout": {}}, {"training.optimizer": {}}],
    ids=repr,
)  # fmt: skip
def test_odd_settings_are_a_value_error(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|must hold"):
        RunConfig().with_settings(settings)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6),
       st.sampled_from(["data", "window", "model", "training", "seed", "version"]), st.sampled_from(["name", "size", "units", "options", "x"]))  # fmt: skip
def test_whatever_json_comes_is_a_config_or_a_value_error(value: object, section: str, key: str) -> None:
    for tree in (value, {section: value}, {section: {key: value}}, {"data": {"options": {key: value}}}):
        with contextlib.suppress(ValueError):
            RunConfig.from_json(json.dumps(tree))
    for setting in (f"{section}.{key}", section):
        with contextlib.suppress(ValueError):
            RunConfig().with_settings({setting: value})
