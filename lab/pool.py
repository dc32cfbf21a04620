"""The pool process: a Dask LocalCluster of the app's own, which lives as long as the app does.

`python -m lab.pool WORKERS` prints the scheduler's address on stdout and ends when its stdin is closed. It is a process
of its own because Streamlit's `__main__` is not safe to import again in a spawned child, and because an app that is
killed closes the pipe, whatever killed it: no orphan stays behind.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

# A run that takes its worker down (out of memory, say) is tried again this often before it counts as failed.
ALLOWED_FAILURES = 3


def main(workers: int) -> None:
    """Hold the cluster until stdin is closed."""
    import dask
    from distributed import LocalCluster

    from lab.estimate import memory_limit

    dask.config.set(
        {
            "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
            "distributed.scheduler.work-stealing": False,
            "distributed.worker.daemon": True,
            "distributed.worker.profile.enabled": False,  # it would look into every thread a hundred times a second
            # Dask's own, but for MALLOC_TRIM_THRESHOLD_: heap handed back and asked for again at every gradient step makes
            # the training of large networks take twice as long.
            "distributed.nanny.pre-spawn-environ": dict.fromkeys(
                ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), 1
            ),
            # Dask's looks at its own memory, load and pulse, 10, 2 and 50 times a second unless told otherwise.
            "distributed.worker.memory.monitor-interval": "500ms",
            "distributed.admin.system-monitor.interval": "10s",
            "distributed.admin.tick.interval": "1s",
            "distributed.admin.tick.limit": "1h",  # TensorFlow's import holds the interpreter for seconds; no news
            "distributed.worker.memory.spill": False,
            "distributed.worker.memory.target": False,
            "distributed.worker.memory.pause": False,
        }
    )
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=memory_limit(workers),
        local_directory=os.environ.get("LAB_SCRATCH"),
        preload=["lab.pool"],
        silence_logs=50,
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for the app, which closes stdin then
        sys.stdin.read()


def dask_setup(worker: Any) -> None:
    """Called by Dask in each new worker: import TensorFlow and compile while the user is still reading the page."""
    if hasattr(worker, "nthreads") or hasattr(worker, "state"):
        threading.Thread(target=_warm_up, daemon=True).start()


def _warm_up() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import lab.engine

    lab.engine.warm_up()


if __name__ == "__main__":
    main(int(sys.argv[1]))
