"""How far back the gradient reaches, looked at while a network trains: a row of a picture, within a small share of the training time."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from lab.config.run import RunConfig
from lab.explain.gradient_flow import of_first_layer, ways
from lab.network.network import Network
from lab.runs.events import EpochEnded
from lab.tasks.base import EpochView, Task, significant

NAME = "gradient_by_step"
EXAMPLES = 8
MOST_POINTS = 120  # of a row: of a longer window evenly spaced distances, the first and the last among them
SHARE = 0.3  # of what may be spent on an epoch's pictures: 3 % of the training time where somebody watches
APART = 0.25  # seconds between two rows, at least
LAST_SECONDS = 0.5  # that the row of the last epoch may take beyond the budget
OPERATIONS = 1e9  # floating-point operations a second, until a row has been timed


class GradientCourse:
    """Adds to an epoch's event, as `gradient_by_step`, the norm of the gradient of the first recurrent layer's state by distance back.

    Of eight training examples, the median, at the distances `distances` has. Of a network without recurrence, or a training that nobody
    keeps, nothing.
    """

    def __init__(self, config: RunConfig, task: Task) -> None:
        self.config, self.task = config, task
        self._spent, self._at = 0.0, float("-inf")
        self._cost: float | None = None  # seconds of a row

    def observe(self, view: EpochView) -> EpochEnded:
        """The task's event of the epoch, with a row where there is time for one."""
        ended = self.task.observe(view)
        if not self.config.model.is_recurrent or not self._is_due(view):
            return ended
        began = time.thread_time()
        row = self._row(Network.of(self.config, view.weights))
        self._cost = time.thread_time() - began
        self._spent += self._cost
        self._at = time.perf_counter()
        return replace(ended, shown={**ended.shown, NAME: row})

    def _is_due(self, view: EpochView) -> bool:
        if view.share <= 0 or view.order is None:
            return False
        if self._cost is None:
            network = Network.of(self.config, view.weights)
            self._cost = 6 * EXAMPLES * network.parameters * self.config.window.size / OPERATIONS
        if view.last and self._cost <= LAST_SECONDS:
            return True
        afford = self._spent + self._cost <= SHARE * view.share * view.trained
        return afford and time.perf_counter() - self._at >= APART

    def _row(self, network: Network) -> tuple[float, ...]:
        examples = self.task.train
        some = np.unique(np.linspace(0, len(examples.inputs) - 1, EXAMPLES).astype(int))
        x, y = np.asarray(examples.inputs[some]), np.asarray(examples.targets[some])
        norms = of_first_layer(ways(network, x, y, loss=self.config.training.loss))
        return tuple(significant(v) if np.isfinite(v) else 0.0 for v in norms[distances(len(norms))])


def distances(steps: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The distances back from the last step that a row has, of so many steps."""
    return np.unique(np.linspace(0, steps - 1, min(steps, MOST_POINTS)).astype(np.int64))
