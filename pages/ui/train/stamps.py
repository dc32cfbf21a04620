"""Time stamps in tables."""

from __future__ import annotations

import numpy as np

from lab.data.series import Series


def stamps(series: Series, index: np.ndarray) -> list[str]:
    """Time stamps as text: dates without a time of day where the series is daily."""
    if not series.is_dated:
        return [f"{t:.6g}" for t in index]
    daily = (series.index == series.index.astype("M8[D]")).all()
    return [str(t).replace("T", " ") for t in index.astype("M8[D]" if daily else "M8[m]")]
