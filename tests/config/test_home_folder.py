"""Files are written whole, by however many threads at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.config.home import save_upload, upload_name, upload_owners, upload_path, whole, write_text


def at_once(count: int, work: Callable[[int], object]) -> list[BaseException]:
    """Have so many threads do it at the same moment; what they raised."""
    gate, raised = threading.Barrier(count), list[BaseException]()

    def one(k: int) -> None:
        gate.wait()
        try:
            work(k)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=one, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_threads_that_write_one_file_never_meet(tmp_path: Path) -> None:
    path, texts = tmp_path / "control.json", [json.dumps([k] * 20_000) for k in range(8)]

    def write(k: int) -> None:
        for _ in range(40):
            write_text(path, texts[k])
            assert path.read_text(encoding="utf-8") in texts

    assert at_once(8, write) == []
    assert [file.name for file in tmp_path.iterdir()] == ["control.json"]


def test_visitors_who_bring_the_same_file_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    for round_ in range(20):
        data = f"{round_}\n".encode() * 50_000

        def bring(k: int, data: bytes = data) -> None:
            name = save_upload(data, "mine.csv", f"visitor {k}")
            assert upload_path(name).read_bytes() == data
            assert upload_name(name) == "mine.csv"

        assert at_once(8, bring) == []
        assert sorted(upload_owners(save_upload(data))) == [f"visitor {k}" for k in range(8)]


def test_what_went_wrong_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")

    def broken_off() -> None:
        with whole(tmp_path / "a") as aside:
            aside.write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a", "old")]
