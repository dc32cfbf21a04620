"""Know your series: what a statistician looks at before fitting anything, of the training part alone."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from lab.config.run import RunConfig
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.explain.diagnosis import Diagnosis, diagnose_aside
from lab.plots.diagnosis import correlation_figure, decomposition_figure, rolling_figure
from pages.ui.components.chart import live_chart
from pages.ui.shared import words
from pages.ui.shared.kept import Kept
from pages.ui.shared.layout import refusal, small_table
from pages.ui.train.stamps import stamps

LISTED = 8  # values that lie far from the others
FOUND: Kept[Diagnosis] = Kept(32 * 2**20, lambda found: 8 * 6 * found.length)


def know_your_series(config: RunConfig, series: Series) -> None:
    """A box to be opened; only then anything is computed."""
    box = st.expander("Know your series", key="know-series", on_change="rerun", icon=":material/query_stats:")
    if not box.open:
        return
    with box:
        prepared = Prepared(series, config.data, config.window)
        name = series.names[0]
        if len(series.names) > 1:
            name = st.selectbox("Column", series.names, format_func=words.escaped, key="know-column",
                                help="Which of the columns is looked at.")  # fmt: skip
        column = series.columns([name])
        training = column.take(slice(0, prepared.split.train_end))
        try:
            found = _diagnosed(training)
        except ValueError as error:
            refusal(error)
            return
        _draw(training, found)


def _diagnosed(series: Series) -> Diagnosis:
    values = series.values[:, 0]
    key = hashlib.sha256(values.tobytes()).hexdigest(), series.season_length
    with st.spinner("The training part is looked at"):
        return FOUND.get(key, lambda: diagnose_aside(values, series.season_length))


def _draw(series: Series, found: Diagnosis) -> None:
    values, index = series.values[found.first :, 0], series.index[found.first :]
    st.caption(
        f"Of the training part alone, {found.length:,} steps: what comes after it is not known when a network is planned."
    )
    for sentence in found.sentences:
        st.markdown(
            f"- {words.escaped(sentence)}", help=words.HELP["stationarity"] if sentence == found.sentences[0] else None
        )
    if found.adf and found.kpss:
        small_table(
            _tests(found), alt="The two tests of stationarity: null hypothesis, statistic, p value and what it means."
        )
    left, right = st.columns(2)
    for column, key, name, numbers in (
        (left, "acf", "Autocorrelation", found.acf),
        (right, "pacf", "Partial autocorrelation", found.pacf),
    ):
        with column:
            st.markdown(f"**{name}**", help=words.HELP[key])
            live_chart(correlation_figure(numbers, found.band, key.upper()), key=key, height=220,
                       alt=f"{name} by lag, with the band of white noise.")  # fmt: skip
    checks = [check for check in found.orders if not check.is_exact]
    if checks:
        st.markdown("**Is an autoregression enough?** What it leaves, by lag", help=words.HELP["order"])
        for column, check in zip(st.columns(2), checks, strict=False):
            with column:
                name = f"AR({check.order})"
                live_chart(correlation_figure(check.acf, check.band, f"ACF, {name}", close=True), key=f"left-by-{name}", height=220,
                           alt=f"Autocorrelation of the residuals of {name} by lag, with the band of white noise.")  # fmt: skip
    st.markdown(f"**Rolling mean and standard deviation** over {found.window:,} steps", help=words.HELP["rolling"])
    live_chart(rolling_figure(index, values, found, series.names[0], series.units[0]), key="rolling", height=260,
               alt="The values, their rolling mean and their rolling standard deviation.")  # fmt: skip
    st.markdown(
        "**Trend, season and remainder**" if found.season > 1 else "**Trend and remainder**", help=words.HELP["stl"]
    )
    live_chart(decomposition_figure(index, values, found), key="stl", height=420 if found.season > 1 else 330,
               alt="The values and what they are made of, under one another.")  # fmt: skip
    if found.outliers:
        few = found.outliers[:LISTED]
        unit = f" {series.units[0]}" if series.units[0] else ""
        listed = ", ".join(
            f"{when}: {values[k]:,.6g}{unit}" for when, k in zip(stamps(series, index[few]), few, strict=True)
        )
        st.caption(
            words.escaped(
                f"Far from the values around: {listed}{', and more' if len(found.outliers) > LISTED else ''}."
            )
        )


def _tests(found: Diagnosis) -> pd.DataFrame:
    assert found.adf
    assert found.kpss
    return pd.DataFrame([
        {"test": "ADF", "it assumes": "a unit root", "statistic": f"{found.adf.statistic:.3f}", "p": f"{found.adf.p:.3g}",
         "so": "no unit root" if found.adf.rejects else "not ruled out"},
        {"test": "KPSS", "it assumes": "a constant level", "statistic": f"{found.kpss.statistic:.3f}", "p": f"{found.kpss.p:.3g}",
         "so": "no constant level" if found.kpss.rejects else "not ruled out"},
    ])  # fmt: skip
