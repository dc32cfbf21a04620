"""Hand a run to a worker. Dask does the queueing, the restarting of a dead worker and its memory limit.

By default the app keeps a pool of its own (`lab.jobs.cluster`). With `LAB_SCHEDULER=tls://host:8786` the same runs go to any
Dask cluster whose workers see `LAB_HOME`.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from lab.config.run import RunConfig
from lab.data.files import DATA_FILES
from lab.data.images import Images
from lab.data.series import Series
from lab.data.sources import load_data, source_of, with_typed_options
from lab.jobs import pool
from lab.jobs.checks import check
from lab.jobs.limits import require_hours, require_room
from lab.runs.alive import sign
from lab.runs.events import Failed
from lab.runs.run import Run
from lab.runs.store import RunStore


def submit(
    config: RunConfig,
    *,
    series: Series | None = None,
    images: Images | None = None,
    name: str | None = None,
    store: RunStore | None = None,
) -> Run:
    """Make a run and queue it for a worker. ValueError, before anything is made, for a config that does not fit, or where
    a limit of this server is met (`lab.jobs.limits`)."""
    require_room(config, store or RunStore())
    run = make(config, series if series is not None else images, name, store, limited=True)
    enqueue(run)
    return run


def enqueue(*runs: Run) -> None:
    """Queue runs, in this order, without waiting for the pool to be up; what goes wrong there is a run's last word."""
    for run in runs:
        sign(run.path / "submitted.json")

    def hand_over() -> None:
        for run in runs:
            try:
                pool.POOL.submit(run)
            except Exception as error:
                pool.write_final(run, Failed(0, f"No worker could be reached: {error}", run=run.id))

    threading.Thread(target=hand_over, daemon=True).start()


def create(
    config: RunConfig,
    *,
    series: Series | None = None,
    images: Images | None = None,
    name: str | None = None,
    store: RunStore | None = None,
) -> Run:
    """Make a run's folder after looking whether its config fits its data.

    Data that may have to be downloaded are left to the worker, where they are not given; what is here is looked at.
    """
    return make(config, series if series is not None else images, name, store, limited=False)


def make(config: RunConfig, data: Any, name: str | None, store: RunStore | None, *, limited: bool) -> Run:
    """As `create`; if `limited`, ValueError also where it would take longer than a run of this server may."""
    config = replace(config, data=with_typed_options(config.data))  # equal experiments have equal configs
    at_once, source = DATA_FILES[config.task.accepts].at_once, source_of(config.data)
    here = data if data is not None or source.must_come else load_data(config.data)
    if limited:
        require_hours(config, config.task.length(config, here))
    check(config, here)
    return (store or RunStore()).create(config, here if at_once else data, name)
