"""The direction of the house: a module imports only lower floors, TensorFlow lives in lab/engine, Streamlit in pages."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {
    "series": 0, "calendars": 0, "damage": 0, "rules": 0, "settings": 0, "config": 0, "events": 0, "home": 0,
    "history": 1, "belief": 1, "layers": 1, "presets": 1, "datasets": 1, "cells": 1, "weights": 1,
    "scaling": 1, "drawing": 1, "windows": 1, "series_file": 1, "metrics": 1, "baselines": 1,
    "tracing": 2, "arithmetic": 2, "saturation": 2, "network": 2, "forecasting": 2, "evaluation": 2, "classification": 2,
    "plots": 3, "runs": 3, "store": 3, "limits": 4, "parking": 3, "engine": 3, "estimate": 3, "replay": 3,
    "reference": 2, "checks": 4, "jobs": 4, "pool": 4, "worker": 4, "tables": 4,
    "progress": 5, "inspection": 5, "cli": 5, "__main__": 5, "__init__": 5,
}  # fmt: skip
# Within a floor these may lean on each other; the order is that of the list.
WITHIN = [("calendars", "series"), ("rules", "config"), ("settings", "config"), ("cells", "weights"), ("tracing", "network"), ("network", "forecasting"),
          ("network", "evaluation"), ("network", "classification"), ("forecasting", "evaluation"), ("runs", "engine"), ("runs", "store"), ("store", "estimate"), ("store", "replay"), ("store", "parking"), ("store", "engine"), ("runs", "parking"), ("parking", "engine"), ("runs", "estimate"), ("runs", "replay"),
          ("worker", "jobs"), ("checks", "jobs"), ("progress", "cli"), ("limits", "jobs"), ("inspection", "cli"), ("cli", "__main__")]  # fmt: skip
MODULES = sorted((ROOT / "lab").rglob("*.py"))


def part(path: Path) -> str:
    """The module or package of `lab` that a file belongs to."""
    return path.relative_to(ROOT / "lab").parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, dotted."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_lower_floors(path: Path) -> None:
    mine = part(path)
    assert mine in FLOORS, f"{mine} has no floor yet; give it one in this test"
    for name in imports(path):
        pieces = name.split(".")
        if pieces[0] != "lab" or len(pieces) < 2 or pieces[1] not in FLOORS:
            continue
        theirs = pieces[1]
        if mine == theirs or (theirs, mine) in WITHIN:
            continue
        assert FLOORS[theirs] < FLOORS[mine], f"lab.{mine} (floor {FLOORS[mine]}) imports lab.{theirs}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_lab_is_headless_and_only_the_engine_knows_tensorflow(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    assert "streamlit" not in roots
    if part(path) != "engine":
        assert not roots & {"tensorflow", "keras"}


def test_pages_do_not_know_tensorflow() -> None:
    for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]:
        assert not {name.split(".")[0] for name in imports(path)} & {"tensorflow", "keras"}, path


def test_importing_the_web_side_leaves_tensorflow_out() -> None:
    code = (
        "import sys, lab, lab.runs, lab.jobs, lab.plots, lab.network, lab.forecasting, lab.evaluation, lab.cli;"
        "assert not {'tensorflow', 'keras', 'streamlit'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_files_stay_short() -> None:
    for path in [*MODULES, *(ROOT / "pages").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 330, f"{path.relative_to(ROOT)} has {lines} lines: is it one thing?"


def test_downloads_go_through_the_one_that_runs_no_script() -> None:
    """What a click asks for is made on the server by the run that drew the button; a new run takes it away meanwhile."""
    found = []
    for path in (ROOT / "pages").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".download_button"):
                settings = {k.arg: ast.unparse(k.value) for k in call.keywords}
                found.append((path.name, settings.get("on_click")))
    assert found == [("layout.py", "'ignore'")]
