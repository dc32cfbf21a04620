"""`python -m lab diagnose`: what a statistician looks at before fitting anything."""

from __future__ import annotations

from dataclasses import asdict

from lab.cli.tables import print_json, print_notes, table
from lab.config.presets import PRESETS, preset
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.data.sources import load_data
from lab.explain.diagnosis import diagnose
from lab.runs.store import RunStore


def diagnose_named(name: str, column: str | None, *, as_json: bool) -> None:
    """Print the diagnosis of the training part of a preset's or a run's series. ValueError for other data, names or columns."""
    if name in PRESETS:
        config = preset(name)
        series = load_data(config.data) if config.task.accepts is Series else None
    else:
        try:
            run = RunStore().open(name)
        except ValueError as error:
            raise ValueError(
                f"{str(error).rstrip('.')}, and no such preset; presets are {', '.join(PRESETS)}."
            ) from None
        config = run.config
        series = run.series if config.task.accepts is Series else None
    if series is None:
        raise ValueError(f"{name} is not about a series; there is nothing to diagnose.")
    one = series.column(column)
    training = one.take(slice(0, Prepared(series, config.data, config.window).split.train_end))
    found = diagnose(training.values[:, 0], series.season_length)
    if as_json:
        print_json({"of": name, "column": one.names[0], **asdict(found), "sentences": found.sentences})
        return
    print_notes(series.notes)
    print(f"{series.title}, {one.names[0]}: the training part, {found.length:,} steps")
    for sentence in found.sentences:
        print(f"- {sentence}")
    if found.adf and found.kpss:
        table(
            ["test", "assumes", "statistic", "p", "lags"],
            [[who, what, f"{t.statistic:.3f}", f"{t.p:.3g}", str(t.lags)]
             for who, what, t in (("ADF", "a unit root", found.adf), ("KPSS", "a constant level", found.kpss))],
        )  # fmt: skip
    shown = range(1, min(len(found.acf), 13))
    table(
        ["lag", *map(str, shown)],
        [["acf", *(f"{found.acf[k]:.2f}" for k in shown)], ["pacf", *(f"{found.pacf[k]:.2f}" for k in shown)]],
    )
