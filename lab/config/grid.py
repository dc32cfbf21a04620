"""What a sweep tries: settings with several values each, all combinations of them or some drawn at random."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lab.config.run import RunConfig
from lab.config.text import to_text

MOST = 100  # combinations of one sweep
_RANGE = re.compile(r"\s*([-+0-9.eE]+?)\s*\.\.\s*([-+0-9.eE]+)\s*")
Point = Mapping[str, str]


@dataclass(frozen=True)
class Range:
    """Any number from `low` to `high`, whole ones where both are; by size (log-uniform) where that spans a factor of ten."""

    low: float
    high: float
    whole: bool

    def draw(self, generator: random.Random) -> str:
        """A value as text, of three digits where it is no whole number."""
        if self.low > 0 and self.high / self.low >= 10:
            value = math.exp(generator.uniform(math.log(self.low), math.log(self.high)))
        else:
            value = generator.uniform(self.low, self.high)
        return str(round(value)) if self.whole else f"{value:.3g}"


@dataclass(frozen=True)
class Grid:
    """Settings by key, each with the values that it is given: a list of texts, or a `Range`."""

    values: Mapping[str, Sequence[str] | Range]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Grid:
        """From `model.units=16,32`, `model.units=16;64,64` (a semicolon where values hold commas) or `training.learning_rate=1e-4..1e-2`.

        Raises:
            ValueError: there is none, a text is no such thing, or a key comes twice.
        """
        found: dict[str, Sequence[str] | Range] = {}
        if not texts:
            raise ValueError("A sweep needs a setting with several values, for example model.units=16,32.")
        for text in texts:
            key, equals, listed = text.partition("=")
            key = key.strip()
            if not equals or not listed.strip():
                raise ValueError(f"A sweep takes KEY=VALUE,VALUE, for example model.units=16,32; received {text!r}.")
            if key in found:
                raise ValueError(f"A sweep takes each setting once; received {key} twice.")
            between = _RANGE.fullmatch(listed)
            if between:
                found[key] = _range(key, between[1], between[2])
            else:
                parts = [part.strip() for part in re.split(";" if ";" in listed else ",", listed)]
                found[key] = list(dict.fromkeys(part for part in parts if part))
        return cls(found)

    def points(self, config: RunConfig, draws: int | None = None, seed: int = 0) -> list[Point]:
        """All combinations, in order; or `draws` different ones at random. Each is a config that holds.

        Raises:
            ValueError: a value breaks the rule of its setting, a range without `draws`, or too many.
        """
        lists = {key: values for key, values in self.values.items() if not isinstance(values, Range)}
        size = math.prod(len(values) for values in lists.values())
        if draws is None:
            if len(lists) < len(self.values):
                key = next(key for key in self.values if key not in lists)
                raise ValueError(
                    f"`{key}` is a range, from which values can only be drawn at random; say how many are to be."
                )
            if size > MOST:
                raise ValueError(f"A sweep may have at most {MOST} combinations; these are {size:,}.")
            found: list[Point] = [
                dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())
            ]
        else:
            if not 1 <= draws <= MOST:
                raise ValueError(f"The number of draws must be a whole number from 1 to {MOST}; received {draws}.")
            if len(lists) == len(self.values) and draws > size:
                raise ValueError(f"There are only {size} combinations to draw from; received {draws}.")
            found = self._drawn(draws, seed)
        for point in found:
            config.with_settings(point)
        return found

    def _drawn(self, draws: int, seed: int) -> list[Point]:
        generator, found = random.Random(seed), dict[tuple[str, ...], Point]()
        for _ in range(1000 * draws):
            point = {
                key: values.draw(generator) if isinstance(values, Range) else generator.choice(values)
                for key, values in self.values.items()
            }
            found.setdefault(tuple(point.values()), point)
            if len(found) == draws:
                break
        return list(found.values())


def _range(key: str, low: str, high: str) -> Range:
    try:
        ends = float(low), float(high)
    except ValueError:
        raise ValueError(f"`{key}` must be a range of numbers such as 1e-4..1e-2; received {low}..{high}.") from None
    if not ends[0] < ends[1] or not all(map(math.isfinite, ends)):
        raise ValueError(f"`{key}` must be a range from a smaller to a larger number; received {to_text(low)}..{high}.")
    return Range(*ends, whole=low.lstrip("+-").isdecimal() and high.lstrip("+-").isdecimal())


def name_of(key: str) -> str:
    """A setting in words: `units`, `window size`, `learning rate`."""
    section, _, name = key.rpartition(".")
    name = name.replace("_", " ")
    return f"window {name}" if section == "window" else name


def label_of(point: Point) -> str:
    """`units 16, window size 7`."""
    return ", ".join(f"{name_of(key)} {value}" for key, value in point.items())
