"""A cure undone or redone on the run's own weights: nothing is trained, only the way back is gone anew."""

from __future__ import annotations

import numpy as np
import streamlit as st

from lab.config.model import WITH_FORGET_BIAS, ModelConfig
from lab.explain.cures import KEEPING, Compared, Cure, compare
from lab.explain.gradient_flow import reach, spectrum
from lab.network.cells import SIGNALS
from lab.plots.gradients import compared_figure
from pages.ui.components.chart import live_chart
from pages.ui.gradients import words as own
from pages.ui.gradients.choice import ChosenGradient
from pages.ui.shared import address, words

AS_IT_IS = "as it is"


def draw(found: ChosenGradient) -> None:
    """The controls, and the gradient before and after."""
    chosen = found.chosen
    cure = _choose(found)
    compared = compare(chosen.network, found.of.x, found.of.y, cure, loss=chosen.run.config.training.loss)
    st.markdown(f"**{_sentence(compared, changed=cure != Cure())}**", help=own.HELP["what-if"])
    live_chart(compared_figure(compared), key="cures", height=380, file=found.file("what-if"),
               alt="Norm of the gradient of the first layer's state by steps back, before and after.")  # fmt: skip


def _choose(found: ChosenGradient) -> Cure:
    model: ModelConfig = found.chosen.run.config.model
    time = found.of.x.shape[1]
    keeping = bias = radius = None
    columns = st.columns(3)
    with columns[0]:
        if gate := KEEPING.get(model.cell):
            options = [AS_IT_IS, "held at 1", "held at 0"]
            start = address.one_of(
                "gate", options, AS_IT_IS, key="cure-gate", write=lambda name: name.replace(" ", "-")
            )
            held = st.segmented_control(SIGNALS[gate].label.capitalize(), options, default=start, required=True, key="cure-gate",
                                        help=own.HELP["cure-gate"])  # fmt: skip
            keeping = {"held at 1": 1.0, "held at 0": 0.0}.get(held)
        names = list(words.ACTIVATIONS)
        start = address.one_of("activation", names, model.activation, key="cure-activation")
        activation = st.selectbox("Activation", names, names.index(start), format_func=words.ACTIVATIONS.get, key="cure-activation",
                                  help=own.HELP["cure-activation"])  # fmt: skip
    with columns[1]:
        now = round(spectrum(found.chosen.network, 0).radius, 2) if not model.bidirectional else 1.0
        if st.toggle("Rescale the recurrent kernels", address.switch("rescale", False, key="cure-rescale"), key="cure-rescale",
                     help=own.HELP["cure-radius"]):  # fmt: skip
            start = address.number("radius", 0.1, 3.0, float(np.clip(now, 0.1, 3)), key="cure-radius")
            radius = st.slider("Spectral radius", 0.1, 3.0, start, step=0.05, key="cure-radius")
        if model.cell in WITH_FORGET_BIAS:
            start = address.number("bias", -5.0, 5.0, 0.0, key="cure-bias")
            bias = st.slider(
                "Added to the forget bias", -5.0, 5.0, start, step=0.25, key="cure-bias", help=own.HELP["cure-bias"]
            )
    with columns[2]:
        truncate = time
        if not model.bidirectional:
            start = address.number("truncate", 1, time, time, key="cure-truncate")
            truncate = st.slider(
                "Steps back until it is cut",
                1,
                max(time, 2),
                start,
                key="cure-truncate",
                help=own.HELP["cure-truncate"],
            )
        if st.toggle(
            "Clip the norm", address.switch("clip", False, key="cure-clips"), key="cure-clips", help=words.HELP["clip"]
        ):
            clip = st.number_input("Norm of all gradients at most", 1e-6, 1e6, address.number("norm", 1e-6, 1e6, 1.0, key="cure-clip"),
                                   format="%g", key="cure-clip")  # fmt: skip
        else:
            clip = None
    return Cure(
        keeping,
        bias or None,
        radius,
        activation if activation != model.activation else None,
        truncate if truncate < time else None,
        clip,
    )


def _sentence(found: Compared, *, changed: bool) -> str:
    far = reach(found.before)
    if not changed:
        return f"Nothing is changed yet: a hundredth of the gradient reaches {far} of {len(found.before)} steps back. Undo what keeps it alive, or cure it."
    alike = "" if np.isnan(found.cosine) else f"; its direction has a cosine of {found.cosine:.2f} with the true one"
    return (
        f"A hundredth of the gradient reaches {reach(found.after)} steps back, {far} before. The gradient of all weights has a norm of "
        f"{found.norm_after:.3g}, {found.norm_before:.3g} before{alike}."
    )
