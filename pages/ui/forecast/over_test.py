"""What a trained network predicts of the test part: one step ahead and free-running, how sure it was, and what became of both as it learned."""

from __future__ import annotations

from lab.data.series import Series
from lab.network.network import Network
from lab.runs.run import Run
from lab.scoring.forecaster import one_step_ahead, path_from
from pages.ui.components.chart import live_chart
from pages.ui.forecast.charts import part_figure
from pages.ui.forecast.intervals import Interval, bands, how_often_they_held, over_the_epochs
from pages.ui.forecast.panels import How, affordable, basis, free_running_error, meaning_of_metrics, one_step_error

AHEAD = 20  # steps for which the intervals are judged: from many origins of the test part
FAN = 60  # steps of the test range that have a band


def over_the_test_range(
    run: Run, series: Series, network: Network, k: int, how: How, interval: Interval | None, *, opened: bool
) -> None:
    """One chart, its errors beside the baselines, and, where somebody looks, its intervals and its course; of target `k`."""
    prepared = run.prepared
    start, stop = prepared.split.bounds("test")
    stop = start + affordable(network, prepared, stop - start, direct=how.direct)
    if stop == start:
        return
    free = path_from(prepared, network, start, stop - start, direct=how.direct, others=how.over_test)[:, k]
    stepwise = path_from(prepared, network, start, stop - start, others=how.over_test)[:, k] if how.direct else None
    forced = one_step_ahead(prepared, network, start, stop)[:, k]
    about = None
    if interval:
        about = bands(run, interval, start, min(stop - start, FAN), k, direct=how.direct, others=how.over_test)
    live_chart(
        part_figure(series, start, stop, forced, free, stepwise, about), caption=basis(prepared, how, over_test=True),
        key="test", height=420, alt="The test part: the truth, the one-step forecast and the free-running forecast.",
    )  # fmt: skip
    free_running_error(run, stop - start, how)
    if interval:
        how_often_they_held(run, interval, min(stop - start, AHEAD), k, direct=how.direct, others=how.over_test)
    one_step_error(run)
    meaning_of_metrics(run)
    if opened:
        over_the_epochs(run, interval, k)
