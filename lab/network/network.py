"""The network in NumPy: named weights, and the forward pass that reads like the textbook.

Keras trains these weights (`lab.engine`); everything shown afterwards is computed here. The weights are a flat mapping
of float32 arrays: `recurrent0/kernel`, `recurrent0/recurrent_kernel`, `recurrent0/bias`, `recurrent1/...`,
`dense0/kernel`, `dense0/bias`, ..., `output/kernel`, `output/bias`; of bidirectional layers `recurrent0/forward/kernel`,
..., `recurrent0/backward/kernel`, ....
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.network.cells import CELLS
from lab.network.heads import HEADS, Head
from lab.network.interventions import Intervention
from lab.network.layers.recurrent import BOTH_WAYS, ONE_WAY, Layer
from lab.network.trace import GateTrace
from lab.network.types import Float32Array, Gates, State, Weights

NODES = (12, 24, 48, 96, 192)  # gradients that `contributions` averages: more where fewer do not add up
# OpenBLAS at times tells of an invalid operation in a product where there is none (numpy#24067).
NO_FALSE_ALARM = np.errstate(invalid="ignore")
CHUNK_FLOATS = 2**22  # projected inputs held at once by `predict`: 16 MiB


@dataclass(frozen=True, eq=False)
class Network:
    """Recurrent layers, dense layers with ReLU, and a head; made by `Network.build`.

    Args:
        recurrent: the recurrent layers, first to last; each sees the whole sequence of the one before.
        dense: `kernel` and `bias` of each dense layer; the first sees the last hidden state.
        output: `kernel` and `bias` of the output.
        head: what its outputs mean, a key of `HEADS`.
    """

    recurrent: tuple[Layer, ...]
    dense: tuple[Weights, ...]
    output: Weights
    head: str = "linear"

    @classmethod
    def build(
        cls, model: ModelConfig, weights: Mapping[str, NDArray[Any]], outputs: int = 1, *, head: str = "linear"
    ) -> Network:
        """Put named weights into the model they belong to.

        Raises:
            ValueError: a weight is missing, unknown, of the wrong shape or not finite.
        """
        first = weights.get(f"recurrent0/{_directions(model)[0]}kernel", np.zeros((1, 0)))
        shapes = weight_shapes(model, features=len(first) if first.ndim else 1, outputs=outputs)
        if weights.keys() != shapes.keys():
            names = sorted(weights.keys() ^ shapes.keys())
            raise ValueError(f"The weights must be those of the model; missing or unknown: {', '.join(names)}.")
        layers: dict[str, dict[str, Float32Array]] = {}
        for key, shape in shapes.items():
            if weights[key].shape != shape:
                raise ValueError(f"The weight `{key}` must have the shape {shape}; received {weights[key].shape}.")
            layer, _, name = key.rpartition("/")
            layers.setdefault(layer, {})[name] = np.ascontiguousarray(weights[key], np.float32)
            if not np.isfinite(layers[layer][name]).all():
                raise ValueError(f"The weight `{key}` must be finite; it holds NaN or infinity.")
        return cls(
            tuple(
                Layer(
                    CELLS[model.cell].using(model.activation),
                    {d: layers[f"recurrent{k}/{d}".rstrip("/")] for d in _directions(model)},
                )
                for k in range(len(model.units))
            ),
            tuple(layers[f"dense{k}"] for k in range(len(model.dense))),
            layers["output"],
            head,
        )

    @classmethod
    def of(cls, config: RunConfig, weights: Mapping[str, NDArray[Any]]) -> Network:
        """The network of a run, with the head of its task. ValueError as `build`."""
        head: Head = config.task.head(config)
        return cls.build(config.model, weights, head.outputs, head=head.kind)

    @property
    def features(self) -> int:
        """Values the network sees at each time step."""
        return self.recurrent[0].features

    @property
    def outputs(self) -> int:
        """Values the network predicts: the steps of the horizon, or the probability of each class."""
        return len(self.output["bias"])

    @property
    def is_causal(self) -> bool:
        """Whether its layers say at each step only what they know by then; bidirectional ones do not."""
        return all(layer.is_causal for layer in self.recurrent)

    def predict(self, x: NDArray[Any], interventions: Sequence[Intervention] = ()) -> Float32Array:
        """The outputs `(n, outputs)` for the windows `x`, `(n, window, features)`; scaled in, scaled out.

        Raises:
            ValueError: `x` has another shape, or an intervention does not fit the network.
        """
        if x.ndim != 3 or x.shape[1] == 0 or x.shape[2] != self.features:
            raise ValueError(f"`x` must be (n, window, {self.features}); received {x.shape}.")
        n, window, _ = x.shape
        self._check(interventions, window)
        chunk = max(1, CHUNK_FLOATS // (window * max(len(layer.names) * layer.units for layer in self.recurrent)))
        outputs = np.empty((n, self.outputs), self.output["kernel"].dtype)
        for start in range(0, n, chunk):
            outputs[start : start + chunk] = self._run(x[start : start + chunk], interventions)[0]
        return outputs

    def trace(self, x: NDArray[Any], interventions: Sequence[Intervention] = ()) -> GateTrace:
        """Every gate and state while the network reads one window `x`, `(window, features)`, scaled.

        Args:
            interventions: what to change on the way; all that comes after answers, the prediction too.

        Raises:
            ValueError: `x` has another shape, or an intervention does not fit the network.
        """
        self._require_window(x)
        self._check(interventions, len(x))
        outputs, traces = self._run(x[None], interventions, traced=True)
        layers = tuple({name: gate[:, 0] for name, gate in trace.items()} for trace in traces)
        beliefs = self.beliefs(x, interventions) if HEADS[self.head].probabilities else None
        return GateTrace(np.array(x, np.float32), layers, outputs[0], beliefs)

    def beliefs(self, x: NDArray[Any], interventions: Sequence[Intervention] = ()) -> Float32Array:
        """What it would say had the window `x`, `(window, features)`, ended after each step: `(window, outputs)`.

        Of a classifier these are the probabilities of each class after each row. A causal network reads once, and each
        hidden state of the last layer is read out; a bidirectional one reads every beginning of the window anew.
        Errors as `trace`.
        """
        self._require_window(x)
        self._check(interventions, len(x))
        if self.is_causal:
            _, traces = self._run(x[None], interventions, traced=True)
            return self.read_out(traces[-1]["hidden"][:, 0])
        return np.concatenate([self._run(x[None, : t + 1], interventions)[0] for t in range(len(x))])

    def input_gradient(
        self, x: NDArray[Any], interventions: Sequence[Intervention] = (), *, output: int = 0
    ) -> Float32Array:
        r"""How the prediction answers to each input: $\partial \hat{y} / \partial x_{t,j}$, `(window, features)`.

        Scaled prediction by scaled input, by backpropagation through time (Werbos 1990). A value that an intervention
        holds passes nothing on.

        Args:
            x: `(window, features)` one window, scaled.
            output: which of the `outputs` predictions.

        Raises:
            ValueError: `x` has another shape, an intervention does not fit the network, or there is no such output.
        """
        gradient: Float32Array = self._gradients(x, np.ones(1), interventions, output)[0]
        return gradient

    def contributions(
        self, x: NDArray[Any], interventions: Sequence[Intervention] = (), *, output: int = 0
    ) -> Float32Array:
        r"""Each input's share in the prediction, `(window, features)`: integrated gradients (Sundararajan et al. 2017).

        $$s_{t,j} = (x_{t,j} - \bar{x}_j) \int_0^1 \frac{\partial \hat{y}}{\partial x_{t,j}}\bigl(\bar{x} + a (x - \bar{x})\bigr) \, da$$

        The baseline $\bar{x}$ is a flat window at the mean of this one, feature by feature: a series of the same level in
        which nothing happens. Gradient times input alone is the first-order guess at the same thing; it need not add up
        to anything. These shares do: their sum is $\hat{y}(x) - \hat{y}(\bar{x})$, all that the window's shape changes about
        the prediction. Gauss-Legendre quadrature finds them, over as many gradients as it takes for
        the sum to hold to 1e-5, up to 192, which are not enough for a network that is chaotic. Arguments and errors as `input_gradient`.
        """
        self._require_window(x)
        self._check(interventions, len(x))
        mean = x.mean(axis=0, dtype=np.float64)
        ends = self._run(np.stack([np.broadcast_to(mean, x.shape), x]), interventions)[0]
        change = np.diff(ends, axis=0)[
            0, output : output + 1
        ]  # none where there is no such output, which is refused below
        for nodes in NODES:
            points, weights = np.polynomial.legendre.leggauss(nodes)
            gradients = self._gradients(x, (points + 1) / 2, interventions, output)
            exact = (x - mean) * np.tensordot(weights / 2, gradients, 1)
            if abs(exact.sum() - change[0]) <= 1e-5:
                break
        shares: Float32Array = exact.astype(np.float32)
        return shares

    @NO_FALSE_ALARM
    def _gradients(
        self, x: NDArray[Any], positions: NDArray[np.float64], interventions: Sequence[Intervention], output: int
    ) -> Float32Array:
        """Gradients `(positions, window, features)` on the straight way from the flat window (0) to `x` (1)."""
        self._require_window(x)
        self._check(interventions, len(x))
        if not 0 <= output < self.outputs:
            raise ValueError(f"`output` must be from 0 to {self.outputs - 1}; received {output}.")
        baseline = x.mean(axis=0, dtype=np.float64)
        on_the_way = baseline + positions[:, None, None] * (x - baseline)  # (positions, window, features)
        _, traces = self._run(on_the_way, interventions, traced=True)
        top = self.recurrent[-1]
        said = [traces[-1][f"{prefix}hidden"] for prefix in top.directions]
        d_said = top.last_back(self._read_out_back(top.last(np.concatenate(said, axis=-1)), output), len(x))
        for k, layer in reversed(list(enumerate(self.recurrent))):
            d_said = layer.run_back(traces[k], d_said, [i for i in interventions if i.layer == k])
        gradients: Float32Array = d_said.swapaxes(0, 1)
        return gradients

    @NO_FALSE_ALARM
    def _run(
        self, x: NDArray[Any], interventions: Sequence[Intervention], *, traced: bool = False
    ) -> tuple[Float32Array, list[Gates]]:
        """The outputs `(n, outputs)`, and for each recurrent layer its trace, each gate `(window, n, units)`."""
        dtype = self.output["kernel"].dtype
        sequence = np.ascontiguousarray(x.swapaxes(0, 1), dtype)  # (window, n, features)
        traces = []
        for k, layer in enumerate(self.recurrent):
            ours = [i for i in interventions if i.layer == k]
            sequence, trace = layer.run(sequence, ours, traced=traced)  # (window, n, units)
            traces.append(trace)
        return self.read_out(self.recurrent[-1].last(sequence)), traces

    def _require_window(self, x: NDArray[Any]) -> None:
        if x.ndim != 2 or x.shape[0] == 0 or x.shape[1] != self.features:
            raise ValueError(f"`x` must be (window, {self.features}); received {x.shape}.")

    def _check(self, interventions: Sequence[Intervention], window: int) -> None:
        for intervention in interventions:
            if not 0 <= intervention.layer < len(self.recurrent):
                last = len(self.recurrent) - 1
                raise ValueError(f"`layer` must be from 0 to {last}; received {intervention.layer}.")
            layer = self.recurrent[intervention.layer]
            intervention.check(window, layer.units, dict.fromkeys((*layer.cell.trace_names, *layer.names)))

    def initial_states(self, batch: int) -> list[State]:
        """The state of each recurrent layer before the first step, zeros."""
        return [layer.cell.initial_state(batch, layer.units) for layer in self.recurrent]

    @NO_FALSE_ALARM
    def advance(self, x_t: Float32Array, states: list[State]) -> list[State]:
        """One step in time through all recurrent layers, which must be causal: `x_t` is `(batch, features)`."""
        new = []
        for layer, state in zip(self.recurrent, states, strict=True):
            (weights,) = layer.directions.values()
            state, _ = layer.cell.step(weights, layer.cell.project(weights, x_t), state)
            x_t = state[0]
            new.append(state)
        return new

    @NO_FALSE_ALARM
    def read_out(self, h: Float32Array) -> Float32Array:
        """From the last layer's hidden state `(n, units)` to the outputs `(n, outputs)`."""
        for layer in self.dense:
            h = np.maximum(h @ layer["kernel"] + layer["bias"], 0)
        return HEADS[self.head].forward(h @ self.output["kernel"] + self.output["bias"])

    def _read_out_back(self, h: Float32Array, output: int) -> Float32Array:
        """The gradient of one output of `read_out` with respect to `h`, `(n, units)` both."""
        said = [h]
        for layer in self.dense:
            said.append(np.maximum(said[-1] @ layer["kernel"] + layer["bias"], 0))
        d: Float32Array = HEADS[self.head].backward(self.read_out(h), output) @ self.output["kernel"].T
        for layer, above in zip(reversed(self.dense), reversed(said), strict=False):
            d = (d * (above > 0)) @ layer["kernel"].T  # ReLU lets through what it did not cut off
        return d


def weight_shapes(model: ModelConfig, features: int = 1, outputs: int = 1) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight, first layer to last."""
    shapes: dict[str, tuple[int, ...]] = {}
    for k, units in enumerate(model.units):
        for prefix in _directions(model):
            for name, shape in CELLS[model.cell].weight_shapes(features, units).items():
                shapes[f"recurrent{k}/{prefix}{name}"] = shape
        features = units * len(_directions(model))
    for layer, units in [*((f"dense{k}", units) for k, units in enumerate(model.dense)), ("output", outputs)]:
        shapes |= {f"{layer}/kernel": (features, units), f"{layer}/bias": (units,)}
        features = units
    return shapes


def _directions(model: ModelConfig) -> tuple[str, ...]:
    return BOTH_WAYS if model.bidirectional else ONE_WAY


def count_parameters(model: ModelConfig, features: int = 1, outputs: int = 1) -> int:
    """How many numbers training may change."""
    return sum(row[2] for row in summary(model, 1, features, outputs))


def summary(
    model: ModelConfig, window: int, features: int = 1, outputs: int = 1, *, head: str = "linear"
) -> list[tuple[str, str, int]]:
    """For each layer its name, the shape of its output for one example, and its number of parameters."""
    parameters: dict[str, int] = {}
    for key, shape in weight_shapes(model, features, outputs).items():
        layer = key.partition("/")[0]
        parameters[layer] = parameters.get(layer, 0) + int(np.prod(shape))
    last = len(model.units) - 1
    names = [f"{model.kind} {k + 1}" for k in range(len(model.units))]
    names += [f"Dense {k + 1} (ReLU)" for k in range(len(model.dense))]
    widths = [units * len(_directions(model)) for units in model.units]
    shapes = [f"({width},)" if k == last else f"({window}, {width})" for k, width in enumerate(widths)]
    shapes += [f"({units},)" for units in (*model.dense, outputs)]
    names.append(f"Output ({head})")
    return list(zip(names, shapes, parameters.values(), strict=True))
