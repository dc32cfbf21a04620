"""One look at a run serves all who look at it, and the more look, the less often."""

from __future__ import annotations

import gc

import pytest

from lab.runs.events import EpochEnded, Started
from lab.runs.history import History
from lab.runs.run import Run
from pages.ui.train import followed
from pages.ui.train.followed import LONG_PAUSE, PAUSES, SHORT_PAUSE, Crowd, Followed, Visitor


def epoch(number: int) -> EpochEnded:
    return EpochEnded(number, 1.0, 1.0, 0.1, 0.03, float(number), shown={"free_running": [1.0, 2.0]})


def test_a_history_that_somebody_draws_stays_as_it_was() -> None:
    before = History.of([Started(0, 9, 1, 1), epoch(0)])
    after = before.with_events([epoch(1), epoch(2)])
    whole = History.of([Started(0, 9, 1, 1), *map(epoch, range(3))])
    assert (len(before.epochs), len(before.frames["free_running"])) == (1, 1)
    assert vars(after).keys() == vars(whole).keys()
    assert after.epochs == whole.epochs
    assert [e for e, _ in after.frames["free_running"]] == [e for e, _ in whole.frames["free_running"]] == [0, 1, 2]


def test_a_look_just_taken_serves_another(quick_run: Run) -> None:
    memory = Followed(quick_run)
    memory.look()
    seen, before = memory.history, len(memory.history.epochs)
    quick_run.append(epoch(3))
    memory.look(within=60)
    assert memory.history is seen
    memory.look()
    assert len(memory.history.epochs) == before + 1
    assert len(seen.epochs) == before


def test_news_are_made_once_until_there_are_new_ones(quick_run: Run) -> None:
    memory, made = Followed(quick_run), []

    def make() -> bytes:
        made.append(len(memory.history.epochs))
        return b"%d" % len(made)

    memory.look()
    assert [memory.message("log", "words", make) for _ in range(3)] == [b"1"] * 3
    assert memory.message("linear", "words", make) == b"2", "other choices of the visitor, another picture"
    assert memory.message("log", "other words", make) == b"3"
    quick_run.append(epoch(3))
    memory.look()
    assert memory.message("log", "other words", make) == b"4"
    assert made[-1] == made[0] + 1


def test_sessions_share_what_they_know_of_a_run_and_it_goes_with_them(
    quick_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions: list[dict[str, object]] = [{}, {}]
    for session in sessions:
        monkeypatch.setattr(followed.st, "session_state", session)
        followed.followed(quick_run)
    assert sessions[0]["followed"] is sessions[1]["followed"]
    assert (quick_run.path, quick_run.created) in followed._KNOWN
    for session in sessions:
        session.clear()
    gc.collect()
    assert (quick_run.path, quick_run.created) not in followed._KNOWN


def test_many_visitors_look_less_often_and_not_to_and_fro(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd, now = Crowd(), 100.0
    monkeypatch.setattr(followed.time, "monotonic", lambda: now)
    visitors: list[Visitor] = []

    def look(count: int) -> float:
        while len(visitors) < count:
            visitors.append(Visitor())
        for visitor in visitors[:count]:
            crowd.add(visitor)
        return crowd.pause()

    pauses = [look(count) for count in (1, 10, 30, 100, 1000)]
    assert pauses[0] == pauses[1] == SHORT_PAUSE
    assert pauses[2] == LONG_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == PAUSES[-1]
    now += 100  # all but few have gone
    assert look(2) == SHORT_PAUSE
    near = next(count for count in range(1, 200) if look(count) > SHORT_PAUSE)
    now += 100
    look(near)
    now += 100
    assert look(near - 1) == crowd.pause() == LONG_PAUSE, "one who leaves does not change the pace of all"
