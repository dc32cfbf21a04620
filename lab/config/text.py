"""A setting as text, as the command line and the URL carry it: `256,512`, `5e-05`, `none`, `true`."""

from __future__ import annotations

import csv
import dataclasses
import difflib
import io
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Union


def parse(key: str, value: object, hint: Any) -> Any:
    """Read `value` as `hint`; text that does not read is handed on, so that the field's own check names the rule."""
    if not isinstance(value, str):
        return tuple(value) if isinstance(value, list) else value
    text = value.strip()
    if typing.get_origin(hint) in (Union, types.UnionType):
        if type(None) in typing.get_args(hint) and text.lower() in ("", "none", "null"):
            return None
        many = next((a for a in typing.get_args(hint) if typing.get_origin(a) is tuple), None)
        if many is not None and "," in text:
            return parse(key, text, many)
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    if hint == tuple[str, ...]:  # names may hold commas, and are quoted then as in a CSV file
        return tuple(name.strip() for name in next(csv.reader([text], skipinitialspace=True), [])) if text else ()
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
        if value and all(isinstance(part, str) for part in value):
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow(value)
            return line.getvalue()
        return ",".join(map(repr, value))
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def cell(value: Any) -> str:
    """A value in a table."""
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def meant(key: str, known: Iterable[str]) -> str:
    """`perhaps `data.gaps` is meant` for a mistyped key; `""` where none of the known ones is near."""
    listed = list(known)
    names = {name.rpartition(".")[2]: name for name in listed}
    own = key.rpartition(".")[2]
    near = [names[own]] if own in names else difflib.get_close_matches(key, listed, 1, 0.84)
    near = near or [names[name] for name in difflib.get_close_matches(own, list(names), 1, 0.8)]
    return f"perhaps `{near[0]}` is meant" if near else ""


def is_date(text: object) -> bool:
    """Whether it is None or an ISO date such as 2020-12-31."""
    if text is None:
        return True
    try:
        date.fromisoformat(str(text))
    except ValueError:
        return False
    return len(str(text)) == 10


def keys_of(sections: Mapping[str, type[Any]]) -> list[str]:
    """Every setting of the sections, as `window.size`."""
    return [
        f"{name}.{f.name}" for name, cls in sections.items() for f in dataclasses.fields(cls) if f.name != "options"
    ]


def by_section(settings: Mapping[str, object], sections: Mapping[str, type[Any]]) -> dict[str, dict[str, object]]:
    """Settings such as `window.size` by section and field, `seed` under `""`; ValueError for a key that none of them has.

    Of `data` any key is taken: what is no field of it is an option of the data set.
    """
    fields = {
        section: [f.name for f in dataclasses.fields(cls) if f.name != "options"] for section, cls in sections.items()
    }
    everything = [*keys_of(sections), "seed"]
    found: dict[str, dict[str, object]] = {"": {}, **{section: {} for section in sections}}
    for key, value in settings.items():
        section, _, name = key.rpartition(".") if "." in key else ("", "", key)
        if key not in everything and not (section == "data" and name and name != "options"):
            near = meant(key, everything)
            if section in fields and name:
                raise ValueError(f"`{key}` is no setting; {near or 'allowed are ' + ', '.join(fields[section])}.")
            known = ", ".join([*(f"{s}.*" for s in sections), "seed"])
            raise ValueError(f"A setting must be one of {known}; received {key!r}{near and '; ' + near}.")
        found[section][name] = value
    return found


def changed(section: Any, prefix: str, changes: Mapping[str, object]) -> Any:
    """A copy of a section of the config with `changes` put in; those that are no fields of it are its options."""
    hints = typing.get_type_hints(type(section))
    fields = {k: parse(f"{prefix}.{k}", v, hints[k]) for k, v in changes.items() if k in hints and k != "options"}
    own = {k: v for k, v in changes.items() if k not in hints}
    if own:
        fields["options"] = tuple({**dict(section.options), **own}.items())
    return dataclasses.replace(section, **fields)
