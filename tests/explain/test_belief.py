"""When a classifier decides, which digits a person asks to see, and what is done to one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.explain.belief import Belief, changed, choose, percent


def believing(*choices: int) -> Belief:
    """A belief whose first choice after each step is this."""
    return Belief(np.eye(10)[list(choices)] * 0.5 + 0.05)


@pytest.mark.parametrize(
    ("choices", "decided"), [((3, 3, 3), 1), ((1, 3, 3), 2), ((3, 1, 3), 3), ((1, 2, 3), 3), ((1, 1, 3, 1, 1), 4), ((7,), 1)]
)  # fmt: skip
def test_it_decides_where_its_first_choice_stays(choices: tuple[int, ...], decided: int) -> None:
    assert believing(*choices).decided == decided


@given(st.lists(st.integers(0, 9), min_size=1, max_size=28))
def test_the_first_choice_is_the_last_one_from_there_on_and_not_before(choices: list[int]) -> None:
    belief = believing(*choices)
    assert set(choices[belief.decided - 1 :]) == {choices[-1]}
    assert belief.decided == 1 or choices[belief.decided - 2] != choices[-1]


def test_the_sentence_of_a_step() -> None:
    assert believing(4, 2).after(2) == (2, 0.55)


TRUTH = np.array([0, 1, 1, 2])
SAID = np.array([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.1, 0.5, 0.4], [0.8, 0.0, 0.2]])


@pytest.mark.parametrize(
    ("which", "classes", "expected"),
    [
        ("all", (), [0, 1, 2, 3]),
        ("all", (1,), [1, 2]),
        ("wrong", (), [3, 1]),  # the surest mistake first
        ("wrong", (0,), []),
        ("unsure", (), [2, 1, 3, 0]),  # the smallest lead first
        ("unsure", (0, 2), [3, 0]),
    ],
)
def test_which_digits_are_shown(which: str, classes: tuple[int, ...], expected: list[int]) -> None:
    assert choose(TRUTH, SAID, which, classes).tolist() == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("half", ["top", "bottom", "left", "right"])
def test_a_half_is_hidden_and_the_image_itself_untouched(half: str) -> None:
    image = np.full((28, 28), 9, np.uint8)
    new = changed(image, half)  # type: ignore[arg-type]
    assert image.min() == 9
    assert new.sum() == image.sum() / 2
    side = {"top": new[:14], "bottom": new[14:], "left": new[:, :14], "right": new[:, 14:]}[half]
    assert side.max() == 0


def test_shuffled_pixels_are_the_same_pixels_in_another_order() -> None:
    image = np.arange(784, dtype=np.uint16).reshape(28, 28)
    first, again, other = (changed(image, "shuffled", seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(np.sort(first, axis=None), image.ravel())


@pytest.mark.parametrize(("p", "said"), [(1.0, "100%"), (0.9998, ">99%"), (0.5, "50%"), (0.001, "<1%"), (0.0, "0%")])
def test_no_rounding_makes_a_probability_certain(p: float, said: str) -> None:
    assert percent(p) == said
