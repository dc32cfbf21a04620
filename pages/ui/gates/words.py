"""What the gates of this run do along this window, in a sentence made of their numbers."""

from __future__ import annotations

from lab.data.arrays import Array
from lab.explain.saturation import Course, course
from lab.plots.gates import GATES, SIGMOID

# What a gate decides, and what its mean `{share}`, or what is missing from it to 1, `{rest}`, comes to.
DECIDES = {
    "forget": ("How much of the cell state is kept.", "this network forgets {rest} of its cell at each step"),
    "update": ("How much of the old state is kept.", "this network renews {rest} of its state at each step"),
    "input": (
        "How much of the candidate is written into the cell.",
        "{share} of the candidate is written at each step",
    ),
    "output": ("How much of the cell state is shown.", "{share} of the cell is shown at each step"),
    "reset": ("How much of the old state reaches the candidate.", "{share} of the old state reaches it at each step"),
}
IS = {
    "candidate": "What could be written.",
    "cell": "The memory itself.",
    "hidden": "What goes on to the next step and to the layer above.",
    "inner": "The hidden units; the next step receives only the output made of them.",
}
SHARES = {
    0.05: "a twentieth", 0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 0.33: "a third", 0.4: "two fifths", 0.5: "half",
    0.6: "three fifths", 0.67: "two thirds", 0.75: "three quarters", 0.8: "four fifths", 0.9: "nine tenths",
}  # fmt: skip


def describe(gate: str, values: Array) -> str:
    """What a gate or state is, and how it goes along this window: `values` is `(time, units)`."""
    found = course(values)
    if gate not in SIGMOID:
        return f"{IS[gate]} From {values.min():.2f} to {values.max():.2f}; {_widest(found)}."
    decides, means = DECIDES[gate]
    if found.is_steady:
        comes_to = means.format(share=share(found.mean), rest=share(1 - found.mean))
        return f"{decides} {found.mean:.2f} on average throughout: {comes_to}."
    return (
        f"{decides} {found.mean:.2f} on average, from {found.low:.2f} (step {found.low_step + 1}) to {found.high:.2f} "
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
    return GATES[gate][0].capitalize()


def _widest(found: Course) -> str:
    return f"unit {found.unit + 1} moves most, from {found.unit_low:.2f} to {found.unit_high:.2f}"
