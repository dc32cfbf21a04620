"""How far the gradient reached after each epoch, beside the loss."""

from __future__ import annotations

import streamlit as st

from lab.plots.gradients import epochs_figure, reach_figure
from lab.runs.gradients import EpochReach, reach_by_epoch
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.gradients import words as own
from pages.ui.gradients.choice import ChosenGradient, batch


def draw(found: ChosenGradient) -> None:
    """Reach and loss by epoch, and the whole gradient as a picture, epoch by distance."""
    run = found.chosen.run
    if len(run.snapshots()) < 2:
        st.info("This run kept the weights of fewer than two epochs, so there is no course to be shown.")
        return
    rows = _rows(str(run.path), run.written(), found.of.indices)
    first, last = rows[0], rows[-1]
    time = len(first.norms)
    st.markdown(
        f"**The gradient reached {first.reach} of {time} steps back before training, and {last.reach} after epoch {last.epoch}.**",
        help=own.HELP["reach"],
    )
    left, right = st.columns(2)
    with left:
        live_chart(reach_figure(rows, "validation loss"), key="reach", height=380, file=f"{run.id}-reach",
                   alt="How far back the gradient reaches by epoch, and the loss.")  # fmt: skip
    with right:
        live_chart(epochs_figure(rows), key="gradient-epochs", height=380, file=f"{run.id}-gradient-epochs",
                   alt="Norm of the gradient by epoch and steps back, as a share of the largest.")  # fmt: skip
    st.caption(f"Of {found.label}, by the weights of {len(rows)} epochs that were kept.")


@st.cache_data(max_entries=32, show_spinner="Looking at the weights that were kept")
def _rows(path: str, written: float, indices: tuple[int, ...]) -> list[EpochReach]:  # noqa: ARG001  (other weights, another result)
    run = Run(path)
    return reach_by_epoch(run, batch(run, indices))
