"""What the Forecast page alone says."""

from __future__ import annotations

HELP = {
    "interval": "A band about the forecast that is to hold so much of the truth; a narrower one of 50 % within it.",
    "interval-method": "Conformal: as wide as the errors of forecasts from every origin of the validation range, step by step. Bootstrap: many "
    "paths, each with one-step errors of the validation range drawn at random and fed back. MC dropout: many paths with dropout left on, which "
    "shows how unsure the network is of itself, and nothing of the noise in the data. Quantiles: what a network trained with the pinball loss says itself; "
    "along a recursive path values are drawn of them and fed back.",
    "coverage": "Nominal is what was asked for. Of two intervals that hold as often the narrower one says more; the Winkler score weighs both, "
    "lower is better.",
    "adaptive": "Adaptive conformal intervals (Gibbs & Candes 2021) learn of each true value before the next step: wider after a miss, narrower after a hit.",
    "by-epoch": "One step ahead, by the weights of the epochs that were kept. Left: the error on the validation range; only under the dashed "
    "line is it more than a copy, and a lag of 1 is one. Right: how often conformal intervals (or its own, where it predicts quantiles) held on the test range, and how wide they were.",
    "retrain": "A new run of the same network on the training, validation and test parts together, {epochs} long, as validation chose here. "
    "Nothing is held out then, so that it has no score of its own.",
    "feedback": "Each step of a recursive forecast has an error of its own, and gets the errors of the steps before back through its inputs. Below: an "
    "error is put into the first prediction, and followed.",
    "others": "Inputs that the network reads and does not forecast: nobody knows how they go on.",
    "others-file": "Found by its dates, a column for each of these inputs; more columns do no harm.",
}
OTHERS = {"held": "Held at their last value", "season": "As in the season before", "file": "From a file"}
OTHERS_BASIS = {
    "held": ("held at their last value",) * 2,
    "season": ("taken from the season before",) * 2,
    "file": ("taken from the file", "taken as they came, which a forecast made at that time could not know"),
}
METHODS = {"quantiles": "Quantiles", "conformal": "Conformal", "bootstrap": "Bootstrap", "dropout": "MC dropout"}
TOO_SURE = {
    "quantiles": "what it learned of its own spread on the training range is not how far off it is here.",
    "conformal": "the test range differs from the validation range whose errors made them.",
    "bootstrap": "the errors of the test range are larger, or go on from step to step, while the bootstrap draws each for itself.",
    "dropout": "MC dropout knows how unsure the network is of itself, and nothing of the noise in the data.",
}
LARGE_FOR_INTERVALS = (
    "This network is so large that intervals take minutes; `python -m lab forecast --interval` has them."
)
DROPOUT_ALONE = "MC dropout shows how unsure the network is of itself, without the noise in the data: the truth may well lie outside."
TOO_SHORT = "The validation range of {length} steps is too short for intervals of {level}{beyond}."
