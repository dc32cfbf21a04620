"""The price of a cheat: a run that leaks and its honest twin of the same seed, both kept from the last part of the series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lab.config.honesty import LEAK_NAMES
from lab.config.rules import require
from lab.config.run import RunConfig
from lab.data.series import Split
from lab.jobs.groups import Variant, submit_group
from lab.runs.group import Group
from lab.runs.run import Run
from lab.runs.store import RunStore


def untouched(length: int, config: RunConfig) -> int:
    """How many of the last steps neither of the two sees: as many as the test part has, an eighth of the series at least."""
    split = Split.of(length, config.data.train, config.data.validation)
    return max(length - split.validation_end, length // 8)


def submit_cheat(run: Run, leaks: Sequence[str], *, store: RunStore | None = None, limited: bool = True) -> Group:
    """Train a run's config twice, honestly and with these leaks, on the series without its last part.

    Where the epoch is to be chosen on the test part, both keep the weights of their best epoch.

    Raises:
        ValueError: no leak or an unknown one, the run leaks itself or was trained on everything, its series is too short, or a limit
            of this server is met.
    """
    series, config = run.series, run.config
    require(bool(leaks), "data.leaks", f"at least one of {', '.join(LEAK_NAMES)}", tuple(leaks))
    if config.data.leaks or config.data.everything:
        raise ValueError(f"Run {run.id} is not an honest one; choose a run without leaks that holds something out.")
    kept = len(series) - untouched(len(series), config)
    data = replace(config.data, stop=(config.data.first or 0) + kept)
    training = config.training
    if "epoch" in leaks and not training.patience:
        training = replace(training, patience=training.epochs)
    honest = replace(config, data=data, training=training)
    cheat = replace(honest, data=replace(data, leaks=tuple(leaks)))
    known = series.take(slice(0, kept))
    variants = [
        Variant(honest, "honest twin", {"data.leaks": ""}, known),
        Variant(cheat, "cheat", {"data.leaks": ",".join(leaks)}, known),
    ]
    title = " and ".join(LEAK_NAMES[leak] for leak in leaks)
    return submit_group(
        "cheat", title, variants, config=config, base=run.id, options={"leaks": list(leaks), "kept": kept}, store=store, limited=limited
    )  # fmt: skip
