"""Which column of a stranger's table is the one to forecast: by its name where that says so, else by what it holds."""

from __future__ import annotations

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.series import Series
from lab.data.sources.csv_words import COUNTERS, PARTS, TIME
from lab.data.sources.csv_words import words as words_of

# In the order of preference: what a table usually calls what it is about.
TARGETS = (
    "target", "y", "value", "close", "sales", "revenue", "turnover", "demand", "price", "load", "consumption", "usage",
    "energy", "power", "amount", "total", "quantity", "qty", "count", "volume", "orders", "passengers", "visitors",
    "temperature", "temp", "rate", "units", "sold", "wert", "umsatz", "absatz", "preis", "verkäufe", "valor", "ventas",
    "precio", "ventes", "prix",
)  # fmt: skip
# Names of what stands beside a series: numbers of rows and of things, parts of a date, places, flags.
BESIDE = COUNTERS.union(
    [
        "key",
        "code",
        "store",
        "shop",
        "item",
        "sku",
        "product",
        "customer",
        "zip",
        "plz",
        "lat",
        "latitude",
        "lon",
        "lng",
        "longitude",
        "holiday",
        "weekend",
        "weekday",
        "dow",
        "promo",
        "promotion",
        "flag",
        "is",
        "has",
    ],
    TIME,
    *PARTS.values(),
)


def likely_target(series: Series) -> str:
    """The column to forecast: one with a usual name, else the last whose values could be a series, else the last.

    No constant, number of a row, part of a date, place or flag is taken while there is anything else.
    """
    columns = {name: series.values[:, k] for k, name in enumerate(series.names)}
    varying = [name for name, values in columns.items() if _varies(values)]
    words = {name: words_of(name) for name in varying}
    usual = [name for name in varying if not BESIDE & set(words[name])]
    whole = {"_".join(words[name]): name for name in reversed(varying)}
    prices = [name for name in usual if "close" in words[name]]  # `Close/Last`, beside which Volume is not the one
    for target in TARGETS:
        if target in whole:
            return whole[target]
        if target == "close" and prices:
            return prices[0]
    for target in TARGETS:
        part = next((name for name in usual if target in words[name]), None)
        if part is not None:
            return part
    able = [name for name in usual if _could_be_a_series(columns[name])]
    return (able or varying or list(series.names))[-1]


def _varies(values: FloatArray) -> bool:
    known = values[np.isfinite(values)]
    return known.size > 1 and bool((known != known[0]).any())


def _could_be_a_series(values: FloatArray) -> bool:
    """False where most are missing, all are 0 or 1, or they change by the same whole number, as numbers of rows do."""
    with np.errstate(over="ignore", invalid="ignore"):
        known, steps = values[np.isfinite(values)], np.diff(values)
    counts = steps.size > 1 and bool((steps == steps[0]).all()) and float(steps[0]).is_integer()
    return 2 * known.size >= values.size and not bool(np.isin(known, (0, 1)).all()) and not counts
