"""What is kept in memory for everybody, as much as fits into a fixed number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The values used latest, one at least. Several who ask for the same one at once wait for the one that makes it.

    Args:
        most_bytes: of all values together.
        size: bytes of one.
    """

    def __init__(self, most_bytes: int, size: Callable[[Value], int]) -> None:
        self.most_bytes, self._size = most_bytes, size
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()
        self._being_made: dict[Hashable, threading.Lock] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of this key, made where it is not kept; what `make` raises is raised, and nothing kept."""
        with self._lock:
            mine = self._being_made.setdefault(key, threading.Lock())
        with mine:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            value = make()
            with self._lock:
                self._being_made.pop(key, None)
                self._kept[key] = value
                while len(self._kept) > 1 and sum(map(self._size, self._kept.values())) > self.most_bytes:
                    self._kept.popitem(last=False)
            return value
