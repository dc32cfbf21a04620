"""CSV files read once for everybody: kept by file, time and way of reading, as many as fit into a fixed amount of memory."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict

from lab.config.home import upload_path
from lab.data.sources.csv_aside import Reading, read
from lab.data.sources.csv_file import Csv

MOST_BYTES = 128 * 2**20  # of all that is kept; the file of a million rows takes 17 MiB


class Readings:
    """The latest readings. Several who ask for the same one at once wait for the one that reads it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[object, Reading] = OrderedDict()
        self._lock = threading.Lock()
        self._being_read: dict[object, threading.Lock] = defaultdict(threading.Lock)

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, source: Csv) -> Reading:
        """An uploaded file, read. ValueError where it is not there."""
        path = upload_path(source.path)
        if not path.is_file():
            source.read()  # whose error says so
        at = path.stat()
        key = (source, source.name(), at.st_mtime_ns, at.st_size)
        with self._lock:
            mine = self._being_read[key]
        with mine:
            if (found := self._found(key)) is None:
                found = read(source, at.st_size)
                self._keep(key, found)
        return found

    def _found(self, key: object) -> Reading | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: object, reading: Reading) -> None:
        with self._lock:
            self._being_read.pop(key, None)
            self._kept[key] = reading
            while len(self._kept) > 1 and sum(kept.size for kept in self._kept.values()) > self.most_bytes:
                self._kept.popitem(last=False)


READINGS = Readings()
