"""What the gates of this run do along this window, in a sentence made of their numbers."""

from __future__ import annotations

from lab.data.arrays import Array
from lab.explain.saturation import Course, course
from lab.network.cells import SIGNALS

SHARES = {
    0.05: "a twentieth", 0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 0.33: "a third", 0.4: "two fifths", 0.5: "half",
    0.6: "three fifths", 0.67: "two thirds", 0.75: "three quarters", 0.8: "four fifths", 0.9: "nine tenths",
}  # fmt: skip


def describe(gate: str, values: Array) -> str:
    """What a gate or state is, and how it goes along this window: `values` is `(time, units)`."""
    found = course(values)
    signal = SIGNALS[gate]
    if not signal.is_gate:
        return f"{signal.what} From {values.min():.2f} to {values.max():.2f}; {_widest(found)}."
    if found.is_steady:
        comes_to = signal.means.format(share=share(found.mean), rest=share(1 - found.mean))
        return f"{signal.what} {found.mean:.2f} on average throughout: {comes_to}."
    return (
        f"{signal.what} {found.mean:.2f} on average, from {found.low:.2f} (step {found.low_step + 1}) to {found.high:.2f} "
        f"(step {found.high_step + 1}); {_widest(found)}."
    )


def share(value: float) -> str:
    """A share of the whole in words: `about a quarter`."""
    if value < 0.025:
        return "next to nothing"
    if value > 0.95:
        return "nearly all"
    return f"about {SHARES[min(SHARES, key=lambda known: abs(known - value))]}"


def title(gate: str) -> str:
    """The name of a gate or state, as it stands in a picker."""
    return SIGNALS[gate].label.capitalize()


def _widest(found: Course) -> str:
    return f"unit {found.unit + 1} moves most, from {found.unit_low:.2f} to {found.unit_high:.2f}"
