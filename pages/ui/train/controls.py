"""The experiment as widgets, in the order of thought: data, then training; windows and the model have files of their own."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import streamlit as st

from lab.config.run import RunConfig
from lab.data.series import Series
from lab.data.sources import DATASETS
from pages.ui.shared import words
from pages.ui.shared.bind import bound, bound_choice, change_draft, choices, errors, show_error
from pages.ui.shared.data import file_name
from pages.ui.shared.state import draft, set_draft, widget_key
from pages.ui.views import view_of


def data_group(config: RunConfig, raw: Series | None, missing: int, *, expanded: bool) -> None:
    """Which series, which part of it, how it is cut and scaled."""
    data = config.data
    called = words.escaped(file_name(data)) or DATASETS[data.name].title
    with st.expander(f"**Data** · {called}", expanded=expanded, key="group-data"):
        st.selectbox(
            "Data set",
            **choices(DATASETS, data.name),
            format_func=_in_picker,
            key=widget_key("data.name"),
            on_change=_new_data_set,
        )
        show_error("data.name")
        st.caption(DATASETS[data.name].blurb)
        view_of(config).data_options(config, raw, missing)


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
        losses, text = view_of(config).losses(config)
        st.selectbox("Loss", format_func=losses.get, help=text, disabled=len(losses) == 1,
                     **bound_choice("training.loss", losses, training.loss))  # fmt: skip
        _clipping(config)
        st.number_input("Early stopping: patience (0 for never)", 0, 10_000, help=words.HELP["training.patience"],
                        **bound("training.patience", training.patience))  # fmt: skip
        st.number_input("Seed", 0, 2**31 - 1, help=words.HELP["seed"], **bound("seed", config.seed))
        show_error(*(f"training.{f.name}" for f in fields(training)), "training", "seed")


def _in_picker(name: str) -> str:
    """Series by their titles; what is no series has its group in front."""
    cls = DATASETS[name]
    return cls.title if cls.yields is Series else f"{cls.group}: {cls.title}"


def _new_data_set() -> None:
    """Another source: its own defaults for column, dates and options; what is not of the data stays."""
    name = st.session_state.get(widget_key("data.name"))
    if name is None:  # another callback of the same press has begun the draft anew
        return
    for key in [k for k in errors() if k.startswith("data.")]:
        del errors()[key]
    set_draft(draft().with_settings({"data.name": name}), "data.name")


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
