"""The cell's diagram: one for every cell, and a file that stands by itself."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from lab.network.cells import CELLS
from lab.plots.diagram import cell_diagram, diagram_file
from lab.plots.style import DARK, LIGHT, ThemeName


def drawn(cell: str) -> str:
    names = (*CELLS[cell].trace_names, "x", "before", "cell_before")
    return cell_diagram(cell, {name: 0.1 * (k + 1) for k, name in enumerate(names)})


def texts(svg: str) -> str:
    return " ".join(
        "".join(node.itertext()) for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("text")
    )


@pytest.mark.parametrize("cell", CELLS)
def test_every_number_of_the_step_stands_in_it(cell: str) -> None:
    shown = texts(drawn(cell))
    for k in range(len(CELLS[cell].trace_names)):
        assert f"{0.1 * (k + 1):.2f}" in shown


def test_a_jordan_network_hears_its_output_and_elmans_its_hidden_state() -> None:
    jordan, elman = texts(drawn("jordan")), texts(drawn("rnn"))
    assert re.search(r"yt−1 = ", jordan)
    assert "the output goes back" in jordan
    assert re.search(r"ht−1 = ", elman)
    assert "y" not in elman


@pytest.mark.parametrize(("theme", "style"), [("light", LIGHT), ("dark", DARK)])
@pytest.mark.parametrize("cell", CELLS)
def test_the_file_has_its_colours_its_size_and_its_background(cell: str, theme: ThemeName, style: object) -> None:
    svg = diagram_file(drawn(cell), theme)
    assert "role:" not in svg
    assert "inherit" not in svg
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == ("468", "340")
    assert root[0].get("fill") == style.background  # type: ignore[attr-defined]
