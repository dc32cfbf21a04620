"""How light is the app? `python tests/benchmarks/app.py [--quick] [--only start,memory,first,fresh,acting,looking]`.

Prints, each beside a peer of the same run where there is one: the time to the first page against three lines of
Streamlit; the web process's memory; the time from pressing Train to the first trained point, for every preset, with a
worker that is there and just after the app was started; how fresh what is drawn is while a run goes on; the time from
pressing Pause, Resume and Stop to the answer; and what the app, the worker and a live page cost a training against `list(lab.train(config))`.
Headless Chromium draws on the same cores that train, as a user's browser does; so the cost with no page open is given as
well. About 15 minutes, with --quick about 4.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import first_curve  # noqa: E402
import freshness  # noqa: E402
import measures  # noqa: E402
import report  # noqa: E402
from serving import browse  # noqa: E402

from lab.config.presets import PRESETS  # noqa: E402

# Many short epochs, where the app has most to say and to draw, and few long ones, where the matrix products decide.
SHORT = {"preset": "sine", "training.epochs": "700"}
LONG = {"preset": "bitcoin", "training.epochs": "20"}
PARTS = ("start", "memory", "first", "fresh", "acting", "looking")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer repeats, and one training")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    arguments = parser.parse_args()
    parts, quick = set(arguments.only.split(",")), arguments.quick
    if not parts <= set(PARTS):
        parser.error(f"--only takes some of {','.join(PARTS)}")

    report.print_machine()
    rows: list[report.Row] = []

    def show(title: str, new: list[report.Row]) -> None:
        report.print_rows(title, new)
        rows.extend(new)

    with browse() as browser, tempfile.TemporaryDirectory() as folder:
        if "start" in parts:
            show("Start, beside three lines of Streamlit", measures.start(browser, 3 if quick else 7, Path(folder)))
        if "memory" in parts:
            memory, points = measures.memory_and_first_point(browser, 1 if quick else 3)
            show("Memory", memory)
            show("The first point, with a warm worker", points)
        if "first" in parts:
            presets = ["sine", "bitcoin", "retail", "mnist-quick"] if quick else list(PRESETS)
            rows_of = first_curve.first_curve(browser, 1 if quick else 3, presets)
            show("From a press of Train to the first trained point of the curve", rows_of)
        if "fresh" in parts:
            show("What is drawn while a run goes on", freshness.freshness(browser, 1 if quick else 3))
        if "acting" in parts:
            for name, settings in {"sine, short epochs": SHORT, "Bitcoin 256-512-512, long epochs": LONG}.items():
                endless = settings | {"training.epochs": "10000"}
                show(f"The buttons of a run: {name}", measures.acting(browser, 4 if quick else 10, endless))
        if "looking" in parts:
            for name, settings in _trainings(quick).items():
                found, looked = measures.looking(browser, 3 if quick else 6, settings)
                show(f"Training in the app, beside list(lab.train(config)): {name}", found)
                report.print_rows("  while the page looked on", measures.explain(looked))
    report.print_load()
    return 0 if report.print_verdict(rows) else 1


def _trainings(quick: bool) -> dict[str, dict[str, str]]:
    short = {"sine, 700 short epochs": SHORT}
    return short if quick else short | {"Bitcoin 256-512-512, 20 long epochs": LONG}


if __name__ == "__main__":
    sys.exit(main())
