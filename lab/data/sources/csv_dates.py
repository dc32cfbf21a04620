"""How a column of text writes time: the readings that fit its cells, and what each makes of them.

A reading is named by its format: a strptime format (`%d/%m/%Y %H:%M`), `iso`, one of `unix_s`, `unix_ms`, `unix_us`,
`unix_ns`, `excel` (days since 1899-12-30), `decimal_year` (1949.083), `quarter`, `half` or `week`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import numpy as np

from lab.data.arrays import Array
from lab.data.sources.csv_words import english, is_missing
from lab.data.sources.csv_zones import ZONED, start_of, without_zone

UNIX = {"unix_s": 1e6, "unix_ms": 1e3, "unix_us": 1.0, "unix_ns": 1e-3}  # microseconds
PERIODS = ("quarter", "half", "week")
OTHERS = ("iso", *UNIX, "excel", "decimal_year", *PERIODS)
PLAIN = re.compile(r"\d+(?:\.\d*)?", re.ASCII)
_BY_LENGTH = {
    4: ("%Y",),
    5: ("excel",),
    6: ("%Y%m", "%y%m%d"),
    8: ("%Y%m%d", "%d%m%Y", "%m%d%Y"),
    9: ("unix_s",),
    10: ("unix_s", "%Y%m%d%H"),
    12: ("%Y%m%d%H%M",),
    13: ("unix_ms",),
    14: ("%Y%m%d%H%M%S",),
    16: ("unix_us",),
    19: ("unix_ns",),
}
# Formats of cells that are plain numbers, which may be time and may be values.
PLAIN_FORMS = frozenset((*(form for forms in _BY_LENGTH.values() for form in forms), "decimal_year"))
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?", re.ASCII)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):\d\d(?P<second>:\d\d(?P<mark>[.,])?(?P<fraction>\d+)?)?(?P<half>\s*-?[ap]m)?", re.I
)
_HOUR = re.compile(r"(?P<hour>\d{1,2})(?P<half>\s*-?[ap]m)", re.I)
_NUMERIC = (
    (re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}"), ("%Y{0}%m{0}%d", "%Y{0}%d{0}%m")),
    (re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{4}"), ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y")),
    (re.compile(r"\d{2}([-/.])\d{1,2}\1\d{2}"), ("%d{0}%m{0}%y", "%m{0}%d{0}%y", "%y{0}%m{0}%d")),
    (re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}"), ("%d{0}%m{0}%y", "%m{0}%d{0}%y")),
    (re.compile(r"\d{4}(-)\d{3}"), ("%Y{0}%j",)),
    (re.compile(r"\d{4}([-/:Mm])\d{1,2}"), ("%Y{0}%m",)),
    (re.compile(r"\d{1,2}([-/])\d{4}"), ("%m{0}%Y",)),
    (re.compile(r"\d{8}()"), ("%Y%m%d",)),
)
_PERIODS = tuple(
    re.compile(text, re.IGNORECASE | re.ASCII)
    for text in (
        r"(?P<year>\d{4})[-\s/.:_]*(?P<kind>[QKTHSW])(?P<part>\d{1,2})",
        r"(?P<kind>[QKTHSW])(?P<part>\d{1,2})[-\s/.:_']*(?P<year>\d{4}|\d\d)",
        r"(?P<part>[1-4])(?P<kind>[QKTHS])[-\s/.:_']*(?P<year>\d{4}|\d\d)",
    )
)
_KINDS = {"q": "quarter", "k": "quarter", "t": "quarter", "h": "half", "s": "half", "w": "week"}


def known_format(text: str) -> bool:
    """Whether `text` names a reading."""
    return text in OTHERS or ("%" in text and re.fullmatch(r"(?:%[YymdHMSfpIjbBaA%]|[^%])+", text) is not None)


def formats_of(cell: str) -> list[str]:
    """The formats in which a cell could be a date, the likelier first; none where it could be no date.

    Plain numbers count: whether a column of them is time is for the caller to say.
    """
    cell = start_of(cell)
    if PLAIN.fullmatch(cell):
        whole, _, rest = cell.partition(".")
        if rest.strip("0"):
            return {4: ["decimal_year"], 5: ["excel"]}.get(len(whole), ["unix_s"] if 9 <= len(whole) <= 10 else [])
        return list(_BY_LENGTH.get(len(whole), ()))
    if _is_iso(cell):
        # 2024-01-02 is read year, month, day and no other way; with slashes and points the order could be another.
        return ["iso"]
    if period := _period(cell):
        return [period[0]]
    day, clock = _cut(cell)
    return [f"{form}{clock}" for form in _day_formats(day)]


def readings(cells: Sequence[str]) -> list[str]:
    """The formats that read most of the cells, all equally many; none where they read fewer than half of them."""
    known = [cell for cell in cells if not is_missing(cell)]
    sample = [known[k] for k in np.unique(np.linspace(0, len(known) - 1, 400).astype(int))] if known else []
    candidates = list(dict.fromkeys(form for cell in sample[:: max(1, len(sample) // 60)] for form in formats_of(cell)))
    hits = {form: int((~np.isnat(read(sample, form))).sum()) for form in candidates}
    best = max(hits.values(), default=0)
    return [form for form, count in hits.items() if count == best] if best and 2 * best >= len(sample) else []


def read(cells: Sequence[str], form: str) -> Array:
    """The dates `(time,)` as datetime64[us], as the clock in the cell shows them; NaT where a cell is none."""
    if any(start_of(cell) != cell for cell in cells[:50]):
        cells = list(map(start_of, cells))
    bare = [without_zone(cell)[0] for cell in cells] if any(map(ZONED.fullmatch, cells[:50])) else cells
    stamps = _read(bare, form)
    if form in OTHERS and form != "iso":
        return stamps
    # Cells of another writing with the parts in the same order: a fraction of a second that is left out where it is 0.
    order = field_order(form)
    for _ in range(8):
        left = np.flatnonzero(np.isnat(stamps))
        others = (
            other
            for k in left[:20].tolist()
            for other in formats_of(bare[k])
            if other != form and field_order(other) == order and not PLAIN.fullmatch(bare[k])
        )
        other = next(others, None)
        if other is None:
            break
        found = _read([bare[k] for k in left.tolist()], other)
        if np.isnat(found).all():
            break
        stamps[left] = found
    return stamps


def field_order(form: str) -> str:
    """`dmy`, `mdy`, `ymd`, ...: the order in which a format names the parts of a day; of `iso` ymd."""
    return "ymd" if form == "iso" else "".join(re.findall(r"%([ymdYbBj])", form)).lower().replace("b", "m")


def _read(cells: Sequence[str], form: str) -> Array:
    if form == "iso":
        try:
            if all(map(_ISO.fullmatch, cells)):  # as nearly all are; ten times as fast
                return np.array(cells, dtype="M8[us]")
        except ValueError:
            pass
        return _each(cells, _iso)
    if form in PERIODS:
        return _each(cells, lambda cell: _period_start(cell, form))
    if form in UNIX or form in ("excel", "decimal_year"):
        return _counted(cells, form)
    import pandas as pd

    texts: Sequence[str] = cells
    if re.search("%[aAbB]", form):
        texts = [english(cell) for cell in cells]
    elif form in PLAIN_FORMS:
        # strptime is lenient with what is short: 20241 would be the first of April.
        size = {length for length, forms in _BY_LENGTH.items() if form in forms}
        texts = [cell if len(cell) in size else "" for cell in map(_whole, cells)]
    found = pd.to_datetime(pd.Series(texts, dtype=object), format=form, errors="coerce")
    return np.asarray(found.to_numpy().astype("M8[us]"))


def _whole(cell: str) -> str:
    """`1949.0`, as pandas writes a column of whole numbers with a hole, as `1949`."""
    return (
        cell.rstrip("0").rstrip(".")
        if PLAIN.fullmatch(cell) and cell.partition(".")[2].strip("0") == "" and "." in cell
        else cell
    )


def _each(cells: Iterable[str], one: Callable[[str], datetime | None]) -> Array:
    return np.array([one(cell) for cell in cells], dtype="M8[us]")


def _is_iso(cell: str) -> bool:
    return len(cell) >= 10 and cell[4:5] == "-" and cell[7:8] == "-" and _iso(without_zone(cell)[0]) is not None


def _iso(cell: str) -> datetime | None:
    if PLAIN.fullmatch(cell):
        return None
    try:
        return datetime.fromisoformat(cell).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _counted(cells: Sequence[str], form: str) -> Array:
    """Seconds, days or years since a beginning; NaT beyond what is plausible for a series: 1970 to 2100 of seconds."""
    values = np.array([float(cell) if cell.isdecimal() or PLAIN.fullmatch(cell) else np.nan for cell in cells])
    if form == "decimal_year":
        months = np.rint(values * 12)
        fits = (np.abs(values * 12 - months) < 0.05) & (values > 1500) & (values < 2200)
        stamps = (np.where(fits, months, 0) - 1970 * 12).astype("M8[M]").astype("M8[us]")
    elif form == "excel":
        fits = (values > 10_000) & (values < 75_000)
        stamps = np.datetime64("1899-12-30", "us") + np.rint(np.where(fits, values, 0) * 86_400e6).astype("m8[us]")
    else:
        micros = values * UNIX[form]
        fits = (micros >= 1e14) & (micros < 4.1e15)  # March 1973 to 2099
        exact = (
            np.array([int(cell) if cell.isdecimal() else 0 for cell in cells])
            if form in ("unix_us", "unix_ns")
            else None
        )
        whole = np.rint(np.where(fits, micros, 0)).astype(np.int64)
        if exact is not None:
            whole = exact if form == "unix_us" else exact // 1000
        stamps = np.where(fits, whole, 0).astype("M8[us]")
    return np.where(fits, stamps, np.datetime64("NaT", "us"))


def _cut(cell: str) -> tuple[str, str]:
    """The day of a cell, and the format of what follows it: its clock with the marks before it."""
    cell = without_zone(cell)[0]
    match = re.fullmatch(
        rf"(?P<day>.*?)(?P<gap>[T ,_-]+|(?<=\d\d\d\d):)(?P<clock>{_CLOCK.pattern})", cell, re.I
    ) or re.fullmatch(rf"(?P<day>.*?\d)(?P<gap>[T ,_-]+)(?P<clock>{_HOUR.pattern})", cell, re.I)
    if match is None:
        compact = re.fullmatch(r"(?P<day>\d{8})(?P<gap>[T _-])(?P<clock>\d{4}|\d{6})", cell)
        if compact:
            return compact["day"], compact["gap"] + ("%H%M" if len(compact["clock"]) == 4 else "%H%M%S")
        return cell, ""
    part = match.groupdict()
    form = "%I" if part["half"] else "%H"
    if ":" in part["clock"]:
        form += ":%M"
        if part["second"]:
            form += ":%S" + (f"{part['mark']}%f" if part["fraction"] else "")
    if part["half"]:
        form += re.sub(r"[ap]m", "%p", part["half"], flags=re.I)
    return part["day"], part["gap"] + form


def _day_formats(day: str) -> list[str]:
    for shape, forms in _NUMERIC:
        if match := shape.fullmatch(day):
            return [form.format(match[1]) for form in forms]
    if not re.search(r"[^\W\d_]", day):
        return []
    return _worded(english(day))


def _worded(day: str) -> list[str]:
    """The format of a day that names its month: `2 January 2024`, `Mon, Jan 02 2024`, `Jan-24`."""
    pieces = re.findall(r"\d+|[^\W\d_]+|[\W_]+", day)
    numbers = [k for k, piece in enumerate(pieces) if piece.isdecimal()]
    months = 0
    for k, piece in enumerate(pieces):
        for code in ("%b", "%B", "%a", "%A"):
            if piece.isalpha() and _is_word(piece, code):
                pieces[k] = code
                months += code in ("%b", "%B")
                break
    if months != 1 or not 1 <= len(numbers) <= 2:
        return []
    year = next((k for k in numbers if len(pieces[k]) == 4), numbers[-1])
    for k in numbers:
        if k == year:
            if len(pieces[k]) not in (2, 4):
                return []
            pieces[k] = "%Y" if len(pieces[k]) == 4 else "%y"
        else:
            pieces[k] = "%d"
    return ["".join(pieces)]


def _is_word(piece: str, code: str) -> bool:
    try:
        datetime.strptime(piece, code)
    except ValueError:
        return False
    return True


def _period(cell: str) -> tuple[str, int, int] | None:
    """The kind of a quarter, half year or week, its year and its number; None where the cell is none."""
    match = next((m for m in (shape.fullmatch(cell) for shape in _PERIODS) if m), None)
    if match is None:
        return None
    kind, year, part = _KINDS[match["kind"].lower()], int(match["year"]), int(match["part"])
    if len(match["year"]) == 2:
        year += 1900 if year >= 69 else 2000
    most = {"quarter": 4, "half": 2, "week": 53}[kind]
    return (kind, year, part) if 1 <= part <= most and 1500 <= year < 2200 else None


def _period_start(cell: str, form: str) -> datetime | None:
    found = _period(cell)
    if found is None or found[0] != form:
        return None
    _, year, part = found
    try:
        day = (
            date.fromisocalendar(year, part, 1)
            if form == "week"
            else date(year, 1 + (part - 1) * (3 if form == "quarter" else 6), 1)
        )
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day)
