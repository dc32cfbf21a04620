"""The gates and states of cells as people meet them: what each is called, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """A gate, a candidate or a state of a cell.

    Args:
        name: in traces.
        label: on a screen, its letter last: `forget gate f`.
        colour: its role of colour (`lab.plots.style`), the same on every page and in the diagram.
        what: what it is or decides, a sentence.
        means: of a gate, what its mean `{share}`, or what is missing from it to 1, `{rest}`, comes to; a gate goes from 0
            to 1, anything else has a sign.
        keeps: whether it is the gate that the old state is multiplied with, so that it sets how long the memory is.
        place: on the Gates page: what a person looks for comes first.
    """

    name: str
    label: str
    colour: str
    what: str
    means: str = ""
    keeps: bool = False
    place: int = 5

    @property
    def is_gate(self) -> bool:
        """Whether it goes from 0, shut, to 1, open."""
        return bool(self.means)

    @property
    def short(self) -> str:
        """Its label without the letter: `forget gate`."""
        return self.label.rpartition(" ")[0]


# What several cells have. A cell with something of its own says it in its own file.
CANDIDATE = Signal("candidate", "candidate g", "candidate", "What could be written.", place=5)
HIDDEN = Signal(
    "hidden", "hidden state h", "hidden_state", "What goes on to the next step and to the layer above.", place=7
)
