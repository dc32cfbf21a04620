"""The pages show runs that earlier versions wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Open, charts, sentences

KEPT = sorted((Path(__file__).parents[1] / "runs" / "kept").glob("*/*"))
PAGES = {"series": ("train", "gates", "forecast", "runs"), "digits": ("train", "gates", "belief", "runs")}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_page_shows_it(path: Path, lab_home: Path, open_page: Open) -> None:
    shutil.copytree(path, lab_home / "runs" / path.name)
    for page in PAGES[path.name]:
        app = open_page(page, run=path.name)
        assert not app.error, (page, sentences(app))
        assert charts(app) or page == "runs", page
