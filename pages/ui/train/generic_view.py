"""Before training on data of any kind: the options of the data set, and the first examples as the network reads them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from lab.config.run import RunConfig
from lab.data.series import Series
from lab.data.sources import DATASETS
from lab.tasks import task_for
from pages.ui.shared.data import Material
from pages.ui.train.options import source_options

SHOWN = 3


def data_options(config: RunConfig, raw: Series | None, missing: int) -> None:  # noqa: ARG001
    """A widget for each option of the data set."""
    source_options(config)


def data_view(config: RunConfig, material: Material) -> None:
    """What the data are, and how many examples they give."""
    task = task_for(config, material.data)
    st.markdown(f"**{DATASETS[config.data.name].title}**: {len(task.train.inputs):,} examples to learn from.")
    for note in task.notes:
        st.caption(note)


def examples_view(config: RunConfig, material: Material) -> None:
    """The first examples as numbers: `X (examples, steps, features) -> y`."""
    train = task_for(config, material.data).train
    st.code(f"X {train.inputs.shape} -> y {train.targets.shape}", language=None)
    for k in range(min(SHOWN, len(train.inputs))):
        table = pd.DataFrame(train.inputs[k], columns=[f"x{j + 1}" for j in range(train.inputs.shape[2])])
        table.insert(0, "step", range(1, len(table) + 1))
        st.caption(f"Example {k + 1}, with the target {np.round(train.targets[k], 4).tolist()}.")
        st.dataframe(table, hide_index=True, height=200, alt=f"Example {k + 1} as the network reads it.")
