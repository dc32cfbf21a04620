"""What the page Evaluate says: help on its controls, and what each view is for."""

from __future__ import annotations

KINDS = {"backtest": "Backtest", "seeds": "Seeds", "sweep": "Sweep", "cheat": "Cheat", "race": "Race"}
GROUP_STATUS = {"queued": "waiting", "running": "training", "gone": "deleted"}
# Settings that a sweep offers, in the order of thought; and the values to begin with of those that are choices.
SWEPT = ("window.size", "model.kind", "model.cell", "model.units", "model.filters", "model.dense", "model.dropout", "model.recurrent_dropout",
         "training.learning_rate", "training.batch_size", "training.optimizer", "training.epochs")  # fmt: skip
SWEPT_CHOICES = {
    "model.kind": ("recurrent", "conv1d", "mlp", "linear"),
    "model.cell": ("lstm", "gru", "rnn"),
    "training.optimizer": ("adam", "rmsprop", "sgd"),
}
HELP = {
    "race": "**Cures side by side.** Recurrent networks that differ in one thing learn the same data from the same seed: does the gradient arrive, "
    "and how soon is the task solved?",
    "race-candidates": "Two to six. Each has the sizes, the epochs and the learning rate of this run.",
    "race-gradient": "The gradient of the first layer's state by steps back, of each network at the newest epoch whose weights were kept.",
    "race-step": "One more epoch for each. A network that is held makes room for the next, so they advance side by side.",
    "backtest": "**Rolling origin.** From many points of the series in turn, forecast what came next and compare. A model that is better in "
    "one fold and worse in the next has no lead.",
    "way": "Keep the weights: the trained network forecasts from every origin of the test range, which it has never seen. Train anew: "
    "before each fold a new network is trained on all that was known by then, as one would do in practice.",
    "folds": "Time goes to the right. Nothing that a fold forecasts was known to the network that forecasts it.",
    "folds-count": "In how many pieces the origins are cut.",
    "horizon": "How many steps ahead each origin forecasts: at once as far as the network was trained to, and on from its own predictions.",
    "stride": "How many origins a fold has, and so how many steps lie between two folds. 0: as many as fill the test range.",
    "gap": "Steps before a fold that nothing is trained on: where values become known late, or neighbours are nearly copies.",
    "sliding": "Expanding: every fold trains on all that went before it. Sliding: on the latest steps alone, as many as the first fold had.",
    "by-fold": "Mean absolute error in each fold; the dates are in the hover labels. If the curves cross, the lead is not safe.",
    "seeds": "**The same experiment with other random numbers.** First weights and the order of the windows are drawn anew; everything "
    "else is equal. A difference that is smaller than the spread of the seeds is no difference.",
    "seeds-count": "The seed of the run and those that follow it.",
    "seed-curves": "A thin line for each seed, a broad one for their median.",
    "sweep": "**The same experiment with other settings.** The validation part chooses among them; the test part then judges the one that was "
    "chosen, and it alone. The best of many is always a little too good on the part that chose it.",
    "sweep-keys": "Which settings get several values, at most four. Two make a map. By kind, the network stands beside its simpler peers.",
    "sweep-values": "Values with commas between them: 16,32,64. With a semicolon where the values hold commas: 16;64,64. At random also a "
    "range: 1e-4..1e-2.",
    "sweep-way": "All combinations; or some of them, drawn at random, which finds good values of a setting that matters sooner; or successive "
    "halving: all train for few epochs, the better half begins anew with twice as many, and so on.",
    "draws": "How many combinations are drawn.",
    "factor": "One in so many goes on to the next round, with so many times the epochs.",
    "shown": "Which of those that were made of this run is shown.",
    "stop": "Stop those that train and take those that wait out of the queue. What was trained is kept.",
    "resume": "Queue those again that were stopped or interrupted; they go on from where they were.",
    "cheat": "**Four mistakes that make a score too good.** They are easy to make and common in tutorials. Switch some on: a run that leaks "
    "and its honest twin are trained side by side, with one seed. Compare what each reports with what it does on data that nobody has touched.",
}
LEAKS = {
    "scaler": "Mean and spread, or the range, of the whole series scale the training part: so the network sees how far the series will go.",
    "shuffle": "Windows are shuffled before they are split, as train_test_split does by default: most windows of the test part have a "
    "neighbour in training that shares all values but one.",
    "epoch": "The weights of the epoch with the lowest error on the test part are kept, and that error is reported.",
    "target": "A column that holds tomorrow's value today, as a join by the wrong date makes one. From day to day it is not there.",
}
