"""What stands around a date in a cell: the time zone after it, and the end of a span of which it is the start."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from lab.data.arrays import Array

_ABBREVIATIONS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120, "EET": 120,
    "EEST": 180, "MSK": 180, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "EST": -300, "EDT": -240, "CST": -360,
    "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip
ZONED = re.compile(
    r"(?P<bare>.*(?:\d|[AaPp][Mm]))\s*"
    rf"(?:(?P<name>{'|'.join(_ABBREVIATIONS)})(?P<after>[+-]\d\d:?\d\d)?|(?P<offset>[+-]\d\d(?::?\d\d)?))"
    r"(?:\s*[\[(][^\])]*[\])])?"
)


def without_zone(cell: str) -> tuple[str, int | None]:
    """The cell without the zone at its end, and that zone's minutes ahead of UTC; None where it has none."""
    match = ZONED.fullmatch(cell) if ":" in cell or not cell[-1:].isdigit() else None
    if match is None:
        return cell, None
    text = match["after"] or match["offset"]
    if text is None:
        return match["bare"], _ABBREVIATIONS[match["name"]]
    if ":" not in match["bare"]:
        return cell, None
    digits = text[1:].replace(":", "").ljust(4, "0")
    return match["bare"], (-1 if text[0] == "-" else 1) * (60 * int(digits[:2]) + int(digits[2:]))


def offsets(cells: Sequence[str]) -> Array | None:
    """Minutes `(time,)` that each cell's clock is ahead of UTC, NaN where it does not say; None where none does."""
    if not any(without_zone(cell)[1] is not None for cell in cells[:: 1 + len(cells) // 1000]):
        return None
    found = np.array([minutes if minutes is not None else np.nan for _, minutes in map(without_zone, cells)])
    return None if np.isnan(found).all() else found


_SPAN = re.compile(r"(?P<start>\S.{6,}?[\dZ])(?:\s+(?:-|–|to)\s+|(?<=[\dZ])/(?=\d{4}-))(?P<end>\S.{6,})")


def start_of(cell: str) -> str:
    """Of a span, `01.01.2023 00:00 - 01.01.2023 00:15`, its start; any other cell as it is."""
    match = _SPAN.fullmatch(cell) if len(cell) > 20 else None
    return match["start"] if match and _marks_of(match["start"]) == _marks_of(match["end"]) else cell


def _marks_of(text: str) -> str:
    return re.sub(r"\d+", "0", text)
