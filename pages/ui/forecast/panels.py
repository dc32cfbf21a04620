"""What the Forecast page says in numbers: the forecast itself, and how far the network was off where the truth is known."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import streamlit as st

from lab.data.prepared import Prepared
from lab.runs.run import Run
from lab.scoring.forecast_scores import Score, evaluate_free_running, verdict
from lab.scoring.forecaster import Forecast, Others
from pages.ui.shared import address, words
from pages.ui.shared.layout import small_table
from pages.ui.train.data_view import stamps
from pages.ui.train.live_series import scores_table


def forecast_table(prepared: Prepared, forecast: Forecast) -> pd.DataFrame:
    """The forecast as numbers, a row a step."""
    names = zip(prepared.target_names, prepared.target_units, strict=True)
    heads = [words.in_a_cell(f"{name} ({unit})" if unit else name) for name, unit in names]
    table = pd.DataFrame(forecast.mean.reshape(len(forecast.index), -1), columns=heads)
    table.insert(0, "time", stamps(prepared.series, forecast.index))
    return table


def free_running_error(run: Run, steps: int, how: How, beyond: int | None = None) -> None:
    """How far the free-running forecast was off over the first `steps` of the test part, beside the baselines.

    `beyond`: how many steps beyond the data it is to stand for, where nobody knows the truth.
    """
    scores = evaluate_free_running(
        run.prepared, run.network(), run.config.model.kind, steps, direct=how.direct, others=how.others
    )
    over = f"the first {steps} steps of the test range"
    if beyond is None:
        st.markdown(f"**Free-running over the {steps} steps of the test range.** {words.escaped(verdict(scores))}")
    else:
        short = (
            f" The test range is no longer, so the last {beyond - steps} steps have no figure."
            if beyond > steps
            else ""
        )
        st.markdown(
            f"**How far off?** Nobody knows beyond the data, and errors add up with every step. Over {over}, forecast the same "
            f"way: {words.escaped(_lower(verdict(scores)))}{short}"
        )
    table = pd.DataFrame(
        ({"target": words.in_a_cell(s.target)} if s.target else {}) | {"forecast": s.name, "MAE": f"{s.mae:,.4g}", "MASE": f"{s.mase:,.4g}"}
        for s in scores
    )  # fmt: skip
    small_table(table, alt=f"The error of the free-running forecast and of the baselines over {over}.")


class How(NamedTuple):
    """How a forecast goes on; see `path_from`."""

    direct: bool
    others: Others


def choose_how(prepared: Prepared) -> How:
    """Whether the steps come at once or one by one; where there are other inputs than the targets, how those go on."""
    others: Others = "held"
    if not prepared.feeds_itself:
        ways = ["held", *(["season"] if prepared.series.season_length > 1 else [])]
        start = address.one_of("others", ways, "held", key="forecast-others")
        others = st.segmented_control("The other inputs go on", ways, format_func=words.OTHERS.get, default=start, required=True,
                                      key="forecast-others", help=words.HELP["others"])  # fmt: skip
    return How(prepared.window.horizon > 1, others)


def said_of(prepared: Prepared, how: How) -> str:
    """Under a chart: what the forecast rests on."""
    parts = []
    if how.direct:
        parts.append(f"Direct: {prepared.window.horizon} steps at once, and on from there in blocks of as many; dotted, the "
                     "recursive forecast, which takes only the first of them each time.")  # fmt: skip
    if not prepared.feeds_itself:
        rest = ", ".join(name for name in prepared.read_names if name not in prepared.target_names)
        way = "held at their last value" if how.others == "held" else "taken from the season before"
        parts.append(f"Inputs that are not forecast ({words.escaped(rest)}) are {way}.")
    return " ".join(parts)


def one_step_error(run: Run) -> None:
    """The scores of the run over the test part, one step ahead; nothing where it has none."""
    if not run.scores():
        return
    horizon = run.config.window.horizon
    ahead = "One step ahead" if horizon == 1 else f"{horizon} steps ahead"
    sentence = words.escaped(verdict([Score(**row) for row in run.scores()]))
    st.markdown(f"**{ahead}.** {sentence}", help=words.SCORES_HELP)
    table = scores_table(run)
    # The unit stands in the sentence below: in the heads it would push the last column off a narrow phone.
    table.columns = [name.removesuffix(f" ({run.prepared.target_units[0]})") for name in table.columns]
    small_table(table, alt="Test metrics of the model and of the baselines, one step ahead.")


def meaning_of_metrics(run: Run) -> None:
    """What stands in the tables, in a sentence or two."""
    units = run.prepared.target_units
    unit = words.escaped(units[0]) if len(units) == 1 else "the unit of each target"
    st.caption(
        f"MAE is the mean absolute error{f', in {unit}' if unit else ''}. MASE divides it by the error of repeating the "
        "previous value, one step ahead, in the training part."
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
