"""What the README shows works as shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.trains
def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    run_example(0)
    out = capsys.readouterr().out
    assert "Previous value" in out
    assert "Finished(" in out


def test_the_notebook_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names = run_example(1)
    assert names["trace"].layers[0]["forget"].shape == (50, names["run"].config.model.units[0])
    out = capsys.readouterr().out
    assert "candidate" in out
    assert "(50, 1)" in out


def run_example(k: int) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(re.findall(r"```python\n(.*?)```", README, re.DOTALL)[k], "README.md", "exec"), names)
    return names


def test_what_it_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_it_holds_the_two_commands() -> None:
    assert "pip install -r requirements.txt && streamlit run app.py" in README
    assert "pip install -r requirements.txt -r tests/requirements.txt && pytest" in README
