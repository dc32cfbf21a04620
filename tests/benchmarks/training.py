"""How fast is training? `python tests/benchmarks/training.py [--quick] [--only speed,scaling,start,watching,memory]`.

Epochs after the first, in turn, lab against stock Keras `fit` and PyTorch `nn.LSTM` (left out, and said, where it is
not installed): the same numbers, Adam, clip by value, mean squared error. Then how cost grows with units, window and
batch; the first epoch; what it costs to watch; and the memory of fifty runs. About 15 minutes, with --quick about 5.

What was tried and does not help (TensorFlow 2.21, two cores of an AMD EPYC):
- a loop over time unrolled: costs compile time and gains little
- gates as operations of their own: XLA computes each exponential again for every reader, 30 us a forward step of the sine
  wave instead of 16
- features first, batch last: Bitcoin a little faster, MNIST slower, the backward half of small networks slower
- `tf.raw_ops.BlockLSTMV2`: as fast for small networks, half as fast for large ones
- two half batches side by side in one program: XLA runs its loops one after the other, on one core
- two half batches in two programs that run side by side, and a third that adds and applies their gradients: the digits
  0.97 of the time, Bitcoin 1.05; with one intra-op thread each the digits 0.90 and Bitcoin 1.4, as each core then reads all
  of the kernels; the sine wave a tenth slower. Not worth a second engine
- on the way back, the gates' gradients broadcast instead of concatenated: the sine wave a fifth slower
- XLA_FLAGS for the sine wave: `xla_cpu_multi_thread_eigen=false`, fast math, oneDNN, no XNNPACK, no concurrency scheduler:
  no gain; 512-bit vectors: 3 %, not worth a flag that another version may refuse
- OMP_NUM_THREADS: the sine wave the same
- one intra-op thread (`TF_NUM_INTRAOP_THREADS=1`): the sine wave in 0.90 to 1.02 of the time, 16 units in 0.86, with a
  fifth less of the processor; but a process has one number of threads, and the large networks need both cores. The process
  held to one core only while it compiles: no difference. All threads on one core: the sine wave 1.25 times as slow.
  `max_intra_op_parallelism` of a `tf.data` pipeline around the compiled call: only half as much saved
- the compiled call from another thread or TensorFlow's asynchronous executor: the same time. (What helps is that Python
  tells of an epoch meanwhile; see lab/engine/training.py.)
- the loop over time without `maximum_iterations`, which counts a second time: the sine wave 1 % faster, the digits slower
- on the way back, the last turn outside the loop, without its product: XLA copies the arrays. (The first turn outside, as
  `walks.py` has it, is what helps: Bitcoin a twelfth faster, the digits 2 %.)
- nor the kernel's gradient without the first step, whose state is zero: the slices cost what the product saves
- other orders of the operands on the way back (`transpose_b`): 1 to 2 % slower; units padded to whole registers: no gain
- the products over all steps outside XLA, as TensorFlow's own operations (oneDNN) between compiled walks: alone a tenth
  faster on an Intel Xeon, the digits' step 1.01 to 1.09 of the time, and 50 MiB more
- on that Xeon, too: those products in halves, quarters or sevenths, or with operands turned beforehand: no gain
- there, too: the LSTM's bias added within the loop, which spares a pass over all projected inputs: the loop takes as much longer
- and on the way back, what a step's gates contribute multiplied out beforehand, or the blocks of the gates in front (products
  of four small matrices): 1 to 2 % slower, and 1.7 times as slow
- other XLA_FLAGS for the digits (no XNNPACK, oneDNN, region analysis of copies): within 2 %; no YNNPACK: a tenth slower
- keeping h at every step for the way back: recomputing it for all steps at once is 1 us a step cheaper
- two, five or ten time steps in one turn of the loop: XLA then spreads each turn over threads, the sine wave 1 to 7 % slower
- gates computed straight into the loop's array and read back from it: XLA copies them out again, the sine wave 2 % slower
- no array of the gates' partners, the gates' own array overwritten instead: XLA copies all of it at every step, twice the
  time; the partners put together within the loop, with an array of their own for the result: 2 % slower
- the largest entry of the gradients looked for only where their norm is over the limit (`tf.cond`): no gain
- the LSTM's `slope_c` within the loop back, not beforehand: the sine wave 2 % faster, 8 and 16 units twice as slow
- the products within the loop in two halves, for middling sizes that XLA does on one core (64 units, batches of 64 to 256):
  1.4 to 2 times as slow, though the same helps the one product over all steps
- on the way back, `dc` and `dh` broadcast over `(batch, 4, units)` and chosen or added up by a mask, in place of one
  concatenation: the digits 1.3 times, the sine wave 3 times as slow
- memory in huge pages (`GLIBC_TUNABLES=glibc.malloc.hugetlb=1`): no gain
- a norm by rows first and then over the rows: XLA makes one slow reduction of the two (see `_over_all` in stepper.py)
- `autograph=False`, programs in fewer parts, fewer passes of LLVM: the same memory. Of what XLA keeps of a program, a good
  part are the stack traces of its operations; TensorFlow has no switch for that
- forgetting compiled programs early: XLA keeps them until the process ends
- `MALLOC_ARENA_MAX=2`: 2 to 9 MiB less, the sine wave 1 to 9 % slower; with one arena 11 to 14 %
- programs traced on a shallow stack: every frame less of Python saves 0.1 MiB of those traces, too little for a detour
- recurrent dropout's products one a gate, instead of one product of as many blocks: 64 to 256 units 1.2 to 1.3 times as slow;
  the same blocks for the kernel's gradient: no gain
And what hurts: TensorFlow's own choice of a generator for dropout, 220 ns a random number in XLA on the CPU where Philox
takes 3 (the `mnist` preset 165 ms a step instead of 60; see lab/engine/loops/keras_cells.py); MALLOC_TRIM_THRESHOLD_, which Dask sets in its workers, makes Bitcoin twice as slow (see lab/pool.py).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import report  # noqa: E402
from report import Row, Sample  # noqa: E402

from lab.config.model import ModelConfig  # noqa: E402
from lab.jobs.estimate import flops_a_window  # noqa: E402

PARTS = ("speed", "scaling", "start", "watching", "memory")
SHAPES: dict[str, dict[str, Any]] = {
    "sine": {"units": [50], "window": 50, "features": 1, "outputs": 1, "n": 405, "batch": 32},
    "bitcoin": {"units": [256, 512, 512], "window": 7, "features": 1, "outputs": 1, "n": 978, "batch": 64},
    "mnist": {"units": [256, 256], "window": 28, "features": 28, "outputs": 10, "n": 1920, "batch": 64},
}
BASE = {"units": [64], "window": 28, "features": 1, "outputs": 1, "n": 1024, "batch": 64}
SCALES = {
    "units": [16, 32, 64, 128, 256, 512],
    "window": [7, 14, 28, 56, 100, 200],
    "batch": [16, 32, 64, 128, 256, 512],
}


class Process:
    """A contender in a process of its own."""

    def __init__(self, name: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("contenders.py")), name]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.mib = answer["mib"]
        return answer["answer"]

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def contest(shape: dict[str, Any], names: list[str], rounds: int) -> tuple[dict[str, Sample], dict[str, float], Any]:
    """Median seconds an epoch of each round, in turn; seconds to the first step; memory in MiB, all and not of files."""
    with_processes = {name: Process(name) for name in names}
    try:
        first = {name: process.ask(shape) for name, process in with_processes.items()}
        epochs = {name: max(1, round(0.5 / process.ask(3)[-1])) for name, process in with_processes.items()}
        found: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(rounds):
            for name, process in with_processes.items():
                found[name].append(float(np.median(process.ask(epochs[name]))))
    finally:
        for process in with_processes.values():
            process.__exit__()
    return {k: Sample(tuple(v)) for k, v in found.items()}, first, {k: p.mib for k, p in with_processes.items()}


def contests(shape: dict[str, Any], names: list[str], processes: int) -> tuple[dict[str, Sample], Any, Any, Sample]:
    """`contest` in so many processes each, the median of three rounds in each; and the limit's GFLOP/s before each.

    The same program differs by up to a fifth, and PyTorch's by more, from one process to the next.
    """
    limits, each = zip(*((matmul_limit(), contest(shape, names, 3)) for _ in range(processes)), strict=True)
    seconds = {name: Sample(tuple(found[name].median for found, _, _ in each)) for name in names}
    first, mib = ({name: np.median([part[k][name] for part in each], axis=0) for name in names} for k in (1, 2))
    return seconds, first, mib, Sample(limits, "GFLOP/s")


def flops(shape: dict[str, Any], seconds: float) -> float:
    """GFLOP/s of an epoch."""
    model = ModelConfig(units=tuple(shape["units"]))
    return shape["n"] * flops_a_window(model, shape["window"], shape["features"], shape["outputs"]) / seconds / 1e9


def matmul_limit() -> float:
    """GFLOP/s of NumPy on a product of 1,024 by 1,024, float32: what the machine can do at most."""
    a = np.random.default_rng(0).normal(size=(1024, 1024)).astype(np.float32)
    seconds = []
    for _ in range(30):
        began = time.perf_counter()
        a @ a
        seconds.append(time.perf_counter() - began)
    return 2 * 1024**3 / float(np.median(seconds)) / 1e9


def speed(processes: int, rivals: list[str]) -> list[Row]:
    """The three configurations, each contender in turn."""
    rows = []
    for name, shape in SHAPES.items():
        large = name != "sine"
        seconds, first, mib, limits = contests(shape, ["lab", *rivals, *(["products"] if large else [])], processes)
        for rival in rivals:
            goal = 0.9 if rival == "torch" else 1.0
            rows.append(Row(f"{name}, an epoch, against {rival}", seconds["lab"], seconds[rival], goal))
        rates = Sample(tuple(flops(shape, s) for s in seconds["lab"].values), "GFLOP/s")
        rows.append(Row(f"{name}, matmul limit over lab's", limits, rates, 1.4 if large else None))
        if large:
            rows.append(Row(f"{name}, an epoch, against its products alone", seconds["lab"], seconds["products"]))
        note = ", ".join(f"{k} {first[k]:.1f} s" for k in ("lab", *rivals))
        rows.append(Row(f"{name}, to the first step", Sample((first["lab"],)), note=note))
        if "keras" in rivals:
            for k, what in enumerate(("memory of the process", "of it, not pages of files")):
                memory = (Sample((float(mib[who][k]),), "MiB") for who in ("lab", "keras"))
                rows.append(Row(f"{name}, {what}, against keras", *memory, None if k else 1.0))
    return rows


def scaling(rounds: int, rivals: list[str]) -> list[Row]:
    """One of units, window and batch at a time."""
    rows = []
    for what, values in SCALES.items():
        for value in values:
            shape = BASE | {what: [value] if what == "units" else value}
            seconds, _, _ = contest(shape, ["lab", *(r for r in rivals if r == "torch")], rounds)
            note = f"{flops(shape, seconds['lab'].median):.0f} GFLOP/s"
            rows.append(Row(f"{what} {value}", seconds["lab"], seconds.get("torch"), note=note))
    return rows


def in_fresh_process(code: str, *arguments: str) -> Any:
    """What `code` prints last, as JSON."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


START = """
import json, time, lab, lab.engine
from lab.runs.events import EpochEnded
lab.engine.warm_up()
found = []
for units in ("50", "50", "48"):
    began = time.perf_counter()
    for event in lab.train(lab.preset("sine").with_settings({"model.units": units, "training.epochs": 1})):
        if isinstance(event, EpochEnded) and event.epoch == 1:
            found.append(time.perf_counter() - began)
print(json.dumps(found))
"""
WATCHING = """
import json, sys, tempfile, time, lab
from lab.jobs import create, worker
from lab.engine import training
from lab.engine.kept import recycle
from lab.runs.store import RunStore
config = lab.preset(sys.argv[1]).with_settings({"training.epochs": sys.argv[2]})
store = RunStore(tempfile.mkdtemp())
def run_of(watch):
    run = create(config, store=store)
    worker.execute(run.path, (lambda event: run.watch()) if watch else (lambda event: None))
    ended = [e for e in run.history().epochs if e.epoch > 0]
    return (ended[-1].elapsed - ended[0].elapsed) / (len(ended) - 1)
def bare(epochs):
    task = training.task_for(config, training.fetch(config.data))
    learner = training._Training(config, task, None)
    stepper = learner.stepper
    stepper.compile(learner.order(1), task.held_out)
    began = time.perf_counter()
    for epoch in range(1, epochs + 1):
        stepper.clear()
        stepper.run(learner.order(epoch), 0, stepper.steps)
        stepper.predict(task.held_out, stepper.weights())
    taken = time.perf_counter() - began
    recycle(stepper)
    return taken / epochs
half = config.training.epochs // 2
before, watched, alone, after = bare(half), run_of(True), run_of(False), bare(half)
print(json.dumps([watched, alone, (before + after) / 2]))
"""
MEMORY = """
import json, sys, psutil, lab
rss = []
runs = int(sys.argv[1])
for k in range(runs + 10):
    units = (50, 32, 64, 40, 56)[k % 5] if k < runs else 70 + k - runs
    settings = {"training.epochs": 3, "seed": k, "model.units": units}
    list(lab.train(lab.preset("sine").with_settings(settings)))
    rss.append(psutil.Process().memory_info().rss / 2**20)
print(json.dumps(rss))
"""


def start(repeats: int) -> list[Row]:
    """From `lab.train` to the end of epoch 1 in a worker that has warmed up."""
    found = np.array([in_fresh_process(START) for _ in range(repeats)])
    return [
        Row("sine preset: to the end of epoch 1", Sample(tuple(found[:, 0])), goal=2.0),
        Row("the same again", Sample(tuple(found[:, 1])), goal=2.0),
        Row("with other units, which compiles", Sample(tuple(found[:, 2]))),
    ]


def watching(repeats: int) -> list[Row]:
    """An epoch of a run with its folder, followed by a page and not, over one of a loop that does the same gradient steps and
    predictions of the validation part, one after the other, and nothing else: half of that loop before the runs, half after.

    What comes on top is done beside the gradient steps of the next epoch, which is how a run can be faster than the loop.
    """
    rows = []
    for name, epochs in (("sine", "200"), ("bitcoin-quick", "60"), ("bitcoin", "30")):
        found = [in_fresh_process(WATCHING, name, epochs) for _ in range(repeats)]
        watched, alone, bare = (Sample(tuple(column)) for column in zip(*found, strict=True))
        rows.append(Row(f"{name}, {epochs} epochs: an epoch that a page follows", watched, bare, 1.15))
        rows.append(Row(f"{name}, {epochs} epochs: one that nobody follows", alone, bare, 1.05))
    return rows


def memory(runs: int) -> list[Row]:
    """Growth of a process that trains again and again: five shapes in turn, then ten that it has not met before."""
    rss = in_fresh_process(MEMORY, str(runs))
    return [
        Row(f"from run 1 to run {runs}, growth", Sample((rss[runs - 1] - rss[0],), "MiB"), goal=100.0),
        Row("after that", Sample((rss[runs - 1],), "MiB")),
        Row("with each new shape, growth", Sample(((rss[-1] - rss[runs - 1]) / 10,), "MiB")),
    ]


def main() -> int:
    """Print the tables; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and no scaling")
    parser.add_argument("--only", help=f"some of {','.join(PARTS)}")
    arguments = parser.parse_args()
    quick = arguments.quick
    parts = (arguments.only or ",".join(p for p in PARTS if not (quick and p == "scaling"))).split(",")
    if not set(parts) <= set(PARTS):
        parser.error(f"--only takes some of {','.join(PARTS)}")
    report.print_machine()
    rivals = ["keras", *(["torch"] if find_spec("torch") else [])]
    if "torch" not in rivals:
        print("PyTorch is not installed; its column is left out.")
    rows: list[Row] = []
    measures = {
        "speed": ("An epoch after the first", lambda: speed(3 if quick else 7, rivals)),
        "scaling": ("How an epoch of 1,024 windows grows (64 units, window 28, batch 64)", lambda: scaling(3, rivals)),
        "start": ("The first epoch", lambda: start(1 if quick else 3)),
        "watching": ("What it costs to be watched", lambda: watching(1 if quick else 3)),
        "memory": ("Memory of one worker", lambda: memory(50)),
    }
    for part in parts:
        title, measure = measures[part]
        found = measure()
        report.print_rows(title, found)
        rows.extend(found)
    report.print_load()
    return 0 if report.print_verdict(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
