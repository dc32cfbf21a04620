"""Data for pages: loaded once, failures remembered for a moment so that a rerun does not ask the network again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from lab.config.home import upload_name, upload_owners
from lab.config.run import RunConfig
from lab.config.sections import DataConfig
from lab.data.images import Images
from lab.data.series import Series
from lab.data.sources import csv_of, digits_of, load_all, load_data, prepare, source_of
from lab.data.sources.csv_format import CsvError, Fault
from lab.data.sources.digits import read_images
from lab.jobs.checks import check
from lab.network.network import Network
from lab.runs.run import Run
from pages.ui.shared.kept import Kept
from pages.ui.shared.readings import reading_of
from pages.ui.shared.visitor import apart, visitor

FORGET_SECONDS = 30.0
NETWORKS: Kept[Network] = Kept(128 * 2**20, lambda network: 4 * network.parameters)


@dataclass(frozen=True, eq=False)
class Material:
    """What the experiment on the table would learn from, as far as it can be had; and what is in the way, if anything."""

    raw: Series | None = None
    series: Series | None = None
    images: Images | None = None
    data: Any = None  # whatever the task learns from
    problem: str = ""
    faults: tuple[Fault, ...] = ()  # of a CSV file, one by one, where they are the problem
    waiting: bool = False  # for a file to be uploaded
    must_come: bool = False  # images that training downloads first
    length: int | None = None  # steps of the series, or training images; None where nothing can be trained


def look_at(config: RunConfig, run: Run | None = None) -> Material:
    """Load the data of an experiment and see whether it can be trained. `run`: the one it comes from."""
    raw, series, waiting = None, None, config.data.name == "csv" and "path" not in dict(config.data.options)
    try:
        if config.task.accepts is not Series:
            must_come = source_of(config.data).must_come
            data = (
                None
                if must_come
                else load_digits(config.data)
                if config.task.accepts is Images
                else load_data(config.data)
            )
            check(config, data)
            images = data if isinstance(data, Images) else None
            return Material(images=images, data=data, must_come=must_come, length=config.task.length(config, data))
        raw = _learned(config.data, run) if is_foreign(config.data) else load_raw(config.data)
        series = prepare(raw, config.data)
        check(config, series)
    except ValueError as error:
        faults = error.faults if isinstance(error, CsvError) else ()
        return Material(raw, series, problem=str(error), faults=faults, waiting=waiting)
    return Material(raw, series, data=series, length=config.task.length(config, series))


def is_foreign(config: DataConfig) -> bool:
    """Whether the data are a file that this visitor did not upload: one of the host, which only its command line reads, or
    another visitor's, where they are kept apart."""
    path = str(dict(config.options).get("path") or "")
    if config.name != "csv" or not path:
        return False
    return is_of_the_host(config) or (apart() and visitor() not in upload_owners(path))


def is_of_the_host(config: DataConfig) -> bool:
    """Whether the data are a file of this machine that nobody uploaded."""
    path = dict(config.options).get("path")
    return bool(path) and not str(path).startswith("upload:")


def _learned(config: DataConfig, run: Run | None) -> Series:
    """What a run holds of such a file, the column that it learned; nothing else of it is read for a visitor."""
    if run is None or run.config.data.options != config.options:
        raise ValueError(f"The file {file_name(config)} is not one that you uploaded; upload it to train on it.")
    return run.series


def load_raw(config: DataConfig) -> Series:
    """Every column of the data set, as `lab.data.sources.load_all`; ValueError where it can't be had."""
    if config.name == "csv" and "path" in dict(config.options):
        return read_file(config)
    key = (config.name, config.options, file_name(config))
    failed = st.session_state.setdefault("load_failures", {})
    if key in failed and time.time() - failed[key][0] < FORGET_SECONDS:
        raise failed[key][1]
    try:
        return _load_raw(*key)
    except ValueError as error:
        failed[key] = (time.time(), error.with_traceback(None))
        raise


def read_file(config: DataConfig) -> Series:
    """Every column of an uploaded file; ValueError where it can't be read."""
    reading = reading_of(csv_of(config))
    if reading.series is None:
        assert reading.error is not None
        raise reading.error.with_traceback(None)
    return reading.series


def file_name(config: DataConfig) -> str:
    """What the user calls the CSV file that the data come from; empty where they come from elsewhere."""
    path = str(dict(config.options).get("path") or "")
    return upload_name(path) if path.startswith("upload:") else Path(path).name


def network_of(run: Run, epoch: int | None = None) -> Network:
    """The run's network, kept in memory for everybody until its weights are written anew."""
    key = str(run.path), epoch, run.written(epoch)
    return NETWORKS.get(key, lambda: run.network(epoch))


def load_digits(config: DataConfig) -> Images:
    """The images that `config` names; ValueError where they can't be had."""
    path = digits_of(config).path()
    if not path.exists():
        return digits_of(config).load()  # whose error says what to do
    return _images(
        str(path), path.stat().st_mtime, "MNIST, a balanced sample" if digits_of(config).size == "sample" else "MNIST"
    )


def images_of(run: Run) -> Images:
    """The images that a run learned, kept in memory for everybody; ValueError where they are gone."""
    path = run.path / "images.npz"
    return _images(str(path), path.stat().st_mtime, "MNIST") if path.exists() else load_digits(run.config.data)


@st.cache_resource(max_entries=3, show_spinner="Loading the digits")
def _images(path: str, written: float, title: str) -> Images:  # noqa: ARG001  (another file, other images)
    return read_images(Path(path), title)


@st.cache_data(ttl=3600, max_entries=16, show_spinner="Loading the data")
def _load_raw(name: str, options: tuple[tuple[str, object], ...], called: str) -> Series:  # noqa: ARG001  (in its title)
    return load_all(DataConfig(name=name, options=options))  # type: ignore[arg-type]
