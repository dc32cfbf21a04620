"""Many gradient steps in one compiled call.

Keras's `fit` returns to Python after every batch; at these sizes that costs more than the arithmetic. Here the loop
over batches is itself inside the compiled (XLA) function, and Python comes back only every few hundred milliseconds, to
look whether the user wants something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lab.config.run import RunConfig
from lab.config.sections import TrainingConfig
from lab.data.arrays import Array, FloatArray, IntArray
from lab.engine import programs, statistics
from lab.engine.clipping import clip
from lab.engine.loops.keras_cells import BatchNormalization
from lab.engine.losses import by_quantile, loss_of
from lab.engine.memory import release_memory
from lab.engine.models import build, named_variables, value_of
from lab.network.architecture import architecture, is_decayed, is_trained, products, shapes
from lab.network.heads import MEDIAN, Head
from lab.network.types import Weights
from lab.scoring.statistics import Means

Units = tuple[Array, Array]

PREDICTED_AT_ONCE = 128
PREDICTED_FLOATS = 2**22  # of a layer's gates, 16 MiB: wide layers are hardly slower in smaller batches
PREDICTED_OPERATIONS = 2 * 10**11  # of one call, a second or two: between two calls a stop is obeyed
ROOMY_BYTES = 2**25


class Stepper:
    """A model, its optimizer and the compiled loop, for one set of shapes.

    Args:
        inputs: `(n, window, features)` float32, all training windows.
    """

    def __init__(self, config: RunConfig, inputs: FloatArray) -> None:
        self.n, window, features = inputs.shape
        self.key: Any = None
        head: Head = config.task.head(config)
        self.outputs, self._head = head.units, head.kind
        self._predicted = head.outputs
        self.statistics = config.task.statistics
        self._name = repr(
            (config.model, program_of(config.training), shapes_of(config, inputs), self.outputs, self.statistics)
        )
        self.training = training = config.training
        self.model = build(config.model, window, features, self.outputs, config.seed, head=self._head)
        self._seed, self._fresh = config.seed, True  # the model is as it was built, which takes a second of a large one
        self.optimizer = _optimizer(training)
        self.learning_rate = float(training.learning_rate)
        self._rate = tf.Variable(training.learning_rate, dtype=tf.float32)  # what decays
        self.optimizer.build(self.model.trainable_variables)
        self._room: int = shapes_of(config, inputs)[0]
        self.batch: int = min(training.batch_size, self.n)
        self._named = tuple(named_variables(self.model))  # Keras takes longer to list them than it takes to read them
        names = {id(variable): name for name, variable in self._named}
        self._trained = [names[id(variable)] for variable in self.model.trainable_variables]
        self._moving = {id(v): name for name, v in self._named if not is_trained(name)}  # of batch normalisation
        self._normed = [layer for layer in self.model.layers if isinstance(layer, BatchNormalization)]
        self._l2, self._decayed = config.model.l2, [v for name, v in self._named if is_decayed(name)]
        self._run: Any = None  # `_loop` for these shapes, from the first call on
        self._predict: dict[int, Any] = {}  # the model, for as many windows at once
        layers = architecture(config.model, self.outputs)
        front = shapes(layers, (window, features))
        widest = max(layer.largest(into) for layer, into in zip(layers, front, strict=False))
        work = 2 * products(layers, (window, features))
        at_most = min(PREDICTED_AT_ONCE, max(32, PREDICTED_FLOATS // widest), PREDICTED_OPERATIONS // max(work, 1))
        self._predicted_at_most: int = max(1, at_most)

    @property
    def state(self) -> list[Any]:
        """Every variable that a checkpoint must hold: weights, dropout seeds, optimizer slots."""
        return [*self.model.variables, *self.optimizer.variables, *([self._rate] if self.training.decay else [])]

    def reset(self, config: RunConfig, inputs: FloatArray, targets: Array, units: Units | None = None) -> None:
        """Begin a run: fresh weights from the seed, an empty optimizer, these data.

        Targets are `(n, outputs)` float32, of classes `(n, 1)` int32; `units` as `Task.units`.
        """
        if not self._fresh or config.seed != self._seed:
            _, window, features = inputs.shape
            fresh = build(config.model, window, features, self.outputs, config.seed, head=self._head)
            for ours, theirs in zip(self.model.variables, fresh.variables, strict=True):
                ours.assign(theirs)
            for v in self.optimizer.variables:
                v.assign(tf.zeros_like(v))
        self._fresh, self._seed = True, config.seed
        self.set_learning_rate(config.training.learning_rate)
        self.n = len(inputs)
        self.inputs, self.targets = tf.constant(self._with_room(inputs)), tf.constant(self._with_room(targets))
        scale, shift = units or (np.ones(self._predicted, np.float32), np.zeros(self._predicted, np.float32))
        self._units = tf.constant(scale), tf.constant(shift)
        self.clear()

    @property
    def steps(self) -> int:
        """Gradient steps of an epoch."""
        steps: int = -(-self.n // self.batch)
        return steps

    @property
    def records(self) -> list[Array]:
        """What the steps of this epoch left: see `clear`."""
        return [*(record[: self.steps] for record in self._records[:3]), *self._records[3:]]

    def _with_room(self, values: Array) -> Array:
        """The examples, and zeros behind them that no step ever gathers."""
        if len(values) == self._room:
            return values
        padded = np.zeros((self._room, *values.shape[1:]), values.dtype)
        padded[: len(values)] = values
        return padded

    def set_learning_rate(self, rate: float) -> None:
        """Steps from now on have this size, before decay."""
        self.learning_rate = rate
        self._rate.assign(rate)
        self.optimizer.learning_rate.assign(rate)

    @property
    def last_rate(self) -> float:
        """The size of the last step; `learning_rate` is what was set, before decay."""
        return float(value_of(self.optimizer.learning_rate)) if self.training.decay else self.learning_rate

    def restore(self, values: Iterable[Array]) -> None:
        """Put back what `state` held. ValueError, and nothing changed, where it is of another network."""
        pairs = list(zip(self.state, values, strict=True))
        if any(tuple(variable.shape) != value.shape for variable, value in pairs):
            raise ValueError("these are variables of another network")
        self._fresh = False
        for variable, value in pairs:
            variable.assign(value)
        self.learning_rate = float(self._rate if self.training.decay else self.optimizer.learning_rate)

    def weights(self) -> Weights:
        """A copy of every weight by its name, for example `recurrent0/kernel`, as float32 arrays."""
        return {name: value_of(variable) for name, variable in self._named}

    def clear(self) -> None:
        """Forget the last epoch's records: losses, norms and clips `(steps,)`; how many examples were seen, and the sum of
        each statistic over them."""
        widths = [statistics.width(name, self._predicted) for name in self.statistics]
        steps = -(-self._room // self.batch)
        self._records = [np.zeros(size, np.float32) for size in (steps, steps, steps, 1, *widths)]

    def take_up(self, records: Iterable[Array]) -> None:
        """Go on with the records of an unfinished epoch; sums that another version kept in another way begin anew."""
        self.clear()
        for ours, record in zip(self.records, records, strict=False):
            if record.shape == ours.shape:
                ours[:] = record

    @property
    def means(self) -> Means:
        """Of each statistic, over the examples of the epoch that were seen so far."""
        _, _, _, seen, *sums = self.records
        return {name: values.astype(np.float64) / seen[0] for name, values in zip(self.statistics, sums, strict=True)}

    def order(self, seed: int, epoch: int, n: int) -> IntArray:
        """`(steps, batch)` which of `n` windows, shuffled by seed and epoch alone; -1 pads the last batch."""
        order = np.full(self.steps * self.batch, -1, np.int32)
        order[:n] = np.random.default_rng((seed, epoch)).permutation(n)
        return order.reshape(self.steps, self.batch)

    def run(self, order: IntArray, start: int, stop: int) -> None:
        """Do the gradient steps `start` to `stop` of an epoch. `order`: `(steps, batch)` window numbers, -1 for none."""
        rows = np.full((-(-self._room // self.batch), self.batch), -1, np.int32)
        rows[: len(order)] = order
        given = (self.inputs, self.targets, *self._units, *map(tf.constant, (rows, start, stop, *self._records)))
        if self._run is None:  # a `tf.function` compares shapes at every call, half a millisecond
            no_steps = (*given[:6], given[5], *given[7:])
            self._run = programs.compiled(
                f"steps {self._name}",
                # Autograph would translate all of it, Keras too, and take longer than the rest; nothing here needs it.
                lambda: tf.function(self._loop, jit_compile=True, autograph=False).get_concrete_function(*given),
                lambda run: run(*no_steps),
            )
        self._fresh = self._fresh and start == stop
        self._records = [record.numpy() for record in self._run(*given)]

    def compile(self, order: IntArray, held_out: Array) -> None:
        """Have the programs made that `run` and `predict` (of as many as `held_out`) are; nothing is trained."""
        self.run(order, 0, 0)
        self.predict(held_out[: self._at_once(len(held_out))], self.weights())
        release_memory()

    def predict(self, inputs: Array, weights: Weights, ask: Callable[[], object] = lambda: None) -> Array:
        """The predictions of the model with these weights for `(n, window, features)`: `(n, outputs)`. While `run` is at work, too.

        Of many inputs, several times as fast as NumPy. `ask` is called between the batches, each of a second or two at most;
        what it raises breaks off.
        """
        size = self._at_once(len(inputs))
        given = [tf.constant(weights[name]) for name in (*self._trained, *self._moving.values())]
        if size not in self._predict:
            shape = tf.TensorSpec((size, *inputs.shape[1:]))
            self._predict[size] = programs.compiled(
                f"predict {size} {self._name}",
                lambda: tf.function(self._forward, jit_compile=True, autograph=False).get_concrete_function(
                    shape, *given
                ),
                lambda predict: predict(tf.constant(inputs[:size]), *given),
            )
        outputs = np.empty((len(inputs), self.outputs), np.float32)
        for start in range(0, len(inputs), size):
            ask()
            start = min(start, len(inputs) - size)  # all batches have one size, and the program is compiled once
            outputs[start : start + size] = self._predict[size](
                tf.constant(inputs[start : start + size]), *given
            ).numpy()
        return outputs

    def _at_once(self, n: int) -> int:
        """How many of `n` windows are predicted at once: of a few batches equal shares, else all share one program."""
        batches = -(-n // self._predicted_at_most)
        best = -(-n // batches) if batches < 4 else self._predicted_at_most
        return next((size for size in self._predict if best / 2 <= size <= n), best)  # one that is compiled will do

    def _forward(self, inputs: Any, *weights: Any) -> Any:
        trained, moving = (
            weights[: len(self._trained)],
            dict(zip(self._moving, weights[len(self._trained) :], strict=True)),
        )
        # The rest are the seeds of dropout, which does nothing here.
        others = [moving.get(id(variable), variable) for variable in self.model.non_trainable_variables]
        return self.model.stateless_call(list(trained), others, inputs, training=False)[0]

    def _loop(
        self, inputs: Any, targets: Any, scale: Any, shift: Any, order: Any, start: Any, stop: Any, *records: Any
    ) -> Any:
        def body(i: Any, losses: Any, norms: Any, clips: Any, seen: Any, *sums: Any) -> Any:
            rows = order[i]
            present = tf.cast(rows >= 0, tf.float32)  # the last batch is padded, and the padding weighs nothing
            rows = tf.maximum(rows, 0)
            x, y = tf.gather(inputs, rows), tf.gather(targets, rows)
            for layer in self._normed:
                layer.present = present
            with tf.GradientTape() as tape:
                p = self.model(x, training=True)
                per_window = loss_of(self.training.loss, y, p)
                loss = tf.reduce_sum(per_window * present) / tf.reduce_sum(present)
                in_all = (
                    loss + self._l2 * tf.add_n([tf.reduce_sum(tf.square(v)) for v in self._decayed])
                    if self._l2
                    else loss
                )
            variables = self.model.trainable_variables
            gradients, norm, clipped = clip(self.training, tape.gradient(in_all, variables))
            if self.training.decay:
                done = tf.cast(self.optimizer.iterations, tf.float32)
                self.optimizer.learning_rate.assign(self._rate / (1.0 + self.training.decay * done))
            self.optimizer.apply(gradients, variables)
            found = statistics.sums(self.statistics, y, self._points(p), (scale, shift), present)
            at = [[i]]
            return (
                i + 1,
                tf.tensor_scatter_nd_update(losses, at, [loss]),
                tf.tensor_scatter_nd_update(norms, at, [norm]),
                tf.tensor_scatter_nd_update(clips, at, [clipped]),
                seen + tf.reduce_sum(present),
                *(total + new for total, new in zip(sums, found, strict=True)),
            )

        return tf.while_loop(lambda i, *_: i < stop, body, (start, *records))[1:]

    def _points(self, p: Any) -> Any:
        """The predictions among the outputs of the model."""
        return by_quantile(p, self._predicted)[:, MEDIAN] if self._head == "quantiles" else p


def program_of(training: TrainingConfig) -> TrainingConfig:
    """What of it is a part of the compiled program: rate, epochs and patience are not."""
    return replace(training, epochs=1, learning_rate=1e-3, patience=0)


def shapes_of(config: RunConfig, inputs: FloatArray) -> tuple[int, ...]:
    """What of the examples' shape the program is made for: how many there is room for, those of a batch, `(window, features)`.

    There is room for some more than there are, so that series of nearly one length share a program: the folds of a backtest, say,
    each of which would be compiled for seconds. Data that take much memory have none.
    """
    n, window, features = inputs.shape
    room = n
    if 4 * n * window * features <= ROOMY_BYTES:
        power = 1 << (n - 1).bit_length()
        room = power if n <= 1024 else -(-n // (power // 8)) * (power // 8)
    return room, min(config.training.batch_size, n), window, features


def _optimizer(training: TrainingConfig) -> keras.Optimizer:
    rate, name = float(training.learning_rate), training.optimizer  # without a name Keras counts them
    if training.optimizer == "adam":
        return keras.optimizers.Adam(rate, name=name)
    if training.optimizer == "rmsprop":
        return keras.optimizers.RMSprop(rate, name=name)
    return keras.optimizers.SGD(rate, momentum=float(training.momentum), name=name)
