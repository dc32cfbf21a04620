"""The whole experiment as one frozen value: validated, hashable, JSON both ways, settable by `KEY=VALUE`.

The same keys (`window.size`, `training.clip_value`, ...) serve the JSON file, the command line and the URL of the app.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lab.rules import require, require_choice, require_float, require_int
from lab.settings import by_section, changed, is_date, parse, to_text

CSV = "csv"  # the data set that has a path
CLIPS = ("clip_value", "clip_norm", "global_clip_norm")
OptionValue = str | int | float | bool | None
MAX_LAYERS = 6
CELL_LABELS = {
    "lstm": "LSTM", "peephole": "Peephole LSTM", "gru": "GRU", "gru_reset_before": "GRU (reset before)", "rnn": "RNN",
    "jordan": "Jordan",
}  # fmt: skip
IMAGE_DATA = ("digits",)  # the data sets of `lab.datasets` that hold labelled images and not a series
CLASSES = 10  # of images: the digits 0 to 9
IMAGE_STEPS = 28  # rows of an image, which are the steps of its sequence
Loss = Literal["auto", "mse", "mae", "huber", "sparse_categorical_crossentropy"]


@dataclass(frozen=True)
class DataConfig:
    """Which series, which part of it, and how it is cut and scaled.

    Args:
        name: the data set, a key of `lab.datasets.DATASETS`.
        column: the column to learn; None takes the data set's own default.
        start: the first day, an ISO date; None leaves that side open.
        end: the last day, inclusive.
        gaps: missing calendar steps are left out (`leave`), carried forward (`ffill`) or interpolated (`interpolate`).
        train: share of the series, from its start, that is learned from. Nothing is shuffled across.
        validation: share that follows it; what is left is the test part.
        scaler: `standard` (mean 0, standard deviation 1) or `minmax` (0 to 1), fitted on the training part only.
        options: what is the data set's own, for example `points` of the sine wave or `path` of a CSV file.

    Images (`IMAGE_DATA`) have `options` alone: `RunConfig` puts the rest back to its defaults.
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
        require(isinstance(self.name, str) and bool(self.name), "data.name", "the name of a data set", self.name)
        for key in ("start", "end"):
            require(is_date(getattr(self, key)), f"data.{key}", "a date such as 2020-12-31", getattr(self, key))
        if self.start and self.end:
            require(self.start < self.end, "data.end", f"after data.start ({self.start})", self.end)
        require_choice("data.gaps", self.gaps, ("leave", "ffill", "interpolate"))
        require_float("data.train", self.train, 0.1, 0.95)
        require_float("data.validation", self.validation, 0.02, 0.5)
        total = self.train + self.validation
        require(total <= 0.98 + 1e-9, "data.validation", "small enough to leave 2 % for the test part", self.validation)
        require_choice("data.scaler", self.scaler, ("standard", "minmax"))


@dataclass(frozen=True)
class WindowConfig:
    """How the series becomes examples.

    Args:
        size: input steps: how much of the past the network sees before it predicts.
        horizon: output steps.
        stride: a training example every so many steps.
    """

    size: int = 50
    horizon: int = 1
    stride: int = 1

    def __post_init__(self) -> None:
        require_int("window.size", self.size, 1, 1000)
        require_int("window.horizon", self.horizon, 1, 1)
        require_int("window.stride", self.stride, 1, 1000)


@dataclass(frozen=True)
class ModelConfig:
    """A stack of recurrent layers, then optional dense layers, then the output: linear, or softmax for classes.

    Args:
        cell: a key of `lab.cells.CELLS`: `lstm`, `peephole` (an LSTM whose gates see the cell), `gru`,
            `gru_reset_before` (as first published), `rnn` (Elman's simple recurrent network) or `jordan` (fed its last
            output instead of its last hidden state).
        units: the units of each recurrent layer, first to last; 1 to 6 layers.
        bidirectional: each layer reads the window forwards and, with weights of its own, backwards, and hands on
            both (Schuster & Paliwal 1997): twice the outputs, twice the time.
        activation: `tanh` or `relu`, of the candidate and of the cell where the output gate shows it, as Keras's
            `activation=`; the gates stay sigmoid. ReLU has no upper bound, so its states can explode.
        dropout: share of a layer's outputs that training drops: one number for every recurrent layer, or one a layer,
            the recurrent ones first and then the dense ones.
        recurrent_dropout: share of the hidden state that training drops on its way to the next step.
        dense: the units of each dense layer (ReLU) between the last recurrent layer and the output.
    """

    cell: str = "lstm"
    units: tuple[int, ...] = (50,)
    dropout: float | tuple[float, ...] = 0.0
    recurrent_dropout: float = 0.0
    dense: tuple[int, ...] = ()
    bidirectional: bool = False
    activation: Literal["tanh", "relu"] = "tanh"

    def __post_init__(self) -> None:
        require_choice("model.cell", self.cell, CELL_LABELS)
        require(isinstance(self.bidirectional, bool), "model.bidirectional", "true or false", self.bidirectional)
        for key in ("units", "dense"):
            layers: Any = getattr(self, key)
            object.__setattr__(self, key, (layers,) if isinstance(layers, int) else tuple(layers))
        require(1 <= len(self.units) <= MAX_LAYERS, "model.units", f"1 to {MAX_LAYERS} layers", self.units)
        require(len(self.dense) <= MAX_LAYERS, "model.dense", f"at most {MAX_LAYERS} layers", self.dense)
        for key in ("units", "dense"):
            for units in getattr(self, key):
                require_int(f"model.{key}", units, 1, 1024)
        require_float("model.recurrent_dropout", self.recurrent_dropout, 0.0, 0.9)
        require_choice("model.activation", self.activation, ("tanh", "relu"))
        self._check_dropout()

    def _check_dropout(self) -> None:
        rates = self.dropout if isinstance(self.dropout, list | tuple) else (self.dropout,)
        for rate in rates:
            require_float("model.dropout", rate, 0.0, 0.9)
        if rates is self.dropout:
            layers = len(self.units) + len(self.dense)
            rule = f"one number, or one for each of the {layers} layers"
            require(len(rates) == layers, "model.dropout", rule, self.dropout)
            object.__setattr__(self, "dropout", tuple(rates) if layers > 1 else rates[0])

    @property
    def dropouts(self) -> tuple[float, ...]:
        """The dropout after each layer, the recurrent ones first and then the dense ones."""
        if isinstance(self.dropout, tuple):
            return self.dropout
        return (self.dropout,) * len(self.units) + (0.0,) * len(self.dense)

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
        momentum: share of the last step's direction that is kept, by SGD alone.
        decay: the rate of gradient step k is learning_rate / (1 + decay * k), as `InverseTimeDecay`; 0: it stays.
        loss: `mse`, `mae` or `huber`, on the scaled values; `sparse_categorical_crossentropy` for classes. `auto` takes
            the one that suits the data, `mse` or cross-entropy; a `RunConfig` never holds it.
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
    decay: float = 0.0
    loss: Loss = "auto"
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
        require_float("training.decay", self.decay, 0.0, 10.0)
        require_choice("training.loss", self.loss, typing.get_args(Loss))
        clips = {k: getattr(self, k) for k in CLIPS}
        clips = {k: v for k, v in clips.items() if v is not None}
        for key, value in clips.items():
            require_float(f"training.{key}", value, 0.0, 1e6, above=True)
        require(len(clips) <= 1, "training", "given at most one of clip_value, clip_norm and global_clip_norm", clips)
        require_int("training.patience", self.patience, 0, 10_000)


@dataclass(frozen=True)
class RunConfig:
    """One experiment, whole. Equal configs (the seed included) give equal losses on the same machine.

    Args:
        seed: what the first weights, the order of the windows and dropout are drawn from.

    Images fix what does not apply to them: the window is the image's 28 rows, nothing is scaled or cut by time.
    """

    data: DataConfig = field(default_factory=DataConfig)
    window: WindowConfig = field(default_factory=WindowConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    seed: int = 0

    def __post_init__(self) -> None:
        require_int("seed", self.seed, 0, 2**31 - 1)
        if self.is_classifier:
            object.__setattr__(self, "data", DataConfig(name=self.data.name, options=self.data.options))
            object.__setattr__(self, "window", WindowConfig(size=IMAGE_STEPS))
        suited: tuple[Loss, ...] = ("mse", "mae", "huber")
        if self.is_classifier:
            suited = ("sparse_categorical_crossentropy",)
        if self.training.loss == "auto":
            object.__setattr__(self, "training", dataclasses.replace(self.training, loss=suited[0]))
        rule = f"{' or '.join(suited)} for data.name={self.data.name}"
        require(self.training.loss in suited, "training.loss", rule, self.training.loss)

    @property
    def is_classifier(self) -> bool:
        """Whether it learns the classes of images, and not the next steps of a series."""
        return self.data.name in IMAGE_DATA

    @property
    def outputs(self) -> int:
        """How many numbers the network says: the probability of each class, or the steps of the horizon."""
        return CLASSES if self.is_classifier else self.window.horizon

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
        require(isinstance(tree, dict), "config", "a JSON object", type(tree).__name__)
        parts: dict[str, Any] = {}
        for key, value in tree.items():
            section = SECTIONS.get(key)
            require(section is not None or key == "seed", key, f"one of {', '.join([*SECTIONS, 'seed'])}", key)
            if section is None:
                parts[key] = value
                continue
            require(isinstance(value, dict), key, "a JSON object", type(value).__name__)
            known = [f.name for f in dataclasses.fields(section)]
            for name in value:
                require_choice(f"key of {key}", name, known)
            parts[key] = section(**{k: tuple(v) if isinstance(v, list) else v for k, v in value.items()})
        return cls(**parts)

    def with_settings(self, settings: Mapping[str, object]) -> RunConfig:
        """A copy with `{"window.size": 7, "model.units": "256,512,512", ...}` put in; text is read as the field's type.

        A key `data.X` that is no field of `DataConfig` is an option of the data set. A new `data.name` starts from that
        data set's own defaults: the column, the dates and the options of another one would not fit; between a series
        and images, nor would the loss and the window.
        """
        changes = by_section(settings, SECTIONS)
        seed = parse("seed", changes.pop("").get("seed", self.seed), int)
        base = self.data
        if changes["data"].get("path") and base.name != CSV and "name" not in changes["data"]:
            changes["data"]["name"] = CSV  # no other data set has a path
        clips = [key for key in CLIPS if changes["training"].get(key) not in (None, "", "none", "null")]
        if len(clips) == 1:  # it takes the place of another way to clip
            changes["training"] = dict.fromkeys(CLIPS) | changes["training"]
        if changes["data"].get("name", base.name) != base.name:
            base = dataclasses.replace(base, column=None, start=None, end=None, options=())
        data = changed(base, "data", changes.pop("data"))
        bases = {section: getattr(self, section) for section in changes}
        if (data.name in IMAGE_DATA) != self.is_classifier:
            bases["window"], bases["training"] = WindowConfig(), dataclasses.replace(self.training, loss="auto")
        parts: dict[str, Any] = {"data": data}
        parts |= {section: changed(bases[section], section, new) for section, new in changes.items()}
        return RunConfig(seed=seed, **parts)

    def settings(self, base: RunConfig | None = None) -> dict[str, str]:
        """Every setting that differs from `base` or else the default config, as `with_settings` reads it: for the URL."""
        default = base or (RunConfig(DataConfig(self.data.name)) if self.is_classifier else RunConfig())
        found: dict[str, str] = {}
        for section in SECTIONS:
            ours, theirs = getattr(self, section), getattr(default, section)
            for f in dataclasses.fields(ours):
                value, other = getattr(ours, f.name), getattr(theirs, f.name)
                if f.name == "options":
                    found |= {f"data.{k}": to_text(v) for k, v in value if (k, v) not in other}
                elif value != other:
                    found[f"{section}.{f.name}"] = to_text(value)
        if self.is_classifier and base is None:
            found["data.name"] = self.data.name
        if self.seed != default.seed:
            found["seed"] = str(self.seed)
        return found


SECTIONS: dict[str, type[Any]] = {
    "data": DataConfig, "window": WindowConfig, "model": ModelConfig, "training": TrainingConfig,
}  # fmt: skip
