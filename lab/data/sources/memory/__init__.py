"""Tasks that ask for memory, from the literature: made here from a seed, as long as one likes."""

from lab.data.sources.memory.adding import Adding
from lab.data.sources.memory.base import MemoryTask
from lab.data.sources.memory.first_symbol import FirstSymbol
from lab.data.sources.memory.parity import Parity
from lab.data.sources.memory.temporal_order import TemporalOrder

__all__ = ["Adding", "FirstSymbol", "MemoryTask", "Parity", "TemporalOrder"]
