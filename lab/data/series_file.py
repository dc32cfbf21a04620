"""A series as a file: arrays, and the words as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from lab.config.home import whole
from lab.data.series import Series


def save_series(path: Path, series: Series) -> None:
    """Write a series as npz: arrays, and the words as JSON."""
    words = {
        "names": series.names, "units": series.units, "title": series.title, "source": series.source,
        "season_length": series.season_length, "frequency": series.frequency, "missing": series.missing,
        "notes": series.notes, "decimal": series.decimal,
    }  # fmt: skip
    index = series.index.astype("datetime64[us]").astype(np.int64) if series.is_dated else series.index
    with whole(path) as aside, aside.open("wb") as file:
        np.savez_compressed(file, values=series.values, index=index, filled=series.filled, dated=series.is_dated,
                            words=json.dumps(words))  # fmt: skip


def load_series(path: Path) -> Series:
    """Read a series back; never unpickles."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        words: dict[str, Any] = json.loads(str(file["words"]))
        index = file["index"].astype("datetime64[us]") if file["dated"] else file["index"]
        values, filled = file["values"], file["filled"]
    rest: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in words.items()}
    return Series(values, index, filled=filled, **rest)
