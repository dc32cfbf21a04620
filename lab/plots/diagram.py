"""A cell drawn as a diagram, one unit's numbers along its wires. SVG text with roles for colours, as the figures have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lab.network.cells import CELLS, SIGNALS
from lab.network.cells.pen import HEIGHT, WIDTH, Anchor
from lab.plots.style import ThemeName, resolve, role, style

TEXT = 16.2  # as narrow as a phone of 390 pixels shows the diagram, letters of this size are 12 pixels high


def cell_diagram(cell: str, values: Mapping[str, float], activation: str = "tanh") -> str:
    """The diagram of a cell, which its own file draws.

    Args:
        cell: a name of `lab.network.cells.CELLS`.
        values: the gates and states of one unit at one step, by name; `x` (the input, where it is one number), `before`
            (its hidden state a step earlier) and `cell_before`.
        activation: the model's; it stands on the wires that it squashes.
    """
    pen = _SvgPen()
    CELLS[cell].using(activation).draw(pen, values)
    numbers = ", ".join(f"{SIGNALS[k].label} {v:.2f}" for k, v in values.items() if k in SIGNALS)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="One step of the cell: {numbers}" '
        f'style="width:100%;max-width:{1.4 * WIDTH:.0f}px;display:block;margin:auto" font-family="inherit" font-size="{TEXT}">'
        f"{''.join(pen.drawn)}</svg>"
    )


def diagram_file(svg: str, theme: ThemeName) -> str:
    """`cell_diagram` as a file of its own: the theme's colours, on its background, for any viewer and in print."""
    painted: str = re.sub(r"role:\w+", lambda found: str(resolve(found[0], theme)), svg)
    background = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{style(theme).background}"/>'
    head, _, rest = painted.partition(">")
    head = re.sub(r' style="[^"]*"', "", head).replace('font-family="inherit"', 'font-family="system-ui, sans-serif"')
    return f'{head} xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{background}{rest}'


@dataclass
class _SvgPen:
    """A `lab.network.cells.pen.Pen` that writes SVG."""

    drawn: list[str] = field(default_factory=list)

    def frame(self) -> None:
        self.drawn.append(
            f'<rect x="18" y="30" width="{WIDTH - 36}" height="{HEIGHT - 36}" rx="14" fill="none" stroke="{role("grid")}" '
            f'stroke-width="1.5"/>'
        )

    def wire(self, colour: str, start: tuple[float, float], end: tuple[float, float], width: float = 1.6) -> None:
        (x1, y1), (x2, y2) = start, end
        self.drawn.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{role(colour)}" stroke-width="{width:.1f}" stroke-linecap="round"/>'
        )

    def gate(self, x: float, y: float, name: str, value: float) -> None:
        """A gate as a box that fills up with its value."""
        signal = SIGNALS[name]
        filled = 32 * min(1.0, abs(value))
        self.drawn.append(
            f'<rect x="{x - 30}" y="{y - 16}" width="60" height="32" rx="5" fill="{role("background")}"/>'
            f'<rect x="{x - 30}" y="{y + 16 - filled:.1f}" width="60" height="{filled:.1f}" rx="4" fill="{role(signal.colour)}" fill-opacity="0.25"/>'
            f'<rect x="{x - 30}" y="{y - 16}" width="60" height="32" rx="5" fill="none" stroke="{role(signal.colour)}" stroke-width="1.8"/>'
            f'<text x="{x}" y="{y + 6}" text-anchor="middle" font-weight="600" fill="{role("text")}">{value:.2f}</text>'
            f'<text x="{x}" y="{y + 36}" text-anchor="middle" fill="{role(signal.colour)}" stroke="{role("background")}" '
            f'stroke-width="4" paint-order="stroke">{signal.label.partition(" ")[0]}</text>'
        )

    def knot(self, x: float, y: float, sign: str, *, wide: bool = False) -> None:
        half = 26 if wide else 13
        self.drawn.append(
            f'<rect x="{x - half}" y="{y - 13}" width="{2 * half}" height="26" rx="13" fill="{role("background")}" '
            f'stroke="{role("muted")}" stroke-width="1.5"/>'
            f'<text x="{x}" y="{y + 6}" text-anchor="middle" fill="{role("text")}">{sign}</text>'
        )

    def text(
        self, x: float, y: float, symbol: str, when: str, value: float | None, colour: str, anchor: Anchor = "start"
    ) -> None:
        number = "" if value is None else f" = {value:.2f}"
        self.drawn.append(
            f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{role(colour)}" stroke="{role("background")}" stroke-width="4" '
            f'paint-order="stroke" font-weight="600"><tspan font-style="italic">{symbol}</tspan>'
            f'<tspan dy="4">{when}</tspan><tspan dy="-4">{number}</tspan></text>'
        )

    def label(self, x: float, y: float, text: str, anchor: Anchor = "start") -> None:
        self.drawn.append(
            f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{role("muted")}" stroke="{role("background")}" '
            f'stroke-width="4" paint-order="stroke">{text}</text>'
        )
