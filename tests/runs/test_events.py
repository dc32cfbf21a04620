from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.runs.events import (
    Compiled,
    Continued,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Paused,
    Progressed,
    RateChanged,
    Started,
    Stopped,
    from_json,
    to_json,
)
from lab.runs.history import History
from lab.scoring.mistake import Mistake

numbers = st.floats(allow_nan=False, allow_infinity=False)
maybe = st.none() | numbers
EVENTS = [Started, Compiled, Progressed, EpochEnded, Paused, Continued, RateChanged, Finished, Stopped, Failed]


def ended(epoch: int, **fields: object) -> EpochEnded:
    return EpochEnded(epoch, 1.0 / (epoch + 1), 2.0 / (epoch + 1), 1e-3, 0.1, 0.1 * epoch, **fields)  # type: ignore[arg-type]


metrics = st.dictionaries(st.sampled_from(["mae", "val_mae", "accuracy"]), maybe)
shown = st.dictionaries(
    st.sampled_from(["one_step", "samples"]),
    st.lists(numbers | st.text() | st.lists(numbers).map(tuple)).map(tuple) | st.text(),
)
WITH_MORE = {EpochEnded: {"metrics": metrics, "shown": shown}, Progressed: {"metrics": metrics}}


@given(st.one_of([st.builds(cls, **WITH_MORE.get(cls, {})) for cls in EVENTS]))
def test_json_round_trip(event: Event) -> None:
    line = to_json(event)
    if "NaN" in line or "Infinity" in line:
        return
    assert "\n" not in line
    assert from_json(line) == event


def test_what_is_known_of_classes_comes_back() -> None:
    event = ended(
        1,
        metrics={"accuracy": 0.5, "val_accuracy": 0.4},
        shown={"confusion": ((1, 2), (3, 4)), "mistakes": (Mistake(7, 1, 0, 0.9),)},
    )
    line = to_json(event)
    assert json.loads(line)["mistakes"] == [[7, 1, 0, 0.9]]
    again = from_json(line)
    assert again == event
    assert Mistake(*again.value("mistakes")[0]).predicted == 0  # type: ignore[union-attr]
    assert not {"accuracy", "val_accuracy", "confusion", "mistakes"} & set(json.loads(to_json(ended(1))))


def test_an_epoch_line_speaks_the_documented_keys() -> None:
    line = json.loads(to_json(ended(1, metrics={"mape": None, "val_mape": 2.0}, shown={"free_running": (1.0,)})))
    documented = {"event", "epoch", "loss", "val_loss", "mape", "val_mape", "seconds", "elapsed", "free_running"}
    assert documented <= set(line)
    assert line["event"] == "epoch_ended"
    assert line["mape"] is None


def test_a_line_that_is_no_event_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="An event must be one of"):
        from_json('{"event": "lunch"}')


def test_history_folds_a_run() -> None:
    history = History.of([Started(0, 3, 5, 10), ended(0, shown={"one_step": (1.0,)}), ended(1), Paused(1, 0, 1.0)])
    assert history.state == "paused"
    assert history.values("epoch") == [0, 1]
    assert history.last("one_step") == (0, (1.0,))
    assert history.last("free_running") is None
    history.fold(Continued(1, 2.0))
    history.fold(Progressed(2, 3, 5, 0.4, 2.0))
    assert (history.state, history.progress.step if history.progress else None) == ("running", 3)
    history.fold(Finished(3, 3, 2.5))
    assert (history.state, history.progress) == ("finished", None)


def test_a_new_start_voids_the_epochs_after_its_checkpoint() -> None:
    history = History.of([Started(0, 9, 5, 10), ended(0), ended(1), ended(2), Started(1, 9, 5, 10), ended(2)])
    assert history.values("epoch") == [0, 1, 2]
    assert history.state == "running"
