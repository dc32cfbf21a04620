"""A large CSV file read in a process that goes away, and with it the memory that reading takes: several times the file.

`python -m lab.data.sources.csv_aside` takes the options as JSON on stdin and writes what makes a `Reading`, pickled, to stdout; nobody but
`read` starts it, and it unpickles what its own child wrote.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.data.series import Series
from lab.data.sources import load_all_of
from lab.data.sources.csv_file import Csv
from lab.data.sources.csv_format import CsvFormat

ROOT = Path(__file__).parents[3]
LARGE = 2**20  # bytes; a smaller file is read sooner than a process starts
SECONDS = 120.0


@dataclass(frozen=True, eq=False)
class Reading:
    """What came of reading a file.

    Args:
        series: every column, as `lab.data.sources.load_all`; None where the file is refused.
        error: the refusal.
        format: how it was read; of a file that is refused as far as that goes.
    """

    series: Series | None
    error: ValueError | None
    format: CsvFormat

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        if self.series is None:
            return 1024
        return self.series.values.nbytes + self.series.index.nbytes + self.series.filled.nbytes + 1024


def read(source: Csv, size: int) -> Reading:
    """Read a file of so many bytes, here or in a process of its own."""
    if size < LARGE:
        return _read(source)
    child = [sys.executable, "-m", "lab.data.sources.csv_aside"]
    try:
        done = subprocess.run(
            child,
            input=json.dumps(asdict(source)).encode(),
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _refused(f"The file takes more than {SECONDS:.0f} s to read; try a part of it.")
    if done.returncode != 0:
        return _refused("The file could not be read in the memory of this machine; try a part of it.")
    return Reading(*pickle.loads(done.stdout))


def _read(source: Csv) -> Reading:
    try:
        read = source.read()
        return Reading(load_all_of(read.series), None, read.format)
    except ValueError as error:
        try:
            found = source.table_format()
        except ValueError:
            found = CsvFormat()
        return Reading(None, error.with_traceback(None), found)


def _refused(sentence: str) -> Reading:
    return Reading(None, ValueError(sentence), CsvFormat())


if __name__ == "__main__":
    found = _read(Csv(**json.load(sys.stdin)))
    sys.stdout.buffer.write(pickle.dumps((found.series, found.error, found.format)))
