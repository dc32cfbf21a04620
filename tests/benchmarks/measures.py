"""The measurements that tests/benchmarks/app.py prints: start, memory, the first point, the buttons, the cost of looking."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page
from report import Row, Sample
from serving import (
    ROOT,
    Server,
    browser_cpu_seconds,
    fresh_page,
    has_tensorflow,
    hold_pool,
    serve,
    wait_for_warm_worker,
    wait_until,
)

from lab.config.presets import preset
from lab.jobs.pool import Pool
from lab.runs.events import Continued, EpochEnded, Event, Failed, Paused, Stopped
from lab.runs.run import Run
from lab.runs.store import RunStore

THREE_LINES = 'import streamlit as st\nst.title("Peer")\nst.write("Hello")\n'
POINTS = "document.querySelector(\"[data-testid='live-loss']\")?.data?.[0]?.x?.length ?? 0"
MIB = 2**20


def start(browser: Browser, repeats: int, folder: Path) -> list[Row]:
    """From a fresh `streamlit run` to a heading that one can see, the app and three lines of Streamlit in turn."""
    peer_script = folder / "peer.py"
    peer_script.write_text(THREE_LINES, encoding="utf-8")
    seen: dict[str, list[float]] = {"app": [], "peer": [], "app settled": [], "peer settled": []}
    _one_start(browser, peer_script)  # the disk's cache, for both alike
    _one_start(browser, ROOT / "app.py")
    for _ in range(repeats):
        for name, script in (("app", ROOT / "app.py"), ("peer", peer_script)):
            heading, settled = _one_start(browser, script)
            seen[name].append(heading)
            seen[f"{name} settled"].append(settled)
    sample = {k: Sample(tuple(v)) for k, v in seen.items()}
    return [
        Row("process start to the heading", sample["app"], sample["peer"], 1.5),
        Row("process start to the whole page", sample["app settled"], sample["peer settled"]),
    ]


def _one_start(browser: Browser, script: Path) -> tuple[float, float]:
    with serve(script) as server, fresh_page(browser) as page:
        page.goto(server.url, wait_until="commit")
        page.wait_for_selector("h1", state="visible")
        heading = time.perf_counter() - server.born
        page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
        return heading, time.perf_counter() - server.born


def memory_and_first_point(browser: Browser, repeats: int) -> tuple[list[Row], list[Row]]:
    """RSS of the web process through an ordinary visit; and how soon a press of Train shows its first point."""
    idle, trained, forecast, workers, firsts, epochs = [], [], [], [], [], []
    clean = True
    for k in range(repeats):
        with serve(ROOT / "app.py") as server, fresh_page(browser) as page:
            page.goto(server.url)
            page.wait_for_selector("h1", state="visible")
            wait_for_warm_worker(server)
            idle.append(_rss(server))
            # Other units every time: a network of this shape was never compiled before.
            first, epoch = press_train(page, server, {"preset": "sine", "model.units": str(50 + k)})
            firsts.append(first)
            epochs.append(epoch)
            page.get_by_text("Finished", exact=True).wait_for()
            trained.append(_rss(server))
            page.get_by_test_id("stSidebarNav").get_by_text("Forecast").click()
            page.get_by_test_id("live-future").locator(".main-svg").first.wait_for()
            time.sleep(2)
            forecast.append(_rss(server))
            worker = server.worker()
            workers.append(worker.memory_info().rss / MIB if worker else 0.0)
            clean = clean and not has_tensorflow(server.process.pid)
    note = "no TensorFlow in the web process" if clean else "TENSORFLOW IS LOADED IN THE WEB PROCESS"
    memory = [
        Row("web process, idle", Sample(tuple(idle), "MiB")),
        Row("web process, after training sine", Sample(tuple(trained), "MiB")),
        Row("web process, Forecast open", Sample(tuple(forecast), "MiB"), goal=300.0, note=note),
        Row("web process, libraries of TensorFlow", Sample((0.0 if clean else 1.0,), ""), goal=0.0),
        Row("worker, after training sine", Sample(tuple(workers), "MiB")),
    ]
    points = [
        Row("pressing Train to the first point", Sample(tuple(firsts)), goal=3.0),
        Row("pressing Train to epoch 1 (compiles)", Sample(tuple(epochs))),
    ]
    return memory, points


def press_train(page: Page, server: Server, query: dict[str, str]) -> tuple[float, float]:
    """Seconds from the press to the first point of the loss curve, and to the second."""
    page.goto(f"{server.url}/train?{urlencode(query)}")
    button = page.get_by_role("button", name="Train", exact=True)
    button.wait_for()
    page.get_by_test_id("live-series").locator(".main-svg").first.wait_for()
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    pressed = time.perf_counter()
    button.click()
    page.wait_for_function(f"() => ({POINTS}) >= 1")
    first = time.perf_counter() - pressed
    page.wait_for_function(f"() => ({POINTS}) >= 2")
    return first, time.perf_counter() - pressed


def acting(browser: Browser, repeats: int, settings: dict[str, str]) -> list[Row]:
    """From a press of a run's button until the training has done it, as its file says, and until the page says so."""
    answers: dict[str, tuple[type[Event], str]] = {
        "Pause": (Paused, "Paused"), "Resume": (Continued, "Training"), "Stop": (Stopped, "Stopped"),
    }  # fmt: skip
    did: dict[str, list[float]] = {button: [] for button in answers}
    said: dict[str, list[float]] = {button: [] for button in answers}

    def press(button: str, k: int) -> None:
        kind, word = answers[button]
        time.sleep(1.0 + 0.37 * k)  # at another place of an epoch every time
        _, offset = run.read_events()
        pressed = time.perf_counter()
        page.locator(".st-key-buttons").get_by_role("button", name=button, exact=True).click()
        wait_until(lambda: any(isinstance(event, kind) for event in run.read_events(offset)[0]), button, every=0.01)
        did[button].append(time.perf_counter() - pressed)
        page.locator(".st-key-strip p").first.get_by_text(word, exact=True).wait_for()
        said[button].append(time.perf_counter() - pressed)

    with serve(ROOT / "app.py") as server, fresh_page(browser) as page:
        page.goto(server.url)  # the first visit brings the worker up
        wait_for_warm_worker(server)
        press_train(page, server, settings)
        run = RunStore(server.home).list()[0]
        for k in range(repeats):
            press("Pause", k)
            press("Resume", k)
        for k in range(repeats):
            press("Stop", k)
            done = len(run.history().epochs)
            page.get_by_role("button", name="Resume from checkpoint").click()
            wait_until(lambda done=done: len(run.history().epochs) > done + 1, "the run to go on")
    rows = [Row(f"{name} to the deed", Sample(tuple(values)), goal=1.0) for name, values in did.items()]
    return rows + [Row(f"{name} to the page's word for it", Sample(tuple(values))) for name, values in said.items()]


@dataclass
class Training:
    """One training: seconds in steps, wall time from epoch 1 to the last, CPU time, and what else ran meanwhile."""

    seconds: float
    elapsed: float
    process: float  # CPU of the process that trained
    cpu: dict[str, float] = field(default_factory=dict)


def looking(browser: Browser, repeats: int, settings: dict[str, str]) -> tuple[list[Row], list[Training]]:
    """The same config through the app with its page open, through the app with no page, and bare; in turn.

    All in one worker, the bare one too: two processes of the same program differ by up to a fifth in speed, whatever
    they do, and would say more of that than of the app.
    """
    found: dict[str, list[Training]] = {"bare": [], "page": [], "alone": []}
    with hold_pool() as pool, serve(ROOT / "app.py", pool=pool) as server:
        wait_for_warm_worker(server)
        _train_bare(pool, settings | {"training.epochs": "1"})  # compiles, where that is to be done
        for k in range(repeats):
            order = ["bare", "page", "alone"]
            for kind in order[k % 3 :] + order[: k % 3]:
                found[kind].append(
                    _train_bare(pool, settings)
                    if kind == "bare"
                    else _train_in_app(server, browser, settings, look=kind == "page")
                )
    total = {k: Sample(tuple(t.seconds for t in v)) for k, v in found.items()}
    wall = {k: Sample(tuple(t.elapsed for t in v)) for k, v in found.items()}
    spent = {k: Sample(tuple(t.process for t in v)) for k, v in found.items()}
    rows = [
        Row("page open: sum of seconds", total["page"], total["bare"], 1.15),
        Row("page open: epoch 1 to the last", wall["page"], wall["bare"], 1.15),
        Row("no page open: sum of seconds", total["alone"], total["bare"], 1.05),
        Row("no page open: epoch 1 to the last", wall["alone"], wall["bare"], 1.05),
        # Other work on the machine stretches wall time, and CPU time hardly.
        Row("page open: CPU of the training process", spent["page"], spent["bare"]),
        Row("no page open: CPU of the training process", spent["alone"], spent["bare"]),
    ]
    return rows, found["page"]


def explain(trainings: list[Training]) -> list[Row]:
    """Who used the cores while a page looked on."""
    return [
        Row(f"CPU of {who} a second of training", Sample(tuple(t.cpu[who] / t.elapsed for t in trainings)))
        for who in ("worker", "web", "browser", "pool")
    ]


def _train_bare(pool: Pool, settings: dict[str, str]) -> Training:
    """`list(lab.train(config))` in the worker, and nothing else."""

    def bare(name: str, rest: dict[str, str]) -> tuple[float, float, float]:
        import lab

        config = lab.preset(name).with_settings(rest)
        before = time.process_time()
        ended = [e for e in list(lab.train(config)) if isinstance(e, EpochEnded) and e.epoch > 0]
        used = time.process_time() - before
        return sum(e.seconds for e in ended), ended[-1].elapsed - ended[0].elapsed, used

    rest = {k: v for k, v in settings.items() if k != "preset"}
    return Training(*pool._client.submit(bare, settings["preset"], rest, pure=False).result())


def _train_in_app(server: Server, browser: Browser, settings: dict[str, str], *, look: bool) -> Training:
    with fresh_page(browser) as page:
        page.goto(f"{server.url}/train")
        wait_for_warm_worker(server)
        before_all = server.cpu_seconds()["worker"]
        press_train(page, server, settings)
        run = RunStore(server.home).list()[0]
        _require_same(run, settings)
        if look:
            before = _all_cpu(server)
            _wait_for_end(run)
            after = _all_cpu(server)
            used = {k: after[k] - before[k] for k in after}
            return _timed(run, after["worker"] - before_all, used)
    _wait_for_end(run)
    return _timed(run, server.cpu_seconds()["worker"] - before_all, {})


def _wait_for_end(run: Run) -> None:
    """By a look at whether a file is there, which disturbs neither worker nor page."""
    wait_until(lambda: not (run.path / "worker.json").exists(), "the run's end", 600)


def _all_cpu(server: Server) -> dict[str, float]:
    return server.cpu_seconds() | {"browser": browser_cpu_seconds()}


def _timed(run: Run, process: float, used: dict[str, float]) -> Training:
    history = run.history()
    if isinstance(history.final, Failed):
        raise SystemExit(f"The run failed: {history.final.message}")
    ended: list[EpochEnded] = [e for e in history.epochs if e.epoch > 0]
    elapsed = ended[-1].elapsed - ended[0].elapsed
    return Training(sum(e.seconds for e in ended), elapsed, process, used)


def _require_same(run: Run, settings: dict[str, str]) -> None:
    rest: dict[str, Any] = {k: v for k, v in settings.items() if k != "preset"}
    if run.config != preset(settings["preset"]).with_settings(rest):
        raise SystemExit("The page trained another config than was asked for; nothing is compared.")


def _rss(server: Server) -> float:
    return float(server.web.memory_info().rss) / MIB
