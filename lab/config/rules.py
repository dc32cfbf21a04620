"""The rules that settings obey, each broken one a sentence: what it is about, what is allowed, what was received."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator


def require(ok: bool, key: str, rule: str, received: object) -> None:
    """Raise ValueError unless `ok`."""
    if not ok:
        raise ValueError(f"`{key}` must be {rule}; received {received!r}.")


def require_int(key: str, value: object, low: int, high: int) -> None:
    """Raise ValueError unless `value` is a whole number in [low, high]."""
    ok = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    require(ok, key, f"a whole number from {low:,} to {high:,}", value)


def require_float(key: str, value: object, low: float, high: float, *, above: bool = False) -> None:
    """Raise ValueError unless `value` is a number in [low, high], or in (low, high] where `above`."""
    ok = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    ok = ok and (low < value if above else low <= value) and value <= high  # type: ignore[operator]
    require(ok, key, f"a number {'above' if above else 'from'} {low:g} {'up ' if above else ''}to {high:g}", value)


def require_choice(key: str, value: object, allowed: Iterable[str]) -> None:
    """Raise ValueError unless `value` is one of `allowed`."""
    allowed = tuple(allowed)
    require(value in allowed, key, f"one of {', '.join(allowed)}", value)


@contextlib.contextmanager
def odd_values(name: str, values: object) -> Iterator[None]:
    """A value of a kind that a rule does not even expect (a list of lists, an object) is a ValueError as well."""
    try:
        yield
    except (TypeError, AttributeError, OverflowError, RecursionError):
        shown = repr(values)
        shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
        raise ValueError(f"`{name}` must hold numbers, texts and lists of them; received {shown}.") from None
