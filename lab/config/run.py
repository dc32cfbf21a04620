"""The whole experiment as one frozen value: validated, hashable, JSON both ways, settable by `KEY=VALUE`.

The same keys (`window.size`, `training.clip_value`, ...) serve the JSON file, the command line and the URL of the app.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from lab.config.model import ModelConfig, with_kind
from lab.config.rules import odd_values, require, require_choice, require_int
from lab.config.sections import CLIPS, CSV, DataConfig, Loss, TrainingConfig, WindowConfig
from lab.config.tasks import TaskRules, rules_of
from lab.config.text import by_section, changed, parse, to_text
from lab.config.versions import VERSION, upgrade


@dataclass(frozen=True)
class RunConfig:
    """One experiment, whole. Equal configs (the seed included) give equal losses on the same machine.

    Args:
        seed: what the first weights, the order of the windows and dropout are drawn from.

    What does not apply to the task of its data goes back to its default: images fix the window at their 28 rows.
    """

    data: DataConfig = field(default_factory=DataConfig)
    window: WindowConfig = field(default_factory=WindowConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    seed: int = 0

    def __post_init__(self) -> None:
        require_int("seed", self.seed, 0, 2**31 - 1)
        for section, value in self.task.suit(self).items():
            object.__setattr__(self, section, value)
        suited = self.task.losses
        if self.training.loss == "auto":
            object.__setattr__(self, "training", dataclasses.replace(self.training, loss=cast(Loss, suited[0])))
        rule = f"{' or '.join(suited)} for data.name={self.data.name}"
        require(self.training.loss in suited, "training.loss", rule, self.training.loss)

    @property
    def task(self) -> TaskRules:
        """What it learns to do with its data."""
        return rules_of(self.data.name)

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
        except RecursionError:
            raise ValueError("The config must be JSON of a few levels; received far more.") from None
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
            with odd_values(key, value):
                parts[key] = section(**{k: tuple(v) if isinstance(v, list) else v for k, v in value.items()})
        return cls(**parts)

    def with_settings(self, settings: Mapping[str, object]) -> RunConfig:
        """A copy with `{"window.size": 7, "model.units": "256,512,512", ...}` put in; text is read as the field's type.

        A key `data.X` that is no field of `DataConfig` is an option of the data set. A new `data.name` starts from that
        data set's own defaults: the column, the dates, the transform and the options of another one would not fit; of another task,
        nor would the loss and the window.
        """
        require(all(isinstance(key, str) for key in settings), "settings", "named by text", list(settings))
        with odd_values("settings", settings):
            return self._with(by_section(settings, SECTIONS))

    def _with(self, changes: dict[str, dict[str, object]]) -> RunConfig:
        seed = parse("seed", changes.pop("").get("seed", self.seed), int)
        base = self.data
        if changes["data"].get("path") and base.name != CSV and "name" not in changes["data"]:
            changes["data"]["name"] = CSV  # no other data set has a path
        clips = [key for key in CLIPS if changes["training"].get(key) not in (None, "", "none", "null")]
        if len(clips) == 1:  # it takes the place of another way to clip
            changes["training"] = dict.fromkeys(CLIPS) | changes["training"]
        if changes["data"].get("name", base.name) != base.name:
            base = dataclasses.replace(
                base,
                column=None,
                targets=(),
                inputs=(),
                start=None,
                end=None,
                first=None,
                stop=None,
                transform="none",
                options=(),
            )
        # One column to learn takes the place of several, and several that of one.
        if changes["data"].get("column") not in (None, "", "none", "null"):
            changes["data"] = {"targets": (), "inputs": ()} | changes["data"]
        elif changes["data"].get("targets"):
            changes["data"] = {"column": None} | changes["data"]
        data = changed(base, "data", changes.pop("data"))
        bases = {section: getattr(self, section) for section in changes}
        if rules_of(data.name) is not self.task:
            bases["window"], bases["training"] = WindowConfig(), dataclasses.replace(self.training, loss="auto")
        kind = changes["model"].get("kind", self.model.kind)
        if kind != self.model.kind:
            bases["model"] = with_kind(self.model, str(kind))
        parts: dict[str, Any] = {"data": data}
        parts |= {section: changed(bases[section], section, new) for section, new in changes.items()}
        return RunConfig(seed=seed, **parts)

    def settings(self, base: RunConfig | None = None) -> dict[str, str]:
        """Every setting that differs from `base` or else the default config, as `with_settings` reads it: for the URL."""
        of_another_task = base is None and RunConfig().task is not self.task
        default = base or (RunConfig(DataConfig(self.data.name)) if of_another_task else RunConfig())
        found: dict[str, str] = {}
        for section in SECTIONS:
            ours, theirs = getattr(self, section), getattr(default, section)
            for f in dataclasses.fields(ours):
                value, other = getattr(ours, f.name), getattr(theirs, f.name)
                if f.name == "options":
                    found |= {f"data.{k}": to_text(v) for k, v in value if (k, v) not in other}
                elif value != other:
                    found[f"{section}.{f.name}"] = to_text(value)
        if of_another_task:
            found["data.name"] = self.data.name
        if self.seed != default.seed:
            found["seed"] = str(self.seed)
        return found


SECTIONS: dict[str, type[Any]] = {
    "data": DataConfig, "window": WindowConfig, "model": ModelConfig, "training": TrainingConfig,
}  # fmt: skip
