"""Networks that race on a task that asks for memory: plain recurrence, and the cures for gradients that vanish or explode."""

from __future__ import annotations

from dataclasses import dataclass

from lab.config.run import RunConfig


@dataclass(frozen=True)
class Candidate:
    """One network of a race.

    Args:
        label: what curves and tables call it.
        settings: what it changes in the config of the race.
        about: where it comes from, a phrase.
    """

    label: str
    settings: dict[str, object]
    about: str


_NO_CLIP = {"training.clip_value": "none", "training.clip_norm": "none", "training.global_clip_norm": "none"}
CANDIDATES: dict[str, Candidate] = {
    "rnn": Candidate("RNN", {"model.cell": "rnn", **_NO_CLIP}, "tanh, nothing else (Elman 1990)"),
    "rnn-clipped": Candidate(
        "RNN, clipped",
        {"model.cell": "rnn", "training.global_clip_norm": 1.0},
        "the norm of its gradient held to 1 (Pascanu et al. 2013)",
    ),
    "irnn": Candidate(
        "IRNN",
        {
            "model.cell": "rnn",
            "model.activation": "relu",
            "model.recurrent_initializer": "identity",
            "training.global_clip_norm": 1.0,
        },
        "ReLU, begun at the identity (Le, Jaitly & Hinton 2015), clipped",
    ),
    "lstm": Candidate(
        "LSTM", {"model.cell": "lstm", "model.forget_bias": 1.0}, "forget gates begun at a bias of 1, as Keras does"
    ),
    "lstm-bias-0": Candidate(
        "LSTM, bias 0", {"model.cell": "lstm", "model.forget_bias": 0.0}, "forget gates begun half shut"
    ),
    "lstm-bias-5": Candidate(
        "LSTM, bias 5",
        {"model.cell": "lstm", "model.forget_bias": 5.0},
        "forget gates begun wide open (Jozefowicz et al. 2015)",
    ),
    "lstm-layer-norm": Candidate(
        "LSTM, layer norm",
        {"model.cell": "lstm", "model.norm": "layer"},
        "its output normalised (Ba, Kiros & Hinton 2016)",
    ),
    "gru": Candidate("GRU", {"model.cell": "gru"}, "Cho et al. 2014"),
}
FIRST = ("rnn", "lstm", "gru")
MOST = 6


def require_candidates(names: tuple[str, ...]) -> None:
    """ValueError, one sentence, unless these are 2 to 6 different ones of `CANDIDATES`."""
    for name in names:
        if name not in CANDIDATES:
            raise ValueError(f"A candidate must be one of {', '.join(CANDIDATES)}; received {name!r}.")
    if not 2 <= len(set(names)) == len(names) <= MOST:
        raise ValueError(f"A race must be of 2 to {MOST} different candidates; received {', '.join(names) or 'none'}.")


def entry(config: RunConfig, name: str) -> RunConfig:
    """The config with that network. ValueError where its own is not recurrent."""
    if not config.model.is_recurrent:
        raise ValueError(f"A race is of recurrent networks; this config has {config.model.label}.")
    return config.with_settings(CANDIDATES[name].settings)
