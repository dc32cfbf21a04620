"""What pages know of a task: its controls, its pictures, where its runs can be looked at.

The one place of the pages that knows one task from another. A task that has no view of its own here gets `GENERIC`: its declared
metrics as live curves, its examples, its scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from lab.config.run import RunConfig
from lab.data.series import Series
from lab.runs.history import History
from lab.runs.run import Run
from lab.runs.summary import Summary
from pages.ui.components.chart import News
from pages.ui.gates.choice import Chosen, choose_example
from pages.ui.gates.digit import choose_digit
from pages.ui.gates.window import choose_window
from pages.ui.shared import words
from pages.ui.shared.data import Material
from pages.ui.train import (
    data_view,
    digit_view,
    generic_view,
    live_digits,
    live_generic,
    live_memory,
    live_series,
    memory_view,
)
from pages.ui.train.digit_controls import digit_options, sequence_group
from pages.ui.train.series_controls import series_options, window_group


class Live(Protocol):
    """How a run is watched; see `live_series`."""

    def charts(self, run: Run, history: History) -> None: ...

    def news(self, run: Run, history: History) -> dict[str, News]: ...

    def summary(self, run: Run) -> None: ...

    def scores(self, run: Run) -> None: ...


def _loss_choices(config: RunConfig) -> tuple[Mapping[str, str], str]:
    losses = {name: words.LOSSES.get(name, name) for name in config.task.losses}
    return losses, words.HELP["training.loss"]


@dataclass(frozen=True)
class View:
    """How pages show a task.

    Args:
        live: how a run is watched.
        learned: what a run did, in a sentence: `Run x learned a series`.
        choose: what the Gates page looks at.
        data_options, window_group: the controls of Train.
        windows: what the view of the examples is called; `data_view` and `windows_view` draw it and the data's.
        score_cells: a run's scores in its row on the Runs page, by column.
        losses: a run's losses by their labels, and the help on them.
        onward: the pages that show a trained run, the first to go to first.
    """

    live: Live = live_generic
    learned: str = "learned something else"
    choose: Callable[[Run], Chosen] = choose_example
    data_options: Callable[[RunConfig, Series | None, int], None] = generic_view.data_options
    window_group: Callable[[RunConfig], None] = window_group
    windows: str = "Examples"
    data_view: Callable[[RunConfig, Material], None] = generic_view.data_view
    windows_view: Callable[[RunConfig, Material], None] = generic_view.examples_view
    score_cells: Callable[[Summary], Mapping[str, str]] = live_generic.score_cells
    losses: Callable[[RunConfig], tuple[Mapping[str, str], str]] = _loss_choices
    onward: Sequence[str] = ("gates",)


GENERIC = View()
MEMORY = View(
    live=live_memory,
    learned="learned a task that asks for memory",
    data_options=memory_view.memory_options,
    window_group=memory_view.sequence_group,
    windows="Sequences",
    data_view=memory_view.memory_view,
    windows_view=memory_view.sequences_view,
    score_cells=live_memory.score_cells,
    onward=("gradients", "gates", "evaluate"),
)
VIEWS: dict[str, View] = {
    "sequence-value": MEMORY,
    "sequence-class": replace(MEMORY, losses=lambda config: (words.CLASS_LOSSES, words.HELP["training.class-loss"])),  # noqa: ARG005
    "forecast": View(
        live=live_series,
        learned="learned a series",
        choose=choose_window,
        data_options=series_options,
        windows="Windows",
        data_view=data_view.data_view,
        windows_view=data_view.windows_view,
        score_cells=live_series.score_cells,
        onward=("gates", "forecast", "gradients", "evaluate"),
    ),
    "digits": View(
        live=live_digits,
        learned="learned to tell digits apart",
        choose=choose_digit,
        data_options=digit_options,
        window_group=sequence_group,
        windows="Sequences",
        data_view=digit_view.digits_view,
        windows_view=digit_view.sequences_view,
        score_cells=live_digits.score_cells,
        losses=lambda config: (words.CLASS_LOSSES, words.HELP["training.class-loss"]),  # noqa: ARG005
        onward=("belief", "gates", "gradients", "evaluate"),
    ),
}


def view_of(config: RunConfig) -> View:
    """How pages show the task of a config."""
    return VIEWS.get(config.task.name, GENERIC)
