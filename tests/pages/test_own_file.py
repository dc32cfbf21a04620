"""A CSV file of one's own on Train: by its own name, its likely column, and what is wrong with it beside its first lines."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Open, address, charts, draft, sentences, train_button, widget
from streamlit.testing.v1 import AppTest

import lab
from lab import jobs
from lab.config.home import save_upload, upload_name
from lab.data.sources import DATASETS
from lab.runs.run import Run
from lab.runs.store import RunStore
from pages.ui.shared import words
from pages.ui.train import csv_upload

GOOD = b"date,temperature,sales,promo\n" + b"".join(
    b"2020-01-%02d,%d,%d,%d\n" % (d, d % 7, 10 + d % 5, d % 2) for d in range(1, 32)
)
SHORT_WINDOW = {"window.size": "3"}
BAD = GOOD.replace(b"2020-01-09,2,14,1", b"2020-01-09,2,many,1").replace(b"2020-01-20", b"2020-01-19")


@dataclass
class Uploaded:
    name: str
    data: bytes

    def getvalue(self) -> bytes:
        return self.data


def upload(app: AppTest, name: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """What the uploader's callback does with a file; AppTest has no uploader to press."""
    box = csv_upload.st.file_uploader

    def pressed(label: str, *, key: str, on_change: object, args: tuple[str], **rest: object) -> None:
        csv_upload.st.session_state["pretended"] = Uploaded(name, data)
        monkeypatch.setattr(csv_upload.st, "file_uploader", box)
        csv_upload._receive("pretended")
        csv_upload.st.rerun()

    monkeypatch.setattr(csv_upload.st, "file_uploader", pressed)
    return app.run()


def tables(app: AppTest) -> list[str]:
    return [frame.proto.alt for frame in app.dataframe]


def open_csv(open_page: Open, data: bytes, called: str = "Shop *north*.csv", **settings: str) -> AppTest:
    return open_page("train", **{"data.name": "csv", "data.path": save_upload(data, called)} | settings)


def test_csv_stands_first_in_the_picker_and_on_home(open_page: Open) -> None:
    assert next(iter(DATASETS)) == "csv"
    assert widget(open_page("train"), "data.name").options[0] == "Your CSV file"
    home = open_page("home")
    assert "CSV file" in home.markdown[0].value
    links = [link.proto.query_string for link in home.get("page_link")]
    assert any("data.name=csv" in link for link in links)


def test_a_file_has_its_own_name_everywhere(open_page: Open, submitted: list[Run]) -> None:
    app = open_csv(open_page, GOOD, **SHORT_WINDOW)
    assert sentences(app) == []
    assert app.expander[0].label == r"**Data** · Shop \*north\*.csv"
    assert r"File: Shop \*north\*.csv" in [c.value for c in app.caption]
    assert r"Source: Your own file Shop \*north\*.csv." in [c.value for c in app.caption]
    train_button(app).click().run()
    run = next(run for run in RunStore().list() if not run.is_sample)
    assert run.id.startswith("Shop-north-2")
    assert run.series.title == "Shop *north*"
    table = open_page("runs").dataframe[0].value
    assert table.set_index("run").loc[run.id, "data"] == "Shop *north*"


def test_another_name_of_the_same_file_is_taken_up(open_page: Open) -> None:
    open_csv(open_page, GOOD, "first.csv", **SHORT_WINDOW)
    app = open_csv(open_page, GOOD, "second.csv", **SHORT_WINDOW)
    assert "Source: Your own file second.csv." in [c.value for c in app.caption]


def test_the_likely_column_is_chosen(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("train", **{"data.name": "csv"} | SHORT_WINDOW)
    upload(app, "shop.csv", GOOD, monkeypatch)
    assert not app.exception, app.exception
    assert upload_name(address(app)["data.path"]) == "shop.csv"
    assert widget(app, "data.column").value == "sales"
    assert widget(open_csv(open_page, GOOD, **SHORT_WINDOW), "data.column").value == "sales"


def test_a_file_with_faults_is_shown_with_all_of_them(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("train", **{"data.name": "csv"} | SHORT_WINDOW)
    upload(app, "shop.csv", BAD, monkeypatch)
    assert not app.exception, app.exception
    assert len(sentences(app)) == 2
    assert "line 10 has 'many'" in sentences(app)[1]
    shown = app.dataframe[0].value
    assert shown["line"].tolist() == [*map(str, range(1, 9)), "10 (!)", "20 (!)", "21 (!)"]
    assert shown["3"].tolist()[:2] == ["sales", "11"]
    assert train_button(app).disabled
    assert widget(app, "data.delimiter").value == "comma"  # the reading can be corrected


def test_what_is_wrong_may_be_how_it_is_read(open_page: Open) -> None:
    data = b"a,b\n" + b"".join(b"2020-01-%02d,%d\n" % (min(d, 20), d % 7) for d in range(1, 32))
    app = open_csv(open_page, data, **SHORT_WINDOW)
    assert "occurs more than once" in sentences(app)[0]
    widget(app, "data.date_column").set_value("-").run()
    assert sentences(app) == []
    assert charts(app) == ["series"]


LONG = "".join(f"2020-{m:02}-{d:02},{s},{d + 7 * m}\n" for s in ("AA", "BB") for m in (1, 2, 3) for d in range(1, 29))
OPEN = {
    "data.series": ("date,symbol,close\n" + LONG, "BB"),
    "data.duplicates": ("date,v\n" + "".join(f"2020-01-{min(d, 25):02},{d % 9}\n" for d in range(1, 30)), "mean"),
    "data.day_first": (
        "date,v\n" + "".join(f"{1 + d % 9:02}/{1 + d % 7:02}/20{10 + d},{d % 8}\n" for d in range(1, 30)),
        "yes",
    ),
    "data.thousands": (
        "date;v\n" + "".join(f"2020-01-{d:02};{d if d % 9 else '1.250'}\n" for d in range(1, 30)),
        "point",
    ),
}


@pytest.mark.parametrize("setting", OPEN)
def test_what_a_file_leaves_open_is_asked_for_and_settled(open_page: Open, setting: str) -> None:
    text, answer = OPEN[setting]
    app = open_csv(open_page, text.encode(), **SHORT_WINDOW)
    assert not app.exception, app.exception
    assert "**To be settled**" in [m.value for m in app.markdown]
    assert "`data." not in sentences(app)[0]
    assert train_button(app).disabled
    widget(app, setting).set_value(answer).run()
    assert not app.exception, app.exception
    assert sentences(app) == []
    assert charts(app) == ["series"]
    assert "**To be settled**" not in [m.value for m in app.markdown]


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_what_is_no_text_is_refused_and_the_former_data_stay(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    app = open_csv(open_page, GOOD, **SHORT_WINDOW)
    before = draft(app)
    upload(app, "picture.csv", data, monkeypatch)
    assert not app.exception, app.exception
    assert len(sentences(app)) == 1
    assert draft(app) == before
    assert charts(app) == ["series"]


def test_a_window_that_is_too_long_is_said_with_the_longest_beside_the_series(open_page: Open) -> None:
    app = open_csv(open_page, GOOD)
    assert sentences(app)[0].endswith("use a window of at most 21.")
    assert charts(app) == ["series"]
    widget(app, "window.size").set_value(21).run()
    assert sentences(app) == []


def test_two_rows_are_no_traceback(open_page: Open) -> None:
    app = open_csv(open_page, b"a\n1\n2\n")
    assert not app.exception
    assert "too short" in sentences(app)[0]


def test_text_of_others_is_shown_as_it_stands() -> None:
    assert words.escaped("a_b*[x](y)<i> $5$ `data.path`") == r"a\_b\*\[x\](y)\<i\> \$5\$ `data.path`"


def test_of_very_many_faults_the_first_are_shown(open_page: Open) -> None:
    app = open_csv(open_page, b"a,b\n" + b"1,2,3\n" * 500)
    assert len(sentences(app)) == 8
    assert "And 492 more." in [c.value for c in app.caption]
    assert len(app.dataframe[0].value) == 9


def test_a_run_on_a_file_of_the_host_shows_what_it_learned_and_no_more(open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "payroll.csv"
    file.write_text(
        "Date,secret,sales\n"
        + "".join(f"2020-{m:02}-{d:02},{d * m},{d * d % 11}\n" for m in (1, 2, 3) for d in range(1, 29))
    )
    config = lab.RunConfig().with_settings({"data.path": str(file), "data.column": "sales", "window.size": 5})
    run = jobs.create(config, name="mine")
    file.unlink()  # what the page shows cannot come from there
    for view in ("data", "windows"):
        app = open_page("train", run=run.id, view=view)
        assert not app.exception
        assert sentences(app) == []
        assert all("secret" not in str(list(frame.value.columns)) for frame in app.dataframe)
    assert "secret" not in str(app)
    widget(app, "window.size").set_value(6).run()
    assert not train_button(app).disabled
    app = open_page("train", **{"data.name": "csv", "data.path": str(file)})
    assert "An uploaded file must be named" in sentences(app)[0]


def test_no_folder_of_the_host_stands_in_an_address_or_a_zip(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("day,a\n" + "".join(f"2020-01-{d:02d},{d % 7}\n" for d in range(1, 32)))
    settings = {"data.path": str(tmp_path / "mine.csv"), "window.size": 5, "training.epochs": 3}
    run = jobs.create(lab.RunConfig().with_settings(settings), name="mine")
    app = open_page("train", run="mine")
    assert not app.exception
    assert address(app) == {"run": "mine"}
    widget(app, "training.epochs").set_value(7).run()
    assert address(app) == {"run": "mine", "training.epochs": "7"}
    again = open_page("train", **address(app))
    assert draft(again) == draft(app)
    with zipfile.ZipFile(io.BytesIO(run.to_zip())) as archive:
        config = archive.read("mine/config.json").decode()
    assert "mine.csv" in config
    assert str(tmp_path) not in config
