"""A setting as text, as the command line and the URL carry it: `256,512`, `5e-05`, `none`, `true`."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from typing import Any, Union


def parse(key: str, value: object, hint: Any) -> Any:
    """Read `value` as `hint`; text that does not read is handed on, so that the field's own check names the rule."""
    if not isinstance(value, str):
        return tuple(value) if isinstance(value, list) else value
    text = value.strip()
    if typing.get_origin(hint) in (Union, types.UnionType):
        if type(None) in typing.get_args(hint) and text.lower() in ("", "none"):
            return None
        many = next((a for a in typing.get_args(hint) if typing.get_origin(a) is tuple), None)
        if many is not None and "," in text:
            return parse(key, text, many)
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    if typing.get_origin(hint) is tuple:
        return tuple(parse(key, part, typing.get_args(hint)[0]) for part in text.split(",") if part.strip())
    if hint is bool:
        return {"true": True, "false": False}.get(text.lower(), value)
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError:
            return value
    return text


def to_text(value: object) -> str:
    """The text that `parse` reads back."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ",".join(map(repr, value))
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def is_date(text: object) -> bool:
    """Whether it is None or an ISO date such as 2020-12-31."""
    if text is None:
        return True
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return len(str(text)) == 10


def changed(section: Any, prefix: str, changes: Mapping[str, object]) -> Any:
    """A copy of a section of the config with `changes` put in; those that are no fields of `data` are its options."""
    hints = typing.get_type_hints(type(section))
    fields = {k: parse(f"{prefix}.{k}", v, hints[k]) for k, v in changes.items() if k in hints and k != "options"}
    own = {k: v for k, v in changes.items() if k not in hints}
    if own and prefix != "data":
        raise ValueError(f"`{prefix}.{next(iter(own))}` is no setting; allowed are {', '.join(hints)}.")
    if own:
        fields["options"] = tuple({**dict(section.options), **own}.items())
    return dataclasses.replace(section, **fields)
