"""How large files are read, and which delimiters are found? `python tests/benchmarks/files.py [--only large,delimiter]`.

Large: a million rows in several writings, and 200 columns, each in a process of its own: seconds, and the memory at its
peak beside what was there before. Delimiter: 600 made-up tables of many writings, by CleverCSV as the lab asks it, by
DuckDB's `sniff_csv` (left out where it is not installed) and by Python's `csv.Sniffer`. About 2 minutes.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import io
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import report  # noqa: E402

ROWS = 1_000_000
STAMPS = np.datetime64("2020-01-01T00:00", "m") + np.arange(ROWS)
KINDS = ("iso", "unix", "day first", "dollar", "wide")


def large(kind: str) -> bytes:
    """A file of a million rows, or of 200 columns, of at most 20 MB."""
    if kind == "wide":
        head = "d," + ",".join(f"c{k}" for k in range(199))
        days = np.datetime64("2000-01-01") + np.arange(19_000)
        lines = [f"{day}," + ",".join(f"{k * j % 77 / 7:.2f}" for j in range(199)) for k, day in enumerate(days)]
        return ("\n".join([head, *lines])).encode()[: 20 * 2**20 - 1].rsplit(b"\n", 1)[0]
    if kind == "iso":
        cells = [f"{stamp},{k % 7}" for k, stamp in enumerate(STAMPS.astype(str))]
    elif kind == "day first":
        import pandas as pd

        cells = [f"{at:%d/%m/%y %H:%M},{k % 7}" for k, at in enumerate(pd.DatetimeIndex(STAMPS))]
    else:
        sign = "$" if kind == "dollar" else ""
        cells = [f"{1577836800 + 60 * k},{sign}{k % 97 / 10}" for k in range(ROWS)]
    return ("time,v\n" + "\n".join(cells)).encode()


def read_one(kind: str) -> None:
    """Read such a file in this process, and print the seconds and the mebibytes at the peak."""
    import psutil

    from lab.data.sources.csv_file import parse

    data, process = large(kind), psutil.Process()
    before = process.memory_full_info().uss
    peak, over = [before], threading.Event()

    def look() -> None:
        while not over.wait(0.03):
            peak.append(process.memory_full_info().uss)

    thread = threading.Thread(target=look)
    thread.start()
    began = time.perf_counter()
    series = parse(data)
    took = time.perf_counter() - began
    over.set()
    thread.join()
    assert len(series) == ROWS or series.values.shape[1] == 199
    print(json.dumps([took, (max(peak) - before) / 2**20]))


def table(random_: random.Random) -> tuple[str, str]:
    """A made-up table, and its delimiter."""
    mark = random_.choice(";\t|,")
    decimal = "." if mark == "," else random_.choice(".,")
    thousands = random_.choice(["", "", " ", "'", "," if decimal == "." else "."])
    kinds = [random_.choice(["int", "float", "large", "text", "time"]) for _ in range(random_.randint(1, 5))]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, lineterminator=random_.choice(["\n", "\r\n"]))
    if random_.random() < 0.15:
        out.write(random_.choice(["Report of sales, by region\n", "# exported 2024-01-02; source: x\n", "Title\n\n"]))
    if random_.random() < 0.9:
        names = ["Close", "Umsatz (EUR)", "temp, mean", "a;b", "Volume"]
        writer.writerow(["Date", *(random_.choice(names) + str(k) for k in range(len(kinds)))])
    form = random_.choice(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S", "%b %d, %Y"])
    cells: dict[str, Callable[[], str]] = {
        "int": lambda: str(random_.randint(0, 999)),
        "float": lambda: f"{random_.uniform(-50, 50):.2f}".replace(".", decimal),
        "large": lambda: f"{random_.uniform(1000, 5e6):,.2f}".translate(str.maketrans({",": thousands, ".": decimal})),
        "text": lambda: random_.choice(["north", "south, east", "a;b", "it's", "x|y", "", 'say "hi"']),
        "time": lambda: f"{random_.randint(0, 23):02}:{random_.randint(0, 59):02}",
    }
    for k in range(random_.choice([3, 8, 40, 150])):
        day = datetime.date(2023, 1, 1) + datetime.timedelta(k)
        writer.writerow([day.strftime(form), *(cells[kind]() for kind in kinds)])
    return mark, out.getvalue()


def by_duckdb(text: str) -> str | None:
    """What DuckDB finds; None where it finds nothing."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_text(text, encoding="utf-8", newline="")
        try:
            found = duckdb.execute("SELECT Delimiter FROM sniff_csv(?)", [str(path)]).fetchone()
        except duckdb.Error:
            return None
    return str(found[0]) if found else None


def by_python(text: str) -> str | None:
    """What Python's own sniffer finds; None where it finds nothing."""
    try:
        return csv.Sniffer().sniff(text[:20_000], ";\t|,").delimiter
    except csv.Error:
        return None


def delimiters() -> list[report.Row]:
    """How many of 600 tables each reads wrongly."""
    from lab.data.sources.csv_dialect import delimiter_of

    finders: dict[str, Callable[[str], str | None]] = {"the lab (CleverCSV)": delimiter_of, "csv.Sniffer": by_python}
    try:
        import duckdb  # noqa: F401

        finders["DuckDB"] = by_duckdb
    except ImportError:
        pass
    random_ = random.Random(1)
    tables = [table(random_) for _ in range(600)]
    wrong = {name: sum(find(text) != mark for mark, text in tables) for name, find in finders.items()}
    return [report.Row(f"wrong of 600: {name}", report.Sample((float(count),), "")) for name, count in wrong.items()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="large,delimiter", help="some of large,delimiter")
    parser.add_argument("--read", choices=KINDS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.read:
        read_one(arguments.read)
        return 0
    parts = set(arguments.only.split(","))
    if not parts <= {"large", "delimiter"}:
        parser.error("--only takes some of large,delimiter")
    report.print_machine()
    rows: list[report.Row] = []
    if "large" in parts:
        for kind in KINDS:
            done = subprocess.run(
                [sys.executable, __file__, "--read", kind], capture_output=True, text=True, check=True, cwd=ROOT
            )
            seconds, size = json.loads(done.stdout)
            what = "19,000 rows of 200 columns" if kind == "wide" else f"1,000,000 rows, {kind}"
            rows.append(report.Row(what, report.Sample((seconds,)), goal=10.0))
            rows.append(report.Row(f"{what}: memory at the peak", report.Sample((size,), "MiB"), goal=300.0))
        report.print_rows("Large files", rows)
    if "delimiter" in parts:
        report.print_rows("Delimiters", delimiters())
    report.print_load()
    return 0 if report.print_verdict(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
