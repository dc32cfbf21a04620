"""What went on inside a network while it read one window; `Network.trace` makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.network.types import Float32Array, Gates

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class GateTrace:
    """Every gate, candidate, cell and hidden state of every recurrent layer at every time step, all float32.

    Args:
        x: `(window, features)` what the network read, scaled.
        layers: for each recurrent layer its gates and states by name, each `(time, units)`.
        prediction: `(horizon,)` what it then predicted, scaled; of a classifier `(classes,)` the probabilities.
        beliefs: of a classifier `(window, classes)` the probabilities after each step; else None.
        outputs: what each other layer makes of it, by name: `conv0` `(time, filters)`, `dense0` `(units,)`.
    """

    x: Float32Array
    layers: tuple[Gates, ...]
    prediction: Float32Array
    beliefs: Float32Array | None = None
    outputs: Mapping[str, Float32Array] = field(default_factory=dict)

    def arrays(self) -> dict[str, Float32Array]:
        """All arrays by name: `x`, `layer0/input`, `layer0/forget`, ..., `prediction`, of a classifier `beliefs`."""
        gates = {f"layer{k}/{name}": gate for k, layer in enumerate(self.layers) for name, gate in layer.items()}
        beliefs = {} if self.beliefs is None else {"beliefs": self.beliefs}
        outputs = {f"{name}/output": values for name, values in self.outputs.items()}
        return {"x": self.x, **gates, **outputs, "prediction": self.prediction, **beliefs}

    def save(self, path: Path | str) -> None:
        """Write the arrays to an `.npz` file, which `numpy.load` reads."""
        with Path(path).open("wb") as file:
            np.savez_compressed(file, **self.arrays())  # type: ignore[arg-type]

    def to_frame(self) -> pd.DataFrame:
        """One row a number: `layer`, `gate` (or `output`), `time` (step of the window), `unit`, `value`."""
        import pandas as pd

        parts = []
        for k, layer in enumerate(self.layers):
            for name, gate in layer.items():
                time, unit = np.indices(gate.shape)
                parts.append(pd.DataFrame({"layer": k, "gate": name, "time": time.ravel(), "unit": unit.ravel(),
                                           "value": gate.ravel()}))  # fmt: skip
        for other, values in self.outputs.items():
            time, unit = np.indices(np.atleast_2d(values).shape)
            parts.append(pd.DataFrame({"layer": other, "gate": "output", "time": time.ravel(), "unit": unit.ravel(),
                                       "value": values.ravel()}))  # fmt: skip
        heads = pd.DataFrame(columns=["layer", "gate", "time", "unit", "value"])
        return pd.concat(parts, ignore_index=True) if parts else heads
