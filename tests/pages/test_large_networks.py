"""Networks too large for a page: what is shown of them, and a computation that ends when its visitor has gone."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Open, charts

import pages.ui.forecast.panels
import pages.ui.gates.choice
from lab.config.model import ModelConfig
from lab.network.architecture import weight_shapes
from lab.network.interrupt import interruptible
from lab.network.network import Network
from pages.ui.shared.kept import Kept
from pages.ui.shared.layout import sound_runs


def captions(app) -> list[str]:  # type: ignore[no-untyped-def]
    return [caption.value for caption in app.caption]


def test_gates_draws_the_most_active_units_and_leaves_out_what_takes_long(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = open_page("gates", run="sample-sine")
    assert not any("Drawn are" in text or "left out" in text for text in captions(whole))
    assert "gate-window-shares" in charts(whole)
    monkeypatch.setattr(pages.ui.gates.choice, "MOST_CELLS", 20 * 50)
    monkeypatch.setattr(pages.ui.gates.choice, "MOST_WORK", 1000)
    app = open_page("gates", run="sample-sine")
    assert not app.exception
    assert any(text == "Drawn are the 20 most active of 50 units." for text in captions(app))
    assert any(text.startswith("What each input adds is left out") for text in captions(app))
    assert "gate-window-shares" not in charts(app)
    for view in ("what-if", "compare"):  # they draw the same rows
        assert "Drawn are the 20 most active of 50 units." in captions(open_page("gates", run="sample-sine", view=view))
    digits = open_page("gates", run="sample-digits")
    assert not digits.exception
    assert any(text.startswith("What each input adds is left out") for text in captions(digits))


@pytest.mark.parametrize(("operations", "shown"), [(10**9, 0), (8 * 10**8, None), (10.0, 0)])
def test_forecast_shows_the_steps_that_can_be_waited_for(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, operations: float, shown: int | None
) -> None:
    monkeypatch.setattr(pages.ui.forecast.panels, "MOST_OPERATIONS", operations)
    app = open_page("forecast", run="sample-sine")
    assert not app.exception
    sentences = [box.value for box in app.warning]
    if operations == 10**9:
        assert sentences == []
    elif shown == 0:
        assert len(sentences) == 2
        assert all("none is shown" in text and "`python -m lab forecast`" in text for text in sentences)
        assert not charts(app)
    else:
        assert "future" in charts(app)


class Gone(Exception):
    pass


def test_a_computation_ends_when_nobody_waits_for_it() -> None:
    model = ModelConfig(units=(4, 4))
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(model, 1, 1, 30).items()}
    network, looks = Network.build(model, weights, window=30), []

    def gone_after(count: int) -> None:
        looks.append(count)
        if len(looks) > count:
            raise Gone

    x = np.zeros((2, 30, 1), np.float32)
    computations = (
        lambda: network.predict(x), lambda: network.trace(x[0]), lambda: network.gradients(x),
        lambda: network.contributions(x[0]),
    )  # fmt: skip
    for compute in computations:
        looks.clear()
        with pytest.raises(Gone), interruptible(lambda: gone_after(40)):
            compute()
        assert len(looks) == 41
    network.predict(x)  # nobody is asked here
    assert len(looks) == 41


def test_a_page_asks_whether_its_visitor_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.ui.shared import layout

    class State:
        def __contains__(self, key: str) -> bool:
            raise Gone

    monkeypatch.setattr(layout, "LOOK_SECONDS", -1.0)
    monkeypatch.setattr(layout.st, "session_state", State())
    model = ModelConfig(units=(4,))
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(model, 1, 1, 5).items()}
    network = Network.build(model, weights, window=5)
    with pytest.raises(Gone), sound_runs():
        network.predict(np.zeros((1, 5, 1), np.float32))


def test_what_is_kept_has_an_end_and_an_error_is_not_kept() -> None:
    kept = Kept[bytes](10, len)
    made = list[str]()

    def make(name: str, size: int) -> bytes:
        return kept.get(name, lambda: made.append(name) or b"x" * size)  # type: ignore[func-returns-value]

    for name, size in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("a", 4), ("b", 4), ("large", 50), ("large", 50)):
        assert len(make(name, size)) == size
    assert made == ["a", "b", "c", "b", "large"]
    assert len(kept) == 1
    with pytest.raises(Gone):
        kept.get("x", lambda: (_ for _ in ()).throw(Gone()))
    assert make("x", 1) == b"x"
