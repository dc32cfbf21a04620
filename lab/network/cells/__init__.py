"""Recurrent cells, one file each, written as in the textbook; `CELLS` has them by name.

A new cell is a file with a `Cell` of its own and one line here.
"""

from lab.network.cells.base import Cell
from lab.network.cells.gru import GRU
from lab.network.cells.gru_reset_before import GRUResetBefore
from lab.network.cells.jordan import Jordan
from lab.network.cells.lstm import LSTM
from lab.network.cells.peephole import PeepholeLSTM
from lab.network.cells.rnn import RNN

CELLS: dict[str, Cell] = {
    cell.name: cell for cell in (LSTM(), PeepholeLSTM(), GRU(), GRUResetBefore(), RNN(), Jordan())
}

__all__ = ["CELLS", "GRU", "LSTM", "RNN", "Cell", "GRUResetBefore", "Jordan", "PeepholeLSTM"]
