"""Backtests: twelve retrained folds of an LSTM on AirPassengers beside Darts' RNNModel; 500 origins without retraining.

`python tests/benchmarks/backtest.py --repeats 3`; Darts, which brings PyTorch, runs in a process of its own, by the interpreter that
LAB_DARTS names (`pip install "u8darts[torch]"`), or this one. Both train an LSTM of 25 units on windows of 12 months for 100 epochs
of batches of 32 before each of 12 origins and forecast 12 months from it, recursively. The pool has two workers (LAB_WORKERS), as the machine has two cores, both of which PyTorch uses. They are there, as they are
for who presses the button, and Darts is imported and has trained once; ours reads its compiled programs from where they were kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
UNITS, WINDOW, HORIZON, FOLDS, EPOCHS, BATCH, RATE = 25, 12, 12, 12, 100, 32, 1e-3
GOAL, SECONDS_500 = 0.2, 2.0


def ours(repeats: int) -> tuple[list[float], float]:
    """The seconds of each repeat from submitting the folds until all are scored, and the MAE on the standardised logarithms."""
    from dataclasses import replace

    import numpy as np

    import lab
    from lab import jobs
    from lab.jobs import pool
    from lab.jobs.backtests import submit_backtest
    from lab.runs.backtest_file import fold_scores
    from lab.scoring.backtest import Plan, overall

    config = lab.RunConfig().with_settings({
        "data.name": "air_passengers", "data.train": 0.85, "data.validation": 0.05, "window.size": WINDOW, "model.units": UNITS,
        "training.epochs": EPOCHS, "training.batch_size": BATCH, "training.learning_rate": RATE,
    })  # fmt: skip
    series = lab.load_series(config.data)
    logs = np.log(series.values)
    series = replace(series, values=(logs - logs.mean()) / logs.std())
    pool.POOL.start()
    pool.POOL.ready.wait(120)
    run = jobs.create(config, series=series)
    plan, seconds, mae = Plan(FOLDS, HORIZON, stride=1, retrain=True), [], 0.0
    for k in range(repeats + 1):
        began = time.perf_counter()
        group = submit_backtest(run, plan, limited=False)
        while group.is_under_way:
            time.sleep(0.05)
        folds = fold_scores(group)
        took = time.perf_counter() - began
        assert len(folds) == FOLDS
        mae = overall(folds)[0].mae
        if k:  # the first compiles
            seconds.append(took)
    return seconds, mae


def theirs(repeats: int) -> tuple[list[float], float]:
    """The same of Darts; nothing where it is not installed."""
    python = os.environ.get("LAB_DARTS", sys.executable)
    file = ROOT / "assets" / "data" / "air_passengers_monthly.csv"
    command = [python, str(Path(__file__).with_name("darts_backtest.py")), str(file), str(repeats)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"Darts is left out: {done.stderr.strip().splitlines()[-1]}")
        return [], 0.0
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [row["seconds"] for row in rows], rows[-1]["mae"]


def five_hundred() -> list[float]:
    """Seconds to score 500 origins of the preset temperature with the weights of one epoch, baselines and all."""
    import lab
    from lab.scoring.backtest import Plan, backtest

    run = lab.run(lab.preset("temperature").with_settings({"training.epochs": 1}))
    network, prepared, found = run.network(), run.prepared, []
    for _ in range(4):
        began = time.perf_counter()
        folds = backtest(prepared, network, Plan(folds=5, stride=100), run.config)
        found.append(time.perf_counter() - began)
    assert sum(done.fold.stop - done.fold.start for done in folds) == 500
    return found[1:]


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    from report import Row, Sample, print_machine, print_rows, print_verdict

    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"LAB_HOME": home, "TF_CPP_MIN_LOG_LEVEL": "3", "LAB_WARM_UP": "0"}
        print_machine()
        print(f"workers of the pool: {os.environ.setdefault('LAB_WORKERS', '2')}")
        peer, their_mae = theirs(repeats)
        kept = five_hundred()
        mine, our_mae = ours(repeats)
        rows = [
            Row("12 folds trained anew, beside Darts", Sample(tuple(mine)), Sample(tuple(peer)) if peer else None, GOAL if peer else None,
                f"MAE of standardised logarithms: {our_mae:.3f}, Darts {their_mae:.3f}"),
            Row("500 origins, weights kept", Sample(tuple(kept)), goal=SECONDS_500),
        ]  # fmt: skip
        print_rows("Backtests", rows)
        print_verdict(rows)


if __name__ == "__main__":
    main()
