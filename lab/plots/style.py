"""One colour means one thing on every page. The palette is Okabe and Ito's, made for every kind of colour vision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["light", "dark"]


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
    text: str
    muted: str
    grid: str
    bands: tuple[str, str, str]  # train, validation and test backgrounds


LIGHT = Style(
    truth="#4d4d4d",
    model="#0072b2",
    free_running="#d55e00",
    baseline="#009e73",
    train="#56b4e9",
    validation="#0072b2",
    accent="#cc79a7",
    text="#26303b",
    muted="#6b7684",
    grid="#e6e9ee",
    bands=("rgba(0,0,0,0)", "rgba(0,114,178,0.07)", "rgba(213,94,0,0.07)"),
)
DARK = Style(
    truth="#c9ced6",
    model="#56b4e9",
    free_running="#f0843c",
    baseline="#2fc79a",
    train="#3f86b5",
    validation="#7cc7f2",
    accent="#e29ac2",
    text="#e4e8ee",
    muted="#98a3b1",
    grid="#2d3642",
    bands=("rgba(0,0,0,0)", "rgba(86,180,233,0.10)", "rgba(240,132,60,0.10)"),
)


def style(theme: ThemeName) -> Style:
    """The colours of a theme."""
    return DARK if theme == "dark" else LIGHT
