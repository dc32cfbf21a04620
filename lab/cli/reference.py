"""Every setting with its default, its rule and its meaning, read off the classes that hold them: nothing is written twice."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lab.config.run import SECTIONS, RunConfig
from lab.config.text import to_text
from lab.data.sources import DATASETS


@dataclass(frozen=True)
class Setting:
    """A setting as `--set KEY=VALUE` and a link of the app take it.

    Args:
        key: for example `window.size`.
        default: as text.
        rule: what its value must be.
        meaning: one sentence or more.
        data: the data set whose option it is; empty for the settings of every experiment.
    """

    key: str
    default: str
    rule: str
    meaning: str
    data: str = ""


def all_settings() -> list[Setting]:
    """The settings of every experiment, in the order of the config, then the options of each data set."""
    found = [setting for name, cls in SECTIONS.items() for setting in _of(cls, f"{name}.")]
    found += _of(RunConfig, "")
    found += [setting for name, cls in DATASETS.items() for setting in _of(cls, "data.", name)]
    known = ", ".join(DATASETS)
    return [dataclasses.replace(s, rule=f"one of {known}") if s.key == "data.name" else s for s in found]


def _of(cls: type[Any], prefix: str, data: str = "") -> Iterator[Setting]:
    meanings = _meanings(cls)
    for field in dataclasses.fields(cls):
        if field.default is not dataclasses.MISSING and field.name != "options":
            key = prefix + field.name
            yield Setting(key, to_text(field.default), _rule(cls, field.name, key), meanings[field.name], data)


def _rule(cls: type[Any], name: str, key: str) -> str:
    """The rule that the class itself states of a value that can't be right, of the setting or of one of its layers."""
    for wrong in (_Wrong(), (_Wrong(),)):
        try:
            cls(**{name: wrong})
        except ValueError as error:
            found = re.match(rf"`{re.escape(key)}` must be (.*); received ", str(error), re.DOTALL)
            if found:
                return found[1]
        except TypeError:  # it wants one a layer
            continue
    return "text"


class _Wrong:
    """No value of any setting."""


def _meanings(cls: type[Any]) -> dict[str, str]:
    """The `Args:` of the docstrings of a class and its bases: `name, other: words`, going on in lines that stand further in."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        _, _, args = inspect.cleandoc(base.__doc__ or "").partition("Args:\n")
        for entry in re.split(r"\n(?= {4}\S)", args.split("\n\n")[0]):
            names, _, words = entry.strip().partition(": ")
            text = " ".join(words.split())
            found |= {name.strip(): text[:1].upper() + text[1:] for name in names.split(",")}
    return found
