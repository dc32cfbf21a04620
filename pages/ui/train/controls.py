"""The experiment as widgets, in the order of thought: data, windows, model, training."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import streamlit as st

from lab.config.model import CELL_LABELS, MAX_LAYERS, with_layers
from lab.config.run import RunConfig
from lab.data.series import Series
from lab.data.sources import DATASETS, SERIES_DATASETS
from pages.ui.shared import words
from pages.ui.shared.bind import bound, bound_choice, change_draft, choices, errors, say_error
from pages.ui.shared.data import file_name
from pages.ui.shared.state import draft, layer_key, renew_layers, set_draft, widget_key
from pages.ui.train import csv_upload
from pages.ui.train.digit_controls import digit_options, dropout


def data_group(config: RunConfig, raw: Series | None, missing: int, *, expanded: bool) -> None:
    """Which series, which part of it, how it is cut and scaled."""
    data = config.data
    columns = raw.names if raw else ()
    called = words.escaped(file_name(data)) or DATASETS[data.name].title
    with st.expander(f"**Data** · {called}", expanded=expanded, key="group-data"):
        st.selectbox(
            "Data set",
            **choices(DATASETS, data.name),
            format_func=_in_picker,
            key=widget_key("data.name"),
            on_change=_new_data_set,
        )
        say_error("data.name")
        st.caption(DATASETS[data.name].blurb)
        if config.is_classifier:
            digit_options(config)
            return
        if data.name == "csv":
            csv_upload.draw(config)
        elif data.name == "yahoo":
            _yahoo_options(data.options)
        else:
            _options(config)
        if raw is not None and len(columns) > 1:
            chosen = data.column or DATASETS[data.name].target(raw)
            st.selectbox("Column to learn", **bound_choice("data.column", columns, chosen))
            say_error("data.column")
        if raw is not None and raw.is_dated:
            _date_range(config, raw)
        if missing:
            st.selectbox(
                f"Gaps: {missing:,} steps are missing",
                format_func=words.GAPS.get,
                help=words.HELP["data.gaps"],
                **bound_choice("data.gaps", ("leave", "ffill", "interpolate"), data.gaps),
            )
        st.slider("Training share", 10, 95, step=1, format="%d%%", help=words.HELP["data.train"],
                  **bound("data.train", round(100 * data.train), lambda v: v / 100))  # fmt: skip
        st.slider("Validation share", 2, 50, step=1, format="%d%%", help=words.HELP["data.validation"],
                  **bound("data.validation", round(100 * data.validation), lambda v: v / 100))  # fmt: skip
        say_error("data.train", "data.validation")
        st.selectbox("Scaling", format_func=words.SCALERS.get, help=words.HELP["data.scaler"],
                     **bound_choice("data.scaler", ("standard", "minmax"), data.scaler))  # fmt: skip


def window_group(config: RunConfig) -> None:
    """How the series becomes examples; a digit is one already."""
    if config.is_classifier:
        _sequence_group(config)
        return
    window, batch = config.window, config.training.batch_size
    with st.expander(f"**Windows** · {window.size} steps in, 1 out", key="group-window"):
        st.number_input("Window (steps)", 1, 1000, help=words.HELP["window.size"], **bound("window.size", window.size))
        st.number_input("Stride", 1, 1000, help=words.HELP["window.stride"], **bound("window.stride", window.stride))
        st.number_input("Batch size", 1, 4096, help=words.HELP["training.batch_size"],
                        **bound("training.batch_size", batch))  # fmt: skip
        say_error("window.size", "window.stride", "training.batch_size")


def _sequence_group(config: RunConfig) -> None:
    read = words.READ[dict(config.data.options).get("order", "rows")]
    with st.expander(f"**Sequences** · {config.window.size} {read}s in, 1 class out", key="group-window"):
        st.number_input("Batch size", 1, 4096, help=words.HELP["training.batch_size"],
                        **bound("training.batch_size", config.training.batch_size))  # fmt: skip
        say_error("training.batch_size")


def model_group(config: RunConfig) -> None:
    """The network."""
    model = config.model
    with st.expander(f"**Model** · {model.label}", key="group-model"):
        st.selectbox("Cell", format_func=CELL_LABELS.get, help=words.HELP["model.cell"],
                     **bound_choice("model.cell", CELL_LABELS, model.cell))  # fmt: skip
        st.toggle("Bidirectional", help=words.HELP["model.bidirectional"],
                  **bound("model.bidirectional", model.bidirectional))  # fmt: skip
        st.selectbox("Activation", format_func=words.ACTIVATIONS.get, help=words.HELP["model.activation"],
                     **bound_choice("model.activation", words.ACTIVATIONS, model.activation))  # fmt: skip
        _layers("Recurrent layers", "model.units", model.units, 1, words.HELP["model.units"])
        dropout(config)
        st.slider("Recurrent dropout", 0.0, 0.9, step=0.05, help=words.HELP["model.recurrent_dropout"],
                  **bound("model.recurrent_dropout", float(model.recurrent_dropout)))  # fmt: skip
        _layers("Dense layers", "model.dense", model.dense, 0, words.HELP["model.dense"])
        say_error("model.units", "model.dense", "model.dropout", "model.recurrent_dropout")


def training_group(config: RunConfig) -> None:
    """How it learns."""
    training = config.training
    label = (
        f"**Training** · {training.epochs} epochs, {words.OPTIMIZERS[training.optimizer]} {training.learning_rate:g}"
    )
    with st.expander(label, key="group-training"):
        st.number_input("Epochs", 1, 10_000, help=words.HELP["training.epochs"],
                        **bound("training.epochs", training.epochs))  # fmt: skip
        st.selectbox("Optimizer", format_func=words.OPTIMIZERS.get, help=words.HELP["training.optimizer"],
                     **bound_choice("training.optimizer", words.OPTIMIZERS, training.optimizer))  # fmt: skip
        st.number_input("Learning rate", 0.0, 10.0, step=1e-4, format="%g", help=words.HELP["training.learning_rate"],
                        **bound("training.learning_rate", float(training.learning_rate)))  # fmt: skip
        if training.optimizer == "sgd":
            st.slider("Momentum", 0.0, 0.999, step=0.001, format="%.3f", help=words.HELP["training.momentum"],
                      **bound("training.momentum", float(training.momentum)))  # fmt: skip
        st.number_input("Learning rate decay", 0.0, 10.0, step=1e-4, format="%g", help=words.HELP["training.decay"],
                        **bound("training.decay", float(training.decay)))  # fmt: skip
        losses, text = words.LOSSES, words.HELP["training.loss"]
        if config.is_classifier:
            losses, text = words.CLASS_LOSSES, words.HELP["training.class-loss"]
        st.selectbox("Loss", format_func=losses.get, help=text, disabled=len(losses) == 1,
                     **bound_choice("training.loss", losses, training.loss))  # fmt: skip
        _clipping(config)
        st.number_input("Early stopping: patience (0 for never)", 0, 10_000, help=words.HELP["training.patience"],
                        **bound("training.patience", training.patience))  # fmt: skip
        st.number_input("Seed", 0, 2**31 - 1, help=words.HELP["seed"], **bound("seed", config.seed))
        say_error(*(f"training.{f.name}" for f in fields(training)), "training", "seed")


def _in_picker(name: str) -> str:
    """Series by their titles; what is no series says so."""
    cls = DATASETS[name]
    return cls.title if name in SERIES_DATASETS else f"{cls.group}: {cls.title}"


def _new_data_set() -> None:
    """Another source: its own defaults for column, dates and options; what is not of the data stays."""
    name = st.session_state.get(widget_key("data.name"))
    if name is None:  # another callback of the same press has begun the draft anew
        return
    for key in [k for k in errors() if k.startswith("data.")]:
        del errors()[key]
    set_draft(draft().with_settings({"data.name": name}), "data.name")


def _options(config: RunConfig) -> None:
    """A widget for each option that the data set has of its own, by its type."""
    options = fields(DATASETS[config.data.name])
    if not options:
        return
    given = dict(config.data.options)
    with st.popover("Shape of the data", width="stretch"):
        for option in options:
            setting, value = f"data.{option.name}", given.get(option.name, option.default)
            label, text = words.OPTIONS.get(option.name, (option.name.replace("_", " ").capitalize(), None))
            if isinstance(option.default, float):
                st.number_input(label, format="%g", help=text, **bound(setting, float(value)))
            elif isinstance(value, int):
                st.number_input(label, step=1, help=text, **bound(setting, value))
            else:
                st.text_input(label, help=text, **bound(setting, value))
            say_error(setting)


def _yahoo_options(options: tuple[tuple[str, Any], ...]) -> None:
    from lab.data.sources.yahoo import INTERVALS, PERIODS, Yahoo

    given = {f.name: f.default for f in fields(Yahoo)} | dict(options)
    st.text_input("Ticker", help=words.HELP["data.ticker"], **bound("data.ticker", given["ticker"], str.strip))
    left, right = st.columns(2)
    with left:
        st.selectbox("Period", help=words.HELP["data.period"], **bound_choice("data.period", PERIODS, given["period"]))
    with right:
        st.selectbox(
            "Interval", help=words.HELP["data.interval"], **bound_choice("data.interval", INTERVALS, given["interval"])
        )
    say_error("data.ticker", "data.period", "data.interval")


def _date_range(config: RunConfig, raw: Series) -> None:
    first, last = (date.fromisoformat(str(raw.index[i].astype("M8[D]"))) for i in (0, -1))
    data, span = config.data, f"@{first}-{last}"  # of another span of time, other widgets, that begin at its ends
    start = max(first, date.fromisoformat(data.start)) if data.start else first
    end = min(last, date.fromisoformat(data.end)) if data.end else last
    st.date_input(
        "From", min_value=first, max_value=last, help=words.HELP["data.start"],
        **bound("data.start", min(start, last), lambda d: None if d == first else d.isoformat(), span),
    )  # fmt: skip
    st.date_input(
        "To", min_value=first, max_value=last, help=words.HELP["data.end"],
        **bound("data.end", max(end, first), lambda d: None if d == last else d.isoformat(), span),
    )  # fmt: skip
    say_error("data.start", "data.end")


def _layers(label: str, setting: str, units: tuple[int, ...], fewest: int, text: str) -> None:
    """How many layers, and the units of each."""
    count, keys = widget_key(setting), [layer_key(f"{setting}.{k}") for k in range(len(units))]
    name = setting.removeprefix("model.")

    def resize() -> None:
        if count not in st.session_state:  # as in `bound`
            return
        now = getattr(draft().model, name)
        wanted = st.session_state[count]
        put(tuple(now[:wanted]) + (now[-1] if now else 32,) * (wanted - len(now)))
        renew_layers()

    def set_units(k: int) -> None:
        now = list(getattr(draft().model, name))
        if keys[k] in st.session_state and keys[k] == layer_key(f"{setting}.{k}"):
            now[k] = st.session_state[keys[k]]
            put(tuple(now))

    def put(layers: tuple[int, ...]) -> None:
        change_draft(setting, lambda c: replace(c, model=with_layers(c.model, **{name: layers})))

    st.number_input(label, fewest, MAX_LAYERS, len(units), key=count, on_change=resize, help=text)
    for row in range(0, len(units), 3):
        for k, column in zip(range(row, min(row + 3, len(units))), st.columns(3), strict=False):
            column.number_input(f"Units {k + 1}", 1, 1024, units[k], key=keys[k], on_change=set_units, args=(k,))


def _clipping(config: RunConfig) -> None:
    """One of three ways to clip, or none."""
    training = config.training
    kinds = ("clip_value", "clip_norm", "global_clip_norm")
    now = next((k for k in kinds if getattr(training, k) is not None), "none")
    kind_key, limit_key = widget_key("clip"), widget_key("clip.limit")

    def put() -> None:
        if kind_key not in st.session_state:
            return
        kind, limit = st.session_state[kind_key], st.session_state.get(limit_key, 1.0)
        clips: dict[str, Any] = {k: limit if k == kind else None for k in kinds}
        change_draft("training", lambda c: replace(c, training=replace(c.training, **clips)))

    st.selectbox("Gradient clipping", **choices(("none", *kinds), now), format_func=words.CLIPS.get, key=kind_key, on_change=put,
                 help=words.HELP["clip"])  # fmt: skip
    if now != "none":
        limit = float(getattr(training, now))
        st.number_input("Clip at", 0.0, 1e6, limit, step=0.5, format="%g", on_change=put, key=limit_key)
