"""The whole experiment as one frozen value: validated, hashable, JSON both ways, settable by `KEY=VALUE`.

The same keys (`window.size`, `training.clip_value`, ...) serve the JSON file, the command line and the URL of the app.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lab.config.model import ModelConfig
from lab.config.rules import require, require_choice, require_int
from lab.config.sections import (
    CLASSES,
    CLIPS,
    CSV,
    IMAGE_DATA,
    IMAGE_STEPS,
    DataConfig,
    Loss,
    TrainingConfig,
    WindowConfig,
)
from lab.config.text import by_section, changed, parse, to_text
from lab.config.versions import VERSION, upgrade


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
        """The config as JSON text with its `version`; `from_json` reads it back equal, whatever later versions change."""
        tree = {"version": VERSION} | dataclasses.asdict(self)
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
        for key, value in upgrade(tree).items():
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
