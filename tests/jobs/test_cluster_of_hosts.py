"""A sweep on a Dask cluster that is not ours: a scheduler and two workers, each a process of its own, as on several hosts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_jobs import ROOT, SMALL, wait_for

from lab.config.grid import Grid
from lab.jobs import pool as pool_module
from lab.jobs import sweeps
from lab.runs.group_report import sweep_report


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )  # fmt: skip


@pytest.fixture
def address(tmp_path: Path, lab_home: Path) -> Iterator[str]:
    """That of a scheduler with two workers that see the same LAB_HOME."""
    file = tmp_path / "scheduler.json"
    scheduler = start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                      "--scheduler-file", str(file))  # fmt: skip
    wait_for(file.exists)
    workers = [
        start("distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard", "--no-nanny",
              "--local-directory", str(tmp_path / name), "--name", name, "--preload", "lab.jobs.cluster")
        for name in ("one", "two")
    ]  # fmt: skip
    import json

    wait_for(lambda: file.read_text().strip().endswith("}"))
    yield json.loads(file.read_text())["address"]
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_a_sweep_runs_on_both_workers(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_SCHEDULER", address)
    pool = pool_module.Pool()
    pool.when_over.append(sweeps.after)
    monkeypatch.setattr(pool_module, "POOL", pool)
    pool.start()
    pool._client.wait_for_workers(2, timeout=60)
    group = sweeps.submit_sweep(
        SMALL.with_settings({"training.epochs": 40}), Grid.of(["model.units=3,4,5,6"]), halving=2, limited=False
    )
    by_worker: set[str] = set()

    def over() -> bool:
        processing = pool._client.processing()
        by_worker.update(worker for worker, keys in processing.items() if keys)
        return len(group.record.members) == 7 and not group.is_under_way

    wait_for(over, 120)
    assert dict(group.counts()) == {"finished": 7}
    assert len(by_worker) == 2
    assert "The best MASE on the validation part" in sweep_report(group).sentence
    pool.close()
