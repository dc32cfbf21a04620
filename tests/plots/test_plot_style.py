"""Colours by role: they resolve in Python, the browser has the same palettes, and lines can be seen."""

from __future__ import annotations

import json
import re

import pytest

from lab.plots.style import DARK, LIGHT, Style, palettes, resolve, role

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


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", LINES)
def test_a_line_stands_out_from_its_background(theme: Style, name: str) -> None:
    low, high = sorted((luminance(getattr(theme, name)), luminance(theme.background)))
    assert (high + 0.05) / (low + 0.05) >= 3  # WCAG 1.4.11, graphical objects


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
