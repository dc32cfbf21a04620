"""The commands of `python -m lab` and their options."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from lab.config.candidates import CANDIDATES
from lab.config.presets import PRESETS
from lab.scoring.forecaster import MAX_STEPS
from lab.scoring.sampling import METHODS


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = _Parser(
        prog="python -m lab", description="Train recurrent networks on time series, and look at what they learned."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, text: str, *, run: bool = False, as_json: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        if run:
            sub.add_argument("run", metavar="RUN", help="a run's id, as `python -m lab runs` lists them")
        if as_json:
            sub.add_argument("--json", action="store_true", help="JSON on stdout instead of a table")
        return sub

    command("presets", "List the ready experiments.")
    command("settings", "List every setting with its default, its rule and its meaning.")
    train = command("train", "Train a preset, with any setting changed, here and now.")
    train.add_argument("preset", metavar="PRESET", help=f"one of {', '.join(PRESETS)}")
    train.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings",
        help="change a setting, one of `python -m lab settings`: window.size=7, model.units=64,64, data.path=FILE.csv, ...; "
        "any number of times",
    )  # fmt: skip
    train.add_argument("--name", help="the run's id; made from the data set and the time without it")
    inspect = command("inspect", "Show how a CSV file is read: its dates, calendar and columns, and what was guessed.")
    inspect.add_argument("file", metavar="FILE.csv")
    inspect.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings",
        help="settle how it is read: data.day_first=yes, data.delimiter=semicolon, data.column=Close, ...; any number of times",
    )  # fmt: skip
    diagnose = command(
        "diagnose", "Look at a series before anything is fitted: stationarity, dependence, season, outliers."
    )
    diagnose.add_argument("name", metavar="PRESET|RUN", help="whose series; its training part is looked at")
    diagnose.add_argument("--column", metavar="NAME", help="which of its columns; the first without it")
    command("resume", "Go on with an interrupted or stopped run from its checkpoint.", run=True)
    command("runs", "List all runs.")
    command("show", "Show a run's settings, its course and its test scores.", run=True)
    command("score", "Score a run beside every baseline, which are fitted where they were not yet.", run=True)
    backtest = command(
        "backtest", "Forecast from a rolling origin, fold after fold, beside the baselines: with the run's weights, or trained anew.",
        run=True,
    )  # fmt: skip
    backtest.add_argument("--folds", type=int, default=5, metavar="K", help="how many, 1 to 50 (default 5)")
    backtest.add_argument("--horizon", type=int, default=1, metavar="H", help="steps ahead of each origin (default 1)")
    backtest.add_argument(
        "--stride", type=int, default=0, metavar="N",
        help="origins of a fold, and so the steps between two folds; without it they fill the test part",
    )  # fmt: skip
    backtest.add_argument(
        "--retrain", action="store_true", help="train anew before each fold, on all that went before; a run each"
    )
    backtest.add_argument("--gap", type=int, default=0, metavar="N", help="steps before a fold that are not trained on")
    backtest.add_argument(
        "--sliding", action="store_true", help="train on the latest steps alone, as many in each fold as in the first"
    )
    seeds = command("seeds", "Train one config with several seeds: how much of its score is the seed?")
    _of_a_config(seeds)
    seeds.add_argument("--count", type=int, default=8, metavar="K", help="how many seeds, 2 to 100 (default 8)")
    sweep = command("sweep", "Train one config with several values of its settings; the validation part chooses.")
    _of_a_config(sweep)
    sweep.add_argument(
        "--grid", metavar="KEY=VALUE,VALUE", action="append", default=[],
        help="a setting and its values: model.units=16,32; with a semicolon where they hold commas, model.units=16;64,64; or, to draw "
        "from, a range: training.learning_rate=1e-4..1e-2; any number of times",
    )  # fmt: skip
    sweep.add_argument("--random", type=int, metavar="N", help="draw so many combinations instead of trying all")
    sweep.add_argument(
        "--halving", type=int, metavar="FACTOR",
        help="successive halving, 2 to 4: few epochs for all, so many times as many for the best one in so many, and so on",
    )  # fmt: skip
    race = command(
        "race", "Let recurrent networks race on a task that asks for memory: which of them solves it, and when?"
    )
    race.add_argument(
        "task", metavar="TASK", help="a task (adding, first_symbol, temporal_order, parity), a preset or a run"
    )
    race.add_argument("--length", type=int, metavar="T", help="of its sequences, 5 to 500")
    race.add_argument(
        "--cells",
        default="rnn,lstm,gru",
        metavar="NAME,NAME",
        help=f"of {', '.join(CANDIDATES)} (default rnn,lstm,gru)",
    )
    race.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings",
        help="change a setting of all, for example training.epochs=10; any number of times",
    )  # fmt: skip
    retrain = command(
        "retrain", "Train a run's config on all of its data, to forecast what nobody knows yet.", run=True
    )
    retrain.add_argument(
        "--all", action="store_true", required=True, help="on the training, validation and test parts, for the epochs that validation chose"
    )  # fmt: skip
    retrain.add_argument("--name", help="the new run's id; made from the data set and the time without it")
    forecast = command("forecast", "Forecast beyond the end of a run's data.", run=True)
    forecast.add_argument("--steps", type=int, default=30, help=f"how many steps, 1 to {MAX_STEPS} (default 30)")
    forecast.add_argument(
        "--others", metavar="held|season|FILE.csv", default="held",
        help="how inputs go on that are not forecast: held at their last value (default), as in the season before, or from a file",
    )  # fmt: skip
    forecast.add_argument(
        "--interval", type=float, metavar="LEVEL",
        help="with intervals that are to hold so much of the truth, 0.9 for 90 %%",
    )  # fmt: skip
    forecast.add_argument(
        "--method", choices=METHODS,
        help="of the intervals: quantiles (of networks trained with the pinball loss, their default), conformal (else the default), bootstrap of one-step errors, or dropout (Monte Carlo, of networks that have some)",
    )  # fmt: skip
    gates = command("gates", "Write every gate at every step of one window to an npz file.", run=True, as_json=False)
    gates.add_argument(
        "--window",
        type=int,
        required=True,
        metavar="I",
        help="which of all windows of the series, in time order from 0; of digits, which of the test part",
    )
    gates.add_argument("--npz", type=Path, required=True, metavar="FILE", help="the file to write; numpy.load reads it")
    gates.add_argument("--epoch", type=int, help="the network as it was after this epoch, one that was kept")
    gradients = command("gradients", "Say how far back the gradient of a run's loss reaches.", run=True)
    gradients.add_argument("--example", type=int, metavar="I", help="of one example, as gates counts them")
    gradients.add_argument(
        "--batch", type=int, metavar="N", help="of so many, evenly over the data (32); the median of them"
    )
    gradients.add_argument("--epoch", type=int, help="the network as it was after this epoch, one that was kept")
    gradients.add_argument(
        "--npz", type=Path, metavar="FILE", help="the gradients of every state at every step; numpy.load reads it"
    )
    classify = command("classify", "Say which digit an image shows, by a run that learned digits.", run=True)
    classify.add_argument(
        "file", metavar="FILE.png", type=Path, help="any image with one digit; it is fitted as MNIST's were"
    )
    export = command("export", "Write a run to a ZIP file.", run=True, as_json=False)
    export.add_argument("file", metavar="FILE.zip", type=Path)
    return top


def _of_a_config(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("name", metavar="PRESET|RUN", help="whose config")
    sub.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings",
        help="change a setting of all, for example training.epochs=20; any number of times",
    )  # fmt: skip
