"""The linters are part of the test command, so that one command says all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_linter(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node to check JavaScript with")
@pytest.mark.parametrize("script", sorted((ROOT / "pages").rglob("*.js")), ids=lambda path: path.name)
def test_script(script: Path) -> None:
    """Each component's script parses, as the module that Streamlit loads it as."""
    done = subprocess.run(
        ["node", "--input-type=module", "--check"],
        input=script.read_text("utf-8"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
