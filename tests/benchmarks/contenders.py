"""Three ways to train the same network on the same numbers: lab, stock Keras `fit`, PyTorch; and the products of it alone.

`python contenders.py NAME` reads a JSON line a request on stdin and answers with one: a shape builds a network and
compiles it, a number trains so many epochs. Each has a process of its own, so that none meets another's threads.
"""

from __future__ import annotations

import json
import os
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import psutil

RATE, CLIP = 1e-3, 4.0  # Adam, clipped by value


class Contender(ABC):
    """A network of LSTM layers and a linear output, and its training by mean squared error."""

    def __init__(self, units: list[int], window: int, features: int, outputs: int, n: int, batch: int) -> None:
        rng = np.random.default_rng(0)
        self.units, self.features, self.outputs, self.n, self.batch = units, features, outputs, n, batch
        self.x = rng.normal(size=(n, window, features)).astype(np.float32)
        self.y = rng.normal(size=(n, outputs)).astype(np.float32)
        self.rng = rng
        began = time.perf_counter()
        self.build()
        self.first = time.perf_counter() - began

    @abstractmethod
    def build(self) -> None:
        """Make the network and do the first steps, the compiling with them."""

    @abstractmethod
    def epoch(self) -> None:
        """Once through all windows, shuffled."""


class Lab(Contender):
    def build(self) -> None:
        from lab.config.model import ModelConfig
        from lab.config.run import RunConfig
        from lab.config.sections import TrainingConfig
        from lab.engine.stepper import Stepper

        training = TrainingConfig(batch_size=self.batch, learning_rate=RATE, clip_value=CLIP)
        config = RunConfig(model=ModelConfig(units=tuple(self.units)), training=training)
        # A forecaster has one output; here some have ten, so that the arithmetic is that of the digits.
        self.stepper = Stepper(config, self.x, self.outputs)
        self.stepper.reset(config, self.x, self.y)
        self.stepper.compile(self._order(), self.x)

    def _order(self) -> Any:
        order = np.full(self.stepper.steps * self.stepper.batch, -1, np.int32)
        order[: self.n] = self.rng.permutation(self.n)
        return order.reshape(self.stepper.steps, self.stepper.batch)

    def epoch(self) -> None:
        self.stepper.run(self._order(), 0, self.stepper.steps)


class Keras(Contender):
    def build(self) -> None:
        import keras

        last = len(self.units) - 1
        layers = [keras.layers.LSTM(u, return_sequences=k < last) for k, u in enumerate(self.units)]
        self.model = keras.Sequential([*layers, keras.layers.Dense(self.outputs)])
        self.model.compile(keras.optimizers.Adam(RATE, clipvalue=CLIP), "mse")
        few = slice(0, 2 * self.batch)
        self.model.fit(self.x[few], self.y[few], batch_size=self.batch, verbose=0)
        self.model.predict(self.x[few], batch_size=self.batch, verbose=0)  # as lab does, which `memory` counts

    def epoch(self) -> None:
        self.model.fit(self.x, self.y, batch_size=self.batch, verbose=0)


class Torch(Contender):
    def build(self) -> None:
        import torch

        self.torch = torch
        sizes = [self.features, *self.units]
        self.layers = torch.nn.ModuleList(
            torch.nn.LSTM(a, b, batch_first=True) for a, b in zip(sizes, self.units, strict=False)
        )
        self.output = torch.nn.Linear(self.units[-1], self.outputs)
        self.parameters = [*self.layers.parameters(), *self.output.parameters()]
        self.optimizer = torch.optim.Adam(self.parameters, RATE)
        self.tx, self.ty = torch.from_numpy(self.x), torch.from_numpy(self.y)
        self._steps(torch.arange(2 * self.batch) % self.n)

    def _steps(self, order: Any) -> None:
        for rows in order.split(self.batch):
            h = self.tx[rows]
            for layer in self.layers:
                h, _ = layer(h)
            loss = self.torch.nn.functional.mse_loss(self.output(h[:, -1]), self.ty[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.torch.nn.utils.clip_grad_value_(self.parameters, CLIP)
            self.optimizer.step()

    def epoch(self) -> None:
        self._steps(self.torch.randperm(self.n))


class Products(Contender):
    """No training: the matrix products of lab's steps by XLA, of any numbers. With all else for nothing, lab would take this."""

    def build(self) -> None:
        import tensorflow as tf

        self.tf = tf
        rows, layers = self.x.shape[1] * self.batch, list(zip([self.features, *self.units], self.units, strict=False))
        sizes = [((rows, below), (below, 4 * units), (units, 4 * units), (rows, 4 * units)) for below, units in layers]
        self.given = [[tf.random.normal(size, stddev=0.01) for size in of_layer] for of_layer in sizes]
        self.products = tf.function(self._products, jit_compile=True)
        self.products(self.given)

    def _products(self, given: list[Any]) -> list[Any]:
        matmul, found = self.tf.matmul, []
        for k, (inputs, kernel, recurrent, deltas) in enumerate(given):
            units = recurrent.shape[0]
            if inputs.shape[1] > 1:  # one feature is no product, see `_scaled` in lab/engine/recurrent.py
                found += [matmul(inputs, kernel), matmul(inputs, deltas, transpose_a=True)]
            if k:
                found.append(matmul(deltas, kernel, transpose_b=True))
            found.append(matmul(deltas[:, :units], deltas, transpose_a=True))
            u_t = self.tf.transpose(recurrent)
            found.append(self._walk(lambda z, u=recurrent: matmul(z[:, : u.shape[0]], u), deltas[: self.batch]))
            found.append(self._walk(lambda h, u=u_t: matmul(self.tf.tile(h, (1, 4)), u), deltas[: self.batch, :units]))
        return found

    def _walk(self, product: Any, state: Any) -> Any:
        turns = self.x.shape[1] - 1  # the first has none
        body = lambda t, state: (t + 1, product(state))  # noqa: E731
        return self.tf.while_loop(lambda t, _: t < turns, body, (0, state), maximum_iterations=turns)[1]

    def epoch(self) -> None:
        for _ in range(-(-self.n // self.batch)):
            self.products(self.given)


CONTENDERS = {"lab": Lab, "keras": Keras, "torch": Torch, "products": Products}


def main() -> None:
    """Serve requests until stdin is closed."""
    contender: Contender | None = None
    for line in sys.stdin:
        request = json.loads(line)
        if isinstance(request, dict):
            contender = None
            contender = CONTENDERS[sys.argv[1]](**request)
            answer: Any = contender.first
        else:
            assert contender
            answer = []
            for _ in range(request):
                began = time.perf_counter()
                contender.epoch()
                answer.append(time.perf_counter() - began)
        memory = psutil.Process().memory_info()
        mib = [memory.rss / 2**20, (memory.rss - memory.shared) / 2**20]  # with the pages of files in it, and without
        print(json.dumps({"answer": answer, "mib": mib}), flush=True)


if __name__ == "__main__":
    main()
