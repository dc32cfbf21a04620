"""The cells of a CSV file: which text is a number or a date, and in which country's writing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from lab.series import Array, FloatArray

MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", "."))
_HALVES = ("january february march april may june", "july august september october november december")
MONTHS = [month for half in _HALVES for month in half.split()]

_LOOSE = re.compile(r"[+-]?[.,]?\d(?:[.,' ]?\d)*[.,]?(?:[eE][+-]?\d+)?|[+-]?inf(?:inity)?", re.ASCII | re.IGNORECASE)
_PLAIN = re.compile(r"\d+(?:[.,]\d*)?")
_TIME = r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?\s*(?P<half>[ap]m)?)?"
_DAY = r"(?P<day>\d{1,2})"
_WORD = r"(?P<word>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4})"
_SHORT = r"(?P<year>\d{4}|\d\d)"
_NUMERIC = re.compile(rf"(?P<first>\d{{1,2}})(?P<mark>[/.-])(?P<second_>\d{{1,2}})[/.-]{_SHORT}{_TIME}", re.I | re.A)
_OTHERS = [
    re.compile(text, re.IGNORECASE | re.ASCII)
    for text in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.]{_DAY}{_TIME}",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
        rf"(?P<month>\d{{1,2}})[/-]{_YEAR}",
        rf"{_YEAR}[- ]?Q(?P<quarter>[1-4])",
        rf"{_DAY}[ -]{_WORD}[ ,-]+{_SHORT}{_TIME}",
        rf"{_WORD}[ -]{_DAY},? {_YEAR}{_TIME}",
        rf"{_WORD}[ -]{_SHORT}",
    )
]
_COMPACT = re.compile(rf"{_YEAR}(?:(?P<month>\d\d){_DAY}?)?".replace(r"\d{1,2}", r"\d\d"), re.ASCII)


def clean(cell: str) -> str:
    """The cell without the spaces around it; the many signs for a space and a minus become the plain ones."""
    return cell.strip() if cell.isascii() else re.sub(r"[\u00a0\u2009\u202f]", " ", cell).replace("−", "-").strip()


def is_missing(cell: str) -> bool:
    """True for an empty cell and the usual words for one."""
    return cell.lower() in MISSING


def looks_numeric(cell: str) -> bool:
    """True where the cell is a number in some country's writing."""
    return _LOOSE.fullmatch(cell) is not None


def numbers(cells: Sequence[str], decimal: str, thousands: str) -> tuple[FloatArray, list[int]]:
    """The values `(time,)`, NaN where missing, and the positions of cells that are no number."""
    if decimal == "." and not any("_" in cell for cell in cells):
        try:
            # Ten times as fast, and most files are such; Python alone would also read 1_000.
            return np.array([float(cell) for cell in cells]), []
        except ValueError:
            pass
    mark = re.escape(decimal)
    group = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|" if thousands else ""
    shape = re.compile(rf"[+-]?(?:(?:{group}\d+)(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?", re.ASCII)
    values, bad = np.full(len(cells), np.nan), []
    for i, cell in enumerate(cells):
        if is_missing(cell):
            continue
        if shape.fullmatch(cell):
            values[i] = float((cell.replace(thousands, "") if thousands else cell).replace(decimal, "."))
        elif cell.lower().lstrip("+-") in ("inf", "infinity"):
            values[i] = np.inf
        else:
            bad.append(i)
    return values, bad


def marks(cells: Iterable[str], delimiter: str, decimal: str | None, thousands: str | None) -> tuple[str, str]:
    """The decimal mark and the thousands mark (`""`: none) that fit the numbers best; what is given is kept.

    "1,5" has a decimal comma, "1,234,567" thousands, "1.234,5" both. "1,234" alone could be either: it counts as
    thousands, except in a file delimited by semicolons, whose reason to be is the decimal comma.
    """
    points: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for cell in cells:
        signs = re.sub(r"[^.,' ]", "", cell)
        if not signs or not looks_numeric(cell):
            continue
        head, last = re.split(r"[eE]", cell)[0], signs[-1]
        whole, _, rest = head.rpartition(last)
        grouped = re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(?:[{re.escape(signs[0])}]\d{{3}})+(?:[.,]\d*)?", head, re.ASCII)
        if len(set(signs)) == 2 and signs.count(last) == 1 and last in ".," and grouped:
            points[last] += 1
            groups[signs[0]] += 1
        elif len(set(signs)) == 1 and grouped and (len(signs) > 1 or last in "' "):
            groups[last] += 1
        elif len(signs) == 1 and last in ".,":
            sure = len(rest) != 3 or not re.fullmatch(r"[+-]?[1-9]\d{0,2}", whole)
            (points if sure else unsure)[last] += 1
    if decimal is None:
        score = {mark: points[mark] + groups[other] for mark, other in ((".", ","), (",", "."))}
        if score["."] == score[","] == 0 and unsure[","] and not unsure["."]:
            decimal = "," if delimiter == ";" and thousands != "," else "."
        else:
            decimal = "," if score[","] > score["."] else "."
        if decimal == thousands:
            decimal = "," if thousands == "." else "."
    if thousands is None:
        found = [(count, mark) for mark, count in (groups + unsure).items() if mark != decimal]
        thousands = max(found)[1] if found else ""
    return decimal, thousands


def date_of(cell: str, day_first: bool, *, compact: bool = False) -> datetime | None:
    """The date a cell writes, in UTC where it names a time zone; None where it is none.

    `compact` also admits what is a plain number elsewhere: 1949, 194901, 19490131, seconds or milliseconds since 1970.
    """
    if not compact and _PLAIN.fullmatch(cell):
        return None
    try:
        # The quick way; it reads 20200131 as a date too, which is why plain numbers were turned away above.
        stamp = datetime.fromisoformat(cell)
        return stamp.astimezone(UTC).replace(tzinfo=None) if stamp.tzinfo else stamp
    except (ValueError, OverflowError):
        pass
    try:
        return _written(cell, day_first) or (_plain(cell) if compact else None)
    except (ValueError, OverflowError, OSError):
        return None


def dates(cells: Sequence[str], day_first: bool) -> Array:
    """The dates `(time,)` as datetime64[us]; NaT where a cell is none."""
    return np.array([date_of(cell, day_first, compact=True) for cell in cells], dtype="M8[us]")


def day_order(cells: Iterable[str]) -> tuple[bool, bool]:
    """Whether dates such as 03/04/2020 name the day first, and whether the file leaves no doubt of it."""
    found = [m for m in map(_NUMERIC.fullmatch, cells) if m]
    pairs = [(int(m["first"]), int(m["second_"])) for m in found]
    day, month = sum(a > 12 for a, _ in pairs), sum(b > 12 for _, b in pairs)
    if day or month:
        return day >= month, True
    if all(a == b for a, b in pairs):
        return False, True
    if all(m["mark"] == "." for m in found):
        return True, True
    # One of the two numbers is always 1: the first of each month.
    if all(a == 1 for a, _ in pairs) or all(b == 1 for _, b in pairs):
        return pairs[0][0] == 1 and pairs[-1][0] == 1, True
    return False, False


def _written(cell: str, day_first: bool) -> datetime | None:
    match = _NUMERIC.fullmatch(cell)
    if match:
        part = match.groupdict()
        day, month = (part["first"], part["second_"]) if day_first else (part["second_"], part["first"])
    else:
        match = next((m for m in (shape.fullmatch(cell) for shape in _OTHERS) if m), None)
        if match is None:
            return None
        part = match.groupdict()
        day, month = part.get("day") or "1", part.get("month") or "1"
        if part.get("quarter"):
            month = str(3 * int(part["quarter"]) - 2)
        if part.get("word"):
            word = part["word"].lower()
            month = str(1 + next((k for k, name in enumerate(MONTHS) if name.startswith(word)), 12))
    year, hour = int(part["year"]), int(part.get("hour") or 0)
    if len(part["year"]) == 2:
        year += 1900 if year >= 69 else 2000
    if part.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part["half"].lower() == "pm" else 0)
    return datetime(year, int(month), int(day), hour, int(part.get("minute") or 0), int(part.get("second") or 0))


def _plain(cell: str) -> datetime | None:
    cell = re.sub(r"\.0*$", "", cell)
    match = _COMPACT.fullmatch(cell)
    if match:
        return datetime(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
    if re.fullmatch(r"\d{9,13}", cell, re.ASCII):
        return datetime.fromtimestamp(int(cell) / (1000 if len(cell) > 11 else 1), UTC).replace(tzinfo=None)
    return None
