"""What every data set is: a frozen dataclass whose fields are its own options, and how those options are read."""

from __future__ import annotations

import dataclasses
import types
import typing
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from lab.config.run import SECTIONS
from lab.config.sections import OptionValue
from lab.config.text import keys_of, meant
from lab.data.series import Series

Group = Literal["Synthetic", "Crypto", "Classical", "Multivariate", "Your own", "Images", "Memory"]


@dataclass(frozen=True)
class Dataset(ABC):
    """One source of a series, or of images. A subclass adds its options as fields, checks them, and loads.

    Attributes:
        title: what a picker calls it.
        group: the heading it stands under in a picker.
        blurb: one sentence: what it is, and why it is interesting for a recurrent net.
        default_column: the column a run learns where the config names none; None: see `target`.
        yields: what `load` returns.
    """

    title: ClassVar[str]
    group: ClassVar[Group]
    blurb: ClassVar[str]
    default_column: ClassVar[str | None] = None
    yields: ClassVar[type[Any]] = Series

    @classmethod
    def target(cls, series: Series) -> str:
        """The column a run learns where the config names none."""
        return cls.default_column or series.names[0]

    @property
    def must_come(self) -> bool:
        """Whether it is yet to be downloaded, which the worker that trains on it does, once."""
        return False

    @abstractmethod
    def load(self) -> Any:
        """The raw series: every column, `(time, columns)`, NaN where a value is missing; or the images."""


def build(name: str, cls: type[Dataset], options: Mapping[str, OptionValue]) -> Dataset:
    """The data set `cls` with `options`; text is read as the option's type. ValueError names a wrong option."""
    hints = typing.get_type_hints(cls)
    own = {f.name: hints[f.name] for f in dataclasses.fields(cls)}
    for key in options:
        if key not in own:
            allowed = f"allowed are {', '.join(own)}" if own else "it has none"
            near = meant(f"data.{key}", [*(f"data.{known}" for known in own), *keys_of(SECTIONS)])
            raise ValueError(f"`data.{key}` is no option of the data set {name}; {near or allowed}.")
    return cls(**{key: _read(value, own[key]) for key, value in options.items()})


def require_text(key: str, value: object, rule: str, longest: int) -> None:
    """Raise ValueError unless `value` is text of at most `longest` characters."""
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"`{key}` must be {rule}; received {shown(value)}.")


def shown(value: object) -> str:
    """Somebody else's text, short and on one line, for a message."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _read(value: OptionValue, hint: Any) -> Any:
    """Text that does not read as `hint` is handed on, so that the option's own check names the rule."""
    kinds = typing.get_args(hint) or (hint,)
    if not isinstance(value, str):
        return value
    text = value.strip().lower()
    if types.NoneType in kinds and text in ("none", "null", ""):
        # A delimiter may be a tab, which is no empty text.
        return None if value in ("", value.strip()) else value
    if bool in kinds:
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text, value)
    for kind in (int, float):
        if kind in kinds:
            try:
                return kind(text)
            except ValueError:
                return value
    return value
