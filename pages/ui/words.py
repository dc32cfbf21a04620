"""The words of the controls: labels of choices, and the help that a beginner would want."""

OPTIMIZERS = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}
LOSSES = {"mse": "Mean squared error", "mae": "Mean absolute error", "huber": "Huber"}
GAPS = {"leave": "Leave out", "ffill": "Carry forward", "interpolate": "Interpolate"}
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
    "finished": ("Finished", "green"),
    "stopped": ("Stopped", "gray"),
    "failed": ("Failed", "red"),
    "interrupted": ("Interrupted", "orange"),
}
METRICS = {
    "mape": ("MAPE", "%", "Mean absolute percentage error"),
    "smape": ("sMAPE", "%", "Symmetric mean absolute percentage error, 0 to 200 %"),
    "mase": ("MASE", "", "Mean absolute scaled error: 1 is as good as repeating the previous value"),
    "mae": ("MAE", "", "Mean absolute error, in the data's units"),
    "rmse": ("RMSE", "", "Root mean squared error, in the data's units"),
}
HELP = {
    "data.start": "The first day used; earlier ones are left out.",
    "data.end": "The last day used; later ones are left out.",
    "data.gaps": "Leave out closes the calendar up, as if the missing steps had not been. The other two put points in; "
    "the plot marks them.",
    "data.train": "The first part of the series, which the network learns from. The scaler is fitted on it alone.",
    "data.validation": "The part after it, watched during training. What is left is the test part, looked at once, at the end.",
    "data.scaler": "Networks learn best on small numbers. Standard score: mean 0, standard deviation 1. "
    "Metrics and forecasts are always given in the data's own units.",
    "data.ticker": "Yahoo Finance's symbol, for example BTC-USD, ETH-USD or AAPL.",
    "data.period": "How far back to go.",
    "data.interval": "The time between two points. Yahoo keeps short intervals for a limited time only.",
    "window.size": "How many past steps the network sees before it predicts the next one.",
    "window.stride": "Take a training window every so many steps. 1 uses every window there is.",
    "training.batch_size": "Windows a gradient step averages over. Smaller is noisier, and more steps an epoch.",
    "model.cell": "LSTM: gates and a memory cell; with peepholes the gates see the cell. GRU: fewer gates, often as good; "
    "the first form resets before the product. RNN: Elman's simple network. Jordan: fed with its own output.",
    "model.bidirectional": "Each layer also reads the window from its end, with weights of its own.",
    "model.units": "Layers are stacked: each reads the states of the one below. Units are the size of a layer's memory.",
    "model.dropout": "Share of each layer's output set to zero at random while training, against learning by heart.",
    "model.recurrent_dropout": "The same, on the way from one time step to the next.",
    "model.dense": "Ordinary layers between the last recurrent layer and the output. Most series need none.",
    "training.epochs": "How often the network sees every training window.",
    "training.optimizer": "How gradients become steps. Adam is a good first choice.",
    "training.learning_rate": "The size of a step. Too large: the loss jumps or explodes. Too small: nothing happens.",
    "training.momentum": "How much of the last step's direction is kept.",
    "training.loss": "What training makes small. Absolute error and Huber care less about outliers.",
    "training.patience": "Stop when the validation loss has not improved for so many epochs, and go back to the best weights.",
    "loss-chart": "What training makes small, on the scaled values; epoch 0 is the untrained network. Validation windows "
    "are never trained on: when their loss rises while the training loss falls, the network learns by heart.",
    "gradient-chart": "How strongly an epoch's steps pull at the weights, before clipping: the median and the largest step. "
    "A norm that shoots up is the exploding gradient that clipping is for; one near zero has nothing more to learn.",
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
