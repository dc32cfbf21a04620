"""The network in NumPy: layers, their weights, and the forward pass that reads like the textbook.

Keras trains these weights (`lab.engine`); everything shown afterwards is computed here. In a file the weights are a flat
mapping of float32 arrays: `recurrent0/kernel`, `recurrent0/recurrent_kernel`, `recurrent0/bias`, `recurrent1/...`,
`dense0/kernel`, `dense0/bias`, ..., `output/kernel`, `output/bias`; of bidirectional layers `recurrent0/forward/kernel`,
..., `recurrent0/backward/kernel`, ....
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.network.architecture import Layers, architecture, shapes, weight_shapes
from lab.network.attribution import integrated_gradients
from lab.network.heads import HEADS, Head
from lab.network.interrupt import breathe
from lab.network.interventions import Intervention
from lab.network.layers import Backward, Recurrent
from lab.network.losses import OF_HEAD, of_loss, of_output
from lab.network.trace import GateTrace
from lab.network.types import Float32Array, Gates, State, Weights

# OpenBLAS at times tells of an invalid operation in a product where there is none (numpy#24067).
NO_FALSE_ALARM = np.errstate(invalid="ignore")
CHUNK_FLOATS = 2**22  # of a layer, held at once by `predict`: 16 MiB


@dataclass(frozen=True, eq=False)
class Network:
    """Layers with their weights, and a head; made by `Network.build`.

    Args:
        layers: first to last; the last is the dense layer under the head.
        weights: of each layer, by the layer's name and then by their own.
        window: steps that it reads. Networks of recurrent layers alone read any number.
        features: values that it reads at each step.
        head: what its outputs mean, a key of `HEADS`.
    """

    layers: Layers
    weights: Mapping[str, Weights]
    window: int
    features: int
    head: str = "linear"

    @classmethod
    def build(
        cls,
        model: ModelConfig,
        weights: Mapping[str, NDArray[Any]],
        outputs: int = 1,
        *,
        head: str = "linear",
        window: int = 1,
        features: int | None = None,
    ) -> Network:
        """Put named weights into the model they belong to.

        Args:
            window: steps that it reads, which networks other than recurrent ones are made for.
            features: None for what the weights of a first recurrent layer say.

        Raises:
            ValueError: a weight is missing, unknown, of the wrong shape or not finite.
        """
        layers = architecture(model, outputs)
        if features is None:
            first = next((w for key, w in weights.items() if key.endswith("/kernel")), np.zeros((1, 1)))
            features = first.shape[-2] if first.ndim > 1 and model.is_recurrent else 1
        expected = weight_shapes(model, features, outputs, window)
        if weights.keys() != expected.keys():
            names = sorted(weights.keys() ^ expected.keys())
            raise ValueError(f"The weights must be those of the model; missing or unknown: {', '.join(names)}.")
        found: dict[str, dict[str, Float32Array]] = {layer.name: {} for layer in layers}
        for key, shape in expected.items():
            if weights[key].shape != shape:
                raise ValueError(f"The weight `{key}` must have the shape {shape}; received {weights[key].shape}.")
            layer, _, name = key.partition("/")
            found[layer][name] = np.ascontiguousarray(weights[key], np.float32)
            if not np.isfinite(found[layer][name]).all():
                raise ValueError(f"The weight `{key}` must be finite; it holds NaN or infinity.")
        return cls(layers, found, window, features, head)

    @classmethod
    def of(cls, config: RunConfig, weights: Mapping[str, NDArray[Any]]) -> Network:
        """The network of a run, with the head of its task. ValueError as `build`."""
        head: Head = config.task.head(config)
        features = config.task.features(config)
        return cls.build(
            config.model, weights, head.units, head=head.kind, window=config.window.size, features=features
        )

    @property
    def recurrent(self) -> tuple[Recurrent, ...]:
        """Its recurrent layers, which interventions count from 0."""
        return tuple(layer for layer in self.layers if isinstance(layer, Recurrent))

    @property
    def outputs(self) -> int:
        """Values the network predicts: the steps of the horizon, or the probability of each class."""
        return len(self.weights["output"]["bias"]) // HEADS[self.head].units

    @property
    def parameters(self) -> int:
        """How many numbers its weights are; a step through time of one sequence takes about twice as many operations."""
        return sum(weight.size for weights in self.weights.values() for weight in weights.values())

    @property
    def _end(self) -> int:
        """How many layers there are up to the last recurrent one."""
        return max((k + 1 for k, layer in enumerate(self.layers) if isinstance(layer, Recurrent)), default=0)

    @property
    def reads_any_length(self) -> bool:
        """Whether it reads sequences of any length, in which it looks at each step by itself up to its recurrent layers."""
        front = self.layers[: self._end]
        return bool(front) and all(layer.by_step or isinstance(layer, Recurrent) for layer in front)

    @property
    def is_causal(self) -> bool:
        """Whether it can read on step by step: recurrent layers in one direction, with nothing between that looks ahead."""
        return self.reads_any_length and not any(layer.bidirectional for layer in self.recurrent)

    def predict(self, x: NDArray[Any], interventions: Sequence[Intervention] = ()) -> Float32Array:
        """The outputs `(n, outputs)` for the windows `x`, `(n, window, features)`; scaled in, scaled out.

        Raises:
            ValueError: `x` has another shape, or an intervention does not fit the network.
        """
        self._require(x, 3)
        n, window, _ = x.shape
        self._check(interventions, window)
        front = shapes(self.layers, (window, self.features))
        widest = max(layer.largest(into) for layer, into in zip(self.layers, front, strict=False))
        chunk = max(1, CHUNK_FLOATS // widest)
        outputs = np.empty((n, self.outputs), self.weights["output"]["kernel"].dtype)
        for start in range(0, n, chunk):
            outputs[start : start + chunk] = self._run(x[start : start + chunk], interventions)[0]
        return outputs

    @property
    def below_head(self) -> Network:
        """The same network without its head: its outputs are the values of the last dense layer."""
        return replace(self, head="linear")

    def trace(self, x: NDArray[Any], interventions: Sequence[Intervention] = ()) -> GateTrace:
        """Every gate and state while the network reads one window `x`, `(window, features)`, scaled.

        Args:
            interventions: what to change on the way; all that comes after answers, the prediction too.

        Raises:
            ValueError: `x` has another shape, or an intervention does not fit the network.
        """
        self._require(x, 2)
        self._check(interventions, len(x))
        outputs, traces = self._run(x[None], interventions, traced=True)
        gates, rest = [], {}
        for layer, trace in zip(self.layers, traces, strict=True):
            if isinstance(layer, Recurrent):
                gates.append({name: trace[name][:, 0] for name in layer.names})
            elif layer.label:
                rest[layer.name] = trace["output"][:, 0] if trace["output"].ndim == 3 else trace["output"][0]
        beliefs = self.beliefs(x, interventions) if HEADS[self.head].probabilities else None
        return GateTrace(np.array(x, np.float32), tuple(gates), outputs[0], beliefs, rest)

    @NO_FALSE_ALARM
    def inputs_of(self, x: NDArray[Any], name: str) -> Float32Array:
        """What the layer `name` reads where the windows are `x`, `(n, window, features)`: time first, or `(n, features)`.

        ValueError as `predict`.
        """
        self._require(x, 3)
        values = np.ascontiguousarray(x.swapaxes(0, 1), self.weights["output"]["kernel"].dtype)
        for layer in takewhile(lambda layer: layer.name != name, self.layers):
            values = layer.forward(self.weights[layer.name], values)[0]
        return values

    def beliefs(self, x: NDArray[Any], interventions: Sequence[Intervention] = ()) -> Float32Array:
        """What it would predict had the window `x`, `(window, features)`, ended after each step: `(window, outputs)`.

        Of a classifier these are the probabilities of each class after each row. A causal network reads once, and each
        hidden state of the last layer is read out; a bidirectional one reads every beginning of the window anew. A
        network that needs the whole window reads it with the rest at 0. Errors as `trace`.
        """
        self._require(x, 2)
        self._check(interventions, len(x))
        if self.is_causal:
            _, traces = self._run(x[None], interventions, traced=True)
            return self.read_out(traces[self._end - 1]["hidden"][:, 0])
        if self.reads_any_length:
            return np.concatenate([self._run(x[None, : t + 1], interventions)[0] for t in range(len(x))])
        read = np.tril(np.ones((len(x), len(x)), np.float32))[:, :, None]
        return self._run(np.asarray(x)[None] * read, interventions)[0]

    @NO_FALSE_ALARM
    def gradients(
        self,
        x: NDArray[Any],
        y: NDArray[Any] | None = None,
        *,
        interventions: Sequence[Intervention] = (),
        output: int = 0,
        loss: str = "",
        with_weights: bool = False,
    ) -> tuple[Backward, ...]:
        r"""The gradient of one prediction, or of the loss, with respect to all that made it, by backpropagation (through time, Werbos 1990).

        Args:
            x: `(n, window, features)` windows, scaled.
            y: what is true, `(n, outputs)` scaled, of classes `(n, 1)`: the gradient is that of the loss of each window; else that of
                the prediction `output`. `loss`: its name in a config; empty for the one that suits the head.
            with_weights: whether to find those of the weights, summed over the windows; without interventions.

        Returns:
            For each layer, first to last, what its `backward` gives, time first. The first one's `x` is that of the
            windows, `(window, n, features)`.

        Raises:
            ValueError: `x` or `y` has another shape, an intervention does not fit the network, or there is no such output or loss.
        """
        self._require(x, 3)
        self._check(interventions, x.shape[1])
        outputs, traces = self._run(x, interventions, traced=True)
        z, kind = traces[-1]["output"], loss or OF_HEAD[self.head]
        d = of_output(self.head, outputs, output) if y is None else of_loss(kind, z, outputs, y)
        found: list[Backward] = []
        k = len(self.recurrent)
        for layer, trace in zip(reversed(self.layers), reversed(traces), strict=True):
            k -= isinstance(layer, Recurrent)
            ours = [i for i in interventions if i.layer == k] if isinstance(layer, Recurrent) else []
            back = layer.backward(self.weights[layer.name], trace, d, ours, with_weights=with_weights)
            found.append(back)
            d = back.x
        return tuple(reversed(found))

    def input_gradient(
        self, x: NDArray[Any], interventions: Sequence[Intervention] = (), *, output: int = 0
    ) -> Float32Array:
        r"""How the prediction answers to each input: $\partial \hat{y} / \partial x_{t,j}$, `(window, features)`.

        Scaled prediction by scaled input. A value that an intervention holds passes nothing on.

        Args:
            x: `(window, features)` one window, scaled.
            output: which of the `outputs` predictions.

        Raises:
            ValueError: `x` has another shape, an intervention does not fit the network, or there is no such output.
        """
        self._require(x, 2)
        return self.gradients(x[None], interventions=interventions, output=output)[0].x[:, 0]

    def contributions(
        self, x: NDArray[Any], interventions: Sequence[Intervention] = (), *, output: int = 0
    ) -> Float32Array:
        """Each input's share in the prediction, `(window, features)`; see `integrated_gradients`."""
        self._require(x, 2)
        return integrated_gradients(
            x,
            lambda windows: self.predict(windows, interventions)[:, output : output + 1],
            lambda windows: self.gradients(windows, interventions=interventions, output=output)[0].x.swapaxes(0, 1),
        )

    @NO_FALSE_ALARM
    def _run(
        self, x: NDArray[Any], interventions: Sequence[Intervention], *, traced: bool = False
    ) -> tuple[Float32Array, list[Gates]]:
        """The outputs `(n, outputs)`, and the trace of each layer, time first."""
        values = np.ascontiguousarray(x.swapaxes(0, 1), self.weights["output"]["kernel"].dtype)  # (window, n, features)
        traces, k = [], 0
        for layer in self.layers:
            ours: Sequence[Intervention] = ()
            if isinstance(layer, Recurrent):
                ours, k = [i for i in interventions if i.layer == k], k + 1
            values, trace = layer.forward(self.weights[layer.name], values, ours, traced=traced)
            traces.append(trace)
        return HEADS[self.head].forward(values), traces

    def _require(self, x: NDArray[Any], ndim: int) -> None:
        size = "window" if self.reads_any_length else str(self.window)
        fits = x.ndim == ndim and x.shape[-2] > 0 and x.shape[-1] == self.features
        if not fits or (not self.reads_any_length and x.shape[-2] != self.window):
            wanted = f"({'n, ' if ndim == 3 else ''}{size}, {self.features})"
            raise ValueError(f"`x` must be {wanted}; received {x.shape}.")

    def _check(self, interventions: Sequence[Intervention], window: int) -> None:
        if not interventions:
            return
        front = zip(self.layers, shapes(self.layers, (window, self.features)), strict=False)
        recurrent = [(layer, into[0]) for layer, into in front if isinstance(layer, Recurrent)]
        for intervention in interventions:
            if not 0 <= intervention.layer < len(recurrent):
                raise ValueError(f"`layer` must be from 0 to {len(recurrent) - 1}; received {intervention.layer}.")
            layer, steps = recurrent[intervention.layer]
            intervention.check(steps, layer.units, dict.fromkeys((*layer.cell.trace_names, *layer.names)))

    def initial_states(self, batch: int) -> list[State]:
        """The state of each recurrent layer before the first step, zeros."""
        return [layer.cell.initial_state(batch, layer.units) for layer in self.recurrent]

    @NO_FALSE_ALARM
    def advance(self, x_t: Float32Array, states: list[State]) -> list[State]:
        """One step in time through all recurrent layers of a causal network: `x_t` is `(batch, features)`."""
        breathe()
        new: list[State] = []
        for layer in self.layers[: self._end]:
            weights = self.weights[layer.name]
            if isinstance(layer, Recurrent):
                state, _ = layer.cell.step(weights, layer.cell.project(weights, x_t), states[len(new)])
                x_t = state[0]
                new.append(state)
            else:
                x_t = layer.forward(weights, x_t)[0]
        return new

    @NO_FALSE_ALARM
    def read_out(self, h: Float32Array) -> Float32Array:
        """From the last recurrent layer's hidden state `(n, units)` to the outputs `(n, outputs)`."""
        for layer in self.layers[self._end :]:
            h = layer.forward(self.weights[layer.name], h)[0]
        return HEADS[self.head].forward(h)
