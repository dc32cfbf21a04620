"""Runs on real workers: the queue, a killed worker, a killed app."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import psutil
import pytest

from lab import jobs
from lab.config.run import RunConfig
from lab.jobs import checks, worker
from lab.jobs import cluster as cluster_module
from lab.jobs import pool as pool_module
from lab.runs.alive import sign
from lab.runs.events import Stopped
from lab.runs.run import UNDER_WAY, Control, Run
from lab.runs.store import RunStore

ROOT = Path(__file__).parents[2]
SMALL = RunConfig().with_settings(
    {"window.size": 8, "model.units": "6", "training.epochs": 3, "training.batch_size": 16, "data.points": 200}
)
LONG = SMALL.with_settings({"training.epochs": 10_000})
AT_ONCE = 1_000  # of its epochs, which take a few milliseconds: within a second or two, on a slow machine more


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[pool_module.Pool]:
    pool = pool_module.Pool()
    monkeypatch.setattr(pool_module, "POOL", pool)
    yield pool
    for run in RunStore().list():
        if run.status() in UNDER_WAY:
            run.send(Control(state="stop"))
    pool.close()


def test_places_in_the_queue_are_those_of_the_presses() -> None:
    class Dask:
        def submit(self, *_: object, **__: object) -> Future[None]:
            return Future()

    pool = pool_module.Pool()
    pool._client = Dask()
    runs = [jobs.create(SMALL, name=name) for name in ("first", "second")]
    for run in runs:
        sign(run.path / "submitted.json")
        time.sleep(0.02)
    for run in reversed(runs):  # each is handed over by a thread of its own, and the second may be sooner
        pool.submit(run)
    assert [[place.run.id for place in jobs.ahead_of(run)] for run in runs] == [[], ["first"]]


def losses(run: Run) -> list[tuple[float, float]]:
    return [(e.loss, e.val_loss) for e in run.history().epochs]


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_control_queue_and_a_killed_worker(pool: pool_module.Pool) -> None:
    undisturbed = jobs.create(SMALL.with_settings({"training.epochs": 300}), name="undisturbed")
    worker.execute(undisturbed.path)

    first = jobs.submit(LONG, name="first")
    wait_for(lambda: len(first.history().epochs) > 3)
    second = jobs.submit(SMALL.with_settings({"training.epochs": 300}), name="second")
    third = jobs.submit(SMALL, name="third")
    wait_for(lambda: len(jobs.ahead_of(third)) == 2)
    assert (second.status(), len(jobs.ahead_of(second))) == ("queued", 1)

    before = len(first.history().epochs)
    jobs.pause(first)
    wait_for(lambda: first.status() == "paused")
    done = first.history().epochs[-1].epoch
    assert done < before + AT_ONCE
    jobs.step(first)
    wait_for(lambda: first.history().epochs[-1].epoch == done + 1 and first.status() == "paused")
    jobs.go_on(first)
    wait_for(lambda: first.history().epochs[-1].epoch > done + 3)

    jobs.stop(third)
    assert third.status() == "stopped"
    before = len(first.history().epochs)
    jobs.stop(first)
    wait_for(lambda: first.status() == "stopped")
    assert len(first.history().epochs) < before + AT_ONCE
    assert first.network().predict.__self__ is not None

    wait_for(lambda: len(second.history().epochs) > 20)
    os.kill(json.loads((second.path / "worker.json").read_text())["pid"], signal.SIGKILL)
    wait_for(lambda: second.status() == "finished", 120)
    assert losses(second) == losses(undisturbed)
    starts = [e.epoch for e in second.events() if type(e).__name__ == "Started"]
    assert len(starts) == 2
    assert starts[1] > 0, "it went on from its checkpoint, not from the beginning"
    assert third.history().epochs == []


def app_with_a_run(lab_home: Path) -> tuple[subprocess.Popen[bytes], Run, list[psutil.Process]]:
    """A process in a group of its own that has queued a long run, as the app does; the run under way, and its processes."""
    script = textwrap.dedent(
        f"""
        import contextlib, time
        from lab import jobs
        from lab.config.run import RunConfig
        if __name__ == "__main__":
            jobs.submit(RunConfig.from_json({LONG.to_json()!r}), name="under-way")
            with contextlib.suppress(KeyboardInterrupt):
                time.sleep(600)
        """
    )
    app = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    run = Run(lab_home / "runs" / "under-way")
    wait_for(lambda: run.path.exists() and len(run.history().epochs) > 3)
    return app, run, psutil.Process(app.pid).children(recursive=True)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_a_killed_app_leaves_no_orphan_and_its_run_can_be_resumed(lab_home: Path) -> None:
    app, run, children = app_with_a_run(lab_home)
    assert len(children) >= 2
    app.kill()
    app.communicate(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    assert run.status() == "interrupted"
    run.send(Control(pause_after=None))
    done = run.history().epochs[-1].epoch
    resumed = worker.execute  # in this process, as `python -m lab resume` does
    jobs.require_resumable(run)
    run.send(Control(state="stop"))
    resumed(run.path)
    assert run.status() == "stopped"
    assert run.history().epochs[-1].epoch <= done


def test_a_run_that_another_process_trains_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lab.cli.commands import main
    from lab.runs import lock

    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    run = jobs.create(SMALL, name="taken")
    sign(run.path / "submitted.json")
    run.append(Stopped(0, 0.0, run.id))
    (run.path / "submitted.json").unlink()
    with lock.sole_trainer(run.path):
        worker.work(run.path)
        assert [type(event).__name__ for event in run.events()] == ["Stopped"]
        assert main(["resume", "taken"]) == 2
        assert capsys.readouterr().err.endswith(
            "python -m lab resume: Run taken is being trained by another process; stop it there first.\n"
        )
    assert main(["resume", "taken"]) == 0
    assert run.status() == "finished"


def test_equal_experiments_have_equal_configs() -> None:
    text, number = ({"data.noise": value, "data.points": points} for value, points in (("0.2", "300"), (0.2, 300)))
    first, second = (jobs.create(SMALL.with_settings(settings)) for settings in (text, number))
    assert first.config == second.config


def test_only_what_was_broken_off_can_be_resumed() -> None:
    run = jobs.create(SMALL)
    worker.execute(run.path)
    with pytest.raises(ValueError, match="Only an interrupted or stopped run"):
        jobs.resume(run)


def test_an_unexpected_error_is_the_runs_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    import lab.engine

    def broken(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(lab.engine, "train", broken)
    run = jobs.create(SMALL)
    worker.execute(run.path)
    assert run.status() == "failed"
    assert "Out of memory" in run.history().final.message  # type: ignore[union-attr]


def test_a_scheduler_that_is_not_there_fails_the_run_with_a_sentence(
    pool: pool_module.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr(pool_module, "CONNECT_SECONDS", 1)
    run = jobs.submit(SMALL)
    wait_for(lambda: run.status() == "failed", 30)
    assert "No worker could be reached" in run.history().final.message  # type: ignore[union-attr]


@pytest.mark.parametrize("settings", [{"window.size": 500}, {"data.points": 10}])
def test_a_config_that_does_not_fit_its_data_makes_no_run(settings: dict[str, object], lab_home: Path) -> None:
    with pytest.raises(ValueError, match="too short"):
        jobs.create(SMALL.with_settings(settings))
    assert not (lab_home / "runs").exists()


def test_a_run_too_large_for_the_machine_is_refused_before_it_is_made(
    monkeypatch: pytest.MonkeyPatch, lab_home: Path
) -> None:
    large = SMALL.with_settings({"model.units": "1024,1024", "window.size": 20, "training.batch_size": 4096})
    monkeypatch.setattr(checks, "memory_limit", lambda _workers: 2**30)
    sentence = r"needs about [\d.]+ GiB of memory, and a worker here has 0\.3 GiB for it; try"
    with pytest.raises(ValueError, match=sentence):
        jobs.create(large)
    assert not list(lab_home.glob("runs/*"))
    monkeypatch.setenv("LAB_SCHEDULER", "tcp://elsewhere:8786")  # whose workers may have more
    jobs.create(large)


def test_nobody_without_its_keys_talks_to_the_pool(pool: pool_module.Pool) -> None:
    """Another user of this machine could run code as the app's user."""
    from distributed import Client
    from distributed.security import Security

    pool.start()
    address = pool._client.scheduler.address
    assert address.startswith("tls://127.0.0.1:")
    for way in (address.replace("tls://", "tcp://"), address):
        stranger = Security.temporary() if way == address else None
        with pytest.raises((OSError, TimeoutError, TypeError)):
            Client(way, security=stranger, timeout=2, set_as_default=False)
    assert pool._client.submit(os.getpid).result(60) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_a_pool_that_is_lost_again_and_again_fails_its_runs_with_a_sentence(
    pool: pool_module.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module.Pool, "_await_worker", lambda *_: None)  # as if none ever signed on
    monkeypatch.setattr("lab.jobs.pool.work", time.sleep)  # and the run waits
    run = jobs.submit(LONG)
    seen = set[int]()
    while len(seen) < pool_module.ATTEMPTS:
        wait_for(lambda: pool._process is not None and pool._process.pid not in seen and pool._futures)
        assert pool._process is not None
        seen.add(pool._process.pid)
        os.kill(pool._process.pid, signal.SIGKILL)
    wait_for(lambda: run.status() == "failed")
    assert run.history().final.message == pool_module.NO_WORKER  # type: ignore[union-attr]


@pytest.mark.parametrize("workers", [{}, {"a": 1}])
def test_the_pool_ends_when_it_has_had_no_worker_for_long(
    monkeypatch: pytest.MonkeyPatch, workers: dict[str, int]
) -> None:
    class Ended(Exception):
        pass

    def leave(code: int) -> None:
        raise Ended(code)

    cluster = types.SimpleNamespace(scheduler=types.SimpleNamespace(workers=workers))
    looks = iter(range(5))

    def look(seconds: float) -> None:
        if next(looks) == 2:
            workers.clear()
        clock[0] += seconds

    clock = [0.0]
    monkeypatch.setattr(cluster_module, "FIRST_SECONDS", 1.5)
    monkeypatch.setattr(cluster_module, "LOST_SECONDS", 1.5)
    monkeypatch.setattr(cluster_module, "time", types.SimpleNamespace(monotonic=lambda: clock[0], sleep=look))
    monkeypatch.setattr(os, "_exit", leave)
    had_one = bool(workers)
    with pytest.raises(Ended, match="3"):
        cluster_module._watch(cluster, forks=False)
    assert clock[0] == (4.0 if had_one else 2.0)


def test_a_worker_keeps_its_heap_and_is_not_profiled(pool: pool_module.Pool) -> None:
    """Either would slow training down, the first by half."""
    pool.start()

    def told() -> tuple[str | None, bool]:
        import dask

        return os.environ.get("MALLOC_TRIM_THRESHOLD_"), dask.config.get("distributed.worker.profile.enabled")

    assert pool._client.submit(told).result(60) == (None, False)


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's Ctrl-C is POSIX's SIGINT to the whole group")
def test_ctrl_c_under_a_run_ends_the_app_without_a_traceback(lab_home: Path) -> None:
    app, run, children = app_with_a_run(lab_home)
    os.killpg(app.pid, signal.SIGINT)
    _, said = app.communicate(timeout=60)
    assert said.decode() == ""
    assert app.returncode == 0
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    assert run.status() == "interrupted"
    assert "Traceback" not in (lab_home / "pool.log").read_text(encoding="utf-8")


def test_a_pool_that_cannot_start_is_no_traceback_before_anybody_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "POOL", pool_module.Pool())
    monkeypatch.setenv("LAB_WARM_UP", "1")
    monkeypatch.setenv("LAB_WORKERS", "many")
    jobs.warm_up()  # an exception in its thread would fail this test
    time.sleep(0.5)
