"""What a trained network predicts one step ahead of the whole series, the parts that it learned from and was chosen by among them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lab.data.series import PARTS, Series
from lab.network.network import Network
from lab.plots import fitted_figure
from lab.runs.run import Run
from lab.scoring import metrics
from lab.scoring.forecaster import one_step_ahead, path_operations
from pages.ui.components.chart import live_chart
from pages.ui.forecast.panels import MOST_OPERATIONS
from pages.ui.shared import words
from pages.ui.shared.layout import small_table


def over_the_whole_series(run: Run, series: Series, network: Network, k: int) -> None:
    """One chart of the three parts, and the error in each, of the target number `k`."""
    prepared, size = run.prepared, run.config.window.size
    earliest = prepared.earliest
    stop = len(series)
    able = int(MOST_OPERATIONS // max(path_operations(network, size, 1), 1))
    start = max(earliest, stop - able)
    if start > earliest:
        st.warning(
            f"This network is so large that its predictions of all {stop - earliest:,} steps take minutes: the last {stop - start:,} are shown."
        )
    if start == stop:
        return
    predicted = one_step_ahead(prepared, network, start, stop)[:, k]
    live_chart(fitted_figure(series, prepared.split, start, predicted), key="whole", height=460,
               alt="The whole series and its one-step predictions in the training, the validation and the test part.")  # fmt: skip
    st.caption(
        "One step ahead, from true values up to the step before. The network has learned from the training part, and its epoch was "
        "chosen by the validation part: only of the test part does it know nothing."
    )
    rows = {}
    training = series.values[: prepared.split.train_end, 0]
    for part in PARTS:
        first, end = prepared.split.bounds(part)
        first = max(first, start)
        if end > first:
            truth, ours = series.values[first:end, 0], predicted[first - start : end - start]
            rows[part] = (
                metrics.mae(truth, ours),
                metrics.mase(truth, ours, training),
                metrics.mae(truth, series.values[first - 1 : end - 1, 0]),
            )
    unit = f" ({series.units[0]})" if series.units[0] else ""
    table = pd.DataFrame({
        "part": part, f"MAE{unit}": f"{mae:,.4g}", "MASE": f"{mase:,.4g}", "MAE of the previous value": f"{naive:,.4g}",
    } for part, (mae, mase, naive) in rows.items())  # fmt: skip
    small_table(table, alt="The one-step error in each part, beside that of the previous value.")
    if "train" in rows and "test" in rows:
        st.markdown(words.escaped(_gap(rows["train"], rows["test"])))


def _gap(train: tuple[float, float, float], test: tuple[float, float, float]) -> str:
    """Whether the error grows from the training to the test part more than the series became harder by itself."""
    if not (train[0] > 0 and train[2] > 0 and test[2] > 0):
        return ""
    ours, naive = test[0] / train[0], test[2] / train[2]
    harder = f"the previous value's error is {naive:.2g} times as large there"
    if ours > 1.25 * naive:
        return f"The error on the test part is {ours:.2g} times that on the training part, and {harder}: part of what was learned does not hold there."
    return f"The error on the test part is {ours:.2g} times that on the training part, and {harder}: by that measure the network does as well there as on what it learned from."
