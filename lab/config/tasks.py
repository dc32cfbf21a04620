"""Which task a config's data set belongs to, and what the task asks of a config.

`lab.tasks` registers them when `lab` is imported: what is a config's own business knows no task by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class TaskRules(Protocol):
    """What configs, networks and runs ask of a task; see `lab.tasks.base.Task`."""

    @property
    def name(self) -> str: ...

    @property
    def losses(self) -> tuple[str, ...]: ...

    @property
    def metrics(self) -> tuple[Any, ...]: ...

    @property
    def chosen_by(self) -> str: ...

    @property
    def judged_on(self) -> str: ...

    @property
    def statistics(self) -> tuple[str, ...]: ...

    @property
    def accepts(self) -> type: ...

    def is_solved(self, event: Any) -> bool | None: ...

    def suit(self, config: Any) -> Mapping[str, Any]: ...

    def head(self, config: Any) -> Any: ...

    def features(self, config: Any) -> int: ...

    def training_examples(self, config: Any, length: int) -> int: ...

    def length(self, config: Any, data: Any) -> int: ...

    def __call__(self, config: Any, data: Any) -> Any: ...


RULES: dict[str, TaskRules] = {}
_OF_DATA: dict[str, str] = {}


def register(task: TaskRules, data: tuple[str, ...]) -> None:
    """Make a task known, and the data sets that it learns from."""
    RULES[task.name] = task
    _OF_DATA.update(dict.fromkeys(data, task.name))


def rules_of(data: str) -> TaskRules:
    """The task of a data set; of one that nobody knows, the first that was registered."""
    return RULES[_OF_DATA.get(data) or next(iter(RULES))]
