"""The events of training, frozen; JSON both ways, one line each.

`for event in lab.train(config)` yields these; the worker appends them to `events.jsonl`; pages read that file.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Union

Floats = tuple[float, ...]


@dataclass(frozen=True)
class Started:
    """Training begins (or begins again, where `epoch` is above 0: an interrupted run goes on from its checkpoint).

    Everything heard of epochs after `epoch` is void. `steps`: gradient steps an epoch. `note`: why it does not go on from its
    checkpoint, a sentence, where there was one that could not be read.
    """

    epoch: int
    epochs: int
    steps: int
    parameters: int
    elapsed: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Compiled:
    """The training program was compiled, which took `seconds`; no epoch's `seconds` hold any of it."""

    seconds: float
    elapsed: float


@dataclass(frozen=True)
class Progressed:
    """Within a long epoch: `step` of `steps` are done; `loss` is their mean so far, as are the task's `metrics`."""

    epoch: int
    step: int
    steps: int
    loss: float
    elapsed: float
    metrics: Mapping[str, float | None] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """A field or a metric by its name; None where there is none."""
        return _value(self, name)


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is over; epoch 0 is the untrained network.

    `loss` and `val_loss` are the training loss, on scaled values or probabilities; that of the training part is met while
    the weights move, as Keras's is, and at epoch 0 evaluated.

    Args:
        gradient_norm: median over the steps of the global norm before clipping; `gradient_norm_max` its maximum.
        clipped: share of steps in which the clip changed something.
        seconds: this epoch's training steps alone. `elapsed`: wall time since the run started, everything included.
        metrics: the task's own, by name, those of the held-out part with `val_` before it; None where one has no meaning
            (MAPE with truth near zero). See `lab.tasks`.
        shown: what the task has to show of this epoch, by name: forecasts, a confusion matrix. JSON, lists as tuples.
    """

    epoch: int
    loss: float
    val_loss: float
    learning_rate: float
    seconds: float
    elapsed: float
    gradient_norm: float | None = None
    gradient_norm_max: float | None = None
    clipped: float | None = None
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """A field, a metric or something shown by its name; None where there is none."""
        return _value(self, name)


def _value(event: Progressed | EpochEnded, name: str) -> Any:
    if name in vars(event):
        return getattr(event, name)
    return event.metrics.get(name, vars(event).get("shown", {}).get(name))


@dataclass(frozen=True)
class Paused:
    """Training waits after `step` steps of `epoch`."""

    epoch: int
    step: int
    elapsed: float


@dataclass(frozen=True)
class Continued:
    """Training goes on after a pause."""

    epoch: int
    elapsed: float


@dataclass(frozen=True)
class RateChanged:
    """A new learning rate holds from now on."""

    epoch: int
    learning_rate: float
    elapsed: float


@dataclass(frozen=True)
class Finished:
    """All epochs are done, or early stopping ended them. `best_epoch`: whose weights were kept."""

    epoch: int
    best_epoch: int
    elapsed: float
    reason: str = ""
    run: str = ""


@dataclass(frozen=True)
class Stopped:
    """The user stopped it; the weights of this moment were kept."""

    epoch: int
    elapsed: float
    run: str = ""


@dataclass(frozen=True)
class Failed:
    """It could not go on. `message`: one sentence saying what happened and what to try."""

    epoch: int
    message: str
    elapsed: float = 0.0
    run: str = ""
    details: str = field(default="", repr=False)


@dataclass(frozen=True)
class Unreadable:
    """In place of a line of `events.jsonl` that is no event: torn by a full disk or a killed process, or not ours.

    `reason`: what is wrong with it. It is never written.
    """

    reason: str
    elapsed: float = 0.0


Event = Union[
    Started, Compiled, Progressed, EpochEnded, Paused, Continued, RateChanged, Finished, Stopped, Failed, Unreadable
]
FinalEvent = (Finished, Stopped, Failed)
_MAY_LACK = ("details", "note", "reason", "run")
_FLAT = ("metrics", "shown")  # in JSON their entries stand beside the fields


def _tag(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class _Registry:
    by_tag: ClassVar[dict[str, type[Any]]] = {
        _tag(cls.__name__): cls
        for cls in (
            Started,
            Compiled,
            Progressed,
            EpochEnded,
            Paused,
            Continued,
            RateChanged,
            Finished,
            Stopped,
            Failed,
        )
    }


def to_json(event: Event) -> str:
    """One line: `{"event": "epoch_ended", "epoch": 1, ..., "val_mae": 0.2}`; a note that is not there is left out."""
    tree = {k: v for k, v in vars(event).items() if k not in _FLAT and (k not in _MAY_LACK or v not in (None, ""))}
    for name in _FLAT:
        tree |= vars(event).get(name, {})
    return json.dumps({"event": _tag(type(event).__name__)} | tree)


def read_line(line: bytes) -> Event:
    """A line of the file, whatever stands in it."""
    try:
        return from_json(line.decode())
    except (ValueError, TypeError, RecursionError) as error:
        return Unreadable((str(error).splitlines() or [type(error).__name__])[0][:200])


def from_json(line: str) -> Event:
    """Read one line back; ValueError or TypeError where it is no event."""
    tree = json.loads(line)
    if not isinstance(tree, dict):
        raise ValueError(f"An event must be an object of JSON; received {line[:80]!r}.")
    cls = _Registry.by_tag.get(str(tree.pop("event", "")))
    if cls is None:
        raise ValueError(f"An event must be one of {', '.join(_Registry.by_tag)}; received {line[:80]!r}.")
    known = {f.name for f in dataclasses.fields(cls)}
    fields = {k: v for k, v in tree.items() if k in known}
    rest = {k: _frozen(v) for k, v in tree.items() if k not in known}
    if "metrics" in known:
        fields["metrics"] = {k: v for k, v in rest.items() if v is None or isinstance(v, int | float)}
    if "shown" in known:
        fields["shown"] = {k: v for k, v in rest.items() if k not in fields["metrics"]}
    event: Event = cls(**fields)
    for f in dataclasses.fields(cls):
        if f.type in _KINDS and not _is_a(getattr(event, f.name), f.type):
            raise TypeError(f"`{f.name}` of an event must be {f.type}; received {getattr(event, f.name)!r}.")
    return event


_KINDS: dict[Any, tuple[type, ...]] = {
    "int": (int,), "float": (int, float), "float | None": (int, float, type(None)), "str": (str,),
}  # fmt: skip


def _is_a(value: object, kind: Any) -> bool:
    return isinstance(value, _KINDS[kind]) and not isinstance(value, bool)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
