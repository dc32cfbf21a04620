"""What a cell draws its diagram with; `lab.plots.diagram` holds the pen."""

from __future__ import annotations

from typing import Literal, Protocol

WIDTH, HEIGHT = 468, 340

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


class Pen(Protocol):
    """Draws on a page of `WIDTH` by `HEIGHT`, y downwards, in roles of colour; what comes later lies on top."""

    def frame(self) -> None:
        """The cell's edge, which wires from and to other steps cross."""

    def wire(self, colour: str, start: Point, end: Point, width: float = 1.6) -> None:
        """A straight line."""

    def gate(self, x: float, y: float, name: str, value: float) -> None:
        """A gate or candidate as a box that fills up with its value."""

    def knot(self, x: float, y: float, sign: str, *, wide: bool = False) -> None:
        """Where wires meet: `×`, `+`, or an activation."""

    def text(
        self, x: float, y: float, symbol: str, when: str, value: float | None, colour: str, anchor: Anchor = "start"
    ) -> None:
        """A symbol with the step it belongs to and its number."""

    def label(self, x: float, y: float, text: str, anchor: Anchor = "start") -> None:
        """A quiet word."""


def carries(value: float) -> float:
    """The width of a wire: as thick as what it carries is large."""
    return 1.2 + 3.8 * min(1.0, abs(value))


def state(value: float) -> float:
    """The width of a wire that carries a state."""
    return 2 + 3 * min(1.0, abs(value))
