"""Other numbers of layers in a model, with what is told layer by layer kept in step."""

from __future__ import annotations

from dataclasses import replace

from lab.config import ModelConfig


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
