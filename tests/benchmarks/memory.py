"""Tasks that ask for memory, by network: `python tests/benchmarks/memory.py --seeds 3`. Test loss, right answers, the epoch that solved it, seconds.

Each network is trained as the preset of the task says, with its cell alone exchanged (and, of a simple RNN, a learning rate of 0.001,
with which it does better); in this process, one after the other. LSTM has the forget bias that the preset names, `LSTM, 6` one of 6.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
TASKS = ("adding", "temporal-order", "first-symbol")
CELLS = {
    "LSTM": {"model.cell": "lstm"},
    "LSTM, 6": {"model.cell": "lstm", "model.forget_bias": 6},
    "GRU": {"model.cell": "gru"},
    "RNN": {"model.cell": "rnn", "training.learning_rate": 0.001},
}


def main() -> None:
    """Print a row for each task, network and seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", choices=TASKS, action="append")
    arguments = parser.parse_args()
    import tempfile

    from report import print_machine

    import lab
    from lab.data.sources import load_data
    from lab.engine import train
    from lab.network.network import Network
    from lab.network.weights import load_weights
    from lab.runs.events import EpochEnded
    from lab.tasks import task_for

    print_machine()
    print(
        f"{'task':16}{'network':9}{'seed':>5}{'test loss':>12}{'right':>8}{'solved after':>14}{'epochs':>8}{'seconds':>9}"
    )
    for name in arguments.only or TASKS:
        for label, settings in CELLS.items():
            for seed in range(arguments.seeds):
                config = lab.preset(name).with_settings({**settings, "seed": seed})
                data = load_data(config.data)
                task = task_for(config, data)
                seconds, solved, epoch = 0.0, "–", 0
                with tempfile.TemporaryDirectory() as folder:
                    for event in train(config, data=data, folder=folder):
                        if isinstance(event, EpochEnded):
                            seconds, epoch = seconds + event.seconds, event.epoch
                            if solved == "–" and config.task.is_solved(event):
                                solved = f"{epoch} ({seconds:.0f} s)"
                    network = Network.of(config, load_weights(Path(folder) / "weights.npz"))
                score = task.score(network)[0]
                print(
                    f"{name:16}{label:9}{seed:5}{score.loss:12.5f}{score.right:8.1%}{solved:>14}{epoch:8}{seconds:9.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
