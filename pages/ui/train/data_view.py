"""Before training: the data, the windows as the network sees them, the model's layers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from lab.config.run import RunConfig
from lab.data.prepared import Prepared
from lab.data.series import PARTS, Series, Split
from lab.network.architecture import count_parameters, summary
from lab.plots import series_figure, windows_figure
from pages.ui.components.chart import live_chart
from pages.ui.shared import words
from pages.ui.shared.data import Material
from pages.ui.shared.layout import refusal, small_table
from pages.ui.train import csv_upload
from pages.ui.train.know_series import know_your_series
from pages.ui.train.stamps import stamps

SHOWN_FAULTS = 8


def data_view(config: RunConfig, material: Material) -> None:
    """The series with its three parts, what is missing, statistics, the table, where it comes from."""
    series, raw = material.series, material.raw
    assert series is not None
    assert raw is not None
    split = Prepared(series, config.data, config.window).split
    live_chart(
        series_figure(series, split),
        key="series",
        height=420,
        alt=f"{series.label}, with its training, validation and test parts.",
    )
    for note in series.notes:
        st.caption(words.by_label(words.escaped(note)))
    _gaps(config, series)
    _transformed(config, series)
    left, right = st.columns(2)
    with left:
        st.markdown("**The three parts**")
        small_table(_parts(series, split), alt="First step, last step and length of each part.")
    with right:
        st.markdown("**Statistics**")
        small_table(_statistics(series), alt="Summary statistics of each part.")
    know_your_series(config, series)
    with st.expander(f"Table of all {len(raw):,} rows", key="data-table"):
        table = pd.DataFrame(
            raw.values, columns=list(map(words.in_a_cell, raw.names)), index=pd.Index(raw.index, name="time")
        )
        st.dataframe(table, height=320, alt="The data as they came from the source.")
    st.caption(f"Source: {words.escaped(series.source)}")


def _transformed(config: RunConfig, series: Series) -> None:
    """What the network learns instead of the values, and what of the outliers is clipped, where that is chosen."""
    prepared = Prepared(series, config.data, config.window)
    try:
        transform = prepared.transform
    except ValueError:
        return  # the page says why
    kind, name = config.data.transform, series.names[0]
    if kind != "none":
        power = f" Its power is {transform.powers[0]:.3g}." if transform.powers else ""
        st.markdown(f"**{words.TRANSFORMS[kind]}.** The network learns {words.TRANSFORMED[kind]}{power}")
        shown = replace(series.column(name).take(slice(transform.lag, None)), values=prepared.transformed[transform.lag :, :1],
                        names=(words.TRANSFORMS[kind].lower(),), units=("",))  # fmt: skip
        split = prepared.split
        moved = Split(
            split.train_end - transform.lag, split.validation_end - transform.lag, split.length - transform.lag
        )
        live_chart(series_figure(shown, moved), key="transformed", height=260,
                   alt=f"{words.TRANSFORMS[kind]} of the series, with its parts.")  # fmt: skip
    if config.data.outliers == "clip":
        counts = {n: int(count) for n, count in prepared.clipped.items() if count}
        st.caption(words.escaped(f"Clipped: {', '.join(f'{count:,} values of {n}' for n, count in counts.items())}." if counts else
                                 "No value is far enough from those before it to be clipped."))  # fmt: skip


def problem_view(config: RunConfig, material: Material) -> None:
    """What keeps the data from being learned, and the data as far as they could be had."""
    sentences = [fault.sentence for fault in material.faults] or [material.problem]
    for sentence in sentences[:SHOWN_FAULTS]:
        refusal(sentence)
    if len(sentences) > SHOWN_FAULTS:
        st.caption(f"And {len(sentences) - SHOWN_FAULTS:,} more.")
    series, raw = material.series, material.raw
    if series is not None and raw is not None and _has_all_parts(config, series):
        data_view(config, material)
    elif config.data.name == "csv":
        csv_upload.as_far_as_read(config, {line for fault in material.faults[:SHOWN_FAULTS] for line in fault.lines})


def _has_all_parts(config: RunConfig, series: Series) -> bool:
    split = Prepared(series, config.data, config.window).split
    return all(start < stop for start, stop in map(split.bounds, PARTS))


def windows_view(config: RunConfig, material: Material) -> None:
    """The first three batches, raw and scaled: `X (batch, window, features) -> y`."""
    series = material.series
    assert series is not None
    prepared = Prepared(series, config.data, config.window)
    size, horizon, batch = config.window.size, config.window.horizon, config.training.batch_size
    raw = prepared.windows("train", scaled=False)
    counts = {part: len(prepared.windows(part, scaled=False)) for part in PARTS}
    reads = "" if len(prepared.names) == 1 else f" of **{len(prepared.names)} inputs**"
    ahead = "the step after it" if horizon == 1 else f"the **{horizon} steps** after it"
    st.markdown(
        f"Each window of **{size} steps**{reads} predicts {ahead}. The training part gives **{counts['train']:,} windows**, "
        f"the validation part {counts['validation']:,} and the test part {counts['test']:,}. A target never leaves its part, "
        "so nothing of the future is seen. Training shuffles the windows; here they stand in order."
    )
    batches = min(3, -(-len(raw) // batch))
    which = st.segmented_control("Batch", range(1, batches + 1), default=1, required=True, key="preview-batch") or 1
    unit = st.segmented_control("Values", ["Raw", "Scaled"], default="Raw", required=True, key="preview-unit",
                                help="Scaled values are what the network reads; each scale was fitted on the training part.")  # fmt: skip
    rows = slice((which - 1) * batch, which * batch)
    scaled = prepared.windows("train") if unit == "Scaled" else raw
    inputs, targets = scaled.inputs[rows], scaled.targets[rows]
    feature = 0
    if len(prepared.names) > 1:
        names = list(prepared.names)
        feature = names.index(
            st.selectbox("Input", names, key="preview-input", help="Which of the inputs is drawn and listed.")
        )
    st.code(f"X {inputs.shape} -> y {targets.shape}", language=None)
    steps = targets.reshape(len(targets), horizon, -1)
    name = prepared.names[feature]
    ours = steps[:3, :, prepared.target_names.index(name)] if name in prepared.target_names else steps[:3, :0, 0]
    live_chart(
        windows_figure(inputs[:3, :, feature], ours, scaled=unit == "Scaled"),
        key="windows",
        height=280,
        alt=f"The first windows of batch {which} and their targets.",
    )
    columns = [*(f"t-{k}" for k in range(size - 1, 0, -1)), "t"]
    several = len(prepared.target_names) > 1
    columns += [
        f"{words.in_a_cell(target) if several else 'y'} (t+{k + 1})"
        for k in range(horizon)
        for target in prepared.target_names
    ]
    table = pd.DataFrame(np.column_stack([inputs[:, :, feature], targets]), columns=columns)
    table.insert(0, "target at", stamps(series, series.index[raw.origins[rows]]))
    st.dataframe(table, hide_index=True, height=300, alt="The batch as numbers, a window a row.")


def model_view(config: RunConfig) -> None:
    """The layers, their output shapes and parameters."""
    task = config.task
    features, head = task.features(config), task.head(config)
    rows = summary(config.model, config.window.size, features, head.units, head=head.kind)
    st.markdown(
        f"**{count_parameters(config.model, features, head.units, config.window.size):,} parameters** to learn."
    )
    table = pd.DataFrame(rows, columns=["layer", "output shape", "parameters"])
    table["parameters"] = [f"{n:,}" for n in table["parameters"]]
    small_table(table, alt="Layers, output shapes and parameter counts.")
    st.caption(_about_shapes(config, features))


def _about_shapes(config: RunConfig, features: int) -> str:
    model, window, one = config.model, config.window.size, config.task.one
    if model.is_recurrent:
        return f"Output shapes are (time steps, units) for each {one}; the last recurrent layer hands on its last state only."
    if "filters" in model.stack:
        end = (
            "the next layer reads all steps side by side"
            if model.global_pooling == "none"
            else "then each filter over all of time"
        )
        return f"Output shapes are (time steps, filters) for each {one}; {end}."
    return f"Each {one} of {window:,} steps with {features:,} {'value' if features == 1 else 'values'} each is read as {window * features:,} numbers at once, in no order."


def _gaps(config: RunConfig, series: Series) -> None:
    if not series.missing:
        st.caption("The calendar has no gaps.")
        return
    filled = int(series.filled.sum())
    done = {
        "leave": "they are left out",
        "ffill": f"{filled:,} were filled by carrying the last value forward",
        "interpolate": f"{filled:,} were filled by interpolation",
    }[config.data.gaps]
    st.caption(f"{series.missing:,} steps of the calendar are missing: {done}.")


def _parts(series: Series, split: Split) -> pd.DataFrame:
    rows = []
    for part in PARTS:
        start, stop = split.bounds(part)
        ends = stamps(series, series.index[[start, stop - 1]])
        rows.append({"part": part, "from": ends[0], "to": ends[1], "steps": f"{stop - start:,}"})
    return pd.DataFrame(rows)


def _statistics(series: Series) -> pd.DataFrame:
    values = series.values[:, 0]
    unit = f" ({series.units[0]})" if series.units[0] else ""
    facts = {
        "rows": f"{len(values):,}",
        f"mean{unit}": f"{values.mean():,.6g}",
        f"standard deviation{unit}": f"{values.std():,.6g}",
        f"minimum{unit}": f"{values.min():,.6g}",
        f"maximum{unit}": f"{values.max():,.6g}",
        "missing": f"{series.missing:,}",
        "season (steps)": f"{series.season_length:,}" if series.season_length > 1 else "none",
    }
    return pd.DataFrame({"": facts.keys(), "value": facts.values()})
