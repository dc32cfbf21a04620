"""`for event in train(config)`: the whole training API.

Gradient steps are done on a thread of their own. While an epoch is told (predictions, metrics, forecasts, files, and
whatever the caller does with its event), the next one's steps have begun, unless the user asked for something.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

import numpy as np

from lab.config import RunConfig
from lab.engine import warming
from lab.engine.checkpoint import Checkpoint
from lab.engine.control import Desk
from lab.engine.fetch import fetch
from lab.engine.models import Weights
from lab.engine.observer import Observer, observer_for
from lab.engine.snapshots import Snapshots
from lab.engine.stepper import Stepper, give_back, stepper_for
from lab.events import (
    Compiled,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Progressed,
    Started,
    Stopped,
)
from lab.series import Array, FloatArray, Images, IntArray, Series
from lab.weights import save_weights

CALL_SECONDS = 0.2  # a compiled call is kept about this long, so that stop, pause and a new rate act promptly
PROGRESS_SECONDS = 0.5
FIRST_PROGRESS_SECONDS = 0.1  # in the first epoch, for which somebody waits
BEST_SECONDS = 1.0  # of training between two looks for the best weights, where there is no patience to need them
# Of the whole process: threads that come and go, a training each, would leave a little more memory behind every time.
_ASIDE = ThreadPoolExecutor(thread_name_prefix="gradient steps")


def train(
    config: RunConfig,
    *,
    series: Series | None = None,
    images: Images | None = None,
    folder: Path | str | None = None,
) -> Generator[Event]:
    """Train, and yield what happens. Epoch 0 is the untrained network.

    Args:
        config: the experiment. Equal configs give equal losses to the last bit on the same machine.
        series, images: the data; loaded as `config.data` says (and, if need be, downloaded) where both are None.
        folder: a run's folder. With it the weights are kept, a checkpoint lets an interrupted run go on, and
            `control.json` is obeyed. Without it nothing is written.

    Yields:
        Started, then EpochEnded (and, in between, Progressed, Paused, ...), then one of Finished, Stopped, Failed.

    Raises:
        ValueError: the config does not fit the data, in one sentence.
    """
    data = series if series is not None else images
    with warming.runs_first():
        observer = observer_for(config, data if data is not None else fetch(config.data))
        training = _Training(config, observer, Path(folder) if folder else None)
        try:
            yield from training.events()
        finally:
            if training.underway is not None:
                wait([training.underway[0]])
            give_back(training.stepper)


class _Training:
    """The state of one training: which epoch, which step, the best so far."""

    def __init__(self, config: RunConfig, observer: Observer, folder: Path | None) -> None:
        self.config, self.observer, self.folder = config, observer, folder
        self.run = folder.name if folder else ""
        self.desk = Desk(folder)
        self.stepper: Stepper = stepper_for(config, observer.train.inputs, observer.train.targets)
        self.checkpoint = Checkpoint(folder)
        self.began, self.earlier = time.perf_counter(), 0.0
        self.epoch, self.step, self.seconds = 0, 0, 0.0
        self.at_once = 1  # gradient steps in the next compiled call
        self.underway: tuple[Future[float], int] | None = None  # its seconds, and the step it will end with
        self._order: tuple[int, IntArray] | None = None  # the last that was asked for, and its epoch
        self.best_loss, self.best_epoch, self.best_at = np.inf, 0, -BEST_SECONDS
        self.best_weights = self.stepper.weights()
        size = sum(w.nbytes for w in self.best_weights.values())
        self.snapshots = Snapshots(folder, config.training.epochs, size)
        self.trained_seconds = 0.0

    @property
    def elapsed(self) -> float:
        return self.earlier + time.perf_counter() - self.began

    def _clock(self) -> float:
        return self.elapsed

    def events(self) -> Iterator[Event]:
        try:
            yield from self._events()
        except OSError as error:  # of our own files, or thrown in by who could not keep an event
            yield self._full(error)

    def _full(self, error: OSError) -> Failed:
        """The last word where nothing can be written any more: the checkpoint makes room for the weights."""
        if self.underway is not None:
            wait([self.underway[0]])
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
        resumed = self.checkpoint.restore(self)
        parameters = int(self.stepper.model.count_params())
        yield Started(self.epoch, self.config.training.epochs, self.stepper.steps, parameters, self.elapsed)
        weights = self.stepper.weights()
        if not resumed:
            predict = partial(self.stepper.predict, weights=weights)
            ended = self.observer.untrained(weights, predict, self.config.training.learning_rate, self._clock)
            self.best_loss = ended.val_loss
            self.snapshots.save(0, weights, 0.0)
            yield ended
        if self.epoch < self.config.training.epochs:
            before = time.perf_counter()
            self.stepper.compile(self.order(1), self.observer.held_out)
            yield Compiled(time.perf_counter() - before, self.elapsed)
        while self.epoch < self.config.training.epochs:
            if self.underway is None:
                yield from self.desk.wait(self)
                if self.desk.stop:
                    break
            last = yield from self._one_epoch()
            if last is not None:
                yield last
                return
            if self.desk.stop:
                break
            if self._out_of_patience():
                break
        yield self._end()

    def _one_epoch(self) -> Generator[Event, None, Failed | None]:
        order = self.order(self.epoch + 1)
        told, pause = time.perf_counter(), PROGRESS_SECONDS if self.epoch else FIRST_PROGRESS_SECONDS
        while self.step < self.stepper.steps:
            stop = self._steps()
            losses = self.stepper.records[0]
            if not np.isfinite(losses[self.step : stop]).all():
                return self._diverged(self.epoch + 1)
            self.step = stop
            if self.step < self.stepper.steps:
                if time.perf_counter() - told > pause:
                    told, pause = time.perf_counter(), PROGRESS_SECONDS
                    so_far = float(losses[:stop].mean())
                    accuracy = self.observer.accuracy(order[:stop], self.stepper.records[3][:stop])
                    yield Progressed(self.epoch + 1, stop, self.stepper.steps, so_far, self.elapsed, accuracy)
                yield from self.desk.wait(self)
                if self.desk.stop:
                    return None
        weights, records = self.stepper.weights(), self.stepper.records
        # No step of a gradient whose norm is a number (and thus under 2e19) makes a weight infinite.
        if not np.isfinite(records[1]).all() and not all(np.isfinite(w).all() for w in weights.values()):
            return self._diverged(self.epoch + 1)
        ended = self._ended(order, weights, records)
        if not np.isfinite(ended.val_loss):
            return self._diverged(self.epoch)
        yield ended
        return None

    def _begin(self) -> None:
        """Set the thread of gradient steps to work on the next ones."""
        if self.step == 0:
            self.stepper.clear()
        order, start, started = self.order(self.epoch + 1), self.step, threading.Event()
        stop = min(start + self.at_once, self.stepper.steps)

        def call() -> float:
            started.set()
            before = time.perf_counter()
            self.stepper.run(order, start, stop)
            return time.perf_counter() - before

        self.underway = _ASIDE.submit(call), stop
        started.wait()  # or it would wait in turn, until this thread has nothing to do in Python

    def _steps(self) -> int:
        """Do some gradient steps, or wait for those underway: how many of the epoch's are done."""
        if self.underway is None:
            self._begin()
        assert self.underway is not None
        call, stop = self.underway
        took = call.result()
        self.underway = None  # not before: who breaks off while waiting here must still let it come to its end
        self.seconds += took
        self.trained_seconds += took
        self.at_once = max(1, min(4 * self.at_once, round(CALL_SECONDS * (stop - self.step) / max(took, 1e-6))))
        return stop

    def _ended(self, order: IntArray, weights: Weights, records: list[Array]) -> EpochEnded:
        """Tell of an epoch, with what it left; all that needs the stepper itself comes before the next one's begin."""
        self.epoch, self.step = self.epoch + 1, 0
        seconds, self.seconds = self.seconds, 0.0
        rate, trained = self.stepper.last_rate, self.trained_seconds
        is_last = self.epoch == self.config.training.epochs
        saves = self.checkpoint.due(trained)
        rests = self.desk.asks(self)
        if not (is_last or saves or rests):
            self._begin()
        ended = self.observer.observe(
            self.epoch,
            weights,
            partial(self.stepper.predict, weights=weights),
            order,
            records,
            rate=rate,
            seconds=seconds,
            trained=trained,
            share=self.desk.share,
            rests=rests,
            last=is_last,
            clock=self._clock,
        )
        # Without patience they are what is left of a run that fails, and any of the last second will do.
        looked_for = self.config.training.patience > 0 or trained - self.best_at >= BEST_SECONDS
        if looked_for and ended.val_loss < self.best_loss:
            self.best_loss, self.best_epoch, self.best_weights = ended.val_loss, self.epoch, weights
            self.best_at = trained
        self.snapshots.save(self.epoch, weights, trained, last=is_last or self._out_of_patience())
        if saves:
            self.checkpoint.save(self)
        return ended

    def _out_of_patience(self) -> bool:
        patience = self.config.training.patience
        return patience > 0 and self.epoch - self.best_epoch >= patience

    def _end(self) -> Event:
        if self.desk.stop:
            weights = self.stepper.weights()
            self._keep(weights)
            if self.step == 0:  # stopped within an epoch, these are no epoch's weights
                self.snapshots.save(self.epoch, weights, self.trained_seconds, last=True)
            self.checkpoint.save(self)
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
        rate = self.stepper.last_rate
        return Failed(
            epoch,
            f"The loss became NaN or infinite in epoch {epoch} at a learning rate of {rate:g}; try {cure}.",
            self.elapsed,
            self.run,
        )

    def _keep(self, weights: dict[str, FloatArray]) -> None:
        if self.folder:
            save_weights(self.folder / "weights.npz", weights)

    def order(self, epoch: int) -> IntArray:
        """`(steps, batch)` the windows of an epoch; every call within one wants it."""
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, self.stepper.order(self.config.seed, epoch, len(self.observer.train.inputs))
        return self._order[1]
