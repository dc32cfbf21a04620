"""Of what the Gradients page shows the gradient: the example that was chosen, or a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from lab.explain.gradient_flow import Way
from lab.runs.gradients import Batch, batch, gradient_ways, spread
from pages.ui.gates.choice import Chosen
from pages.ui.gradients import words as own
from pages.ui.shared import address


@dataclass(frozen=True)
class ChosenGradient:
    """A network as `Chosen` has it, and the examples."""

    chosen: Chosen
    of: Batch

    @cached_property
    def ways(self) -> list[Way]:
        """Every state of every recurrent layer."""
        return gradient_ways(self.chosen.run, self.chosen.network, self.of)

    def file(self, what: str) -> str:
        """The name of a file with a picture of it."""
        return self.chosen.file(what) if len(self.of.x) == 1 else f"{self.chosen.run.id}-batch-{what}"

    @property
    def label(self) -> str:
        """`this window`, `a batch of 32`."""
        return f"this {self.chosen.run.task.one}" if len(self.of.x) == 1 else f"a batch of {len(self.of.x)}"


def choose_gradient(chosen: Chosen) -> ChosenGradient:
    """One or many, and the sentence where there is no answer to compare with."""
    one = f"This {chosen.run.task.one}"
    options = [one, "A batch"]
    start = address.one_of("of", options, one, key="gradients-of", write=lambda name: "one" if name == one else "batch")
    of = st.segmented_control("Gradient of", options, default=start, required=True, key="gradients-of",
                              label_visibility="collapsed", help=own.HELP["of"])  # fmt: skip
    return ChosenGradient(chosen, batch(chosen.run, [chosen.start] if of == one else spread(chosen.run)))
