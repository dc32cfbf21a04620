"""Words that CSV files use: for what is missing, for months and weekdays, and for columns of time or of numbers of rows."""

from __future__ import annotations

import re
import unicodedata

MISSING = frozenset(
    ("", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "nil", "-", "--", "?", ".", "..", "...")
)
# Words of a column's name by which it holds time; the parts of a date have their own below.
TIME = frozenset(
    ["date", "dates", "datetime", "time", "times", "timestamp", "timestamps", "ts", "ds", "dt", "period", "unix", "epoch", "datum", "zeit", "zeitpunkt", "zeitstempel", "fecha", "hora", "heure", "horodatage", "dato", "tid", "tijd", "utc", "yearmoda", "日付", "日時", "時刻", "年月日", "日期", "时间", "날짜", "дата"]
)  # fmt: skip
# Words beside those of time in the name of a column of time: `open_time`, `Week ending`, `Month of year`.
BESIDE_TIME = frozenset(
    ["open", "close", "start", "begin", "end", "ending", "of", "the", "in", "at", "created", "updated", "snapped", "observation", "reference", "ref", "trade", "trading", "s", "ms", "us", "ns", "local", "gmt", "no", "number", "commencing", "starting", "calendar", "fiscal"]
)  # fmt: skip
PARTS = {
    "year": frozenset(["year", "years", "yr", "yyyy", "jahr", "año", "ano", "annee", "année", "anno", "jaar"]),
    "month": frozenset(["month", "months", "mon", "mo", "mm", "monat", "mes", "mois", "mese", "maand"]),
    "day": frozenset(["day", "days", "dy", "dd", "tag", "dia", "día", "jour", "giorno", "dag", "mday"]),
    "hour": frozenset(["hour", "hours", "hr", "hh", "stunde", "hora", "heure", "uur"]),
    "minute": frozenset(["minute", "minutes", "min", "minuten", "minuto"]),
    "second": frozenset(["second", "seconds", "sec", "ss", "sekunde", "segundo", "seconde"]),
    "quarter": frozenset(["quarter", "qtr", "quartal", "trimestre", "kwartaal"]),
    "week": frozenset(["week", "kw", "woche", "semana", "semaine"]),
}
# Names of what numbers the rows.
COUNTERS = frozenset(
    ["id", "ids", "index", "idx", "no", "nr", "num", "number", "row", "rows", "rownum", "rownames", "unnamed", "0"]
)

_MONTHS = (  # German, Spanish, French, Italian, Portuguese, Dutch; what English writes alike is left out
    "januar jän jänner jaen ene enero janv janvier gen gennaio janeiro januari",
    "februar feber febrero févr fev févr. fevr février fevrier febbraio fevereiro februari fév",
    "märz mär mrz maerz marzo mars março marco maart mrt",
    "abr abril avr avril aprile",
    "mai mayo mag maggio maio mei",
    "juni junio juin giu giugno jun. junho",
    "juli julio juil juillet lug luglio julho",
    "ago agosto août aout",
    "sept set settembre septiembre septembre setembro",
    "okt oktober octubre octobre ott ottobre out outubro",
    "noviembre novembre novembro",
    "dez dezember dic diciembre déc décembre decembre dicembre dezembro dec.",
)
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TRANSLATED = {word: _ENGLISH[k] for k, words in enumerate(_MONTHS) for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")


_EAST_ASIAN = re.compile(r"(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]")


def clean(cell: str) -> str:
    """The cell without the spaces around it; the many signs for a space, a minus and an apostrophe become the plain ones, and
    those between year, month and day in East Asia dashes."""
    if cell.isascii():
        return cell.strip()
    cell = re.sub(r"[\u00a0\u2009\u202f]", " ", cell).replace("−", "-").replace("\u2019", "'")
    return _EAST_ASIAN.sub(r"\1-\2-\3", cell).strip()


def is_missing(cell: str) -> bool:
    """True for an empty cell and the usual words for one."""
    return cell.lower() in MISSING


def english(cell: str) -> str:
    """A date whose month is named in one of seven languages, with the month in English and `1st` as `1`."""
    if not _WORD.search(cell):
        return cell
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", cell, flags=re.IGNORECASE)
    plain = re.sub(r"(?<=[a-z]{3})\.(?=[\s,-])", "", plain, flags=re.IGNORECASE)
    return _WORD.sub(lambda match: _TRANSLATED.get(unicodedata.normalize("NFC", match[0].lower()), match[0]), plain)


def words(name: str) -> list[str]:
    """`TotalSales (EUR)` as `total`, `sales`, `eur`."""
    return re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", name).replace("_", " ").lower().translate(_SIGNS).split()


_SIGNS = {ord(sign): " " for sign in "-./:()[]{}#%€$£¥,;|&+*\"'"}


def names_time(name: str) -> bool:
    """Whether a column's name says that it holds time: `open_time`, `Datum`, `timestamp_ms`, `Month`; not `Day-ahead load`."""
    found = set(words(name))
    parts = frozenset[str]().union(*PARTS.values())
    return (bool(found & TIME) and len(found) <= 3) or (bool(found & parts) and found <= TIME | parts | BESIDE_TIME)


def names_a_counter(name: str) -> bool:
    """Whether a column's name is one that numbers of rows have: none at all, `Unnamed: 0`, `No`, `id`."""
    found = words(name)
    return not found or set(found) <= COUNTERS or re.fullmatch(r"column_\d+", name) is not None
