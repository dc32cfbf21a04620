"""The whole experiment as one frozen value: validated, hashable, JSON both ways, settable by `KEY=VALUE`.

The same keys (`window.size`, `training.clip_value`, ...) serve the JSON file, the command line and the URL of the app.
"""

from __future__ import annotations

import dataclasses
import json
import math
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lab.settings import is_date, parse, to_text

OptionValue = str | int | float | bool | None
MAX_LAYERS = 6
CELL_LABELS = {
    "lstm": "LSTM", "peephole": "Peephole LSTM", "gru": "GRU", "gru_reset_before": "GRU (reset before)", "rnn": "RNN",
    "jordan": "Jordan",
}  # fmt: skip


def _require(ok: bool, key: str, rule: str, received: object) -> None:
    if not ok:
        raise ValueError(f"`{key}` must be {rule}; received {received!r}.")


def require_int(key: str, value: object, low: int, high: int) -> None:
    """Raise ValueError unless `value` is a whole number in [low, high]."""
    ok = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    _require(ok, key, f"a whole number from {low:,} to {high:,}", value)


def require_float(key: str, value: object, low: float, high: float, *, above: bool = False) -> None:
    """Raise ValueError unless `value` is a number in [low, high], or in (low, high] where `above`."""
    ok = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    ok = ok and (low < value if above else low <= value) and value <= high  # type: ignore[operator]
    _require(ok, key, f"a number {'above' if above else 'from'} {low:g} {'up ' if above else ''}to {high:g}", value)


def require_choice(key: str, value: object, allowed: Iterable[str]) -> None:
    """Raise ValueError unless `value` is one of `allowed`."""
    allowed = tuple(allowed)
    _require(value in allowed, key, f"one of {', '.join(allowed)}", value)


@dataclass(frozen=True)
class DataConfig:
    """Which series, which part of it, and how it is cut and scaled.

    Args:
        name: a key of `lab.datasets.DATASETS`.
        column: the column to learn; None takes the data set's own default.
        start, end: ISO dates, inclusive; None leaves that side open.
        gaps: missing calendar steps are left out (`leave`), carried forward (`ffill`) or interpolated (`interpolate`).
        train, validation: shares of the series; the rest is the test part. Nothing is shuffled across.
        scaler: `standard` (mean 0, standard deviation 1) or `minmax` (0 to 1), fitted on the training part only.
        options: what is the data set's own, for example `points` of the sine wave or `path` of a CSV file.
    """

    name: str = "sine"
    column: str | None = None
    start: str | None = None
    end: str | None = None
    gaps: Literal["leave", "ffill", "interpolate"] = "leave"
    train: float = 0.7
    validation: float = 0.15
    scaler: Literal["standard", "minmax"] = "standard"
    options: tuple[tuple[str, OptionValue], ...] = ()

    def __post_init__(self) -> None:
        options = self.options.items() if isinstance(self.options, Mapping) else self.options
        object.__setattr__(self, "options", tuple(sorted((str(k), v) for k, v in options)))
        _require(isinstance(self.name, str) and bool(self.name), "data.name", "the name of a data set", self.name)
        for key in ("start", "end"):
            _require(is_date(getattr(self, key)), f"data.{key}", "a date such as 2020-12-31", getattr(self, key))
        if self.start and self.end:
            _require(self.start < self.end, "data.end", f"after data.start ({self.start})", self.end)
        require_choice("data.gaps", self.gaps, ("leave", "ffill", "interpolate"))
        require_float("data.train", self.train, 0.1, 0.95)
        require_float("data.validation", self.validation, 0.02, 0.5)
        total = self.train + self.validation
        _require(
            total <= 0.98 + 1e-9, "data.validation", "small enough to leave 2 % for the test part", self.validation
        )
        require_choice("data.scaler", self.scaler, ("standard", "minmax"))


@dataclass(frozen=True)
class WindowConfig:
    """How the series becomes examples: `size` input steps, `horizon` output steps, one example every `stride` steps."""

    size: int = 50
    horizon: int = 1
    stride: int = 1

    def __post_init__(self) -> None:
        require_int("window.size", self.size, 1, 1000)
        require_int("window.horizon", self.horizon, 1, 1)
        require_int("window.stride", self.stride, 1, 1000)


@dataclass(frozen=True)
class ModelConfig:
    """A stack of recurrent layers, then optional dense layers, then one linear output.

    Args:
        cell: a key of `lab.cells.CELLS`: `lstm`, `peephole` (an LSTM whose gates see the cell), `gru`,
            `gru_reset_before` (as first published), `rnn` (Elman's simple recurrent network) or `jordan` (fed its last
            output instead of its last hidden state).
        units: the units of each recurrent layer, first to last; 1 to 6 layers.
        bidirectional: each layer reads the window forwards and, with weights of its own, backwards, and says both
            (Schuster & Paliwal 1997): twice the outputs, twice the time.
        dropout: share of each layer's outputs that training drops.
        recurrent_dropout: share of the hidden state that training drops on its way to the next step.
        dense: the units of each dense layer (ReLU) between the last recurrent layer and the output.
    """

    cell: str = "lstm"
    units: tuple[int, ...] = (50,)
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    dense: tuple[int, ...] = ()
    bidirectional: bool = False

    def __post_init__(self) -> None:
        require_choice("model.cell", self.cell, CELL_LABELS)
        _require(isinstance(self.bidirectional, bool), "model.bidirectional", "true or false", self.bidirectional)
        object.__setattr__(self, "units", tuple(self.units))
        object.__setattr__(self, "dense", tuple(self.dense))
        _require(1 <= len(self.units) <= MAX_LAYERS, "model.units", f"1 to {MAX_LAYERS} layers", self.units)
        _require(len(self.dense) <= MAX_LAYERS, "model.dense", f"at most {MAX_LAYERS} layers", self.dense)
        for key in ("units", "dense"):
            for units in getattr(self, key):
                require_int(f"model.{key}", units, 1, 1024)
        require_float("model.dropout", self.dropout, 0.0, 0.9)
        require_float("model.recurrent_dropout", self.recurrent_dropout, 0.0, 0.9)

    @property
    def kind(self) -> str:
        """What its recurrent layers are, in a word: `LSTM`, `Bidirectional GRU`."""
        return ("Bidirectional " if self.bidirectional else "") + CELL_LABELS[self.cell]

    @property
    def label(self) -> str:
        """The network in a word: `LSTM 256-512-512`, `Bidirectional GRU 32`."""
        return f"{self.kind} {'-'.join(map(str, self.units))}"


@dataclass(frozen=True)
class TrainingConfig:
    """How the weights are learned.

    Args:
        epochs: passes over the training windows.
        batch_size: windows a gradient step.
        optimizer: `adam`, `rmsprop` or `sgd` (with `momentum`).
        learning_rate: size of a step.
        momentum: of SGD alone; the others ignore it.
        loss: `mse`, `mae` or `huber`, on the scaled values.
        clip_value: limits each gradient entry to ±this. At most one of the three clips is set.
        clip_norm: limits the norm of each weight's gradient.
        global_clip_norm: limits the norm of all gradients together (Pascanu et al. 2013).
        patience: epochs without a better validation loss before training stops, best weights restored; 0: never.
    """

    epochs: int = 30
    batch_size: int = 32
    optimizer: Literal["adam", "rmsprop", "sgd"] = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    loss: Literal["mse", "mae", "huber"] = "mse"
    clip_value: float | None = None
    clip_norm: float | None = None
    global_clip_norm: float | None = None
    patience: int = 0

    def __post_init__(self) -> None:
        require_int("training.epochs", self.epochs, 1, 10_000)
        require_int("training.batch_size", self.batch_size, 1, 4096)
        require_choice("training.optimizer", self.optimizer, ("adam", "rmsprop", "sgd"))
        require_float("training.learning_rate", self.learning_rate, 0.0, 10.0, above=True)
        require_float("training.momentum", self.momentum, 0.0, 0.999)
        require_choice("training.loss", self.loss, ("mse", "mae", "huber"))
        clips = {k: getattr(self, k) for k in ("clip_value", "clip_norm", "global_clip_norm")}
        clips = {k: v for k, v in clips.items() if v is not None}
        for key, value in clips.items():
            require_float(f"training.{key}", value, 0.0, 1e6, above=True)
        _require(len(clips) <= 1, "training", "given at most one of clip_value, clip_norm and global_clip_norm", clips)
        require_int("training.patience", self.patience, 0, 10_000)


@dataclass(frozen=True)
class RunConfig:
    """One experiment, whole. Equal configs (the seed included) give equal losses on the same machine."""

    data: DataConfig = field(default_factory=DataConfig)
    window: WindowConfig = field(default_factory=WindowConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    seed: int = 0

    def __post_init__(self) -> None:
        require_int("seed", self.seed, 0, 2**31 - 1)

    def to_json(self) -> str:
        """The config as JSON text; `from_json` reads it back equal."""
        tree = dataclasses.asdict(self)
        tree["data"]["options"] = dict(self.data.options)
        return json.dumps(tree, indent=2)

    @classmethod
    def from_json(cls, text: str) -> RunConfig:
        """Read a config; ValueError names the first thing that is wrong."""
        try:
            tree = json.loads(text)
        except ValueError as error:
            raise ValueError(f"The config must be JSON; received text that is not ({error}).") from None
        _require(isinstance(tree, dict), "config", "a JSON object", type(tree).__name__)
        parts: dict[str, Any] = {}
        for key, value in tree.items():
            section = SECTIONS.get(key)
            _require(section is not None or key == "seed", key, f"one of {', '.join([*SECTIONS, 'seed'])}", key)
            if section is None:
                parts[key] = value
                continue
            _require(isinstance(value, dict), key, "a JSON object", type(value).__name__)
            known = [f.name for f in dataclasses.fields(section)]
            for name in value:
                require_choice(f"key of {key}", name, known)
            parts[key] = section(**{k: tuple(v) if isinstance(v, list) else v for k, v in value.items()})
        return cls(**parts)

    def with_settings(self, settings: Mapping[str, object]) -> RunConfig:
        """A copy with `{"window.size": 7, "model.units": "256,512,512", ...}` put in; text is read as the field's type.

        A key `data.X` that is no field of `DataConfig` is an option of the data set. A new `data.name` starts from that
        data set's own defaults: the column, the dates and the options of another one would not fit.
        """
        changes: dict[str, dict[str, Any]] = {key: {} for key in SECTIONS}
        seed: Any = self.seed
        for key, value in settings.items():
            section, _, name = key.partition(".")
            if key == "seed":
                seed = parse("seed", value, int)
            elif section in SECTIONS and name:
                changes[section][name] = value
            else:
                known = ", ".join([*(f"{s}.*" for s in SECTIONS), "seed"])
                raise ValueError(f"A setting must be one of {known}; received {key!r}.")
        base = self.data
        if changes["data"].get("name", base.name) != base.name:
            base = dataclasses.replace(base, column=None, start=None, end=None, options=())
        parts: dict[str, Any] = {"data": _with(base, "data", changes.pop("data"))}
        parts |= {section: _with(getattr(self, section), section, new) for section, new in changes.items()}
        return RunConfig(seed=seed, **parts)

    def settings(self) -> dict[str, str]:
        """Every setting that differs from the default config, as `with_settings` reads it: what the URL carries."""
        default = RunConfig()
        found: dict[str, str] = {}
        for section in SECTIONS:
            ours, theirs = getattr(self, section), getattr(default, section)
            for f in dataclasses.fields(ours):
                value = getattr(ours, f.name)
                if f.name == "options":
                    found |= {f"data.{k}": to_text(v) for k, v in value}
                elif value != getattr(theirs, f.name):
                    found[f"{section}.{f.name}"] = to_text(value)
        if self.seed != default.seed:
            found["seed"] = str(self.seed)
        return found


SECTIONS: dict[str, type[Any]] = {
    "data": DataConfig,
    "window": WindowConfig,
    "model": ModelConfig,
    "training": TrainingConfig,
}


def _with(section: Any, prefix: str, changes: Mapping[str, object]) -> Any:
    hints = typing.get_type_hints(type(section))
    fields = {k: parse(f"{prefix}.{k}", v, hints[k]) for k, v in changes.items() if k in hints and k != "options"}
    own = {k: v for k, v in changes.items() if k not in hints}
    if own and prefix != "data":
        raise ValueError(f"`{prefix}.{next(iter(own))}` is no setting; allowed are {', '.join(hints)}.")
    if own:
        fields["options"] = tuple({**dict(section.options), **own}.items())
    return dataclasses.replace(section, **fields)
