"""Recurrent cells, one file each, written as in the textbook; `CELLS` has them by name.

A new cell is a file with a `Cell` of its own, one line here, and its Keras layer in `lab.engine.models`.
"""

from lab.config.model import register_cell
from lab.network.cells.base import Cell
from lab.network.cells.gru import GRU
from lab.network.cells.gru_reset_before import GRUResetBefore
from lab.network.cells.jordan import Jordan
from lab.network.cells.lstm import LSTM
from lab.network.cells.peephole import PeepholeLSTM
from lab.network.cells.rnn import RNN
from lab.network.cells.signals import Signal

CELLS: dict[str, Cell] = {
    cell.name: cell for cell in (LSTM(), PeepholeLSTM(), GRU(), GRUResetBefore(), RNN(), Jordan())
}

for _cell in CELLS.values():
    register_cell(_cell.name, _cell.label, forget_bias=_cell.has_forget_bias)
# Every gate and state by its name; one that two cells share is the same.
SIGNALS: dict[str, Signal] = {signal.name: signal for cell in CELLS.values() for signal in cell.signals}

__all__ = ["CELLS", "GRU", "LSTM", "RNN", "SIGNALS", "Cell", "GRUResetBefore", "Jordan", "PeepholeLSTM", "Signal"]
