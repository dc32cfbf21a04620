"""The pool process: a Dask LocalCluster of the app's own, which lives as long as the app does.

`python -m lab.jobs.cluster WORKERS` prints a line of JSON on stdout, the scheduler's address and the keys without which nobody
talks to it, and ends when its stdin is closed, or when all its workers are lost. It is a process of its own because Streamlit's
`__main__` is not safe to import again in a spawned child, and because an app that is killed closes the pipe, whatever killed
it: no orphan stays behind.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from typing import Any

# A run that takes its worker down (out of memory, say) is tried again this often before it counts as failed.
ALLOWED_FAILURES = 3
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
# Without any worker, after which none will come: Dask gives up on one that is killed as it signs on.
LOST_SECONDS = 20.0
FIRST_SECONDS = 180.0  # and until the first one, which may have to import TensorFlow from a cold disk
FORK_BYTES = 3 * 2**30  # of memory that this machine must have for another process with TensorFlow in it


def main(workers: int) -> None:
    """Hold the cluster until stdin is closed."""
    forks = _serve_forks()
    import dask
    from distributed import LocalCluster, Security

    from lab.jobs.estimate import memory_limit

    dask.config.set(
        {
            "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
            "distributed.scheduler.work-stealing": False,
            "distributed.worker.daemon": True,
            "distributed.worker.profile.enabled": False,  # it would look into every thread a hundred times a second
            # Dask's own, but for MALLOC_TRIM_THRESHOLD_: heap handed back and asked for again at every gradient step makes
            # the training of large networks take twice as long.
            "distributed.nanny.pre-spawn-environ": ONE_THREAD,
            **({"distributed.worker.multiprocessing-method": "forkserver"} if forks else {}),
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
    security = Security.temporary()  # or any user of this machine could run code as this one
    with LocalCluster(
        n_workers=0,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        memory_limit=memory_limit(workers),
        local_directory=os.environ.get("LAB_SCRATCH"),
        preload=["lab.jobs.cluster"],
        silence_logs=50,
        security=security,
        protocol="tls://",
    ) as cluster:
        keys = {name: getattr(security, name) for name in ("tls_ca_file", "tls_client_cert", "tls_client_key")}
        # Before there are workers, so that the app connects meanwhile.
        print(json.dumps({"address": cluster.scheduler_address} | keys), flush=True)
        cluster.scale(workers)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for the app, which closes stdin then
        threading.Thread(target=_watch, args=(cluster, forks), daemon=True).start()
        sys.stdin.read()


def _watch(cluster: Any, forks: bool) -> None:
    """End this process once it has no workers and will have none; the app then starts another, and queues its runs again."""
    if forks:  # one is served when the process that forks has imported everything
        import multiprocessing

        nothing = multiprocessing.get_context("forkserver").Process(target=int)
        nothing.start()
        nothing.join()
    last, patience = time.monotonic(), LOST_SECONDS if forks else FIRST_SECONDS
    while time.monotonic() - last < patience:
        time.sleep(1.0)
        if cluster.scheduler.workers:
            last, patience = time.monotonic(), LOST_SECONDS
    print("All workers are lost; the pool ends.", file=sys.stderr, flush=True)
    os._exit(3)


def _serve_forks() -> bool:
    """Have workers forked from a process that has imported all they need, if this system can do that.

    Importing TensorFlow takes five seconds, and Dask one. So they pass while the cluster is set up; another worker, or one in
    place of one that died, is there at once; and several workers share what was imported. That process has one thread and
    has not used TensorFlow, so it can be forked.
    """
    import multiprocessing

    import psutil

    if sys.platform != "linux" or psutil.virtual_memory().total < FORK_BYTES:
        return False
    from multiprocessing import forkserver

    multiprocessing.get_context("forkserver").set_forkserver_preload(["distributed", "lab.engine"])
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)  # NumPy reads them when it is imported
    forkserver.ensure_running()
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    return True


def dask_setup(worker: Any) -> None:
    """Called by Dask in each new worker: import TensorFlow and compile while the user is still reading the page."""
    if hasattr(worker, "nthreads") or hasattr(worker, "state"):
        limit = worker.memory_manager.memory_limit if hasattr(worker, "nthreads") else None
        threading.Thread(target=_warm_up, args=(limit,), daemon=True).start()


def _warm_up(memory_limit: int | None) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import lab.engine

    lab.engine.warm_up(memory_limit, int(os.environ.get("LAB_WARM_UP") or 1000))


if __name__ == "__main__":
    main(int(sys.argv[1]))
