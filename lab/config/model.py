"""The network as the config names it, and other numbers of layers with what goes by layer kept in step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from lab.config.rules import require, require_choice, require_float, require_int

MAX_LAYERS = 6
CELL_LABELS = {
    "lstm": "LSTM", "peephole": "Peephole LSTM", "gru": "GRU", "gru_reset_before": "GRU (reset before)", "rnn": "RNN",
    "jordan": "Jordan",
}  # fmt: skip


@dataclass(frozen=True)
class ModelConfig:
    """A stack of recurrent layers, then optional dense layers, then the output: linear, or softmax for classes.

    Args:
        cell: a key of `lab.network.cells.CELLS`: `lstm`, `peephole` (an LSTM whose gates see the cell), `gru`,
            `gru_reset_before` (as first published), `rnn` (Elman's simple recurrent network) or `jordan` (fed its last
            output instead of its last hidden state).
        units: the units of each recurrent layer, first to last; 1 to 6 layers.
        bidirectional: each layer reads the window forwards and, with weights of its own, backwards, and hands on
            both (Schuster & Paliwal 1997): twice the outputs, twice the time.
        activation: `tanh` or `relu`, of the candidate and of the cell where the output gate shows it, as Keras's
            `activation=`; the gates stay sigmoid. ReLU has no upper bound, so its states can explode.
        dropout: share of a layer's outputs that training drops: one number for every recurrent layer, or one a layer,
            the recurrent ones first and then the dense ones.
        recurrent_dropout: share of the hidden state that training drops on its way to the next step.
        dense: the units of each dense layer (ReLU) between the last recurrent layer and the output.
    """

    cell: str = "lstm"
    units: tuple[int, ...] = (50,)
    dropout: float | tuple[float, ...] = 0.0
    recurrent_dropout: float = 0.0
    dense: tuple[int, ...] = ()
    bidirectional: bool = False
    activation: Literal["tanh", "relu"] = "tanh"

    def __post_init__(self) -> None:
        require_choice("model.cell", self.cell, CELL_LABELS)
        require(isinstance(self.bidirectional, bool), "model.bidirectional", "true or false", self.bidirectional)
        for key in ("units", "dense"):
            layers: Any = getattr(self, key)
            object.__setattr__(self, key, (layers,) if isinstance(layers, int) else tuple(layers))
        require(1 <= len(self.units) <= MAX_LAYERS, "model.units", f"1 to {MAX_LAYERS} layers", self.units)
        require(len(self.dense) <= MAX_LAYERS, "model.dense", f"at most {MAX_LAYERS} layers", self.dense)
        for key in ("units", "dense"):
            for units in getattr(self, key):
                require_int(f"model.{key}", units, 1, 1024)
        require_float("model.recurrent_dropout", self.recurrent_dropout, 0.0, 0.9)
        require_choice("model.activation", self.activation, ("tanh", "relu"))
        self._check_dropout()

    def _check_dropout(self) -> None:
        rates = self.dropout if isinstance(self.dropout, list | tuple) else (self.dropout,)
        for rate in rates:
            require_float("model.dropout", rate, 0.0, 0.9)
        if rates is self.dropout:
            layers = len(self.units) + len(self.dense)
            rule = f"one number, or one for each of the {layers} layers"
            require(len(rates) == layers, "model.dropout", rule, self.dropout)
            object.__setattr__(self, "dropout", tuple(rates) if layers > 1 else rates[0])

    @property
    def dropouts(self) -> tuple[float, ...]:
        """The dropout after each layer, the recurrent ones first and then the dense ones."""
        if isinstance(self.dropout, tuple):
            return self.dropout
        return (self.dropout,) * len(self.units) + (0.0,) * len(self.dense)

    @property
    def kind(self) -> str:
        """What its recurrent layers are, in a word: `LSTM`, `Bidirectional GRU`."""
        return ("Bidirectional " if self.bidirectional else "") + CELL_LABELS[self.cell]

    @property
    def label(self) -> str:
        """The network in a word: `LSTM 256-512-512`, `Bidirectional GRU 32`."""
        return f"{self.kind} {'-'.join(map(str, self.units))}"


def with_layers(
    model: ModelConfig, units: tuple[int, ...] | None = None, dense: tuple[int, ...] | None = None
) -> ModelConfig:
    """The model with other layers. Where each layer has a dropout of its own, one that is new has that of the layer before it."""
    units, dense = model.units if units is None else units, model.dense if dense is None else dense
    if not isinstance(model.dropout, tuple):
        return replace(model, units=units, dense=dense)
    recurrent, rest = model.dropout[: len(model.units)], model.dropout[len(model.units) :]
    rates = _fit(recurrent, len(units), 0.0) + _fit(rest, len(dense), 0.0)
    return replace(model, units=units, dense=dense, dropout=rates)


def dropout_by_layer(model: ModelConfig, by_layer: bool) -> ModelConfig:
    """The model with one dropout a layer, as they are now; or with the first one for every recurrent layer."""
    return replace(model, dropout=model.dropouts if by_layer else model.dropouts[0])


def _fit(rates: tuple[float, ...], length: int, first: float) -> tuple[float, ...]:
    return rates[:length] + (rates[-1] if rates else first,) * (length - len(rates))
