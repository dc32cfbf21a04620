"""The peer of backtest.py: a retraining backtest of an LSTM on AirPassengers in Darts. Prints the seconds of each repeat, and its MAE.

`python darts_backtest.py FILE.csv REPEATS` where darts is installed (`pip install "u8darts[torch]"`).
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings

import numpy as np
from backtest import BATCH, EPOCHS, FOLDS, HORIZON, RATE, UNITS, WINDOW

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


def main(file: str, repeats: int) -> None:
    import pandas as pd
    from darts import TimeSeries
    from darts.models import RNNModel

    values = np.log(pd.read_csv(file).iloc[:, 1].to_numpy(np.float32))
    values = (values - values.mean()) / values.std()
    series = TimeSeries.from_values(values)

    def once(epochs: int, folds: int) -> float:
        model = RNNModel(
            input_chunk_length=WINDOW, training_length=WINDOW + 1, model="LSTM", hidden_dim=UNITS, n_rnn_layers=1, batch_size=BATCH,
            n_epochs=epochs, optimizer_kwargs={"lr": RATE}, random_state=0,
            pl_trainer_kwargs={"accelerator": "cpu", "enable_progress_bar": False, "logger": False, "enable_checkpointing": False,
                               "enable_model_summary": False},
        )  # fmt: skip
        found = model.historical_forecasts(
            series, start=len(series) - HORIZON + 1 - folds, start_format="position", forecast_horizon=HORIZON, stride=1, retrain=True,
            last_points_only=False, verbose=False,
        )  # fmt: skip
        assert len(found) == folds, len(found)
        return float(
            np.mean([np.abs(f.values()[:, 0] - series.slice_intersect(f).values()[:, 0]).mean() for f in found])
        )

    once(1, 2)
    for _ in range(repeats):
        began = time.perf_counter()
        error = once(EPOCHS, FOLDS)
        print(json.dumps({"seconds": time.perf_counter() - began, "mae": error}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
