"""What is handed back after a compile, and that all goes on without it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

CODE = """
import json, numpy as np, psutil
from lab.config.model import ModelConfig; from lab.config.run import RunConfig; from lab.config.sections import TrainingConfig
from lab.engine import stepper
from lab.engine.memory import release_memory

def of_files():
    return psutil.Process().memory_info().shared / 2**20

found = []
stepper.release_memory = lambda: found.extend([of_files(), release_memory(), of_files()])
x = np.random.default_rng(0).normal(size=(8, 5, 1)).astype(np.float32)
config = RunConfig(model=ModelConfig(units=(3,)), training=TrainingConfig(batch_size=4))
ours = stepper.Stepper(config, x)
ours.reset(config, x, x[:, 0])
order = np.arange(8, dtype=np.int32).reshape(2, 4)
ours.compile(order, x)
ours.run(order, 0, 2)
print(json.dumps([found[0], found[2], of_files(), float(ours.records[0][1])]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is handed back")
def test_the_compilers_code_no_longer_counts_and_training_goes_on() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before, after, trained, loss = json.loads(done.stdout.splitlines()[-1])
    assert after < before - 100
    assert trained < before - 100
    assert loss > 0
