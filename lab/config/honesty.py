"""What must be said of a run whose scores are not what they seem: marks for lists, sentences for pages."""

from __future__ import annotations

from lab.config.sections import DataConfig

LEAK_NAMES = {
    "scaler": "scaler fitted on all data",
    "shuffle": "windows shuffled across the split",
    "epoch": "epoch chosen on the test part",
    "target": "the target among the inputs",
}
_SENTENCES = {
    "scaler": "The scaler was fitted on all data, the test part among them: so the network sees how far the series will go.",
    "shuffle": "The training windows were drawn from all parts, so that most of what the test part asks was seen in training, a step or two aside.",
    "epoch": "The epoch whose weights are kept was chosen on the test part, the very part that it is judged on.",
    "target": "The value that is to be forecast is among the inputs, as of a column that is known a step late.",
}


def mark(data: DataConfig) -> str:
    """A word or two for a list; `""` for an honest run with parts held out."""
    if data.leaks:
        return "leaks"
    return "on everything" if data.everything else ""


def honesty(data: DataConfig) -> tuple[str, ...]:
    """A sentence for each leak, or on a run with nothing held out."""
    if data.everything:
        return (
            "It was trained on the whole series: its validation and test parts were learned from too, and say nothing about the future.",
        )
    return tuple(_SENTENCES[leak] for leak in data.leaks)
