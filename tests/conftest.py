"""Every test writes under a LAB_HOME of its own."""

from __future__ import annotations

import atexit
import os
import shutil
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
