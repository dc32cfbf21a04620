import subprocess
import sys
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from lab.config.sections import DataConfig
from lab.data import sources as datasets
from lab.data.series import Series
from lab.data.sources import DATASETS, Dataset, load, load_all, prepare
from lab.data.sources.base import Group


@dataclass(frozen=True)
class Made(Dataset):
    title: ClassVar[str] = "Made"
    group: ClassVar[Group] = "Synthetic"
    blurb: ClassVar[str] = "For tests."
    default_column: ClassVar[str | None] = "b"
    spoilt: float = np.nan

    def load(self) -> Series:
        days = np.array(["2020-01-01", "2020-01-02", "2020-01-04", "2020-01-05", "2020-01-06"], dtype="M8[D]")
        values = np.array([[1.0, 10], [1, self.spoilt], [1, 30], [1, 40], [1, 50]])
        return Series(values, days, ("a", "b"), ("", "kg"), "Made", "Tests.")


@pytest.fixture(autouse=True)
def _made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(datasets.DATASETS, "made", Made)


def message(**data: object) -> str:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        load(DataConfig(**data))  # type: ignore[arg-type]
    return str(caught.value)


def test_every_data_set_introduces_itself() -> None:
    for name, cls in DATASETS.items():
        assert cls.title, name
        assert cls.group in ("Synthetic", "Crypto", "Classical", "Multivariate", "Your own", "Images", "Memory")
        assert cls.blurb.endswith(".")


def test_gaps_are_treated_as_the_config_says() -> None:
    left = load(DataConfig(name="made"))
    assert left.names == ("b",)
    assert left.units == ("kg",)
    assert left.values[:, 0].tolist() == [10, 30, 40, 50]
    assert (left.frequency, left.missing, left.filled.any()) == ("D", 2, False)
    carried = load(DataConfig(name="made", gaps="ffill"))
    assert carried.values[:, 0].tolist() == [10, 10, 10, 30, 40, 50]
    assert carried.filled.tolist() == [False, True, True, False, False, False]
    assert carried.missing == 2
    between = load(DataConfig(name="made", gaps="interpolate"))
    assert np.allclose(between.values[:, 0], [10, 10 + 20 / 3, 10 + 40 / 3, 30, 40, 50])


def test_the_range_is_inclusive_on_both_sides() -> None:
    assert load(DataConfig(name="made", start="2020-01-04", end="2020-01-05")).values[:, 0].tolist() == [30, 40]
    hours = load(DataConfig(name="household_energy", start="2016-01-12", end="2016-01-13"))
    assert len(hours) == 48


def test_all_columns_keep_their_holes() -> None:
    whole = load_all(DataConfig(name="made", start="2020-01-05", gaps="ffill"))
    assert whole.values.shape == (5, 2)
    assert np.isnan(whole.values).sum() == 1
    assert (whole.frequency, whole.missing) == ("D", 2)


def test_text_from_a_command_line_is_read_by_the_options_type() -> None:
    series = load(DataConfig(options=(("points", "100"), ("noise", "0.5"), ("seed", " 7 "))))
    direct = load(DataConfig(options=(("points", 100), ("noise", 0.5), ("seed", 7))))
    assert np.array_equal(series.values, direct.values)


def test_what_is_wrong_is_named() -> None:
    assert message(name="gold").startswith("`data.name` must be one of csv, sine, bitcoin, ")
    assert message(name="gold").endswith("; received 'gold'.")
    assert message(column="cosine") == "`data.column` must be one of sine; received 'cosine'."
    assert message(start="2020-01-01") == (
        "`data.start` must be empty for Sine wave, which has no dates; received '2020-01-01'."
    )
    assert message(name="made", end="2019-12-31") == (
        "The range from the start to 2019-12-31 holds no data; Made spans 2020-01-01 to 2020-01-06."
    )
    assert message(options=(("phase", 1),)) == (
        "`data.phase` is no option of the data set sine; "
        "allowed are points, periods, amplitude, noise, harmonic, trend, seed."
    )
    assert message(name="bitcoin", options=(("points", 1),)).endswith("; it has none.")
    assert message(name="made", column="a").endswith("same value throughout, so there is nothing to learn.")
    assert message(name="made", options=(("spoilt", float("inf")),)) == (
        "The column b holds infinite values (1 in all), at 2020-01-02."
    )
    assert message(name="made", start="2020-01-02", end="2020-01-03").startswith("The column b holds no numbers")


def test_importing_the_registry_is_light() -> None:
    code = "import sys, lab.data.sources; print([m for m in ('pandas', 'yfinance', 'tensorflow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_values_too_large_to_be_scored_are_refused() -> None:
    from lab.data.sources.csv_file import parse

    series = parse(b"v\n" + b"".join(b"%de200\n" % (k % 7 + 1) for k in range(40)))
    with pytest.raises(
        ValueError, match=r"^The column v holds values beyond 1e\+100, which cannot be scaled or scored"
    ):
        prepare(series, DataConfig(name="csv"))


def test_rows_are_cut_after_the_range_and_said() -> None:
    whole = load(DataConfig("air_passengers"))
    cut = load(DataConfig("air_passengers", start="1950-01-01", first=2, stop=12))
    assert np.array_equal(cut.values, whole.values[14:24])
    assert str(cut.index[0])[:7] == "1950-03"
    assert "Of 132 rows only those from 2 to 11 are used (data.first and data.stop)." in cut.notes
    assert len(load(DataConfig("air_passengers", first=100))) == 44


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"first": 144}, r"`data.first` must be a row of .*, which has 144 in this range; received 144\."),
        ({"stop": 145}, r"`data.stop` must be a row of .*; received 145\."),
        ({"first": 5, "stop": 5}, r"`data.stop` must be above data.first \(5\); received 5\."),
        ({"first": -1}, r"`data.first` must be a whole number from 0"),
    ],
)
def test_rows_that_are_not_there_are_a_sentence(rows: dict[str, int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        load(DataConfig("air_passengers", **rows))
