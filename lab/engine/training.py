"""`for event in train(config)`: the whole training API.

Gradient steps are done on a thread of their own. While an epoch is reported (predictions, metrics, forecasts, files, and
whatever the caller does with its event), the next one's steps have begun, unless the user asked for something.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lab.config.run import RunConfig
from lab.data.arrays import Array, IntArray
from lab.engine import warming
from lab.engine.aside import StepsAside, StopAsked
from lab.engine.fetch import fetch
from lab.engine.kept import recycle, stepper_for
from lab.engine.stepper import Stepper
from lab.network.types import Weights
from lab.network.weights import save_weights
from lab.runs import control
from lab.runs.checkpoint import Checkpoint
from lab.runs.events import (
    Compiled,
    Continued,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Paused,
    Progressed,
    RateChanged,
    Started,
    Stopped,
)
from lab.runs.parking import GaveWay
from lab.runs.progress import Progress
from lab.runs.snapshots import Snapshots
from lab.scoring.statistics import Means
from lab.tasks import task_for
from lab.tasks.base import EpochView, Task
from lab.tasks.gradient_course import GradientCourse

PROGRESS_SECONDS = 0.5
FIRST_PROGRESS_SECONDS = 0.1  # in the first epoch, for which somebody waits
BEST_SECONDS = 1.0  # of training between two looks for the best weights, where there is no patience to need them


def train(
    config: RunConfig,
    *,
    data: Any = None,
    folder: Path | str | None = None,
) -> Generator[Event]:
    """Train, and yield what happens. Epoch 0 is the untrained network.

    Args:
        config: the experiment. Equal configs give equal losses to the last bit on the same machine.
        data: what its task accepts; loaded as `config.data` says (and, if need be, downloaded) where it is None.
        folder: a run's folder. With it the weights are kept, a checkpoint lets an interrupted run go on, and
            `control.json` is obeyed. Without it nothing is written.

    Yields:
        Started, then EpochEnded (and, in between, Progressed, Paused, ...), then one of Finished, Stopped, Failed.

    Raises:
        ValueError: the config does not fit the data, in one sentence.
    """
    with warming.runs_first():
        task = task_for(config, data if data is not None else fetch(config.data))
        training = _Training(config, task, Path(folder) if folder else None)
        try:
            yield from training.events()
        finally:
            training.aside.settle()
            recycle(training.stepper)


class _Training:
    """The state of one training: which epoch, which step, the best so far."""

    def __init__(self, config: RunConfig, task: Task, folder: Path | None) -> None:
        self.config, self.task, self.folder = config, task, folder
        self.course = GradientCourse(config, task)
        self.run = folder.name if folder else ""
        self.requests = control.Requests(folder)
        self.stepper: Stepper = stepper_for(config, task.train.inputs, task.train.targets, task.units)
        self.checkpoint = Checkpoint(folder)
        self.began, self.earlier = time.perf_counter(), 0.0
        self.epoch, self.step, self.seconds = 0, 0, 0.0
        self.aside = StepsAside(self.stepper)
        self._order: tuple[int, IntArray] | None = None  # the last that was asked for, and its epoch
        self.best_loss, self.best_epoch, self.best_at = np.inf, 0, -BEST_SECONDS
        self.best_weights: Weights = self.stepper.weights()
        self.snapshots = Snapshots(folder, config.training.epochs, sum(w.nbytes for w in self.best_weights.values()))
        self.trained_seconds = 0.0

    def _clock(self) -> float:
        return self.earlier + time.perf_counter() - self.began

    elapsed = property(_clock)

    def events(self) -> Iterator[Event]:
        try:
            yield from self._events()
        except OSError as error:  # of our own files, or thrown in by who could not keep an event
            yield self._full(error)

    def _full(self, error: OSError) -> Failed:
        """The last word where nothing can be written any more: the checkpoint makes room for the weights."""
        self.aside.settle()
        kept = ""
        if self.folder is not None:
            with contextlib.suppress(OSError):
                for path in self.folder.glob("checkpoint*"):
                    path.unlink(missing_ok=True)
                save_weights(self.folder / "weights.npz", self.stepper.weights())
                kept = f" Its weights after {self.epoch} epochs were kept."
        reason = error.strerror or str(error)
        return Failed(self.epoch, f"The run could not be written any further: {reason}.{kept}", self.elapsed, self.run)

    def _events(self) -> Iterator[Event]:
        resumed, note = self._restore()
        parameters = int(self.stepper.model.count_params())
        yield Started(self.epoch, self.config.training.epochs, self.stepper.steps, parameters, self.elapsed, note)
        weights = self.stepper.weights()
        if not resumed:
            predict = partial(self.stepper.predict, weights=weights, ask=self._break_off)
            try:
                ended = self.task.observe(
                    EpochView(0, weights, predict, self.config.training.learning_rate, self._clock)
                )
            except StopAsked:  # nothing was trained, and resumed it begins anew
                self._keep(weights)
                yield Stopped(0, self.elapsed, self.run)
                return
            self.best_loss = ended.val_loss
            self.snapshots.save(0, weights, 0.0)
            yield ended
        if self.epoch < self.config.training.epochs:
            before = time.perf_counter()
            self.stepper.compile(self.order(1), self.task.held_out)
            yield Compiled(time.perf_counter() - before, self.elapsed)
        while self.epoch < self.config.training.epochs:
            if not self.aside.underway:
                yield from self._answer()
                if self.requests.stop:
                    break
            last = yield from self._one_epoch()
            if last is not None:
                yield last
                return
            if self.requests.stop or self._out_of_patience():
                break
        yield self._end()

    def _one_epoch(self) -> Generator[Event, None, Failed | None]:
        order = self.order(self.epoch + 1)
        reported, pause = time.perf_counter(), PROGRESS_SECONDS if self.epoch else FIRST_PROGRESS_SECONDS
        while self.step < self.stepper.steps:
            stop = self._steps()
            losses = self.stepper.records[0]
            if not np.isfinite(losses[self.step : stop]).all():
                return self._diverged(self.epoch + 1)
            self.step = stop
            if self.step < self.stepper.steps:
                if time.perf_counter() - reported > pause:
                    reported, pause = time.perf_counter(), PROGRESS_SECONDS
                    so_far = float(losses[:stop].mean())
                    metrics = self.task.progress(self.stepper.means)
                    yield Progressed(self.epoch + 1, stop, self.stepper.steps, so_far, self.elapsed, metrics)
                yield from self._answer()
                if self.requests.stop:
                    return None
        weights, records, means = self.stepper.weights(), self.stepper.records[:3], self.stepper.means
        # No step of a gradient whose norm is a number (and thus under 2e19) makes a weight infinite.
        if not np.isfinite(records[1]).all() and not all(np.isfinite(w).all() for w in weights.values()):
            return self._diverged(self.epoch + 1)
        ended = self._ended(order, weights, records, means)
        if not np.isfinite(ended.val_loss):
            return self._diverged(self.epoch)
        yield ended
        return None

    def _answer(self) -> Iterator[Event]:
        """Do what the user asks: set a new rate; for a pause stay here until it is over.

        Raises:
            GaveWay: the pause lasts, and another run waits for the worker.
        """
        self.requests.look()
        yield from self._set_rate()
        if not self.requests.pause(self.epoch):
            return
        self.checkpoint.save(self._progress())
        yield Paused(self.epoch, self.step, self.elapsed)
        while self.requests.pause(self.epoch):
            time.sleep(control.LOOK_SECONDS / 2)
            self.requests.look()
            if self.requests.somebody_waits():
                self._keep(self.stepper.weights())
                raise GaveWay(self.requests.control)
            yield from self._set_rate()
        if not self.requests.stop:
            yield Continued(self.epoch, self.elapsed)

    def _break_off(self) -> None:
        self.requests.look()
        if self.requests.stop:
            raise StopAsked

    def _set_rate(self) -> Iterator[Event]:
        if (rate := self.requests.new_rate(self.stepper.learning_rate)) is not None:
            self.stepper.set_learning_rate(rate)
            yield RateChanged(self.epoch, rate, self.elapsed)

    def _progress(self) -> Progress:
        return Progress(
            epoch=self.epoch, step=self.step, seconds=self.seconds, trained=self.trained_seconds, elapsed=self.elapsed,
            best_loss=self.best_loss, best_epoch=self.best_epoch, best_weights=self.best_weights,
            state=self.stepper.state, records=self.stepper.records,
        )  # fmt: skip

    def _restore(self) -> tuple[bool, str]:
        """Go on from the checkpoint; False where there is none, and a sentence where it is of no use."""
        try:
            progress = self.checkpoint.load()
            if progress is None:
                return False, ""
            self.stepper.restore(progress.state)
            self.stepper.take_up(progress.records)
        except ValueError:
            return False, "The checkpoint could not be read, so training began anew."
        self.epoch, self.step, self.seconds = progress.epoch, progress.step, progress.seconds
        self.earlier, self.trained_seconds = progress.elapsed, progress.trained
        self.best_loss, self.best_epoch = progress.best_loss, progress.best_epoch
        self.best_weights = progress.best_weights
        return True, ""

    def _steps(self) -> int:
        """Do some gradient steps, or wait for those underway: how many of the epoch's are done."""
        if not self.aside.underway:
            self.aside.begin(self.order(self.epoch + 1), self.step)
        stop, took = self.aside.finish()
        self.seconds += took
        self.trained_seconds += took
        return stop

    def _ended(self, order: IntArray, weights: Weights, records: list[Array], means: Means) -> EpochEnded:
        """The event of an epoch, with what it left; all that needs the stepper itself comes before the next one's begin."""
        self.epoch, self.step = self.epoch + 1, 0
        seconds, self.seconds = self.seconds, 0.0
        rate, trained = self.stepper.last_rate, self.trained_seconds
        is_last = self.epoch == self.config.training.epochs
        saves = self.checkpoint.due(trained)
        rests = self.requests.any(self.epoch, self.stepper.learning_rate)
        if not (is_last or saves or rests):
            self.aside.begin(self.order(self.epoch + 1), 0)
        view = EpochView(
            self.epoch,
            weights,
            partial(self.stepper.predict, weights=weights),
            rate,
            self._clock,
            order,
            records,
            means,
            seconds=seconds,
            trained=trained,
            share=self.requests.share,
            rests=rests,
            last=is_last,
        )
        ended = self.course.observe(view)
        # Without patience they are what is left of a run that fails, and any of the last second will do.
        looked_for = self.config.training.patience > 0 or trained - self.best_at >= BEST_SECONDS
        if looked_for and ended.val_loss < self.best_loss:
            self.best_loss, self.best_epoch, self.best_weights = ended.val_loss, self.epoch, weights
            self.best_at = trained
        self.snapshots.save(self.epoch, weights, trained, last=is_last or self._out_of_patience())
        if saves:
            self.checkpoint.save(self._progress())
        return ended

    def _out_of_patience(self) -> bool:
        patience = self.config.training.patience
        return patience > 0 and self.epoch - self.best_epoch >= patience

    def _end(self) -> Event:
        if self.requests.stop:
            weights = self.stepper.weights()
            self._keep(weights)
            if self.step == 0:  # stopped within an epoch, these are no epoch's weights
                self.snapshots.save(self.epoch, weights, self.trained_seconds, last=True)
            self.checkpoint.save(self._progress())
            return Stopped(self.epoch, self.elapsed, self.run)
        if self.config.training.patience > 0:
            self._keep(self.best_weights)
            reason = (
                f"no better validation loss for {self.config.training.patience} epochs"
                if (self.epoch < self.config.training.epochs)
                else ""
            )
            return Finished(self.epoch, self.best_epoch, self.elapsed, reason, self.run)
        self._keep(self.stepper.weights())
        return Finished(self.epoch, self.epoch, self.elapsed, "", self.run)

    def _diverged(self, epoch: int) -> Failed:
        self._keep(self.best_weights)
        training = self.config.training
        clips = (training.clip_value, training.clip_norm, training.global_clip_norm)
        cure = "a lower learning rate" if any(clips) else "a lower learning rate or gradient clipping"
        where = f"in epoch {epoch} at a learning rate of {self.stepper.last_rate:g}"
        return Failed(epoch, f"The loss became NaN or infinite {where}; try {cure}.", self.elapsed, self.run)

    def _keep(self, weights: Weights) -> None:
        if self.folder:
            save_weights(self.folder / "weights.npz", weights)

    def order(self, epoch: int) -> IntArray:
        """`(steps, batch)` the windows of an epoch; every call within one wants it."""
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, self.stepper.order(self.config.seed, epoch, len(self.task.train.inputs))
        return self._order[1]
