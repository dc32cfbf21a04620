"""Which columns of a table are its time, and what their cells say: one reading, or a question where two remain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lab.data.arrays import Array
from lab.data.calendars import calendar
from lab.data.sources.base import shown
from lab.data.sources.csv_dates import PLAIN, PLAIN_FORMS, UNIX, read, readings
from lab.data.sources.csv_format import NO_DATES, CsvError, Fault, on_lines, some
from lab.data.sources.csv_readings import day_first, in_zone, judged
from lab.data.sources.csv_table import Table
from lab.data.sources.csv_words import PARTS, is_missing, names_time, words

_CLOCK = re.compile(r"\d{1,2}\.\d\d\.\d\d|\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[ap]m)?|24:00(?::00)?", re.IGNORECASE)
_WHOLE = re.compile(r"\d{1,6}(?:\.0)?")
CALENDAR_DIGITS = ("%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S")
_LIKE_A_DATE = re.compile(r"(?<![\d.])(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4})(?![\d.]\d)")
_ENDING = re.compile(r"(?<=\d) 24(?::00(?::00)?)?$")
SAMPLE = 1000


@dataclass(frozen=True, eq=False)
class Time:
    """The time of a table.

    Args:
        columns: which columns it comes from; none where the rows are numbered.
        stamps: `(rows,)` datetime64[us], NaT where a row has none that can be read; floats where the rows are numbered.
        cells: the text of each row's time.
        form: the format by which it was read.
        others: more columns that hold time, which are no values either.
        notes: what a reader should know.
    """

    columns: tuple[str, ...]
    stamps: Array
    cells: Sequence[str]
    form: str = ""
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def fault(self, table: Table) -> Fault | None:
        """The rows whose time cannot be read, if there are any."""
        bad = np.flatnonzero(np.isnat(self.stamps)).tolist() if self.columns else []
        if not bad:
            return None
        rule = f"The column {' and '.join(map(shown, self.columns))} should hold dates"
        lines, cells = [table.lines[k] for k in bad], [self.cells[k] for k in bad]
        return on_lines(rule, lines, cells, ("data.date_column", "data.date_format"))


def find_time(table: Table) -> Time:
    """The time of a table, as its format says or as its columns show. CsvError where two readings of it remain, where what
    is given does not fit, or where a column is plainly time and cannot be read."""
    given = table.format
    if given.date_column == NO_DATES:
        return _numbered(table)
    candidates = {name: readings(_sample(cells)) for name, cells in table.columns.items()}
    timely = [name for name, forms in candidates.items() if forms and _is_time(table, name, forms)]
    if given.date_column:
        return _read(table, _named(table, given.date_column), timely)
    written = [name for name in timely if not PLAIN_FORMS & set(candidates[name])]
    parts = _parts(table)
    # A name that says so goes first; dates in words before numbers that could be dates.
    chosen = min(written, key=lambda name: not names_time(name), default=None)
    if chosen is not None:
        columns = _with_clock(table, chosen)
    elif parts:
        columns = parts
    elif timely:
        chosen = min(timely, key=lambda name: not names_time(name))
        columns = _with_clock(table, chosen) if _is_day(table.columns[chosen], candidates[chosen]) else (chosen,)
    else:
        _refuse_unreadable(table)
        return _numbered(table)
    return _read(table, columns, timely)


def _numbered(table: Table) -> Time:
    rows = len(table.lines)
    return Time((), np.arange(rows, dtype=np.float64), [""] * rows)


def _named(table: Table, text: str) -> tuple[str, ...]:
    """The columns that `data.date_column` names: one, or several with commas between them."""
    names = (text,) if text in table.columns else tuple(part.strip() for part in text.split(","))
    if not all(name in table.columns for name in names):
        raise ValueError(f"`data.date_column` must be one of {some(list(table.columns))}; received {shown(text)}.")
    return names


def _sample(cells: Sequence[str]) -> Sequence[str]:
    known = [cell for cell in cells[: 50 * SAMPLE] if not is_missing(cell)]
    return known[:: max(1, len(known) // SAMPLE)]


def _is_plain(cells: Sequence[str]) -> bool:
    """Whether the cells are plain numbers, which may be time and may be values."""
    known = _sample(cells)
    return 2 * sum(PLAIN.fullmatch(cell) is not None for cell in known) > len(known)


def _is_time(table: Table, name: str, forms: list[str]) -> bool:
    """Whether a column whose cells can be read as dates holds time: written dates do; of numbers the name or order says it."""
    cells = table.columns[name]
    if not PLAIN_FORMS & set(forms):
        return True
    if len(table.columns) == 1:
        return False  # a lone column is the values
    first = name == next(iter(table.columns))
    unnamed = first and (table.format.header_rows == 0 or name.startswith("column_"))
    known = _sample(cells)
    if len(set(known)) < 2:
        return False
    if forms == ["%Y"]:
        years = [float(cell) for cell in known if PLAIN.fullmatch(cell)]
        steps = [b - a for a, b in pairwise(years)]
        if names_time(name):
            return all(1500 <= year < 2200 for year in years) and (
                all(s >= 0 for s in steps) or all(s <= 0 for s in steps) or _repeats(years)
            )
        return first and len(steps) > 0 and all(step == 1 for step in steps)
    enough = 0.5 if names_time(name) else 0.95
    fit = [form for form in forms if _share_read(known, form) >= enough]
    if not fit:
        return False
    if forms[0] in ("excel", "decimal_year"):
        stamps = read(known, forms[0])
        return names_time(name) and _runs(stamps) and calendar(np.sort(stamps)) is not None
    if names_time(name):
        return True
    if any(form in UNIX for form in fit):
        # Numbers that are moments of our time, one after the other: so large and so even are no values.
        stamps = read(known, next(form for form in fit if form in UNIX))
        return _runs(stamps) and (unnamed or calendar(np.sort(stamps)) is not None)
    if any(form in CALENDAR_DIGITS for form in fit):
        # All of them days that there are, one after the other, in a calendar: no other numbers are so by chance.
        stamps = read(known, next(form for form in fit if form in CALENDAR_DIGITS))
        if len(known) > 4 and _runs(stamps) and calendar(np.sort(stamps)) is not None:
            return True
    return unnamed and any(_runs(read(known, form)) for form in fit)


def _repeats(years: list[float]) -> bool:
    """Whether the same years come again and again, as in a file of several series stacked."""
    return len(set(years)) <= len(years) / 2


def _share_read(cells: Sequence[str], form: str) -> float:
    return float((~np.isnat(read(cells, form))).mean())


def _runs(stamps: Array) -> bool:
    """Whether all steps go one way, and none stands still."""
    steps = np.diff(stamps[~np.isnat(stamps)]).astype(np.int64)
    return bool(steps.size and ((steps > 0).all() or (steps < 0).all()))


def _is_day(cells: Sequence[str], forms: list[str]) -> bool:
    """Whether dates have no time of day."""
    return (
        forms[0] not in UNIX
        and not re.search("%[HI]", forms[0])
        and not any(":" in cell for cell in _sample(cells)[:50])
    )


def _with_clock(table: Table, chosen: str) -> tuple[str, ...]:
    """A column of days with the column of the time of day, where days occur more than once and there is one."""
    cells = table.columns[chosen]
    if not _is_day(cells, readings(_sample(cells))) or len(set(cells)) == len(cells):
        return (chosen,)
    for name, others in table.columns.items():
        known = _sample(others)
        if name == chosen or not known:
            continue
        clocks = all(_CLOCK.fullmatch(cell) for cell in known)
        found_words = set(words(name)) & (PARTS["hour"] | {"time", "zeit", "uhrzeit", "tijd", "heure"})
        numbers = found_words and all(_WHOLE.fullmatch(cell) for cell in known) and _day_time(known[0]) is not None
        if (clocks or numbers) and len(set(zip(cells, others, strict=True))) > len(set(cells)):
            return chosen, name
    return (chosen,)


def _parts(table: Table) -> tuple[str, ...]:
    """Columns of years, months, days, hours, ... that make a date together; none where there is no year with a part of it."""
    found: dict[str, str] = {}
    for part, names in PARTS.items():
        for name, cells in table.columns.items():
            name_words = words(name)
            if (
                len(name_words) == 1
                and name_words[0] in names
                and name not in found.values()
                and _fits_part(_sample(cells), part)
            ):
                found.setdefault(part, name)
    if "year" not in found or not {"month", "quarter", "week"} & set(found):
        return ()
    if "month" not in found:
        return found["year"], found["quarter" if "quarter" in found else "week"]
    chain = ("year", "month", "day", "hour", "minute", "second")
    return tuple(found[part] for k, part in enumerate(chain) if all(p in found for p in chain[: k + 1]))


def _fits_part(cells: Sequence[str], part: str) -> bool:
    if part == "month" and cells and all(re.fullmatch(r"[^\W\d_]{3,9}\.?", cell) for cell in cells):
        return True
    low, high = {
        "year": (1500, 2199), "month": (1, 12), "day": (1, 31), "hour": (0, 24), "minute": (0, 59), "second": (0, 59),
        "quarter": (1, 4), "week": (1, 53),
    }[part]  # fmt: skip
    return bool(cells) and all(_WHOLE.fullmatch(cell) and low <= float(cell) <= high for cell in cells)


def _read(table: Table, columns: tuple[str, ...], timely: Sequence[str]) -> Time:
    others = tuple(name for name in timely if name not in columns)
    given, forms = table.format, list[str]()
    cells: Sequence[str] = table.columns[columns[0]]
    if len(columns) > 1:
        cells, form = _joined(table, columns)
        forms = [form] if form else readings(cells)
    late = [k for k, cell in enumerate(cells) if _ENDING.search(cell)] if len(columns) > 1 else []
    if late:  # the last hour of a day ends when the next one begins
        cells = [_ENDING.sub(" 00:00", cell) for cell in cells]
        forms = readings(cells)
    if given.date_format:
        forms = [given.date_format]
    elif not forms:
        forms = readings(_sample(cells))
    if not forms:
        return Time(columns, np.full(len(cells), np.datetime64("NaT", "us")), cells, others=others)
    if given.day_first is not None:
        forms = [form for form in forms if day_first(form) in (given.day_first, None)] or forms
    moved = np.zeros(len(cells), dtype="m8[us]")
    moved[late] = np.timedelta64(1, "D")
    form, stamps, notes = judged(table.lines[0], columns, cells, forms, moved)
    stamps, zone = in_zone(stamps, cells, given)
    return Time(columns, stamps, cells, form, others, (*notes, *zone))


def _joined(table: Table, columns: tuple[str, ...]) -> tuple[list[str], str]:
    """The text of several columns as one date each, and its format; `""` where the format is yet to be found."""
    parts = [table.columns[name] for name in columns]
    kinds = [
        next((part for part, names in PARTS.items() if len(words(n)) == 1 and words(n)[0] in names), "")
        for n in columns
    ]
    if kinds[0] == "year" and len(kinds) > 1:
        rows = list(zip(*parts, strict=True))
        whole = [[cell.removesuffix(".0") for cell in row] for row in rows]
        if kinds[1] in ("quarter", "week"):
            return [f"{row[0]}-{kinds[1][0].upper()}{row[1]}" for row in whole], kinds[1]
        if not parts[1][0][:1].isdigit():
            return [" ".join((*reversed(row[:3]), *row[3:])) for row in whole], ""
        return [_iso(row) for row in whole], "iso"
    days, clocks = parts[0], parts[1]
    joined = []
    for day, clock in zip(days, clocks, strict=True):
        time = clock if ":" in clock else clock.replace(".", ":") if clock.count(".") == 2 else _day_time(clock)
        joined.append(f"{day} {time}" if time is not None else f"{day} {clock}")
    return joined, ""


def _iso(row: list[str]) -> str:
    """Year, month and what follows as `2023-01-01 05:00`; hour 24 is the next day's first."""
    try:
        year, month, day, hour, minute, second = [*map(int, row), *(0, 1, 1, 0, 0, 0)[len(row) :]]
        stamp = np.datetime64(f"{year:04}-{month:02}-{day:02}", "s") + np.timedelta64(
            3600 * hour + 60 * minute + second, "s"
        )
    except ValueError:
        return " ".join(row)
    return str(stamp).replace("T", " ")


def _day_time(cell: str) -> str | None:
    """`5`, `0530` or `053000` as a clock shows it; None where it is no time of day."""
    digits = cell.removesuffix(".0")
    if not digits.isdecimal() or len(digits) > 6:
        return None
    if len(digits) <= 2:
        return f"{int(digits):02}:00" if int(digits) < 24 else None
    digits = digits.zfill(4 if len(digits) <= 4 else 6)
    pieces = [digits[k : k + 2] for k in range(0, len(digits), 2)]
    return ":".join(pieces) if int(pieces[0]) < 24 and all(int(piece) < 60 for piece in pieces[1:]) else None


def _refuse_unreadable(table: Table) -> None:
    """A column whose name and cells say that it is time is not dropped because it cannot be read."""
    for name, cells in table.columns.items():
        known = _sample(cells)
        if not known or _is_plain(cells):
            continue
        digits = 2 * sum(any(sign.isdigit() for sign in cell) for cell in known) > len(known)
        dates = 2 * sum(_LIKE_A_DATE.search(cell) is not None for cell in known) > len(known) < 4 * len(set(known))
        if (names_time(name) and digits) or dates:
            line = next(table.lines[k] for k, cell in enumerate(cells) if not is_missing(cell))
            raise CsvError([
                Fault(
                    f"The column {shown(name)} seems to hold dates, but line {line} has {shown(known[0])}, which is none that is known; "
                    "give `data.date_format`, or set `data.date_column` to - to number the rows.",
                    (line,),
                    ("data.date_format", "data.date_column"),
                )
            ])  # fmt: skip
