"""`python -m lab settings` knows every setting; a script of any folder can import `lab`."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.cli.commands import main
from lab.cli.reference import Setting, all_settings
from lab.config.run import SECTIONS, RunConfig
from lab.data.sources import DATASETS, with_typed_options
from lab.scoring.forecaster import MAX_STEPS

ROOT = Path(__file__).parents[2]
SETTINGS = all_settings()


def test_every_field_of_the_config_and_every_option_is_listed_once() -> None:
    wanted = [("", f"{name}.{f.name}") for name, cls in SECTIONS.items() for f in dataclasses.fields(cls)]
    wanted.remove(("", "data.options"))
    wanted += [("", "seed")]
    wanted += [(name, f"data.{f.name}") for name, cls in DATASETS.items() for f in dataclasses.fields(cls)]
    assert [(s.data, s.key) for s in SETTINGS] == wanted


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: f"{s.key} {s.data}".strip())
def test_a_setting_says_what_it_is_and_what_it_must_be(setting: Setting) -> None:
    assert re.match(r"[A-Z0-9`±][^\n]+\.$", setting.meaning), setting.meaning
    assert setting.rule
    assert (setting.rule == "text") is (setting.key == "data.column")


@given(st.sampled_from([s for s in SETTINGS if s.key not in ("training.loss", "data.name")]))
def test_a_default_is_one_that_can_be_set(setting: Setting) -> None:
    config = (
        RunConfig().with_settings({"data.name": setting.data or "sine"}).with_settings({setting.key: setting.default})
    )
    with_typed_options(config.data)
    found = {s.key: s.rule for s in SETTINGS if s.data == setting.data}
    if setting.rule.startswith(("a whole number", "a number")):
        with pytest.raises(ValueError, match=re.escape(found[setting.key])):
            with_typed_options(config.with_settings({setting.key: "many"}).data)


def test_the_command_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed == [dataclasses.asdict(s) for s in SETTINGS]
    assert main(["settings"]) == 0
    out = capsys.readouterr().out
    assert all(s.key in out for s in SETTINGS)
    assert "Options of data.name=digits, MNIST digits" in out


def test_a_script_of_another_folder_can_import_lab(tmp_path: Path) -> None:
    code = "import lab; print(len(lab.load_series(lab.preset('bitcoin').data)), lab.load_run('sample-sine').id)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["1446", "sample-sine"], done.stderr


def test_it_can_be_installed_with_what_it_needs(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    code = (
        "import json\n"
        "from setuptools.config.pyprojecttoml import read_configuration\n"
        f"found = read_configuration({str(ROOT / 'pyproject.toml')!r})\n"
        "print(json.dumps([found['project'], found['tool']['setuptools']['packages']]))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True)
    project, packages = json.loads(done.stdout.splitlines()[-1])
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
    assert project["dependencies"] == lines
    folders = [path.parent for path in (ROOT / "lab").rglob("__init__.py")]
    assert sorted(packages) == sorted(".".join(f.relative_to(ROOT).parts) for f in folders)


def test_the_page_the_command_and_the_readme_agree_on_the_steps_of_a_forecast(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["forecast", "sample-sine", "--steps", str(MAX_STEPS + 1)]) == 2
    assert f"from 1 to {MAX_STEPS}" in capsys.readouterr().err
    assert main(["forecast", "sample-sine", "--steps", str(MAX_STEPS), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["mean"]) == MAX_STEPS
    assert f"up to {MAX_STEPS} steps" in (ROOT / "README.md").read_text(encoding="utf-8")
