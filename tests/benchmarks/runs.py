"""The script of the Runs page with 200 runs beside the same with 2: `python tests/benchmarks/runs.py`.

Goal: at most twice the time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import report  # noqa: E402
from gates import plain_app  # noqa: E402

GOAL = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    repeats = 6 if parser.parse_args().quick else 20
    report.print_machine()
    with tempfile.TemporaryDirectory() as folder:
        homes = {count: Path(folder, str(count)) for count in (2, 200)}
        for count, home in homes.items():
            for k in range(count):
                shutil.copytree(ROOT / "assets/runs/sample-sunspots", home / "runs" / f"run-{k}")
        app = plain_app(homes[2])
        app.switch_page("pages/runs.py")
        seconds: dict[int, list[float]] = {count: [] for count in homes}
        for repeat in range(-2, repeats):  # the first ones warm up
            for count, home in homes.items():
                os.environ["LAB_HOME"] = str(home)
                began = time.perf_counter()
                app.run()
                if repeat >= 0:
                    seconds[count].append(time.perf_counter() - began)
                assert not app.exception
    found = {count: report.Sample(tuple(values)) for count, values in seconds.items()}
    rows = [report.Row("2 runs", found[2]), report.Row("200 runs", found[200], found[2], goal=GOAL)]
    report.print_rows("The script of the Runs page", rows)
    return 0 if report.print_verdict(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
