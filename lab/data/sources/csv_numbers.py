"""The numbers of a CSV file: what a cell is worth in some country's writing, with its currency, percent or thousands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.sources.csv_words import is_missing

_CURRENCY = (
    r"[$€£¥₹₽₩]|(?:US|CA|AU|NZ|HK|SG|R)\$|USD|EUR|GBP|JPY|CHF|CAD|AUD|CNY|INR|SEK|NOK|DKK|PLN|BRL|BTC|ETH|kr|zł|Fr\."
)
_FACTORS = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9, "t": 1e12}
_DECORATED = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<inner>[+-])?\s*(?P<digits>[.,]?\d[\d.,' ]*?(?:[eE][+-]?\d+)?)"
    rf"\s*(?P<factor>(?:{'|'.join(_FACTORS)})(?![A-Za-z]))?\.?\s*(?P<after>%|{_CURRENCY})?(?P<trail>-)?\s*(?P<close>\))?",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"[+-]?[.,]?\d(?:[.,' ]?\d)*[.,]?(?:[eE][+-]?\d+)?|[+-]?inf(?:inity)?", re.ASCII | re.IGNORECASE)


MOST_CELLS = 20_000  # of a column that have a mark, looked at for what it means


class Column(NamedTuple):
    """The numbers of a column.

    Attributes:
        values: `(time,)`, NaN where a cell is missing or no number.
        bad: the positions of the cells that are no number.
        unit: the currency or `%` that stands in its cells; `""` where none does.
    """

    values: FloatArray
    bad: list[int]
    unit: str


def looks_numeric(cell: str) -> bool:
    """True where the cell is a number in some country's writing, alone or with a currency, a percent sign or the like."""
    return _LOOSE.fullmatch(cell) is not None or (any(map(str.isdigit, cell)) and _digits(cell) is not None)


def numbers(cells: Sequence[str], decimal: str, thousands: str) -> Column:
    """What the cells are worth: `1.234,5`, `$1,234.50`, `12.3K`, `5 %`, `(5.00)` for -5."""
    if decimal == "." and not any("_" in cell for cell in cells):
        try:
            # Ten times as fast, and most files are such; Python alone would also read 1_000.
            return Column(np.array([float(cell) for cell in cells]), [], "")
        except ValueError:
            pass
    shape, units = _shape(decimal, thousands), Counter[str]()
    values, bad, known = np.full(len(cells), np.nan), [], dict[str, float | None]()
    for i, cell in enumerate(cells):
        if cell not in known:
            known[cell] = _value(cell, shape, decimal, thousands, units)
        value = known[cell]
        if value is None:
            bad.append(i)
        else:
            values[i] = value
    return Column(values, bad, units.most_common(1)[0][0] if units else "")


def _shape(decimal: str, thousands: str) -> re.Pattern[str]:
    mark, apart = re.escape(decimal), re.escape(thousands)
    # Indian writing has its groups of two: 12,34,567.
    group = rf"\d{{1,3}}(?:{apart}\d{{2,3}})*{apart}\d{{3}}|" if thousands else ""
    return re.compile(rf"(?:(?:{group}\d+)(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def _value(cell: str, shape: re.Pattern[str], decimal: str, thousands: str, units: Counter[str]) -> float | None:
    """NaN where the cell is missing; None where it is no number."""
    if is_missing(cell):
        return float("nan")
    if cell.lower().lstrip("+-") in ("inf", "infinity"):
        return float("inf")
    match = _digits(cell)
    if match is None:
        return None
    digits = match["digits"].strip()
    if not shape.fullmatch(digits):
        return None
    value = float((digits.replace(thousands, "") if thousands else digits).replace(decimal, "."))
    if unit := match["after"] or match["before"]:
        units[unit] += 1
    value *= _FACTORS[match["factor"].lower()] if match["factor"] else 1.0
    negative = match["open"] or "-" in (match["sign"], match["inner"], match["trail"])
    return -value if negative else value


def _digits(cell: str) -> re.Match[str] | None:
    """The parts of a number with what stands around it; None where it is none, or where signs contradict each other."""
    match = _DECORATED.fullmatch(cell) if len(cell) < 60 else None
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = sum(bool(match[key]) for key in ("open", "sign", "inner", "trail"))
    return match if signs <= 1 and not (match["before"] and match["after"]) else None


class _Marks(NamedTuple):
    """How often a mark is surely decimal, surely between thousands, and either of the two."""

    points: Counter[str]
    groups: Counter[str]
    unsure: Counter[str]


def marks(
    columns: Iterable[Sequence[str]], delimiter: str, decimal: str | None, thousands: str | None
) -> tuple[str, str, str | None]:
    """The decimal mark, the thousands mark (`""`: none), and the mark that could be either and was not settled (else None).

    "1,5" has a decimal comma, "1,234,567" thousands, "1.234,5" both. "1,234" alone could be either: beside whole numbers
    of hundreds that have no mark and none of thousands without one, it has thousands; it then is not settled where they
    are smaller, or where others have thousands without a mark. Where every number has such a mark, a comma counts as
    thousands (but in a file delimited by semicolons, whose reason to be is the decimal comma) and a point as decimal.
    """
    points, groups, unsure = _Marks(Counter(), Counter(), Counter())
    plain: dict[str, list[float]] = {".": [], ",": []}
    for cells in columns:
        found, whole = _count(cells)
        points, groups, unsure = points + found.points, groups + found.groups, unsure + found.unsure
        for mark in found.unsure:
            if mark in plain and not found.points[mark]:
                plain[mark].append(whole)
    doubtful = None
    if decimal is None:
        score = {mark: points[mark] + groups[other] for mark, other in ((".", ","), (",", "."))}
        either = [mark for mark in ".," if unsure[mark]]
        if score["."] == score[","] == 0 and len(either) == 1:
            mark = either[0]
            other = "," if mark == "." else "."
            largest = max(plain[mark], default=0.0)
            if largest == 0:
                decimal = ("," if delimiter == ";" and thousands != "," else ".") if mark == "," else "."
            elif 100 <= largest < 1000:
                decimal = other
            elif largest >= 1000 and mark == "." and thousands != ".":
                decimal = "."
            else:
                decimal, doubtful = ".", mark
        else:
            decimal = "," if score[","] > score["."] else "."
        if decimal == thousands:
            decimal = "," if thousands == "." else "."
    if thousands is None:
        candidates = [(count, mark) for mark, count in (groups + unsure).items() if mark != decimal]
        thousands = max(candidates)[1] if candidates else ""
    else:
        doubtful = None
    return decimal, thousands, doubtful


def _count(cells: Sequence[str]) -> tuple[_Marks, float]:
    """The marks of a column's numbers, and the largest of its whole numbers without any; 0 where there is none."""
    found = _Marks(Counter(), Counter(), Counter())
    whole_numbers, others = set[str](), list[str]()
    for cell in dict.fromkeys(cells):
        if cell.isdecimal():
            whole_numbers.add(cell)
        else:
            others.append(cell)
    largest = max(map(float, whole_numbers), default=0.0)
    for cell in others[:: 1 + len(others) // MOST_CELLS]:
        match = _digits(cell) if re.search(r"[.,' ]", cell) else None
        digits = re.split("[eE]", match["digits"].strip())[0] if match else ""
        signs = re.sub(r"[^.,' ]", "", digits)
        if not signs:
            continue
        last = signs[-1]
        whole, _, rest = digits.rpartition(last)
        grouped = re.fullmatch(
            rf"[1-9]\d{{0,2}}(?:[{re.escape(signs[0])}]\d{{2,3}})*[{re.escape(signs[0])}]\d{{3}}(?:[.,]\d*)?",
            digits,
            re.ASCII,
        )
        if len(set(signs)) == 2 and signs.count(last) == 1 and last in ".," and grouped:
            found.points[last] += 1
            found.groups[signs[0]] += 1
        elif len(set(signs)) == 1 and grouped and (len(signs) > 1 or last in "' "):
            found.groups[last] += 1
        elif len(signs) == 1 and last in ".,":
            sure = len(rest) != 3 or not re.fullmatch(r"[1-9]\d{0,2}", whole)
            (found.points if sure else found.unsure)[last] += 1
    return found, largest
