"""Of what the Gradients page shows the gradient: the example that was chosen, or a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from lab.explain.gradient_flow import Way
from lab.explain.jacobians import Parts, parts
from lab.runs.gradients import Batch, batch, gradient_ways, spread
from lab.runs.run import Run
from pages.ui.gates.choice import Chosen
from pages.ui.gradients import words as own
from pages.ui.shared import address
from pages.ui.shared.data import network_of


@dataclass(frozen=True)
class ChosenGradient:
    """A network as `Chosen` has it, and the examples."""

    chosen: Chosen
    of: Batch

    @cached_property
    def ways(self) -> list[Way]:
        """Every state of every recurrent layer."""
        chosen = self.chosen
        return _ways(str(chosen.run.path), chosen.epoch, chosen.run.written(chosen.epoch), self.of.indices)

    def parts(self) -> dict[str, Parts]:
        """Of the chosen layer and direction, what the gradient of each state is the sum of."""
        chosen = self.chosen
        at = str(chosen.run.path), chosen.epoch, chosen.run.written(chosen.epoch)
        return _parts(*at, self.of.indices, chosen.layer, chosen.way)

    def file(self, what: str) -> str:
        """The name of a file with a picture of it."""
        return self.chosen.file(what) if len(self.of.x) == 1 else f"{self.chosen.run.id}-batch-{what}"

    @property
    def label(self) -> str:
        """`this window`, `a batch of 32`."""
        return f"this {self.chosen.run.task.one}" if len(self.of.x) == 1 else f"a batch of {len(self.of.x)}"


@st.cache_data(max_entries=16, show_spinner=False)  # a batch stays the same while other things are chosen
def _ways(path: str, epoch: int | None, written: float, indices: tuple[int, ...]) -> list[Way]:  # noqa: ARG001
    run = Run(path)
    return gradient_ways(run, network_of(run, epoch), batch(run, indices))


@st.cache_data(max_entries=8, show_spinner=False)
def _parts(
    path: str,
    epoch: int | None,
    written: float,  # noqa: ARG001  (other weights, another result)
    indices: tuple[int, ...],
    layer: int,
    direction: str,
) -> dict[str, Parts]:
    run = Run(path)
    of = batch(run, indices)
    return parts(network_of(run, epoch), of.x, of.y, layer=layer, direction=direction, loss=run.config.training.loss)


def choose_gradient(chosen: Chosen) -> ChosenGradient:
    """One or many, and the sentence where there is no answer to compare with."""
    one = f"This {chosen.run.task.one}"
    options = [one, "A batch"]
    start = address.one_of("of", options, one, key="gradients-of", write=lambda name: "one" if name == one else "batch")
    of = st.segmented_control("Gradient of", options, default=start, required=True, key="gradients-of",
                              label_visibility="collapsed", help=own.HELP["of"])  # fmt: skip
    return ChosenGradient(chosen, batch(chosen.run, [chosen.start] if of == one else spread(chosen.run)))
