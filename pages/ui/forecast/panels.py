"""What the Forecast page says in numbers: the forecast itself, and how far the network was off where the truth is known."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lab.data.series import Series
from lab.runs.run import Run
from lab.scoring.forecast_scores import Score, evaluate_free_running, verdict
from lab.scoring.forecaster import Forecast
from pages.ui.shared import words
from pages.ui.shared.layout import small_table
from pages.ui.train.data_view import stamps
from pages.ui.train.live_series import scores_table


def forecast_table(series: Series, forecast: Forecast) -> pd.DataFrame:
    """The forecast as numbers, a row a step."""
    unit = series.units[0]
    name = f"{series.names[0]} {f'({unit})' if unit else ''}".strip()
    return pd.DataFrame({"time": stamps(series, forecast.index), words.in_a_cell(name): forecast.mean})


def free_running_error(run: Run, steps: int, beyond: int | None = None) -> None:
    """How far the free-running forecast was off over the first `steps` of the test part, beside the baselines.

    `beyond`: how many steps beyond the data it is to stand for, where nobody knows the truth.
    """
    scores = evaluate_free_running(run.prepared, run.network(), run.config.model.kind, steps)
    over = f"the first {steps} steps of the test range"
    if beyond is None:
        st.markdown(f"**Free-running over the {steps} steps of the test range.** {verdict(scores)}")
    else:
        short = (
            f" The test range is no longer, so the last {beyond - steps} steps have no figure."
            if beyond > steps
            else ""
        )
        st.markdown(
            f"**How far off?** Nobody knows beyond the data, and errors add up with every step. Over {over}, forecast the same "
            f"way: {_lower(verdict(scores))}{short}"
        )
    table = pd.DataFrame({"forecast": s.name, "MAE": f"{s.mae:,.4g}", "MASE": f"{s.mase:,.4g}"} for s in scores)
    small_table(table, alt=f"The error of the free-running forecast and of the baselines over {over}.")


def one_step_error(run: Run) -> None:
    """The scores of the run over the test part, one step ahead; nothing where it has none."""
    if not run.scores():
        return
    st.markdown(f"**One step ahead.** {verdict([Score(**row) for row in run.scores()])}", help=words.SCORES_HELP)
    table = scores_table(run)
    # The unit stands in the sentence below: in the heads it would push the last column off a narrow phone.
    table.columns = [name.removesuffix(f" ({run.series.units[0]})") for name in table.columns]
    small_table(table, alt="Test metrics of the model and of the baselines, one step ahead.")


def meaning_of_metrics(run: Run) -> None:
    """What stands in the tables, in a sentence or two."""
    unit = words.escaped(run.series.units[0])
    st.caption(
        f"MAE is the mean absolute error{f', in {unit}' if unit else ''}. MASE divides it by the error of repeating the "
        "previous value, one step ahead, in the training part."
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
