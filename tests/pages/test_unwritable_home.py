"""LAB_HOME that cannot be written: every page says so in a sentence, and none waits for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Open, sentences, train_button
from streamlit.testing.v1 import AppTest

from lab.config import home


@pytest.mark.parametrize("place", ["home", "train", "gates", "belief", "forecast", "runs"])
def test_a_home_that_cannot_be(open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "file" / "below"))
    app = open_page(place)
    assert not app.exception, app.exception
    assert any(
        "Nothing can be written where" in sentence and str(tmp_path) not in sentence for sentence in sentences(app)
    )


@pytest.mark.parametrize("place", ["train", "gates", "runs"])
def test_a_home_that_is_read_only_shows_what_is_there(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def refuse(self: Path, _: bytes) -> None:
        raise OSError(30, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setattr(home, "write_text", refuse)
    monkeypatch.setattr("lab.runs.store.write_text", refuse)
    app: AppTest = open_page(place)
    assert not app.exception, app.exception
    assert any("Read-only file system" in sentence for sentence in sentences(app))
    if place == "train":
        train_button(app).click().run()
        assert not app.exception
        assert any("Read-only file system" in sentence for sentence in sentences(app))
