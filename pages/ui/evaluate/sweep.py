"""Sweep: one config with several values of its settings. The validation part chooses, the test part judges what it chose."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from lab.config.grid import Grid, name_of
from lab.config.run import RunConfig
from lab.config.text import to_text
from lab.data.series import Series
from lab.jobs.sweeps import submit_sweep
from lab.plots.groups import sweep_dots_figure, sweep_map_figure, sweep_parallel_figure
from lab.plots.style import Figure
from lab.runs.group import Group
from lab.runs.group_report import SweepReport, sweep_report
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.evaluate import words as own
from pages.ui.evaluate.group_view import choose_group, how_long, submitted, watch
from pages.ui.shared import words
from pages.ui.shared.layout import refusal
from pages.ui.shared.state import store

ALL, RANDOM, HALVING = "All combinations", "At random", "Successive halving"


def sweeps(run: Run) -> None:
    """What is to be tried, and what came of it."""
    st.markdown(own.HELP["sweep"])
    texts = _choose_values(run.config)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control("Way", [ALL, RANDOM, HALVING], default=ALL, required=True, key="sweep-way",
                                   help=own.HELP["sweep-way"])  # fmt: skip
        draws, halving = None, None
        if way == RANDOM:
            draws = int(st.number_input("Draws", 2, 100, 8, key="sweep-draws", help=own.HELP["draws"], width=130))
        if way == HALVING:
            halving = int(st.number_input("Factor", 2, 4, 2, key="sweep-factor", help=own.HELP["factor"], width=130))  # fmt: skip
    try:
        grid = Grid.of(texts)
        points = grid.points(run.config, draws, run.config.seed)
    except ValueError as error:
        if texts:
            refusal(error)
        points = []
    if len(points) > 1:
        configs = [run.config.with_settings(point) for point in points]
        length = run.config.task.length(run.config, run.data)
        about = "" if halving else f", {how_long(configs, length)} altogether"
        series = run.series if run.config.task.accepts is Series else None
        if st.button(f"Train {len(points)} combinations", type="primary", icon=":material/play_arrow:", key="sweep-go",
                     help=f"Each is a run of its own{about}."):  # fmt: skip
            submitted(
                lambda: submit_sweep(
                    run.config, grid, draws=draws, halving=halving, series=series, base=run.id, store=store()
                )
            )
    group = choose_group(run, "sweep")
    if group is not None:
        watch(group, _draw)


def _choose_values(config: RunConfig) -> list[str]:
    """The settings that are swept, each with its values, as text."""
    knobs = [key for key in own.SWEPT if _applies(key, config)]
    default = [key for key in ("model.units", "training.learning_rate") if key in knobs]
    chosen = st.multiselect("Settings", knobs, default=default, format_func=name_of, key="sweep-keys", max_selections=4,
                            help=own.HELP["sweep-keys"])  # fmt: skip
    found = []
    if chosen:
        for key, column in zip(chosen, st.columns(len(chosen)), strict=True):
            text = column.text_input(name_of(key).capitalize(), _values_about(key, config), key=f"sweep-{key}",
                                     help=own.HELP["sweep-values"])  # fmt: skip
            found.append(f"{key}={text}")
    return found


def _applies(key: str, config: RunConfig) -> bool:
    section, name = key.split(".")
    if section == "model":
        return name not in config.model.unused and getattr(config.model, name) != ()
    return section not in config.task.suit(config)


def _values_about(key: str, config: RunConfig) -> str:
    """Values around the config's own, to begin with."""
    section, name = key.split(".")
    value = getattr(getattr(config, section), name)
    if key in own.SWEPT_CHOICES:
        return ",".join(own.SWEPT_CHOICES[key])
    if isinstance(value, tuple) and isinstance(value[0], int):
        halves = [tuple(max(1, unit * factor // 2) for unit in value) for factor in (1, 2, 4)]
        return (";" if len(value) > 1 else ",").join(",".join(map(str, units)) for units in halves)
    if name in ("dropout", "recurrent_dropout"):
        return "0.0,0.2,0.4"
    if isinstance(value, int):
        return ",".join(str(max(1, round(value * factor))) for factor in (0.5, 1, 2))
    if isinstance(value, tuple):
        return "0.0,0.2,0.4"
    return ",".join(to_text(float(f"{value * factor:.3g}")) for factor in (0.3, 1, 3)) if value else "0.0,0.1,1.0"


def _draw(group: Group) -> None:
    report = sweep_report(group)
    if report.sentence:
        st.markdown(f"**{words.escaped(report.sentence)}**")
    keys: list[str] = group.record.options["keys"]
    names = {key: name_of(key) for key in keys}
    first_round = [row for row in report.rows if row.member.rung == 0]
    latest = {tuple(row.member.settings.values()): row for row in reversed(report.rows)}  # the last round wins
    if any(row.value is not None for row in first_round):
        figure, columns, rows = _picture(report, names)
        if columns:

            def opened(x: float, y: float) -> None:
                i, j = round(x), round(y)
                if (
                    0 <= i < len(columns)
                    and 0 <= j < len(rows)
                    and (row := latest.get((columns[i], rows[j])))
                    and row.run is not None
                ):
                    st.session_state["sweep-open"] = row.run.id

            live_chart(figure, key="sweep-map", height=120 + 44 * min(len(rows), 8), on_spot=opened,
                       caption="Click a cell to open its run.",
                       alt=f"{report.metric} on the validation part for each pair of values.")  # fmt: skip
        else:
            live_chart(figure, key="sweep-lines", height=340,
                       alt=f"{report.metric} on the validation part of each combination.")  # fmt: skip
    if clicked := st.session_state.pop("sweep-open", None):
        st.switch_page("pages/train.py", query_params={"run": clicked})
    rounds = len(group.record.options["budgets"]) > 1
    table = pd.DataFrame({
        **{names[key].capitalize(): words.in_a_cell(row.member.settings[key]) for key in keys},
        **({"Round": str(row.member.rung + 1)} if rounds else {}),
        f"{report.metric}, validation": "–" if row.value is None else f"{row.value:.4g}",
        "Parameters": f"{row.parameters:,}" if row.run is not None else "–",
        "Epochs": f"{row.epoch} of {row.epochs}",
        "Status": words.STATUS.get(row.status, ("Deleted", ""))[0],
        "Open": f"train?run={row.member.run}" if row.run is not None else None,
    } for row in report.rows)  # fmt: skip
    st.dataframe(table, hide_index=True, key="sweep-table", alt="All combinations, the best first.",
                 column_config={"Open": st.column_config.LinkColumn("Open", display_text="Open", help="The run, on Train.")})  # fmt: skip


def _picture(report: SweepReport, names: Mapping[str, str]) -> tuple[Figure, list[str], list[str]]:
    """Of two settings with lists of values a map, with its columns and rows; of one a curve; else parallel coordinates."""
    rows = sorted(report.rows, key=lambda row: row.member.rung)
    title = f"{report.metric}, validation"
    keys = list(names)
    by_point = {tuple(row.member.settings[key] for key in keys): row.value for row in rows if row.value is not None}
    points = [dict(zip(keys, point, strict=True)) for point in by_point]
    values = list(by_point.values())
    lists = [_ordered({point[key] for point in points}) for key in keys]
    if len(keys) == 1:
        return (
            sweep_dots_figure([by_point[(text,)] for text in lists[0]], lists[0], x=names[keys[0]], title=title),
            [],
            [],
        )
    if len(keys) == 2 and len(points) > (len(lists[0]) * len(lists[1])) // 3:
        cells = np.array([[by_point.get((a, b), np.nan) for a in lists[0]] for b in lists[1]], np.float64)
        figure = sweep_map_figure(
            cells, lists[0], lists[1], x=names[keys[0]], y=names[keys[1]], title=title, higher=report.higher
        )
        return figure, lists[0], lists[1]
    return sweep_parallel_figure(points, values, names, title=title, higher=report.higher), [], []


def _ordered(texts: set[str]) -> list[str]:
    try:
        return sorted(texts, key=float)
    except ValueError:
        return sorted(texts)
