"""Recurrent cells, one file each, written as in the textbook; `CELLS` has them by name.

A new cell is a file with a `Cell` of its own and one line here.
"""

from lab.cells.base import Cell, Edit, Float32Array, Gates, State, Weights
from lab.cells.gru import GRU
from lab.cells.gru_reset_before import GRUResetBefore
from lab.cells.interventions import Ablate, Clamp, Freeze, Intervention, Reset
from lab.cells.jordan import Jordan
from lab.cells.layer import Layer
from lab.cells.lstm import LSTM
from lab.cells.peephole import PeepholeLSTM
from lab.cells.rnn import RNN

CELLS: dict[str, Cell] = {
    cell.name: cell for cell in (LSTM(), PeepholeLSTM(), GRU(), GRUResetBefore(), RNN(), Jordan())
}

__all__ = [
    "CELLS", "GRU", "LSTM", "RNN", "Ablate", "Cell", "Clamp", "Edit", "Float32Array", "Freeze", "GRUResetBefore", "Gates",
    "Intervention", "Jordan", "Layer", "PeepholeLSTM", "Reset", "State", "Weights",
]  # fmt: skip
