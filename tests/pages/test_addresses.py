"""What is on the screen of Gates, Belief and Forecast stands in the address, and comes back from it."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Open, charts, sentences, shown_address
from streamlit.testing.v1 import AppTest

SERIES, DIGITS = "sample-sunspots", "sample-digits"
# Addresses that a page writes again as they are, so that every part of them was understood and is on the screen.
WHOLE = [
    ("gates", {"run": SERIES}),
    ("gates", {"run": SERIES, "window": "1000", "epoch": "8", "order": "unit", "units": "3,1"}),
    ("gates", {"run": SERIES, "view": "one-step", "step": "4", "unit": "2"}),
    ("gates", {"run": SERIES, "view": "what-if", "hold": "forget"}),
    ("gates", {"run": SERIES, "view": "what-if", "hold": "cell", "at": "-0.25", "freeze": "7", "reset": "3", "silence": "1,12"}),
    ("gates", {"run": SERIES, "view": "what-if", "input": "5", "inputs": "5:12.5,40:200", "show": "cell"}),
    ("gates", {"run": SERIES, "view": "compare", "other": "sample-sine", "other-epoch": "12", "show": "forget"}),
    ("gates", {"run": DIGITS, "digit": "5", "view": "what-if", "change": "top"}),
    ("belief", {"run": DIGITS}),
    ("belief", {"run": DIGITS, "digit": "31", "row": "3", "experiment": "shuffled", "shuffle": "9", "gate": "cell"}),
    ("belief", {"run": DIGITS, "which": "unsure", "classes": "4,9", "page": "2", "epoch": "3"}),
    ("belief", {"run": DIGITS, "source": "draw"}),
    ("forecast", {"run": "sample-sine"}),
    ("forecast", {"run": "sample-sine", "steps": "12"}),
    ("forecast", {"run": "sample-sine", "tab": "test"}),
]  # fmt: skip
UNUSABLE = [
    ("gates", {"run": SERIES, "window": "999999"}, "window '999999'"),
    ("gates", {"run": SERIES, "window": "soon"}, "window 'soon'"),
    ("gates", {"run": SERIES, "epoch": "7"}, "epoch '7'"),
    ("gates", {"run": SERIES, "view": "x-ray"}, "view 'x-ray'"),
    ("gates", {"run": SERIES, "view": "one-step", "unit": "13"}, "unit '13'"),
    ("gates", {"run": SERIES, "view": "what-if", "hold": "forget", "at": "nan"}, "at 'nan'"),
    ("gates", {"run": SERIES, "view": "what-if", "freeze": "0"}, "freeze '0'"),
    ("gates", {"run": SERIES, "view": "what-if", "silence": "1,99"}, "silence '1,99'"),
    ("gates", {"run": SERIES, "view": "what-if", "inputs": "1:2:3"}, "inputs '1:2:3'"),
    ("gates", {"run": SERIES, "view": "compare", "other": "nope"}, "other 'nope'"),
    ("belief", {"run": DIGITS, "digit": "1000"}, "digit '1000'"),
    ("belief", {"run": DIGITS, "row": "29"}, "row '29'"),
    ("belief", {"run": DIGITS, "experiment": "left half"}, "experiment 'left half'"),
    ("forecast", {"run": "sample-sine", "steps": "366"}, "steps '366'"),
    ("forecast", {"run": "sample-sine", "tab": "<b>"}, "tab '<b>'"),
]


@pytest.mark.parametrize(("page", "query"), WHOLE)
def test_an_address_is_written_as_it_was_read(open_page: Open, page: str, query: dict[str, str]) -> None:
    app = open_page(page, **query)
    assert sentences(app) == []
    assert shown_address(app) == query
    app.run()
    assert not app.exception
    assert shown_address(app) == query


@pytest.mark.parametrize(("page", "query", "named"), UNUSABLE)
def test_a_value_that_cannot_be_used_is_a_sentence(
    open_page: Open, page: str, query: dict[str, str], named: str
) -> None:
    app = open_page(page, **query)
    (sentence,) = sentences(app)
    assert f"The address asks for {named}, but it may" in sentence
    assert charts(app)


def test_what_is_chosen_goes_into_the_address(open_page: Open) -> None:
    app = open_page("gates", run=SERIES)
    app.slider(key=f"gates-window-{SERIES}").set_value(77).run()
    app.segmented_control(key="gates-view").set_value("One step").run()
    app.slider(key="gates-step").set_value(9).run()
    assert shown_address(app) == {"run": SERIES, "window": "77", "view": "one-step", "step": "9"}
    app.segmented_control(key="gates-view").set_value("Heatmaps").run()
    assert shown_address(app) == {"run": SERIES, "window": "77"}, "what is not on the screen is not in the address"


def prediction(app: AppTest) -> Any:
    return next(m.value for m in app.markdown if "Prediction" in m.value)


def test_a_shared_experiment_gives_the_same_numbers(open_page: Open) -> None:
    app = open_page("gates", run=SERIES)
    next(b for b in app.button if b.label == "Hold the forget gate at 0").click().run()
    app.toggle(key="what-input-on").set_value(True).run()
    next(s for s in app.slider if s.label == "To").set_value(100.0).run()
    again = open_page("gates", **shown_address(app))
    assert prediction(again) == prediction(app)
    assert "before" in prediction(again)


def test_another_run_begins_at_its_own_places(open_page: Open) -> None:
    app = open_page("gates", run=SERIES, window="77", view="one-step", unit="12", step="48")
    app.sidebar.selectbox[0].set_value("sample-sine").run()
    assert not app.exception
    assert shown_address(app) == {"run": "sample-sine", "view": "one-step", "step": "48"}
