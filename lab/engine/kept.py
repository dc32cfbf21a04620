"""Steppers that were compiled, kept for the next run of their shapes."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from typing import Any

from lab.config.run import RunConfig
from lab.data.arrays import Array, FloatArray
from lab.engine.stepper import Stepper, Units, program_of, shapes_of

_CACHE: OrderedDict[Any, Stepper] = OrderedDict()
_IN_USE: Counter[Any] = Counter()  # steppers that somebody trains with, by their keys
_PREPARED: dict[Any, threading.Event] = {}  # what is being compiled for the next who needs it
ONE_AT_A_TIME = threading.RLock()  # whoever builds a model, or takes one that was given back
# XLA keeps a program (about 17 MiB) until its process ends, so that forgetting one sooner would only compile it again.
_CACHE_SIZE = 8


def _key(config: RunConfig, inputs: FloatArray, targets: Array) -> Any:
    task = config.task
    shapes = shapes_of(config, inputs), targets.shape[1:]
    return config.model, program_of(config.training), shapes, task.head(config), task.statistics


def stepper_for(config: RunConfig, inputs: FloatArray, targets: Array, units: Units | None = None) -> Stepper:
    """A stepper for these shapes, ready to begin and nobody else's; one that was given back serves again."""
    key = _key(config, inputs, targets)
    if ready := _PREPARED.get(key):
        ready.wait()
    return _take(key, config, inputs, targets, units)


def prepare(config: RunConfig, inputs: FloatArray, targets: Array, held_out: Array) -> None:
    """Compile a stepper for these shapes, unless there is one; who wants it meanwhile waits for it, others do not."""
    key, ready = _key(config, inputs, targets), threading.Event()
    with ONE_AT_A_TIME:
        if key in _CACHE or key in _PREPARED or _IN_USE[key]:
            return
        _PREPARED[key] = ready
    try:
        stepper = _take(key, config, inputs, targets)
        try:
            stepper.compile(stepper.order(config.seed, 1, len(inputs)), held_out)
        finally:
            recycle(stepper)
    finally:
        del _PREPARED[key]
        ready.set()


def _take(key: Any, config: RunConfig, inputs: FloatArray, targets: Array, units: Units | None = None) -> Stepper:
    with ONE_AT_A_TIME:
        stepper = _CACHE.pop(key, None) or Stepper(config, inputs)
        stepper.key = key
        stepper.reset(config, inputs, targets, units)
        _IN_USE[key] += 1
    return stepper


def recycle(stepper: Stepper) -> None:
    """Keep what was compiled for the next run of these shapes, without the data."""
    stepper.inputs = stepper.targets = None
    stepper._records = []
    with ONE_AT_A_TIME:
        _IN_USE[stepper.key] -= 1
        _CACHE[stepper.key] = stepper
        while len(_CACHE) > _CACHE_SIZE:
            _CACHE.popitem(last=False)
