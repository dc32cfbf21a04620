"""What training tells the world, one frozen event at a time; JSON both ways, one line each.

`for event in lab.train(config)` yields these; the worker appends them to `events.jsonl`; pages read that file.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar, Union

from lab.scoring.mistake import Mistake

Floats = tuple[float, ...]
Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Started:
    """Training begins (or begins again, where `epoch` is above 0: an interrupted run goes on from its checkpoint).

    Everything heard of epochs after `epoch` is void. `steps`: gradient steps an epoch.
    """

    epoch: int
    epochs: int
    steps: int
    parameters: int
    elapsed: float = 0.0


@dataclass(frozen=True)
class Compiled:
    """The training program was compiled, which took `seconds`; no epoch's `seconds` hold any of it."""

    seconds: float
    elapsed: float


@dataclass(frozen=True)
class Progressed:
    """Within a long epoch: `step` of `steps` are done; `loss` is their mean so far, `accuracy` (of classes) too."""

    epoch: int
    step: int
    steps: int
    loss: float
    elapsed: float
    accuracy: float | None = None


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is over; epoch 0 is the untrained network.

    Losses are on the scaled values. The other metrics are in the data's own units (mape and smape in percent), over all
    windows of the part; those of the training part are met while the weights move, as Keras's are, and at epoch 0
    evaluated. Where a metric has no meaning (MAPE with truth near zero) it is None.

    Of a classifier the loss is the mean cross-entropy, `val_*` is met on the test part (as the sources report it), the
    metrics of forecasts are None, and at epoch 0 the training part's are those of its first images.

    Args:
        accuracy, val_accuracy: the share of images whose class was most probable, 0 to 1.
        confusion: `(10, 10)` how many test images of each class (row) were taken for each class (column).
        mistakes: the test images most surely taken for a wrong class, the surest first.
        gradient_norm: median over the steps of the global norm before clipping; `gradient_norm_max` its maximum.
        clipped: share of steps in which the clip changed something.
        one_step: `(validation steps,)` teacher-forced predictions of the validation part, or None.
        free_running: `(steps,)` the recursive forecast from the start of the validation part, or None.
        seconds: this epoch's training steps alone. `elapsed`: wall time since the run started, everything included.
    """

    epoch: int
    loss: float
    val_loss: float
    learning_rate: float
    seconds: float
    elapsed: float
    mae: float | None = None
    val_mae: float | None = None
    rmse: float | None = None
    val_rmse: float | None = None
    mape: float | None = None
    val_mape: float | None = None
    smape: float | None = None
    val_smape: float | None = None
    mase: float | None = None
    val_mase: float | None = None
    gradient_norm: float | None = None
    gradient_norm_max: float | None = None
    clipped: float | None = None
    one_step: Floats | None = None
    free_running: Floats | None = None
    accuracy: float | None = None
    val_accuracy: float | None = None
    confusion: Counts | None = None
    mistakes: tuple[Mistake, ...] | None = None


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


Event = Union[Started, Compiled, Progressed, EpochEnded, Paused, Continued, RateChanged, Finished, Stopped, Failed]
FinalEvent = (Finished, Stopped, Failed)
_MAY_LACK = (
    "one_step", "free_running", "accuracy", "val_accuracy", "confusion", "mistakes", "details", "reason", "run",
)  # fmt: skip


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
    """One line: `{"event": "epoch_ended", "epoch": 1, ...}`; a forecast or a note that is not there is left out."""
    shown = {k: v for k, v in vars(event).items() if k not in _MAY_LACK or v not in (None, "")}
    return json.dumps({"event": _tag(type(event).__name__)} | shown)


def from_json(line: str) -> Event:
    """Read one line back; ValueError where it is no event."""
    tree = json.loads(line)
    cls = _Registry.by_tag.get(tree.pop("event", ""))
    if cls is None:
        raise ValueError(f"An event must be one of {', '.join(_Registry.by_tag)}; received {line[:80]!r}.")
    known = {f.name for f in dataclasses.fields(cls)}
    event: Event = cls(**{k: _frozen(k, v) for k, v in tree.items() if k in known})
    return event


def _frozen(name: str, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if name == "confusion":
        return tuple(map(tuple, value))
    return tuple(map(Mistake._make, value)) if name == "mistakes" else tuple(value)
