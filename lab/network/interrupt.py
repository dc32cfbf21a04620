"""Long computations ask now and then whether anybody still waits for them.

The loops over time call `breathe`; who computes for a visitor says, with `interruptible`, what is to be asked, and an exception
out of that ends the computation. Elsewhere it does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ASK: ContextVar[Callable[[], object] | None] = ContextVar("ask", default=None)


@contextmanager
def interruptible(ask: Callable[[], object]) -> Iterator[None]:
    """Call `ask` at each step through time of what is computed within."""
    token = _ASK.set(ask)
    try:
        yield
    finally:
        _ASK.reset(token)


def breathe() -> None:
    """A step of a long computation."""
    ask = _ASK.get()
    if ask is not None:
        ask()
