"""The direction of the house: a module imports only lower floors, TensorFlow lives in lab/engine, Streamlit in pages."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# A folder imports only those before it; `lab` itself and its `__main__` stand above them all.
FOLDERS = (
    "config", "data", "network", "scoring", "explain", "runs", "tasks", "plots", "engine", "jobs", "cli",
)  # fmt: skip
# The same of the pages: what they share, then a folder a page, then the pages.
SCRIPTS = sorted((ROOT / "pages").rglob("*.py"))
MODULES = sorted((ROOT / "lab").rglob("*.py"))


def folder(path: Path) -> str:
    """The folder of `lab` that a file lies in; empty for `lab` itself."""
    return path.relative_to(ROOT / "lab").parts[0] if path.parent != ROOT / "lab" else ""


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, dotted."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files_of(path: Path) -> set[Path]:
    """The files of ours that a file imports; of `from package import name` the package only where `name` is no module of it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            found |= {there for there in (_file(name) or _file(name.rpartition(".")[0]),) if there}
    return found - {path}


def _file(name: str) -> Path | None:
    place = ROOT.joinpath(*name.split("."))
    return next((f for f in (place.with_suffix(".py"), place / "__init__.py") if name and f.exists()), None)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_folder_imports_only_those_below(path: Path) -> None:
    mine = folder(path)
    for other in files_of(path):
        if mine and other.is_relative_to(ROOT / "lab"):
            assert folder(other), f"{path.name} imports lab itself"
            assert FOLDERS.index(folder(other)) <= FOLDERS.index(mine), other.relative_to(ROOT)


def test_no_files_import_each_other_in_a_ring() -> None:
    ahead = {path: files_of(path) for path in [*MODULES, *SCRIPTS]}
    size = 0
    while len(ahead) != size:  # who imports nothing that is left, or is imported by nothing, can be in no ring
        size = len(ahead)
        ahead = {path: others for path, others in ahead.items() if others & ahead.keys()}
        wanted = set[Path]().union(*ahead.values())
        ahead = {path: others & ahead.keys() for path, others in ahead.items() if path in wanted}
    assert not [f"{path.relative_to(ROOT)} > {o.relative_to(ROOT)}" for path, others in ahead.items() for o in others]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_lab_is_headless_and_only_the_engine_knows_tensorflow(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    assert "streamlit" not in roots
    if folder(path) != "engine":
        assert not roots & {"tensorflow", "keras"}


def test_pages_do_not_know_tensorflow() -> None:
    for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py")]:
        assert not {name.split(".")[0] for name in imports(path)} & {"tensorflow", "keras"}, path


def test_importing_the_web_side_leaves_tensorflow_out() -> None:
    code = (
        "import sys, lab, lab.runs.run, lab.jobs, lab.plots, lab.network.network, lab.scoring.forecaster, lab.scoring.forecast_scores, lab.cli.commands;"
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


def test_no_two_test_files_have_one_name() -> None:
    """Or pytest, which imports them by it, refuses to run both."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
