"""The words of the controls: labels of choices, and the help that a beginner would want; text of others, escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lab.cli.tables import in_a_cell as in_a_cell
from lab.config.model import ModelConfig
from lab.config.tasks import TaskRules
from lab.network.cells import CELLS
from lab.tasks.base import Metric

OPTIMIZERS = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}
LOSSES = {"mse": "Mean squared error", "mae": "Mean absolute error", "huber": "Huber", "pinball": "Pinball (quantiles)"}
CLASS_LOSSES = {"sparse_categorical_crossentropy": "Cross-entropy"}
SIZES = {"sample": "Sample, 6,000", "full": "Full, 60,000"}
ORDERS = {"rows": "Rows", "columns": "Columns", "both": "Both"}
READ_AT_A_STEP = {
    "rows": "one row, 28 values",
    "columns": "one column, 28 values",
    "both": "one row and one column, 56 values",
}
READ = {"rows": "row", "columns": "column", "both": "step"}
CHANGES = {
    "top": "Top half hidden",
    "bottom": "Bottom half hidden",
    "left": "Left half hidden",
    "right": "Right half hidden",
    "shuffled": "Pixels shuffled",
}
KINDS = {
    "recurrent": ("Recurrent", "recurrent"),
    "conv1d": ("Convolutional", "convolutions over time"),
    "mlp": ("Multilayer perceptron", "dense layers on the whole window"),
    "linear": ("Linear", "one weight for each input"),
}
ACTIVATIONS = {
    "tanh": "tanh", "relu": "ReLU", "sigmoid": "Sigmoid", "leaky_relu": "Leaky ReLU", "elu": "ELU", "gelu": "GELU", "linear": "Linear",
}  # fmt: skip
GATE_ACTIVATIONS = {"sigmoid": "Sigmoid", "hard_sigmoid": "Hard sigmoid"}
PADDING = {"causal": "Causal", "same": "Same"}
POOLING = {"none": "None", "max": "Maximum of two steps", "average": "Average of two steps"}
GLOBAL_POOLING = {"none": "All steps side by side", "max": "Maximum over time", "average": "Average over time"}
NORMS = {"none": "None", "layer": "Layer normalisation", "batch": "Batch normalisation"}
INITIALIZERS = {
    "glorot_uniform": "Glorot (Xavier), uniform",
    "glorot_normal": "Glorot (Xavier), normal",
    "he_uniform": "He, uniform",
    "he_normal": "He, normal",
    "orthogonal": "Orthogonal",
    "small_normal": "Normal, spread 0.01",
    "identity": "Identity",
    "zeros": "Zeros",
}
SOURCES = {"test": "Test digit", "draw": "Draw one", "file": "A file"}
WHICH = {"all": "All", "wrong": "Wrong", "unsure": "Unsure"}
DIGIT_PARTS = {"train": "Training part", "test": "Test part"}
GAPS = {"leave": "Leave out", "ffill": "Carry forward", "interpolate": "Interpolate"}
TRANSFORMS = {
    "none": "None", "log": "Logarithm", "difference": "Difference", "seasonal_difference": "Seasonal difference",
    "return": "Return", "log_return": "Log return", "box_cox": "Box-Cox",
}  # fmt: skip
OUTLIERS = {"keep": "Keep", "clip": "Clip"}
# What a transform makes of a series, after "The network learns".
TRANSFORMED = {
    "log": "its logarithm: a spread that grows with the level becomes even.",
    "difference": "its change from step to step: a trend becomes a level, and to repeat the previous value is to predict 0.",
    "seasonal_difference": "its change since the season before: what repeats itself is gone.",
    "return": "its relative change from step to step, as that of a price.",
    "log_return": "the change of its logarithm from step to step, nearly the relative change.",
    "box_cox": "a power of it, chosen on the training part so that its values are most nearly normal.",
}
SCALERS = {"standard": "Standard score", "minmax": "0 to 1"}
CLIPS = {
    "none": "None",
    "clip_value": "By value",
    "clip_norm": "By norm, each weight",
    "global_clip_norm": "By global norm",
}
STATUS = {
    "queued": ("Queued", "gray"),
    "running": ("Training", "blue"),
    "paused": ("Paused", "orange"),
    "stopping": ("Stopping", "orange"),
    "finished": ("Finished", "green"),
    "stopped": ("Stopped", "gray"),
    "failed": ("Failed", "red"),
    "interrupted": ("Interrupted", "orange"),
    "damaged": ("Damaged", "red"),
}
CALENDAR = {"hour": "Hour of the day", "weekday": "Day of the week", "month": "Month of the year"}
# How inputs go on that are not forecast; then the same as a sentence has it, beyond the data and over the test range.
CSV = {
    "delimiter": "Delimiter",
    "decimal": "Decimal mark",
    "thousands": "Thousands mark",
    "encoding": "Encoding",
    "skip_lines": "Lines to skip",
    "header_rows": "Rows of names",
    "date_column": "Date column",
    "date_format": "Date format",
    "day_first": "Day comes first in dates",
    "zone": "Time zone",
    "orient": "A series is one of the",
    "row": "Row to learn",
    "series": "Series to learn",
    "duplicates": "Rows with the same date",
    "missing": "Marks of a missing value",
}
HELP = {
    "data.size": "The sample, 6,000 to learn from and 1,000 to test on, ships with RNN Lab and trains in a tenth of the time; the full "
    "set has 60,000 and 10,000. More "
    "digits to learn from mean fewer mistakes: accuracies in the literature are those of the full set.",
    "data.order": "What the network reads at each of 28 steps: a row from the top, a column from the left, or both at once.",
    "data.normalize": "Divide the pixels, 0 to 255, by 255. Networks learn best on small numbers.",
    "data.permutation": "One fixed shuffle of the 784 pixels, the same for every digit. Neighbours are torn apart: what is left "
    "is long memory. Another number is another shuffle.",
    "model.kind": "Recurrent: reads step by step and remembers. Convolutional: filters slide along the window. Multilayer perceptron: "
    "sees all steps at once, in no order. Linear: a weighted sum of the inputs, the least that anything else has to beat.",
    "model.activation": "Of the candidate and of the cell where the output gate shows it; the gates have their own. ReLU and its kin "
    "have no upper bound, so in a recurrent network states and gradients can explode: watch the gradient norm, and clip.",
    "model.dense_activation": "What bends the straight lines: without it, layers upon layers are no more than one.",
    "model.gate_activation": "Sigmoid is smooth. Hard sigmoid is three straight lines: a gate can be wholly shut, and then learns nothing.",
    "model.filters": "Each filter is a short pattern that slides along time and answers where it fits. In front of recurrent layers "
    "they can shorten what those must remember.",
    "model.kernel_size": "How many steps a filter sees at once.",
    "model.stride": "How far a filter moves from one answer to the next; 2 halves the sequence.",
    "model.dilation": "Steps between those a filter sees, multiplied by this from layer to layer: with 2, layers see every step, every "
    "second, every fourth, and the network far back with few weights.",
    "model.padding": "Causal: a filter sees the past alone. Same: both sides.",
    "model.pooling": "After each convolution, one step of every two is left.",
    "model.global_pooling": "What the output reads: every answer of every filter, or one a filter, wherever in the window it was.",
    "model.norm": "Keeps the numbers between layers at one size. Layer: each step by itself. Batch: each unit over the batch.",
    "model.kernel_initializer": "Glorot suits tanh, He suits ReLU; with zeros all units of a layer stay the same for ever.",
    "model.recurrent_initializer": "Orthogonal keeps the size of the state. Identity with ReLU lets a simple network remember (IRNN).",
    "model.forget_bias": "1 keeps about three quarters of the cell at each step before anything is learned, 3 keeps 95 %, 0 half.",
    "model.l2": "Adds the squared weights between layers, times this, to what training makes small, so that they stay small.",
    "model.more": "Normalisation, first weights, weight decay. The usual values do for most.",
    "model.dropout-by-layer": "A dropout of its own after each layer; else the same after every recurrent layer, or where there is none, "
    "after every convolution or dense layer.",
    "training.decay": "The learning rate of gradient step k is divided by 1 + decay × k. 0 leaves it as it is.",
    "training.class-loss": "Minus the logarithm of the probability given to the true class: what classifiers make small.",
    "digit-loss-chart": "Cross-entropy: minus the logarithm of the probability given to the true class; epoch 0 is the "
    "untrained network. Within an epoch, its mean so far. The test part is never trained on.",
    "accuracy-chart": "The share of digits recognised. Of the training part while the weights move and with dropout, so it may "
    "lie below that of the test part.",
    "confusion": "Rows are the true classes, columns what the test digits were taken for. Colour is the share of the row.",
    "mistakes": "The test digits most surely taken for another class: the truth, what it was taken for, how sure it was.",
    "data.start": "The first day used; earlier ones are left out.",
    "data.end": "The last day used; later ones are left out.",
    "data.delimiter": "The mark between the cells of a line.",
    "data.thousands": "The mark between groups of digits, as in 1,234,567; nothing where there is none.",
    "data.skip_lines": "Lines that stand before the table: a title, comments.",
    "data.header_rows": "How many lines of names stand above the data.",
    "data.date_column": "Its name, or several with commas between them, such as Date,Time or year,month,day. - numbers the rows from 0.",
    "data.date_format": "As Python writes it, such as %d/%m/%Y %H:%M, or one of iso, unix_s, unix_ms, excel, decimal_year, quarter, week.",
    "data.day_first": "Whether 03/04/2020 is the third of April.",
    "data.zone": "The time zone of the clock in the file, such as Europe/Berlin: times are then turned into UTC. Empty: they stay as written.",
    "data.orient": "Whether a column is a series, or a row is.",
    "data.row": "Where a row is a series: which.",
    "data.series": "Where several series stand one above the other: which.",
    "data.duplicates": "What becomes of several rows with the same date.",
    "data.missing": "What stands for a missing value besides an empty cell, with commas between, such as -200,9999.",
    "data.gaps": "Leave out closes the calendar up, as if the missing steps had not been. The other two put points in; "
    "the plot marks them.",
    "data.train": "The first part of the series, which the network learns from. The scaler is fitted on it alone.",
    "data.validation": "The part after it, watched during training. What is left is the test part, looked at once, at the end.",
    "data.transform": "What the network learns instead of the values themselves. Every forecast, error and score is brought back to the data's own "
    "units, exactly.",
    "data.outliers": "Clip: values far from those before them are brought to where that begins, in what is read and trained on. What scores "
    "compare with stays as it is.",
    "data.scaler": "Networks learn best on small numbers. Standard score: mean 0, standard deviation 1. "
    "Metrics and forecasts are always given in the data's own units.",
    "data.ticker": "Yahoo Finance's symbol, for example BTC-USD, ETH-USD or AAPL.",
    "data.period": "How far back to go.",
    "data.interval": "The time between two points. Yahoo keeps short intervals for a limited time only.",
    "data.length": "How many steps lie between what must be remembered and the answer, or in the whole row. The longer, the harder.",
    "data.examples": "Sequences to learn from. Too few, and the network learns them by heart.",
    "data.seed": "What the sequences are drawn from.",
    "memory-loss": "What training makes small; epoch 0 is the untrained network. The dashed line is the best answer that remembers nothing: a curve "
    "on it has learned no more than how often each answer comes.",
    "window.size": "How many past steps the network sees before it predicts the next one.",
    "window.horizon": "How many steps the network predicts at once. One step can go on from its own predictions; several steps at "
    "once do not feed on them, and each step has an output of its own.",
    "by-step": "How far off each step of the horizon is, on the average: the further ahead, the harder.",
    "stationarity": "ADF (augmented Dickey-Fuller) assumes that the series has a unit root, that is wanders like a random walk, and "
    "rejects that where p is under 0.05. KPSS assumes the opposite, a constant level, and rejects that where p is under 0.05. Where "
    "both reject, something else moves the level; where neither does, there is too little to go on.",
    "acf": "How alike values are that lie so many steps apart, from -1 to 1. In the grey band is what noise without any memory would "
    "show. Bars that fall slowly are a trend or a random walk; bars that come back are a season.",
    "pacf": "The same, without what the nearer lags explain already. The last bar outside the band is the order that an autoregression "
    "needs, and a hint at the window that a network needs.",
    "order": "AR(p) predicts a value from the p before it, as a linear network with so many inputs does. Bars outside the band are something "
    "that the past still explains: then p is too low. All within: more of the past, or a network of such a kind, has nothing to add.",
    "rolling": "Where the mean moves, the series is not stationary; where the spread grows with the level, a logarithm helps.",
    "stl": "Seasonal and trend decomposition by loess: the values are the sum of the parts below. Without a season the trend is a running "
    "median.",
    "baselines": "Models that a statistician would try first, fitted on the training part and asked from every step of the test "
    "part with all that is known by then. A network that does not beat them is not worth its epochs. Direction: on how many steps a forecast moves "
    "from the last known value as the truth does.",
    "several": "Let the network read several columns, forecast several, or both.",
    "data.targets": "The columns that the network forecasts.",
    "data.inputs": "The columns that the network reads. A forecast beyond the data goes on by itself where it forecasts all of them.",
    "data.calendar": "Inputs made of the date, a sine and a cosine each. They are known beyond the data as well.",
    "window.stride": "Take a training window every so many steps. 1 uses every window there is.",
    "training.batch_size": "Windows a gradient step averages over. Smaller is noisier, and more steps an epoch.",
    "model.cell": "LSTM: gates and a memory cell; with peepholes the gates see the cell. GRU: fewer gates, often as good; "
    "the first form resets before the product. RNN: Elman's simple network. Jordan: fed with its own output.",
    "model.bidirectional": "Each layer also reads the window from its end, with weights of its own.",
    "model.units": "Layers are stacked: each reads the states of the one below. Units are the size of a layer's memory.",
    "model.dropout": "Share of each layer's output set to zero at random while training, against learning by heart.",
    "model.recurrent_dropout": "The same, on the way from one time step to the next.",
    "model.dense": "Ordinary layers before the output, each unit joined to all below. Behind recurrent layers most series need none.",
    "training.epochs": "How often the network sees every training window.",
    "training.optimizer": "How gradients become steps. Adam is a good first choice.",
    "training.learning_rate": "The size of a step. Too large: the loss jumps or explodes. Too small: nothing happens.",
    "training.momentum": "How much of the last step's direction is kept.",
    "training.loss": "What training makes small. Absolute error and Huber care less about outliers. Pinball: the network "
    "predicts nine quantiles of what may come, and so how unsure it is itself; the forecast is the median.",
    "training.patience": "Stop when the validation loss has not improved for so many epochs, and go back to the best weights.",
    "loss-chart": "What training makes small, on the scaled values; epoch 0 is the untrained network. Validation windows "
    "are never trained on: when their loss rises while the training loss falls, the network learns by heart.",
    "gradient-chart": "How strongly an epoch's steps pull at the weights, before clipping: the median and the largest step. "
    "A norm that shoots up is the exploding gradient that clipping is for; one near zero has nothing more to learn.",
    "gradient-course": "How much of the gradient is left so many steps back from the last, of the first layer's state: 1 where it is largest. White: nothing "
    "of it arrives, and what the network did there is not corrected. Looked at within 3 % of the training time.",
    "clip": "Recurrent gradients can explode. A clip limits them: each entry, each weight's norm, or the norm of all.",
    "seed": "Equal settings and seed give equal losses, to the last bit, on the same machine.",
}
OPTIONS = {
    "points": ("Points", "How many points on the whole axis."),
    "periods": ("Periods", "How many full waves the axis holds."),
    "amplitude": ("Amplitude", "Height of the wave."),
    "noise": ("Noise", "Standard deviation of the Gaussian noise on every point."),
    "harmonic": ("Second harmonic", "Amplitude of a wave of twice the frequency."),
    "trend": ("Trend", "Rise per unit of the axis."),
    "seed": ("Noise seed", "Another seed, other noise."),
}
CURVES_HELP = """- **Loss**: what training makes small, on the scaled values or of the classes.
- **Gradient norm**: how strongly an epoch's steps pull at the weights, before clipping.
"""
RUN_COLUMNS = {
    "run": "Its name, which is in the address too.",
    "status": "Queued, training, paused, finished, stopped, failed or interrupted.",
    "test accuracy": "The share of the test digits that it recognises.",
    "test MAE": "Mean absolute error on the test range, one step ahead, in the data's own units.",
    "of previous value's": "Its MAE as a share of that of the forecast that repeats the previous value; below 100 % it is better.",
    "data": "What it learned.",
    "network": "Its recurrent layers.",
    "epochs": "Epochs trained, of those asked for.",
    "validation loss": "The last one; of runs that have no test score yet.",
    "made": "When it was begun.",
}
RUN_WIDTHS = {"run": 150, "status": 78}  # so that a phone shows them and the score
SWIPE = """<style>@media (min-width: 1500px) { .lab-swipe { display: none; } }</style>
<p class="lab-swipe lab-caption">The table goes on to the right: swipe or scroll it.</p>"""


def by_label(sentence: str) -> str:
    """A sentence that names settings of a file (`data.series`) with what their controls are called."""
    return re.sub(r"`data\.(\w+)`", lambda match: f"**{CSV[match[1]]}**" if match[1] in CSV else match[0], sentence)


# What Markdown, LaTeX, HTML and Streamlit's directives (`:red[...]`, `:material/...:`) begin with.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$]|:(?=[A-Za-z_+-]|\d+:)|&(?=[#\w]))")


def escaped(text: str) -> str:
    """Somebody's text (a file's name, a cell, a link) so that Markdown shows it as it stands; `settings` in backticks stay code.

    Every page draws what is not ours through this. Addresses would become links even so, were there no invisible joiner in them.
    """
    text = re.sub(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", "\u2060", text, flags=re.IGNORECASE)
    parts = re.split(r"(`[\w.]+`)", text)
    return "".join(part if k % 2 else _MARKS.sub(r"\\\1", part) for k, part in enumerate(parts))


def meanings(metrics: Iterable[Metric]) -> str:
    """What each metric is, as a list."""
    return "\n".join(f"- **{metric.label}**: {metric.meaning}." for metric in metrics)


def curves(tasks: Iterable[TaskRules]) -> dict[str, str]:
    """What runs of these tasks have a curve of, by its name in events."""
    found = {"val_loss": "Validation loss", "loss": "Training loss"}
    for task in tasks:
        for metric in task.metrics:
            unit = " (%)" if metric.unit == "%" else ""
            label = metric.label if any(letter.isupper() for letter in metric.label[1:]) else metric.label.lower()
            found[f"val_{metric.key}"] = f"{task.judged_on.capitalize()} {label}{unit}"
            found[metric.key] = f"Training {label}{unit}"
    return found | {"gradient_norm": "Gradient norm"}


def network(model: ModelConfig) -> str:
    """The network in a few words, its cell's name spelled out: `LSTM 50 (long short-term memory)`."""
    if model.is_recurrent:
        return f"{model.label} ({CELLS[model.cell].about})"
    return f"{model.label} ({KINDS[model.kind][1]})" if model.kind in KINDS else model.label


# Pages that show a trained run: how a link calls them, and its icon.
PAGES = {
    "train": ("Train", "show_chart"),
    "gates": ("Gates", "memory"),
    "gradients": ("Gradients", "trending_down"),
    "belief": ("Belief", "psychology"),
    "forecast": ("Forecast", "timeline"),
    "evaluate": ("Evaluate", "rule"),
}
# What a page needs that shows only some runs, by the data that those learn from.
NEEDS = {"Series": "A forecast needs a series", "Images": "Belief needs a run on digits"}
