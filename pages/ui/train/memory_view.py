"""Before training on a task that asks for memory: its length, and what an example looks like."""

from __future__ import annotations

import streamlit as st

from lab.config.run import RunConfig
from lab.data.sequences import Classified, Sequences
from lab.data.series import Series
from lab.data.sources import DATASETS
from lab.plots.memory import sequence_figure
from lab.tasks.memory import memory_task_of
from pages.ui.components.chart import live_chart
from pages.ui.shared import words
from pages.ui.shared.bind import bound, show_error
from pages.ui.shared.data import Material

SHOWN = 4


def memory_options(config: RunConfig, raw: Series | None, missing: int) -> None:  # noqa: ARG001
    """How long, how many, which."""
    try:
        task = memory_task_of(config.data)
    except ValueError:
        return  # the page says what is wrong with them
    st.slider("Length", 5, 500, help=words.HELP["data.length"], **bound("data.length", task.length))
    st.number_input(
        "Examples", 100, 100_000, step=1000, help=words.HELP["data.examples"], **bound("data.examples", task.examples)
    )
    st.number_input("Seed of the examples", 0, 2**31 - 1, help=words.HELP["data.seed"], **bound("data.seed", task.seed))
    show_error("data.length", "data.examples", "data.seed")


def sequence_group(config: RunConfig) -> None:
    """A sequence is as long as the task says."""
    with st.expander(f"**Sequences** · {config.window.size} steps in, 1 answer out", key="group-window"):
        st.number_input("Batch size", 1, 4096, help=words.HELP["training.batch_size"],
                        **bound("training.batch_size", config.training.batch_size))  # fmt: skip
        show_error("training.batch_size")


def memory_view(config: RunConfig, material: Material) -> None:
    """What is asked, in words, and the first examples."""
    data, source = material.data, DATASETS[config.data.name]
    assert isinstance(data, Sequences)
    st.markdown(f"**{source.title}.** {source.blurb}")
    st.caption(
        f"{len(data.inputs['train']):,} sequences of {config.window.size} steps to learn from, 1,000 to validate and 1,000 to test on, made here. "
        f"Without any memory ({data.guess}) the loss is {data.chance:.4g}."
    )
    for k in range(SHOWN):
        live_chart(sequence_figure(data.inputs["train"][k], data.names, answer_of(data, k)), key=f"sequence-{k}",
                   height=110 + 16 * len(data.names), alt=f"Example {k + 1}: what the network reads at each step, and the answer.")  # fmt: skip


def sequences_view(config: RunConfig, material: Material) -> None:
    """The shapes, and an example as numbers."""
    data = material.data
    assert isinstance(data, Sequences)
    x, y = data.inputs["train"], data.answers["train"]
    st.markdown(
        f"At each of **{config.window.size} steps** the network reads {x.shape[2]} value{'s' if x.shape[2] > 1 else ''}; its answer after the last one counts."
    )
    st.code(f"X {x.shape} -> y {y.shape}", language=None)
    table = {"step": range(1, x.shape[1] + 1)} | {name: x[0, :, j].round(4) for j, name in enumerate(data.names)}
    st.dataframe(table, hide_index=True, height=320, alt="The first example as numbers, a step a row.")
    st.caption(f"The first example; its answer is {answer_of(data, 0)}.")


def answer_of(data: Sequences, k: int, part: str = "train") -> str:
    """The right answer of an example in words."""
    answer = data.answers[part][k, 0]
    return data.classes[answer] if isinstance(data, Classified) else f"{answer:.3f}"
