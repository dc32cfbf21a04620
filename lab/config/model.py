"""The network as the config names it, and other numbers of layers with what goes by layer kept in step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from lab.config.rules import require, require_choice, require_float, require_int

MAX_LAYERS = 6
CELL_LABELS: dict[str, str] = {}  # by name, in a word; `lab.network.cells` registers them when `lab` is imported
WITH_FORGET_BIAS: set[str] = set()
Activation = Literal["tanh", "relu", "sigmoid", "leaky_relu", "elu", "gelu", "linear"]
GateActivation = Literal["sigmoid", "hard_sigmoid"]
Initializer = Literal[
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "orthogonal", "small_normal", "zeros"
]
RecurrentInitializer = Literal["orthogonal", "glorot_uniform", "glorot_normal", "small_normal", "identity", "zeros"]
Norm = Literal["none", "layer", "batch"]
Padding = Literal["causal", "same"]
Pooling = Literal["none", "max", "average"]

# Settings by what they belong to; those of a part that a network has not go back to their defaults.
_RECURRENT = ("cell", "units", "recurrent_dropout", "bidirectional", "activation", "gate_activation",
              "recurrent_initializer", "forget_bias")  # fmt: skip
_CONVOLUTION = ("kernel_size", "stride", "dilation", "padding", "pooling")
_EVERY = ("kernel_initializer", "l2")
_BETWEEN = ("dropout", "norm", "dense")


@dataclass(frozen=True)
class Kind:
    """A kind of network.

    Args:
        label: in a word; empty where its cell has one.
        uses: the settings of `ModelConfig` that mean something to it.
        layers: which of `filters`, `units` and `dense` are its main layers: one `model.dropout` goes for each of them.
        least: what those are where none are given.
    """

    label: str
    uses: tuple[str, ...]
    layers: str = ""
    least: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    "recurrent": Kind("", (*_RECURRENT, "filters", *_BETWEEN, *_EVERY), "units"),
    "conv1d": Kind("Conv1D", ("filters", "global_pooling", *_BETWEEN, *_EVERY), "filters", {"filters": (32,)}),
    "mlp": Kind("MLP", (*_BETWEEN, *_EVERY), "dense", {"dense": (32,)}),
    "linear": Kind("Linear", _EVERY),
}


@dataclass(frozen=True)
class ModelConfig:
    """Convolutions, recurrent layers, dense layers, as `kind` has them, and the output: linear, or softmax for classes.

    Args:
        kind: `recurrent`: what follows, from `cell` on; `conv1d`: convolutions over time; `mlp`: dense layers on the whole
            window at once; `linear`: the output alone, on the whole window: the honest minimum.
        cell: a key of `lab.network.cells.CELLS`: `lstm`, `peephole` (an LSTM whose gates see the cell), `gru`,
            `gru_reset_before` (as first published), `rnn` (Elman's simple recurrent network) or `jordan` (fed its last
            output instead of its last hidden state).
        units: the units of each recurrent layer, first to last; 1 to 6 layers.
        bidirectional: each layer reads the window forwards and, with weights of its own, backwards, and hands on
            both (Schuster & Paliwal 1997): twice the outputs, twice the time.
        activation: of the candidate of recurrent layers and of the cell where the output gate shows it, as Keras's
            `activation=`. Those without an upper bound (relu, elu, ...) can let the states explode.
        gate_activation: of the gates: `sigmoid`, or `hard_sigmoid`, three straight lines.
        dropout: share of a layer's outputs that training drops: one number for every main layer (recurrent; of other
            kinds, convolution or dense), or one a layer: convolutions first, then recurrent, then dense ones.
        recurrent_dropout: share of the hidden state that training drops on its way to the next step.
        filters: the filters of each convolution over time; of a recurrent network they stand in front of it.
        kernel_size: steps that a filter sees at once.
        stride: a filter's outputs are this many steps apart, which shortens the sequence; at most the kernel size.
        dilation: the filters of layer k, from 0, see steps that are dilation to the power of k apart: with 2 that is 1, 2,
            4, ... (van den Oord et al. 2016). 1 where the stride is not.
        padding: `causal` (a filter sees the past alone) or `same` (both sides).
        pooling: `max` or `average` over pairs of steps after each convolution, which halves the sequence; or `none`.
        global_pooling: the end of a convolutional network: the `max` or `average` of each filter over time, or `none`:
            all of them side by side.
        dense: the units of each dense layer before the output.
        dense_activation: of dense layers and convolutions.
        norm: between layers, `layer` (Ba et al. 2016) or `batch` normalisation (Ioffe & Szegedy 2015), or `none`.
        kernel_initializer: what the weights between layers are drawn from.
        recurrent_initializer: what those from state to state are drawn from; `identity` with relu is an IRNN (Le, Jaitly
            & Hinton 2015).
        forget_bias: the forget gate's first bias, of LSTMs: sigmoid of it is kept at first.
        l2: the loss gets this many times the sum of all squared weights between layers.
    """

    kind: str = "recurrent"
    cell: str = "lstm"
    units: tuple[int, ...] = (50,)
    dropout: float | tuple[float, ...] = 0.0
    recurrent_dropout: float = 0.0
    dense: tuple[int, ...] = ()
    bidirectional: bool = False
    activation: Activation = "tanh"
    gate_activation: GateActivation = "sigmoid"
    filters: tuple[int, ...] = ()
    kernel_size: int = 3
    stride: int = 1
    dilation: int = 1
    padding: Padding = "causal"
    pooling: Pooling = "none"
    global_pooling: Pooling = "none"
    dense_activation: Activation = "relu"
    norm: Norm = "none"
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: RecurrentInitializer = "orthogonal"
    forget_bias: float = 1.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        require_choice("model.kind", self.kind, KINDS)
        require_choice("model.cell", self.cell, CELL_LABELS)
        require(isinstance(self.bidirectional, bool), "model.bidirectional", "true or false", self.bidirectional)
        for key in ("units", "dense", "filters"):
            layers: Any = getattr(self, key)
            object.__setattr__(self, key, (layers,) if isinstance(layers, int) else tuple(layers))
        require(1 <= len(self.units) <= MAX_LAYERS, "model.units", f"1 to {MAX_LAYERS} layers", self.units)
        for key in ("dense", "filters"):
            require(
                len(getattr(self, key)) <= MAX_LAYERS,
                f"model.{key}",
                f"at most {MAX_LAYERS} layers",
                getattr(self, key),
            )
        for key in ("units", "dense", "filters"):
            for units in getattr(self, key):
                require_int(f"model.{key}", units, 1, 1024)
        require_float("model.recurrent_dropout", self.recurrent_dropout, 0.0, 0.9)
        for key, allowed in _CHOICES.items():
            require_choice(f"model.{key}", getattr(self, key), allowed)
        require_int("model.kernel_size", self.kernel_size, 1, 100)
        require_int("model.stride", self.stride, 1, self.kernel_size)
        require_int("model.dilation", self.dilation, 1, 4)
        require_float("model.forget_bias", self.forget_bias, -10.0, 10.0)
        require_float("model.l2", self.l2, 0.0, 1.0)
        self._put_back()
        require(self.stride == 1 or self.dilation == 1, "model.dilation", "1 where the stride is not", self.dilation)
        self._check_dropout()

    def _put_back(self) -> None:
        """What the network has no part for goes back to its default; a kind without any layer of its own gets one."""
        kind = KINDS[self.kind]
        for key, layers in kind.least.items():
            object.__setattr__(self, key, getattr(self, key) or layers)
        for unused in self.unused:
            object.__setattr__(self, unused, _DEFAULTS[unused])

    @property
    def unused(self) -> tuple[str, ...]:
        """The settings that mean nothing to this network."""
        used = {"kind", *KINDS[self.kind].uses}
        if "filters" in used and self.filters:
            used |= set(_CONVOLUTION)
        if ("filters" in used and self.filters) or ("dense" in used and self.dense):
            used.add("dense_activation")
        if self.cell not in WITH_FORGET_BIAS:
            used.discard("forget_bias")
        return tuple(f.name for f in fields(self) if f.name not in used)

    def _check_dropout(self) -> None:
        rates = self.dropout if isinstance(self.dropout, list | tuple) else (self.dropout,)
        for rate in rates:
            require_float("model.dropout", rate, 0.0, 0.9)
        if rates is self.dropout:
            layers = sum(map(len, self.stack.values()))
            rule = f"one number, or one for each of the {layers} layers"
            require(len(rates) == layers, "model.dropout", rule, self.dropout)
            object.__setattr__(self, "dropout", tuple(rates) if layers > 1 else rates[0])

    @property
    def stack(self) -> dict[str, tuple[int, ...]]:
        """The layers under the output, by setting, in the order in which the data go through them."""
        uses = KINDS[self.kind].uses
        return {key: getattr(self, key) for key in ("filters", "units", "dense") if key in uses}

    @property
    def dropouts(self) -> tuple[float, ...]:
        """The dropout after each layer of the `stack`."""
        if isinstance(self.dropout, tuple):
            return self.dropout
        main = KINDS[self.kind].layers
        return tuple(self.dropout if key == main else 0.0 for key, layers in self.stack.items() for _ in layers)

    @property
    def is_recurrent(self) -> bool:
        """Whether it has recurrent layers, and so gates and states."""
        return "units" in self.stack

    @property
    def title(self) -> str:
        """What its layers are, in a word: `LSTM`, `Bidirectional GRU`, `Conv1D + LSTM`, `MLP`."""
        return " + ".join(name for name, _ in self._parts)

    @property
    def label(self) -> str:
        """The network in a word: `LSTM 256-512-512`, `Bidirectional GRU 32`, `Conv1D 16 + LSTM 32`, `Linear`."""
        return " + ".join(f"{name} {'-'.join(map(str, layers))}".strip() for name, layers in self._parts)

    @property
    def _parts(self) -> list[tuple[str, tuple[int, ...]]]:
        """Its main layers, and the convolutions in front of recurrent ones: what they are, and their sizes."""
        kind = KINDS[self.kind]
        if not self.is_recurrent:
            return [(kind.label, self.stack.get(kind.layers, ()))]
        cell = ("Bidirectional " if self.bidirectional else "") + CELL_LABELS[self.cell]
        front = [(KINDS["conv1d"].label, self.filters)] if self.filters else []
        return [*front, (cell, self.units)]


_DEFAULTS = {f.name: f.default for f in fields(ModelConfig)}
_CHOICES: dict[str, tuple[str, ...]] = {
    "activation": get_args(Activation), "gate_activation": get_args(GateActivation), "padding": get_args(Padding),
    "pooling": get_args(Pooling), "global_pooling": get_args(Pooling), "dense_activation": get_args(Activation),
    "norm": get_args(Norm), "kernel_initializer": get_args(Initializer),
    "recurrent_initializer": get_args(RecurrentInitializer),
}  # fmt: skip


def register_cell(name: str, label: str, *, forget_bias: bool = False) -> None:
    """Make a recurrent cell known: how it is called, and whether `model.forget_bias` means something to it."""
    CELL_LABELS[name] = label
    if forget_bias:
        WITH_FORGET_BIAS.add(name)


def with_layers(model: ModelConfig, **layers: tuple[int, ...]) -> ModelConfig:
    """The model with other `filters`, `units` or `dense`. Where each layer has a dropout of its own, one that is new has
    that of the layer before it."""
    if not isinstance(model.dropout, tuple):
        return replace(model, **layers)  # type: ignore[arg-type]
    rates: tuple[float, ...] = ()
    left = model.dropout
    for key, now in model.stack.items():
        of_these, left = left[: len(now)], left[len(now) :]
        rates += _fit(of_these, len(layers.get(key, now)), 0.0)
    return replace(model, dropout=rates, **layers)  # type: ignore[arg-type]


def dropout_by_layer(model: ModelConfig, by_layer: bool) -> ModelConfig:
    """The model with one dropout a layer, as they are now; or with the first of its main layers for all of those."""
    if by_layer:
        return replace(model, dropout=model.dropouts)
    stack = list(model.stack)
    main = KINDS[model.kind].layers
    before = sum(len(model.stack[key]) for key in stack[: stack.index(main)])
    return replace(model, dropout=model.dropouts[before])


def with_kind(model: ModelConfig, kind: str) -> ModelConfig:
    """The model as another kind, with one dropout for all of its layers: they are others."""
    rate = model.dropout if not isinstance(model.dropout, tuple) else 0.0
    return replace(model, kind=kind, dropout=rate)


def _fit(rates: tuple[float, ...], length: int, first: float) -> tuple[float, ...]:
    return rates[:length] + (rates[-1] if rates else first,) * (length - len(rates))
