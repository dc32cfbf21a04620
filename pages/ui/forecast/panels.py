"""The Forecast page in numbers: the forecast itself, and how far the network was off where the truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from lab.data.arrays import FloatArray
from lab.data.others import read_others
from lab.data.prepared import Prepared
from lab.network.network import Network
from lab.runs import baseline_file
from lab.runs.run import Run
from lab.scoring.forecast_scores import evaluate_free_running, verdict
from lab.scoring.forecaster import Forecast, Others, steps_within
from pages.ui.forecast import words as own
from pages.ui.shared import address, words
from pages.ui.shared.data import network_of
from pages.ui.shared.layout import small_table
from pages.ui.train.live_series import scores_table
from pages.ui.train.stamps import stamps

MOST_OPERATIONS = 1.5e11  # of a forecast that somebody waits for, some seconds on two cores; the page makes four


def forecast_table(
    prepared: Prepared, forecast: Forecast, ends: tuple[FloatArray, FloatArray] | None = None
) -> pd.DataFrame:
    """The forecast as numbers, a row a step; with the `ends` of its interval, `(steps, targets)` each, where there are any."""
    names = zip(prepared.target_names, prepared.target_units, strict=True)
    heads = [words.in_a_cell(f"{name} ({unit})" if unit else name) for name, unit in names]
    mean = forecast.mean.reshape(len(forecast.index), -1)
    columns = {}
    for k, head in enumerate(heads):
        columns[head] = mean[:, k]
        if ends is not None:
            columns[f"{head}, from"], columns[f"{head}, to"] = ends[0][:, k], ends[1][:, k]
    table = pd.DataFrame(columns)
    table.insert(0, "time", stamps(prepared.series, forecast.index))
    return table


def affordable(network: Network, prepared: Prepared, steps: int, *, direct: bool) -> int:
    """Of `steps`, how many this network forecasts while somebody waits; fewer, or none, are said on the page."""
    block = prepared.window.horizon if direct else 1
    able = steps_within(network, prepared.window.size, steps, MOST_OPERATIONS, block)
    if able < steps:
        what = f"the first {able} of {steps} steps are shown" if able else "none is shown"
        st.warning(
            f"This network is so large that a longer forecast takes minutes: {what}. On the command line, "
            "`python -m lab forecast` goes all the way."
        )
    return able


def free_running_error(run: Run, steps: int, how: How, beyond: int | None = None) -> None:
    """How far the free-running forecast was off over the first `steps` of the test part, beside the baselines.

    `beyond`: how many steps beyond the data it is to stand for, where nobody knows the truth.
    """
    scores = evaluate_free_running(
        run.prepared, network_of(run), run.config.model.title, steps, direct=how.direct, others=how.over_test
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
            f"way: {words.escaped(_within(verdict(scores)))}{short}"
        )
    table = pd.DataFrame(
        ({"target": words.in_a_cell(s.target)} if s.target else {}) | {"forecast": s.name, "MAE": f"{s.mae:,.4g}", "MASE": f"{s.mase:,.4g}"}
        for s in scores
    )  # fmt: skip
    small_table(table, alt=f"The error of the free-running forecast and of the baselines over {over}.")


@dataclass(frozen=True)
class How:
    """How a forecast goes on.

    Args:
        direct: all steps of the horizon at once, not one by one.
        way: how the other inputs go on, a key of `own.OTHERS`.
        run, file: where they come from a file, the run and the file.
    """

    direct: bool
    way: str
    run: Run
    file: Any = None

    @property
    def over_test(self) -> Others:
        """How they go on where the data are known; who brings a file for what is to come knows them there as well."""
        ways: dict[str, Others] = {"held": "held", "season": "season", "file": "known"}
        return ways[self.way]

    def beyond(self, steps: int) -> Others | None:
        """How they go on beyond the data; None, with a sentence on the page, where a file is not yet there, or will not do."""
        if self.way != "file":
            return self.over_test
        if self.file is None:
            st.info(f"Upload a CSV file with the columns {words.escaped(', '.join(self.run.prepared.other_names))}"
                    f"{' and the dates' if self.run.prepared.series.is_dated else ''} of the {steps} steps to come.")  # fmt: skip
            return None
        try:
            return read_others(self.file.getvalue(), self.file.name, self.run.prepared, steps)
        except ValueError as error:
            st.error(words.escaped(str(error)))
            return None


def choose_how(run: Run) -> How:
    """Whether the steps come at once or one by one; where there are other inputs than the targets, how those go on."""
    prepared, way, file = run.prepared, "held", None
    if prepared.other_names:
        before = prepared.split.bounds("test")[0]  # there must be a whole season, also in front of the test range
        ways = [way for way in own.OTHERS if way != "season" or 1 < prepared.series.season_length <= before]
        start = address.one_of("others", ways, "held", key="forecast-others")
        way = st.segmented_control("The other inputs go on", ways, format_func=own.OTHERS.get, default=start, required=True,
                                   key="forecast-others", help=own.HELP["others"])  # fmt: skip
    if way == "file":
        file = st.file_uploader("The other inputs in the steps to come", type="csv", max_upload_size=1,
                                key=f"forecast-file-{run.id}", help=own.HELP["others-file"])  # fmt: skip
    return How(prepared.window.horizon > 1, way, run, file)


def basis(prepared: Prepared, how: How, *, over_test: bool = False) -> str:
    """Under a chart: what the forecast rests on."""
    parts = []
    if how.direct:
        parts.append(f"Direct: {prepared.window.horizon} steps at once, and on from there in blocks of as many; dotted, the "
                     "recursive forecast, which takes only the first of them each time.")  # fmt: skip
    if rest := prepared.other_names:
        way = own.OTHERS_BASIS[how.way][over_test]
        parts.append(f"Inputs that are not forecast ({words.escaped(', '.join(rest))}) are {way}.")
    return " ".join(parts)


def one_step_error(run: Run) -> None:
    """The scores of the run over the test part, one step ahead; nothing where it has none."""
    if not run.scores():
        return
    horizon = run.config.window.horizon
    ahead = "One step ahead" if horizon == 1 else f"{horizon} steps ahead"
    sentence = words.escaped(verdict(baseline_file.all_scores(run)))
    st.markdown(f"**{ahead}.** {sentence}", help=words.meanings(run.config.task.metrics))
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


def _within(sentence: str) -> str:
    """A verdict as it goes on after a colon; one that begins with the name of a target stays."""
    return sentence[0].lower() + sentence[1:] if sentence.startswith("The ") else sentence
