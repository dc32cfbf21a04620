"""Every test writes under a LAB_HOME of its own; `-m fast` leaves out what needs TensorFlow or a browser."""

from __future__ import annotations

import ast
import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# What a test compiles, the processes that other tests start find: without this every server would compile it anew.
if "TF_XLA_FLAGS" not in os.environ:
    programs = tempfile.mkdtemp(prefix="lab-programs-")
    os.environ["TF_XLA_FLAGS"] = f"--tf_xla_persistent_cache_directory={programs}"
    atexit.register(shutil.rmtree, programs, ignore_errors=True)
settings.register_profile("lab", deadline=None)  # a busy machine is no failure
settings.register_profile("ci", deadline=None, derandomize=True)  # what is new is looked for at a desk, not in CI
settings.load_profile("lab")


@pytest.fixture(autouse=True)
def lab_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("LAB_HOME", str(home))
    monkeypatch.setenv("LAB_WARM_UP", "0")
    return home


FAST = "fast"
SLOW_FOLDERS = ("benchmarks", "e2e", "engine", "jobs")  # which train, or drive a browser
TRAINED = {"trained", "quick_run"}  # fixtures that train a network


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "fast: needs neither TensorFlow nor a browser; given to all that are not `trains`."
    )
    config.addinivalue_line("markers", "trains: trains a network, or has one trained by another process.")
    if config.getoption("markexpr") == FAST:
        # What is taken for fast and is not, fails.
        sys.modules["tensorflow"] = sys.modules["keras"] = None  # type: ignore[assignment]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files that import TensorFlow are not even imported by `-m fast`."""
    if config.getoption("markexpr") == FAST and _is_slow(collection_path):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        trained = TRAINED & set(getattr(item, "fixturenames", ()))
        if not (trained or item.get_closest_marker("trains") or _is_slow(item.path)):
            item.add_marker(FAST)


def _is_slow(path: Path) -> bool:
    inside = path.relative_to(Path(__file__).parent).parts
    if inside and inside[0] in SLOW_FOLDERS:
        return True
    if path.suffix != ".py":
        return False
    return bool({"tensorflow", "keras", "lab.engine"} & _imported(path))


def _imported(path: Path) -> set[str]:
    """The packages that a file imports at its head, `lab.engine.models` as `lab.engine` too."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [f"{node.module}.{a.name}" for a in node.names] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            parts = name.split(".")
            found |= {".".join(parts[: k + 1]) for k in range(len(parts))}
    return found
