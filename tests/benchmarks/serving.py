"""Processes under measurement: Streamlit servers with all they start, and a browser. Nothing survives a benchmark."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from lab.jobs.pool import Pool

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@dataclass
class Server:
    """A Streamlit process of its own and the home that it writes into."""

    url: str
    process: subprocess.Popen[bytes]
    home: Path
    born: float  # time.perf_counter() just before the process was started
    pool: Pool | None = None  # where it was started by us; else the server has one of its own

    @property
    def web(self) -> psutil.Process:
        """The process that answers the browser."""
        return psutil.Process(self.process.pid)

    def worker(self) -> psutil.Process | None:
        """The process of the pool that trains: of those with TensorFlow loaded the one that none was forked from."""
        loaded = [child for child in self._children() if has_tensorflow(child.pid)]
        parents = {child.ppid() for child in loaded}
        return next(
            (child for child in loaded if child.pid not in parents and "forkserver" not in _command(child)), None
        )

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time so far, of the web process, the worker, and the pool around it."""
        worker = self.worker()
        spent = {"web": _cpu(self.web), "worker": _cpu(worker) if worker else 0.0, "pool": 0.0}
        for child in self._children():
            if worker is None or child.pid != worker.pid:
                with contextlib.suppress(psutil.Error):
                    spent["pool"] += _cpu(child)
        return spent

    def _children(self) -> list[psutil.Process]:
        pool = [psutil.Process(self.pool._process.pid)] if self.pool else []
        return [*self.web.children(recursive=True), *pool, *(c for p in pool for c in p.children(recursive=True))]


@contextlib.contextmanager
def hold_pool() -> Iterator[Pool]:
    """The app's pool with one worker, which app and benchmark can both hand something to."""
    with tempfile.TemporaryDirectory(prefix="lab-bench-") as home:
        with patch.dict(os.environ, {"LAB_HOME": home, "LAB_WORKERS": "1"}):
            pool = Pool()
            pool.start()
        try:
            yield pool
        finally:
            pool.close()


@contextlib.contextmanager
def serve(
    script: str | Path, *, quick_health: bool = True, pool: Pool | None = None, programs: Path | None = None
) -> Iterator[Server]:
    """`streamlit run` on a script in a fresh process and a fresh LAB_HOME, as a user starts it; ended with all it started.

    `programs`: the folder of compiled programs of an earlier start, which a user's LAB_HOME would hold.
    """
    port = _free_port()
    home = Path(tempfile.mkdtemp(prefix="lab-bench-"))
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LAB_")} | {"LAB_HOME": str(home)}
    if programs is not None:
        programs.mkdir(exist_ok=True)
        (home / "programs").symlink_to(programs)
    if pool is not None:
        environment["LAB_SCHEDULER"] = pool._client.scheduler.address
        for setting, pem in (
            ("CA_FILE", "tls_ca_file"),
            ("CLIENT__CERT", "tls_client_cert"),
            ("CLIENT__KEY", "tls_client_key"),
        ):
            (home / pem).write_text(getattr(pool.security, pem), encoding="utf-8")
            environment[f"DASK_DISTRIBUTED__COMM__TLS__{setting}"] = str(home / pem)
    log = (home / "server.log").open("wb")
    born = time.perf_counter()
    # A session of its own: Ctrl-C reaches this script, which then ends the server in an orderly way.
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    server = Server(f"http://127.0.0.1:{port}", process, home, born, pool)
    try:
        _wait_for_port(server, 0.01 if quick_health else 0.1)
        yield server
    finally:
        log.close()
        _end(process)
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def browse() -> Iterator[Browser]:
    """A headless Chromium."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        raise SystemExit("No Chromium was found; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """A tab with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(120_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def browser_cpu_seconds() -> float:
    """CPU time of all processes of the browser that this script started."""
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "chrom" in child.name():
                total += _cpu(child)
    return total


def has_tensorflow(pid: int) -> bool:
    """Whether a process has TensorFlow's libraries mapped."""
    try:
        return "libtensorflow" in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 120.0, every: float = 0.1) -> None:
    """Look every so many seconds until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(every)


def wait_for_warm_worker(server: Server) -> None:
    """Until a worker has imported TensorFlow and rests."""
    wait_until(lambda: server.worker() is not None, "a warm worker")
    worker = server.worker()
    assert worker is not None
    wait_until(lambda: worker.cpu_percent(0.5) < 20, "the worker to rest")


def _command(process: psutil.Process) -> str:
    """`forkserver` stands in the command of the process that waits for forks, and of those that are its forks."""
    with contextlib.suppress(psutil.Error):
        return "" if "forkserver" in " ".join(process.parent().cmdline()) else " ".join(process.cmdline())
    return ""


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_port(server: Server, every: float) -> None:
    for _ in range(int(120 / every)):
        if server.process.poll() is not None:
            raise SystemExit(f"The server ended:\n{(server.home / 'server.log').read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(every)
    raise SystemExit("The server did not come up within two minutes.")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server, then whatever of its children did not go with it."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        children = []
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(15)
    _, left = psutil.wait_procs(children, timeout=15)
    for child in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    if process.poll() is None:
        process.kill()
        process.wait()
