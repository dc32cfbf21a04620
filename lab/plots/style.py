"""One colour means one thing on every page. The palette is Okabe and Ito's, made for every kind of colour vision.

Figures name *roles*, not colours: `role("model")` is the string `"role:model"`, `role("model", 0.2)` the same at 20 %
opacity. The live chart (`pages/ui/components/drawing.js`) resolves roles in the browser, so that a theme switch needs no server;
`resolve` does the same in Python, where a file or a test wants a figure with real colours.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

ThemeName = Literal["light", "dark"]
Figure = dict[str, Any]  # Plotly's own JSON, {"data": [...], "layout": {...}}, with roles for colours


@dataclass(frozen=True)
class Style:
    """The colours of one theme, by role."""

    truth: str
    model: str
    free_running: str
    baseline: str
    train: str
    validation: str
    accent: str
    second_accent: str
    text: str
    muted: str
    grid: str
    background: str
    surface: str  # of hover labels
    validation_band: str  # backgrounds of the parts of a series; the training part has none
    test_band: str
    # What goes on inside a cell; a GRU's update gate has the forget gate's colour, its reset gate the input gate's. With
    # any kind of colour vision the six are told apart by these colours alone; DASHES tells them apart without any.
    input_gate: str
    forget_gate: str
    candidate: str
    output_gate: str
    cell_state: str
    hidden_state: str
    negative: str  # the ends of a diverging scale; its middle is the background
    positive: str


LIGHT = Style(
    truth="#4d4d4d",
    model="#0072b2",
    free_running="#d55e00",
    baseline="#009e73",
    train="#3391cc",
    validation="#0072b2",
    accent="#c06a9a",
    second_accent="#94690a",
    text="#26303b",
    muted="#6b7684",
    grid="#e6e9ee",
    background="#ffffff",
    surface="#ffffff",
    validation_band="rgba(0,114,178,0.07)",
    test_band="rgba(213,94,0,0.07)",
    input_gate="#1e8f80",
    forget_gate="#70023e",
    candidate="#86851e",
    output_gate="#4239a3",
    cell_state="#cb65c5",
    hidden_state="#64420e",
    negative="#2166ac",
    positive="#b2182b",
)
DARK = Style(
    truth="#c9ced6",
    model="#56b4e9",
    free_running="#f0843c",
    baseline="#2fc79a",
    train="#3f86b5",
    validation="#7cc7f2",
    accent="#e29ac2",
    second_accent="#e6b84a",
    text="#e4e8ee",
    muted="#98a3b1",
    grid="#2d3642",
    background="#12171e",
    surface="#1a212b",
    validation_band="rgba(86,180,233,0.10)",
    test_band="rgba(240,132,60,0.10)",
    input_gate="#4fccc4",
    forget_gate="#db647f",
    candidate="#dad850",
    output_gate="#9f94ea",
    cell_state="#a64c95",
    hidden_state="#d19e5e",
    negative="#5aa0dc",
    positive="#ec6a74",
)

# How the line of a gate or state is broken, by its role: the same wherever it is drawn as a line.
DASHES = {
    "input_gate": "dash",
    "forget_gate": "solid",
    "candidate": "dot",
    "output_gate": "dashdot",
    "cell_state": "longdash",
    "hidden_state": "longdashdot",
}


def style(theme: ThemeName) -> Style:
    """The colours of a theme."""
    return DARK if theme == "dark" else LIGHT


def palettes() -> dict[str, dict[str, str]]:
    """Role to colour for both themes, as the browser wants it."""
    return {"light": asdict(LIGHT), "dark": asdict(DARK)}


def role(name: str, opacity: float = 1.0) -> str:
    """The name of a colour that the theme decides. ValueError for an unknown role."""
    if name not in Style.__dataclass_fields__:
        raise ValueError(f"A role must be one of {', '.join(Style.__dataclass_fields__)}; received {name!r}.")
    return f"role:{name}" if opacity >= 1 else f"role:{name}@{opacity:g}"


def resolve(figure: Any, theme: ThemeName) -> Any:
    """A copy of a figure (or any part of one) with every role replaced by the theme's colour."""
    if isinstance(figure, dict):
        return {key: resolve(value, theme) for key, value in figure.items()}
    if isinstance(figure, list | tuple):
        return [resolve(value, theme) for value in figure]
    if not (isinstance(figure, str) and figure.startswith("role:")):
        return figure
    name, _, opacity = figure.removeprefix("role:").partition("@")
    colour: str = getattr(style(theme), name)
    if not opacity:
        return colour
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
