"""Colours by role: they resolve in Python, the browser has the same palettes, and lines can be seen."""

from __future__ import annotations

import json
import re
from itertools import combinations

import numpy as np
import pytest

from lab.plots.style import DARK, DASHES, LIGHT, Style, palettes, resolve, role

LINES = (
    "truth",
    "model",
    "free_running",
    "baseline",
    "train",
    "validation",
    "accent",
    "second_accent",
    "text",
    "muted",
)

GATES = tuple(DASHES)
# What a dichromat sees of linear RGB: Machado, Oliveira and Fernandes 2009, table 1, severity 1.
VISION = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # of linear sRGB, D65


def cielab(colour: str, vision: str) -> np.ndarray:
    """A hex colour as `(L, a, b)` to this kind of colour vision."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(VISION[vision]) @ linear, 0, 1)
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in XYZ @ seen / (XYZ @ np.ones(3)))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", LINES + GATES)
def test_a_line_stands_out_from_its_background(theme: Style, name: str) -> None:
    low, high = sorted((luminance(getattr(theme, name)), luminance(theme.background)))
    assert (high + 0.05) / (low + 0.05) >= 3  # WCAG 1.4.11, graphical objects


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_gates_are_told_apart_by_every_kind_of_colour_vision(theme: Style, vision: str) -> None:
    seen = {name: cielab(getattr(theme, name), vision) for name in (*GATES, "background")}
    distances = {pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in combinations(seen, 2)}
    closest = min(distances, key=lambda pair: distances[pair])
    assert distances[closest] >= 24, closest


def test_gates_are_told_apart_without_any_colour() -> None:
    assert len(set(DASHES.values())) == len(DASHES) == 6


def test_roles_resolve_anywhere_in_a_figure() -> None:
    figure = {"data": [{"y": [1, None], "line": {"color": role("model")}}], "layout": {"c": (role("truth", 0.5), "x")}}
    assert resolve(figure, "dark") == {
        "data": [{"y": [1, None], "line": {"color": DARK.model}}],
        "layout": {"c": ["rgba(201,206,214,0.5)", "x"]},
    }
    assert figure["data"][0]["line"]["color"] == "role:model"  # type: ignore[index]


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must be one of truth, .*received 'blue'"):
        role("blue")


def test_the_browser_gets_plain_colours_for_every_role() -> None:
    both = json.loads(json.dumps(palettes()))
    assert set(both["light"]) == set(both["dark"]) == set(Style.__dataclass_fields__)
    for palette in both.values():
        assert all(re.fullmatch(r"#[0-9a-f]{6}|rgba\(.*\)", colour) for colour in palette.values())
        # Opacity is added by appending hex digits in the browser, so lines must be hex.
        assert all(palette[name].startswith("#") for name in LINES)
