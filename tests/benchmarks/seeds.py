"""Eight seeds of the preset sine beside one of its runs: `python tests/benchmarks/seeds.py --repeats 3`.

Both are submitted to a pool that is there, with compiled programs kept, and timed until every run is over and scored. The pool has
as many workers as the machine has cores (LAB_WORKERS says otherwise).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
GOAL = 2.5


def main() -> None:
    """Print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    from report import Row, Sample, print_machine, print_rows, print_verdict

    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"LAB_HOME": home, "TF_CPP_MIN_LOG_LEVEL": "3", "LAB_WARM_UP": "0"}
        workers = int(os.environ.setdefault("LAB_WORKERS", str(os.cpu_count() or 1)))
        import lab
        from lab import jobs
        from lab.jobs import pool
        from lab.jobs.groups import submit_seeds

        config = lab.preset("sine")
        print_machine()
        print(f"workers of the pool: {workers}")
        pool.POOL.start()
        pool.POOL._client.wait_for_workers(workers)

        def one() -> float:
            began = time.perf_counter()
            run = jobs.submit(config)
            while run.status() in ("queued", "running"):
                time.sleep(0.05)
            assert run.status() == "finished"
            return time.perf_counter() - began

        def eight() -> float:
            began = time.perf_counter()
            group = submit_seeds(config, 8, limited=False)
            while group.is_under_way:
                time.sleep(0.05)
            assert group.counts()["finished"] == 8
            return time.perf_counter() - began

        eight()  # each worker compiles, or reads what was kept
        single, together = [], []
        for _ in range(repeats):
            single.append(one())
            together.append(eight())
        rows = [Row("eight seeds, beside one run", Sample(tuple(together)), Sample(tuple(single)), GOAL)]
        print_rows("Seeds", rows)
        print_verdict(rows)


if __name__ == "__main__":
    main()
