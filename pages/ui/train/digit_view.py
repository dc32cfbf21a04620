"""Before training on digits: a contact sheet, how many of each class, a batch as the network reads it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from lab.config.run import RunConfig
from lab.data.images import Images
from lab.data.sources import digits_of
from lab.plots import sheet_figure
from pages.ui.components.chart import live_chart
from pages.ui.shared import words
from pages.ui.shared.data import Material
from pages.ui.shared.layout import small_table

SHOWN = 40


def digits_view(config: RunConfig, material: Material) -> None:
    """The first digits of a part, the classes, where they come from."""
    digits, images = digits_of(config.data), material.images
    assert images is not None
    st.markdown(f"**{images.title}**: {images.size}.")
    part = st.segmented_control("Part", ["train", "test"], format_func=words.DIGIT_PARTS.get, default="train", required=True,
                                key="digits-part", label_visibility="collapsed")  # fmt: skip
    shown, labels = (
        (images.train_images, images.train_labels) if part == "train" else (images.test_images, images.test_labels)
    )
    live_chart(sheet_figure(shown[:SHOWN], [str(k) for k in labels[:SHOWN]], columns=10), key="digits", height=420,
               alt=f"The first {SHOWN} digits of the {words.DIGIT_PARTS[part].lower()}, each with its class.")  # fmt: skip
    st.markdown("**How many of each class**")
    small_table(_counts(images), alt="How many digits of each class each part holds.")
    if digits.permutation:
        st.caption(
            "The network gets these digits with their pixels shuffled; the view Sequences shows them as it reads them."
        )
    st.caption(f"Source: {images.source}")


def sequences_view(config: RunConfig, material: Material) -> None:
    """The first batches as the network reads them: `X (batch, steps, features) -> y`."""
    digits, batch, images = digits_of(config.data), config.training.batch_size, material.images
    assert images is not None
    st.markdown(
        f"Each digit is a sequence of **28 steps**; at every step the network reads {words.READ_AT_A_STEP[digits.order]}. "
        "After the last step it gives the probability of each class. Training shuffles the digits; here they stand in order."
    )
    count = min(3, -(-len(images.train_images) // batch))
    which = st.segmented_control("Batch", range(1, count + 1), default=1, required=True, key="preview-batch") or 1
    rows = slice((which - 1) * batch, which * batch)
    read, labels = digits.sequences(images.train_images[rows]), images.train_labels[rows]
    st.code(f"X {read.shape} -> y {labels.shape}, from {read.min():g} to {read.max():g}", language=None)
    seen = digits.sequences(images.train_images[rows][:12]) * (255 if digits.normalize else 1)
    live_chart(sheet_figure(seen, [f"y = {k}" for k in labels[:12]], columns=3 if digits.order == "both" else 6),
               key="sequences", height=420, alt="The first digits of the batch as the network reads them, a step a line.")  # fmt: skip
    st.caption(
        "A line is a step, read from the top downwards; along it stand the values that the network gets at once."
    )
    st.markdown("**The first digit of the batch as numbers**")
    table = pd.DataFrame(np.round(read[0], 3), columns=[f"x{k + 1}" for k in range(read.shape[2])])
    table.insert(0, "step", range(1, 29))
    st.dataframe(table, hide_index=True, height=300, alt="The first digit as numbers, a step a row.")


def _counts(images: Images) -> pd.DataFrame:
    parts = {"train": images.train_labels, "test": images.test_labels}
    return pd.DataFrame(
        [{"part": part} | {str(k): int((labels == k).sum()) for k in range(10)} for part, labels in parts.items()]
    )
