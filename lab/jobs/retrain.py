"""A run's config trained on everything: for a forecast of what nobody knows yet, with nothing held out to score it."""

from __future__ import annotations

from dataclasses import replace

from lab import jobs
from lab.config.home import write_text
from lab.config.run import RunConfig
from lab.runs.events import Finished
from lab.runs.run import Run
from lab.runs.store import RunStore


def chosen_epochs(run: Run) -> int:
    """The epoch with the lowest validation loss, which is how long a training on everything should take. ValueError without any."""
    history = run.history()
    if isinstance(history.final, Finished) and run.config.training.patience > 0 and history.final.best_epoch > 0:
        return history.final.best_epoch
    trained = [epoch for epoch in history.epochs if epoch.epoch > 0]
    if not trained:
        raise ValueError(
            f"Run {run.id} has no trained epoch, so validation has not chosen how many to train; train it first."
        )
    return min(trained, key=lambda epoch: epoch.val_loss).epoch


def config_of(run: Run) -> RunConfig:
    """The run's config on all of its data, for as many epochs as its validation part chose.

    Raises:
        ValueError: it learns no series, has no trained epoch, leaks, or was trained on everything already.
    """
    run.series  # noqa: B018
    data = run.config.data
    if data.everything:
        raise ValueError(f"Run {run.id} was trained on everything already.")
    if data.leaks:
        raise ValueError(
            f"Run {run.id} leaks, so its validation part has chosen nothing that holds; retrain its honest twin."
        )
    training = replace(run.config.training, epochs=chosen_epochs(run), patience=0)
    return replace(run.config, data=replace(data, everything=True), training=training)


def create(run: Run, name: str | None = None) -> Run:
    """Make the run that trains on everything, for this process to train. ValueError as `config_of`."""
    return _of(run, jobs.create(config_of(run), series=run.series, name=name))


def submit(run: Run, store: RunStore | None = None) -> Run:
    """Make it and queue it. ValueError as `config_of`, or where a limit of this server is met."""
    return _of(run, jobs.submit(config_of(run), series=run.series, store=store))


def _of(base: Run, run: Run) -> Run:
    write_text(run.path / "from", base.id)
    return run


def base_of(run: Run) -> str:
    """The id of the run that it was retrained from; `""` for none."""
    try:
        return (run.path / "from").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
