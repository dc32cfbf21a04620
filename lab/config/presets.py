"""Ready experiments by name."""

from __future__ import annotations

from dataclasses import dataclass

from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.config.sections import DataConfig, TrainingConfig, WindowConfig


@dataclass(frozen=True)
class Preset:
    """A config with the words that a card shows."""

    title: str
    blurb: str
    config: RunConfig


PRESETS: dict[str, Preset] = {
    "sine": Preset(
        "Sine wave",
        "The first thing to try. A small LSTM learns a clean wave in a few seconds, and its free-running forecast "
        "goes from a flat line to the wave itself.",
        RunConfig(
            window=WindowConfig(size=50),
            model=ModelConfig(units=(50,)),
            training=TrainingConfig(epochs=100, batch_size=32, learning_rate=2e-3, global_clip_norm=1.0),
        ),
    ),
    "bitcoin-quick": Preset(
        "Bitcoin, quick",
        "Four years of daily closes, a small network, a useful curve within seconds. Does it beat yesterday's price?",
        RunConfig(
            data=DataConfig(name="bitcoin", column="Close", start="2016-12-14", end="2020-12-14"),
            window=WindowConfig(size=14),
            model=ModelConfig(units=(64,), dropout=0.1),
            training=TrainingConfig(epochs=60, batch_size=64, learning_rate=1e-3, global_clip_norm=1.0),
        ),
    ),
    "bitcoin": Preset(
        "Bitcoin, full size",
        "A large configuration: LSTM 256-512-512 on weeks of closes, 500 epochs. Allow a quarter of an hour; "
        "it goes on when you close the page.",
        RunConfig(
            data=DataConfig(
                name="bitcoin", column="Close", start="2016-12-14", end="2020-12-14", train=0.68, validation=0.16
            ),
            window=WindowConfig(size=7),
            model=ModelConfig(units=(256, 512, 512)),
            training=TrainingConfig(epochs=500, batch_size=64, learning_rate=5e-5, clip_value=4.0),
        ),
    ),
    "retail": Preset(
        "Clothing retail",
        "Monthly turnover in New South Wales with a strong December. A window of twelve months lets the network "
        "see one whole season.",
        RunConfig(
            data=DataConfig(name="retail"),
            window=WindowConfig(size=12),
            model=ModelConfig(units=(64,)),
            training=TrainingConfig(epochs=150, batch_size=32, learning_rate=2e-3, global_clip_norm=1.0),
        ),
    ),
    "mnist-quick": Preset(
        "Digits, quick",
        "A digit is a sequence of 28 rows of 28 pixels. A small LSTM reads it from the top, and its belief forms row by "
        "row: within a minute it recognises about 96 of 100.",
        RunConfig(
            data=DataConfig(name="digits"),
            model=ModelConfig(units=(64,), dropout=0.2),
            training=TrainingConfig(epochs=15, batch_size=32, learning_rate=4e-3, decay=1e-3, global_clip_norm=1.0),
        ),
    ),
    "mnist": Preset(
        "Digits, full size",
        "A common large classifier: two LSTM layers of 256 units with ReLU, Adam at 1e-4, four epochs. On the sample that "
        "ships it stays short of the 97 % that it reaches on all 60,000 digits, which are a choice under Data.",
        RunConfig(
            data=DataConfig(name="digits"),
            model=ModelConfig(units=(256, 256), dense=(32,), dropout=(0.2, 0.1, 0.2), activation="relu"),
            # The source names no batch size, so Keras's own of 32 was its.
            training=TrainingConfig(epochs=4, batch_size=32, learning_rate=1e-4, decay=1e-6),
        ),
    ),
    "climate": Preset(
        "Delhi climate",
        "Several inputs: from temperature, humidity, wind and pressure, some of whose readings are broken, the temperature of the "
        "next seven days, all at once. See whether they help: yesterday's value is hard to beat.",
        RunConfig(
            data=DataConfig(
                name="delhi_climate",
                targets=("Temperature",),
                inputs=("Temperature", "Humidity", "WindSpeed", "Pressure"),
                calendar=("month",),
            ),
            window=WindowConfig(size=28, horizon=7),
            model=ModelConfig(units=(32,)),
            training=TrainingConfig(epochs=40, batch_size=32, learning_rate=2e-3, global_clip_norm=1.0, patience=10),
        ),
    ),
    "energy": Preset(
        "Household energy",
        "The energy of one house by the hour, from its own past, the climate within and without, and the time of day.",
        RunConfig(
            data=DataConfig(
                name="household_energy",
                targets=("Appliances",),
                inputs=("Appliances", "T1", "RH_1", "T2", "RH_2", "T_out", "RH_out", "Windspeed"),
                calendar=("hour", "weekday"),
            ),
            window=WindowConfig(size=24),
            model=ModelConfig(cell="gru", units=(32,), dropout=0.1),
            training=TrainingConfig(epochs=30, batch_size=64, learning_rate=1e-3, global_clip_norm=1.0, patience=8),
        ),
    ),
    "energy-joint": Preset(
        "Energy and climate, jointly",
        "Four targets at once: energy, temperature and humidity of a room, and the weather. As they are the inputs as well, the "
        "forecast goes on from its own predictions.",
        RunConfig(
            data=DataConfig(
                name="household_energy", targets=("Appliances", "T1", "RH_1", "T_out"), calendar=("hour", "weekday")
            ),
            window=WindowConfig(size=24),
            model=ModelConfig(cell="gru", units=(48,)),
            training=TrainingConfig(epochs=30, batch_size=64, learning_rate=1e-3, global_clip_norm=1.0, patience=8),
        ),
    ),
    "temperature": Preset(
        "Melbourne temperature",
        "Ten years of daily minima: a slow yearly wave under noise that nobody can predict. See where learning ends.",
        RunConfig(
            data=DataConfig(name="temperature", column="MinTemperature"),
            window=WindowConfig(size=30),
            model=ModelConfig(cell="gru", units=(32,)),
            training=TrainingConfig(epochs=30, batch_size=64, learning_rate=2e-3, global_clip_norm=1.0, patience=8),
        ),
    ),
    "adding": Preset(
        "Adding problem",
        "A row of a hundred numbers, two of them marked: add those. An LSTM solves it within half a minute; a simple RNN learns to answer 1.",
        RunConfig(
            data=DataConfig(name="adding", options=(("length", 100),)),
            model=ModelConfig(units=(32,)),
            training=TrainingConfig(epochs=20, batch_size=32, learning_rate=1e-2, global_clip_norm=1.0),
        ),
    ),
    "temporal-order": Preset(
        "Temporal order",
        "Two symbols in a sea of a hundred: which came first? An LSTM whose forget gates begin open solves it within half a minute; a simple RNN is "
        "still guessing then, or on its way, as its seed will have it.",
        RunConfig(
            data=DataConfig(name="temporal_order", options=(("length", 100),)),
            model=ModelConfig(units=(32,), forget_bias=3.0),
            training=TrainingConfig(epochs=20, batch_size=32, learning_rate=1e-2, global_clip_norm=1.0),
        ),
    ),
    "first-symbol": Preset(
        "First symbol",
        "Which symbol stood first, a hundred steps ago? A GRU finds out within half a minute. An LSTM needs wide open forget gates for it, or luck: "
        "let them race.",
        RunConfig(
            data=DataConfig(name="first_symbol", options=(("length", 100),)),
            model=ModelConfig(cell="gru", units=(32,)),
            training=TrainingConfig(epochs=20, batch_size=32, learning_rate=1e-2, global_clip_norm=1.0),
        ),
    ),
}


def preset(name: str) -> RunConfig:
    """The config of a preset; ValueError for an unknown name."""
    if name not in PRESETS:
        raise ValueError(f"A preset must be one of {', '.join(PRESETS)}; received {name!r}.")
    return PRESETS[name].config
