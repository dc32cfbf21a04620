"""Which mark delimits the cells of a CSV file, as CleverCSV detects it (van den Burg, Nazábal & Sutton 2019,
doi:10.1007/s10618-019-00646-y); `tests/benchmarks/files.py` compares it with DuckDB's `sniff_csv` and Python's own."""

from __future__ import annotations

import re

SAMPLE = 20_000  # characters; it takes 0.1 s for so many
MARKS = (";", "\t", "|", ",")
_DECIMAL_COMMA = re.compile(r'"?[+-]?\d+,\d+(?:[eE][+-]?\d+)?"?')


def delimiter_of(text: str) -> str:
    """`,`, `;`, a tab or `|`; of a single column one that is not part of its numbers."""
    sample = text[:SAMPLE]
    if len(sample) < len(text):  # cut off within a line
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    lines = [line.strip() for line in sample.splitlines() if line.strip()]
    if not lines:
        return ","
    if (named := re.fullmatch(r'"?sep=(.)"?', lines[0], re.IGNORECASE)) and named[1] in MARKS:
        return named[1]
    if "," not in lines[0] and len(lines) > 1 and all(map(_DECIMAL_COMMA.fullmatch, lines[1:])):
        return ";"
    if len({mark for mark in MARKS if mark in sample}) > 1:
        found = _detected(sample)
        if found in MARKS:
            return found
    used = max(MARKS, key=lambda mark: (sum(mark in line for line in lines), sample.count(mark)))
    return used if used in sample else ","


def _detected(sample: str) -> str | None:
    import clevercsv
    from clevercsv.cparser import Error

    try:
        dialect = clevercsv.Detector().detect(sample, delimiters=MARKS)
    except Error:
        return None
    return dialect.delimiter if dialect else None
