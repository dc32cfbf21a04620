"""Home, and what holds for every page: it runs, its words are in sentence case, and what needs explaining is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT, Open, choose_data
from streamlit.testing.v1 import AppTest

from lab.config.presets import PRESETS
from lab.runs.run import Run

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]|:(?!material/)[a-z_]+:")
WIDGETS = ("number_input", "slider", "select_slider", "selectbox", "multiselect", "segmented_control", "text_input",
           "date_input", "toggle", "checkbox", "radio")  # fmt: skip
# Names keep their capitals in the middle of a label; everything else begins small there.
NAMES = re.compile(
    r"Lab|MNIST|ReLU|LSTM|GRU|RNN|CSV|ZIP|Adam|Bitcoin|RMSprop|SGD|Huber|[a-z]?M[A-Z]{2,3}E?|RMSE|UTF-8|Latin-1|USD|II?"
)
# No help, because: what stands beside it says it already.
EXPLAINED = {
    "Data set": "the data set's own sentence stands under it",
    "Run": "a list of names",
    "View": "the names of what it shows",
    "Column to learn": "the columns of the data, by name",
    "Units": "the number of layers above has the help",
    "Clip at": "the kind of clipping above has the help",
    "Delimiter": "detected; the options are spelled out",
    "Decimal": "detected; the options are spelled out",
    "Thousands": "detected; the options are spelled out",
    "Encoding": "detected; the options are spelled out",
    "Part": "the names of the two parts",
    "Batch": "the sentence above says what a batch is",
    "Logarithmic": "the axis shows it at once",
}


def labels(app: AppTest) -> list[str]:
    """Everything short that is read on the page: names of widgets, their choices, buttons, expanders, tabs, headings."""
    found = [e.value for kind in ("title", "header", "subheader") for e in app.get(kind)]
    for kind in (*WIDGETS, "button", "expander", "tab", "popover", "download_button", "page_link", "file_uploader"):
        for element in app.get(kind):
            label = getattr(element, "label", None) or getattr(element.proto, "label", "")
            found.append(re.sub(r"[*]|· .*", "", label))  # an expander's header goes on with a value
    return [text.strip() for text in found if text.strip()]


def not_in_sentence_case(label: str) -> bool:
    first, *rest = re.findall(r"[^\W\d_][\w-]*", label) or [""]
    return bool(first and first[0].islower()) or any(word[0].isupper() and not NAMES.fullmatch(word) for word in rest)


def unexplained(app: AppTest) -> set[str]:
    """The labels of widgets that have no help and are not excused."""
    elements = [element for kind in WIDGETS for element in app.get(kind)]
    return {e.label for e in elements if not e.proto.help and re.sub(r" \d+$", "", e.label) not in EXPLAINED}


def test_the_app_may_be_started_from_any_folder(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not open_page("home").exception


@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_in_an_empty_home(open_page: Open, name: str) -> None:
    app = open_page(name)
    assert len(app.title) == 1
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_with_runs(open_page: Open, quick_run: Run, name: str) -> None:
    app = open_page(name)
    assert not app.error
    app = open_page(name, run=quick_run.id)
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("name", PAGES)
def test_words_are_in_sentence_case_without_emoji_and_explained(open_page: Open, quick_run: Run, name: str) -> None:
    app = open_page(name, run=quick_run.id)
    found = labels(app)
    assert [text for text in found if not_in_sentence_case(text)] == []
    prose = [e.value for kind in ("markdown", "caption", "info") for e in app.get(kind)]
    assert [text for text in found + prose if EMOJI.search(text)] == []
    assert unexplained(app) == set()


@pytest.mark.parametrize("name", ["bitcoin", "yahoo", "csv"])
def test_the_controls_of_a_data_set_are_explained(open_page: Open, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    no_network(monkeypatch)
    app = choose_data(open_page("train"), name)
    assert not app.exception
    assert [text for text in labels(app) if not_in_sentence_case(text)] == []
    assert unexplained(app) == set()


def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yahoo can't be reached."""
    from lab.data.sources.yahoo import Yahoo

    def load(self: Yahoo) -> None:
        raise ValueError("Yahoo Finance could not be reached.")

    monkeypatch.setattr(Yahoo, "load", load)


def test_a_card_for_every_preset_leads_to_it(open_page: Open) -> None:
    app = open_page("home")
    text = " ".join(element.value for element in [*app.markdown, *app.caption])
    for preset in PRESETS.values():
        assert preset.title in text
        assert preset.blurb in text
    links = [link.proto.query_string for link in app.get("page_link")]
    assert [f"preset={name}" in link for name, link in zip(PRESETS, links, strict=False)] == [True] * len(PRESETS)


def test_a_page_speaks_of_pages_and_names_no_publication_it_cannot_name(open_page: Open) -> None:
    assert [w.value for w in open_page("train", run="nope").warning] == [
        "There is no run 'nope'. The Runs page lists those that there are."
    ]
    words = " ".join(element.value for element in [*open_page("home").markdown, *open_page("home").caption])
    assert "published" not in words.lower()
