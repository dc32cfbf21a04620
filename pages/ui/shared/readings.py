"""CSV files read once for everybody: kept by file, time and way of reading."""

from __future__ import annotations

from lab.config.home import upload_path
from lab.data.sources.csv_aside import Reading, read
from lab.data.sources.csv_file import Csv
from pages.ui.shared.kept import Kept

MOST_BYTES = 128 * 2**20  # a file of a million rows takes 17 MiB
READINGS: Kept[Reading] = Kept(MOST_BYTES, lambda reading: reading.size)


def reading_of(source: Csv) -> Reading:
    """An uploaded file, read. ValueError where it is not there."""
    path = upload_path(source.path)
    if not path.is_file():
        source.read()  # whose error says so
    at = path.stat()
    key = (source, source.name(), at.st_mtime_ns, at.st_size)
    return READINGS.get(key, lambda: read(source, at.st_size))
