"""Which column of a stranger's table is the one to forecast: by its name where that says so, else by what it holds."""

from __future__ import annotations

import re

import numpy as np

from lab.series import FloatArray, Series

# In the order of preference: what a table usually calls what it is about.
TARGETS = (
    "target", "y", "value", "close", "sales", "revenue", "turnover", "demand", "price", "load", "consumption", "usage",
    "energy", "power", "amount", "total", "quantity", "qty", "count", "volume", "orders", "passengers", "visitors",
    "temperature", "temp", "rate", "units", "sold", "wert", "umsatz", "absatz", "preis", "verkäufe", "valor", "ventas",
    "precio", "ventes", "prix",
)  # fmt: skip
# Names of what stands beside a series: numbers of rows and of things, parts of a date, places, flags.
BESIDE = frozenset(
    [
        "id",
        "ids",
        "key",
        "index",
        "idx",
        "no",
        "nr",
        "num",
        "number",
        "row",
        "rownum",
        "unnamed",
        "code",
        "store",
        "shop",
        "item",
        "sku",
        "product",
        "customer",
        "zip",
        "plz",
        "year",
        "month",
        "week",
        "day",
        "weekday",
        "dow",
        "quarter",
        "hour",
        "minute",
        "second",
        "date",
        "time",
        "timestamp",
        "lat",
        "latitude",
        "lon",
        "lng",
        "longitude",
        "holiday",
        "weekend",
        "promo",
        "promotion",
        "flag",
        "is",
        "has",
    ]
)


def likely_target(series: Series) -> str:
    """The column to forecast: one with a usual name, else the first whose values could be a series, else the first.

    No constant, number of a row, part of a date, place or flag is taken while there is anything else.
    """
    columns = {name: series.values[:, k] for k, name in enumerate(series.names)}
    varying = [name for name, values in columns.items() if _varies(values)]
    words = {name: _words(name) for name in varying}
    for target in TARGETS:
        exact = next((name for name in varying if "_".join(words[name]) == target), None)
        if exact is not None:
            return exact
    able = [n for n in varying if not BESIDE & set(words[n]) and _could_be_a_series(columns[n])]
    for target in TARGETS:
        part = next((name for name in able if target in words[name]), None)
        if part is not None:
            return part
    return next(iter(able or varying or series.names))


def _words(name: str) -> list[str]:
    """`TotalSales (EUR)` as `total`, `sales`, `eur`."""
    return re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", name).replace("_", " ").lower().translate(_SIGNS).split()


_SIGNS = {ord(sign): " " for sign in "-./:()[]{}#%€$,;|&+*"}


def _varies(values: FloatArray) -> bool:
    known = values[np.isfinite(values)]
    return known.size > 1 and bool((known != known[0]).any())


def _could_be_a_series(values: FloatArray) -> bool:
    """False where most are missing, all are 0 or 1, or they change by the same whole number, as numbers of rows do."""
    known, steps = values[np.isfinite(values)], np.diff(values)
    counts = steps.size > 1 and bool((steps == steps[0]).all()) and float(steps[0]).is_integer()
    return 2 * known.size >= values.size and not bool(np.isin(known, (0, 1)).all()) and not counts
