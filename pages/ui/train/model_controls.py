"""The network as widgets: its kind, its layers, and what goes between them."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import streamlit as st

from lab.config.model import (
    CELL_LABELS,
    MAX_LAYERS,
    WITH_FORGET_BIAS,
    Initializer,
    ModelConfig,
    RecurrentInitializer,
    with_layers,
)
from lab.config.run import RunConfig
from pages.ui.shared import words
from pages.ui.shared.bind import bound, bound_choice, change_draft, choices, show_error
from pages.ui.shared.state import draft, layer_key, renew_layers, widget_key
from pages.ui.train.dropout import dropout

_NORMS = ("none", "layer", "batch")
_MORE = ("norm", "kernel_initializer", "recurrent_initializer", "forget_bias", "gate_activation", "l2")


def model_group(config: RunConfig) -> None:
    """The network."""
    model = config.model
    with st.expander(f"**Model** · {model.label}", key="group-model"):
        st.selectbox("Network", **choices(words.KINDS, model.kind), format_func=lambda k: words.KINDS[k][0], key=widget_key("model.kind"),
                     on_change=_new_kind, help=words.HELP["model.kind"])  # fmt: skip
        if "filters" in model.stack:
            _convolutions(model)
        if model.is_recurrent:
            _recurrent(model)
        if model.stack:
            dropout(config)
        if model.is_recurrent:
            st.slider("Recurrent dropout", 0.0, 0.9, step=0.05, help=words.HELP["model.recurrent_dropout"],
                      **bound("model.recurrent_dropout", float(model.recurrent_dropout)))  # fmt: skip
        if "dense" in model.stack:
            fewest = 1 if model.kind == "mlp" else 0
            _layers("Dense layers", "model.dense", model.dense, fewest, words.HELP["model.dense"])
            if "dense_activation" not in model.unused:
                st.selectbox("Activation" if not model.is_recurrent else "Activation of dense and convolution layers",
                             format_func=words.ACTIVATIONS.get, help=words.HELP["model.dense_activation"],
                             **bound_choice("model.dense_activation", words.ACTIVATIONS, model.dense_activation))  # fmt: skip
        _more(model)
        show_error(*(f"model.{name}" for name in ModelConfig.__dataclass_fields__))


def _new_kind() -> None:
    kind = st.session_state.get(widget_key("model.kind"))
    if kind is not None:  # as in `bound`
        change_draft("model.kind", lambda c: c.with_settings({"model.kind": kind}))
        renew_layers()


def _recurrent(model: ModelConfig) -> None:
    st.selectbox("Cell", format_func=CELL_LABELS.get, help=words.HELP["model.cell"],
                 **bound_choice("model.cell", CELL_LABELS, model.cell))  # fmt: skip
    st.toggle("Bidirectional", help=words.HELP["model.bidirectional"],
              **bound("model.bidirectional", model.bidirectional))  # fmt: skip
    st.selectbox("Activation", format_func=words.ACTIVATIONS.get, help=words.HELP["model.activation"],
                 **bound_choice("model.activation", words.ACTIVATIONS, model.activation))  # fmt: skip
    _layers("Recurrent layers", "model.units", model.units, 1, words.HELP["model.units"])


def _convolutions(model: ModelConfig) -> None:
    """The convolutions over time, alone or in front of recurrent layers."""
    front = model.is_recurrent
    _layers("Convolutions in front" if front else "Convolutions", "model.filters", model.filters, 0 if front else 1,
            words.HELP["model.filters"], "Filters")  # fmt: skip
    if not model.filters:
        return
    st.number_input("Kernel size", 1, 100, help=words.HELP["model.kernel_size"],
                    **bound("model.kernel_size", model.kernel_size))  # fmt: skip
    st.number_input("Filter stride", 1, 100, help=words.HELP["model.stride"], **bound("model.stride", model.stride))
    st.number_input("Dilation", 1, 4, help=words.HELP["model.dilation"], **bound("model.dilation", model.dilation))
    st.selectbox("Padding", format_func=words.PADDING.get, help=words.HELP["model.padding"],
                 **bound_choice("model.padding", words.PADDING, model.padding))  # fmt: skip
    st.selectbox("Pooling", format_func=words.POOLING.get, help=words.HELP["model.pooling"],
                 **bound_choice("model.pooling", words.POOLING, model.pooling))  # fmt: skip
    if not front:
        st.selectbox("At the end", format_func=words.GLOBAL_POOLING.get, help=words.HELP["model.global_pooling"],
                     **bound_choice("model.global_pooling", words.GLOBAL_POOLING, model.global_pooling))  # fmt: skip


def _more(model: ModelConfig) -> None:
    """What most leave as it is: normalisation, first weights, weight decay."""
    plain = ModelConfig()
    changed = any(getattr(model, name) != getattr(plain, name) for name in _MORE)
    key = widget_key("model.more")
    if not st.toggle("More settings", changed, key=key, help=words.HELP["model.more"]) and not changed:
        return
    if model.stack:
        st.selectbox("Normalisation", format_func=words.NORMS.get, help=words.HELP["model.norm"],
                     **bound_choice("model.norm", _NORMS, model.norm))  # fmt: skip
    st.selectbox("First weights", format_func=words.INITIALIZERS.get, help=words.HELP["model.kernel_initializer"],
                 **bound_choice("model.kernel_initializer", get_args(Initializer), model.kernel_initializer))  # fmt: skip
    if model.is_recurrent:
        st.selectbox("First weights from state to state", format_func=words.INITIALIZERS.get, help=words.HELP["model.recurrent_initializer"],
                     **bound_choice("model.recurrent_initializer", get_args(RecurrentInitializer), model.recurrent_initializer))  # fmt: skip
        if model.cell in WITH_FORGET_BIAS:
            st.number_input("First bias of the forget gate", -10.0, 10.0, step=0.5, format="%g", help=words.HELP["model.forget_bias"],
                            **bound("model.forget_bias", float(model.forget_bias)))  # fmt: skip
        if model.cell not in ("rnn", "jordan"):
            st.selectbox("Activation of the gates", format_func=words.GATE_ACTIVATIONS.get, help=words.HELP["model.gate_activation"],
                         **bound_choice("model.gate_activation", words.GATE_ACTIVATIONS, model.gate_activation))  # fmt: skip
    st.number_input("Weight decay (L2)", 0.0, 1.0, step=1e-4, format="%g", help=words.HELP["model.l2"],
                    **bound("model.l2", float(model.l2)))  # fmt: skip


def _layers(label: str, setting: str, units: tuple[int, ...], fewest: int, text: str, each: str = "Units") -> None:
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
            column.number_input(f"{each} {k + 1}", 1, 1024, units[k], key=keys[k], on_change=set_units, args=(k,))
