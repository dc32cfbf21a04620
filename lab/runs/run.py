"""A run is a folder. Whoever has the folder has the run: its config, its data, its events, its weights.

config.json     the RunConfig
series.npz      the series it was given, so that the run means the same after the source has changed
images.npz      or the images, kept when training starts: they may have to be downloaded first
events.jsonl    the events of training, a line each; only the worker appends
control.json    what the user asks of it: stop, pause, a learning rate
watched         touched by the pages that follow it
checkpoint.npz  all it takes to go on after a lost worker
weights.npz     the network, named weights
snapshots/      epoch-000012.npz and so on: the weights after some of the epochs, the untrained ones (0) among them
scores.json     the model beside the baselines on the test part, once it is over
baselines.json  simpler models beside it, fitted for whoever looks at the run once it is over
summary.json    what lists of runs show of it, made of the files above
parked.json     there while it is paused and another run has its worker
submitted.json, worker.json   who queued it and who works on it: host, process, when
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lab.config.home import write_text
from lab.config.rules import require_choice
from lab.config.run import RunConfig
from lab.data.files import DATA_FILES
from lab.data.images import Images
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.data.sources import DATASETS, load_data
from lab.runs import event_file, summary
from lab.runs.alive import is_alive
from lab.runs.damage import DamagedRun, present, reading
from lab.runs.events import Event
from lab.runs.history import History
from lab.runs.summary import Summary

if TYPE_CHECKING:
    from lab.network.network import Network
    from lab.network.types import Float32Array

Status = Literal["queued", "running", "paused", "stopping", "finished", "stopped", "failed", "interrupted"]
UNDER_WAY: tuple[Status, ...] = ("queued", "running", "paused", "stopping")
SAMPLES = Path(__file__).parents[2] / "assets" / "runs"


@dataclass(frozen=True)
class Control:
    """What the user asks of a running training.

    Args:
        state: `run`, `pause` or `stop`.
        pause_after: pause once this epoch is done; how "one more epoch" is asked for.
        learning_rate: a new rate, or None for the config's own.
    """

    state: Literal["run", "pause", "stop"] = "run"
    pause_after: int | None = None
    learning_rate: float | None = None


@lru_cache(maxsize=1024)  # a page that lists two hundred runs would parse them all, again and again
def _config(path: Path, written: int, size: int) -> RunConfig:  # noqa: ARG001  (another file, another config)
    config = RunConfig.from_json(path.read_text(encoding="utf-8"))
    require_choice("data.name", config.data.name, DATASETS)
    return config


class Run:
    """One run's folder. Cheap to make; nothing is read before it is asked for."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def is_sample(self) -> bool:
        """True for a run that ships with the project: it is not to be renamed or deleted."""
        return self.path.parent == SAMPLES

    @cached_property
    def config(self) -> RunConfig:
        """The run's RunConfig."""
        with reading(self.path, "config.json"):
            at = (self.path / "config.json").stat()
            return _config(self.path / "config.json", at.st_mtime_ns, at.st_size)

    @cached_property
    def data(self) -> Any:
        """What it learns from, as it was when the run was made, or, of what may have to be downloaded, when training started."""
        file = DATA_FILES[self.config.task.accepts]
        path = self.path / file.name
        with reading(self.path, file.name):
            return file.load(path) if file.at_once or path.exists() else load_data(self.config.data)

    @property
    def series(self) -> Series:
        """The series it learns. ValueError where it learns from images."""
        if self.config.task.accepts is not Series:
            raise ValueError(f"Run {self.id} learns to classify images; it has no series to forecast.")
        series: Series = self.data
        return series

    @property
    def images(self) -> Images:
        """The images it learns from. ValueError where it learns a series."""
        if self.config.task.accepts is not Images:
            raise ValueError(f"Run {self.id} learns a series; it has no images to classify.")
        images: Images = self.data
        return images

    @cached_property
    def task(self) -> Any:
        """Its data, cut and scaled, and what can be asked of them: a `lab.tasks.Task`."""
        return self.config.task(self.config, self.data)

    @property
    def prepared(self) -> Prepared:
        """The series it learns, cut and scaled. ValueError where it learns from images."""
        self.series  # noqa: B018
        prepared: Prepared = self.task.prepared
        return prepared

    def network(self, epoch: int | None = None) -> Network:
        """The network in NumPy: the trained one, or as it was after `epoch`, one of `snapshots()`.

        Raises:
            ValueError: there are no weights yet, or none were kept of that epoch.
        """
        from lab.network.network import Network
        from lab.network.weights import load_weights

        path = self.path / "weights.npz" if epoch is None else snapshot_path(self.path, epoch)
        if not path.exists():
            if epoch is None:
                raise ValueError(f"Run {self.id} has no weights yet; train it to the end, or stop it, first.")
            kept = ", ".join(map(str, self.snapshots())) or "none"
            raise ValueError(f"Run {self.id} kept no weights of epoch {epoch}; it kept {kept}.")
        with reading(self.path, path.name):
            return Network.of(self.config, load_weights(path))

    def written(self, epoch: int | None = None) -> float:
        """When the weights of `network(epoch)` were written, seconds since 1970."""
        return (self.path / "weights.npz" if epoch is None else snapshot_path(self.path, epoch)).stat().st_mtime

    def snapshots(self) -> list[int]:
        """The epochs whose weights were kept, in order; 0 is the untrained network."""
        return sorted(int(p.stem.removeprefix("epoch-")) for p in (self.path / "snapshots").glob("epoch-*.npz"))

    def window(self, index: int) -> Float32Array:
        """A window as the network reads it: `(window, 1)`, scaled; of images `(28, features)`.

        Args:
            index: which of all windows of the series, in the order of time; it begins at this step. 0 is the first;
                what follows the last lies beyond the data. Of images: which image of the test part.

        Raises:
            ValueError: there is no such window.
        """
        task = self.task
        if not 0 <= index < task.examples:
            raise ValueError(f"A {task.one} of run {self.id} must be from 0 to {task.examples - 1}; received {index}.")
        example: Float32Array = task.example(index)
        return example

    def append(self, event: Event) -> None:
        """Add an event. For the worker alone."""
        event_file.append(self.path, event)

    def read_events(self, offset: int = 0) -> tuple[list[Event], int]:
        """The events from byte `offset` on, and where to go on from; see `lab.runs.event_file`."""
        return event_file.read(self.path, offset)

    def events(self) -> Iterator[Event]:
        """Every event so far."""
        yield from self.read_events()[0]

    def history(self) -> History:
        """The events so far, folded."""
        return History.of(self.events())

    def summary(self) -> Summary:
        """What lists of runs show of it; of a run that is over it is kept, so that nobody reads its events for that.

        Raises:
            DamagedRun: one of the files that it is made of cannot be read.
        """
        if (found := summary.kept(self.path)) is not None:
            return found
        title, unit, length = DATASETS[self.config.data.name].title, "", 0
        if self.config.task.accepts is Series:
            title, unit, length = self.series.title, self.series.units[0], len(self.series)
        found = Summary.of(self.history(), self.scores(), title=title, unit=unit, length=length, folder=self.path)
        if found.ended and not self.is_sample:
            summary.keep(self.path, found)
        return found

    def scores(self) -> list[dict[str, Any]]:
        """The model beside the baselines on the test part, a row each; empty while the run goes on."""
        path = self.path / "scores.json"
        with reading(self.path, "scores.json"):
            rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
            if not all(isinstance(row["name"], str) for row in rows):
                raise ValueError("a row has no name")
            return rows

    @property
    def created(self) -> float:
        """When it was made, seconds since 1970."""
        with reading(self.path, "config.json"):
            return (self.path / "config.json").stat().st_mtime

    @property
    def pinned(self) -> bool:
        """Whether it is to stay when room is needed for newer runs."""
        return (self.path / "pinned").exists()

    def pin(self, yes: bool = True) -> None:
        """Keep it when room is needed, or no longer. ValueError for a sample."""
        if self.is_sample:
            raise ValueError(f"{self.id} is a sample that ships with RNN Lab; it stays anyway.")
        with present(self.path):
            if yes:
                (self.path / "pinned").touch()
            else:
                (self.path / "pinned").unlink(missing_ok=True)

    def damage(self) -> str:
        """What of it cannot be read, a sentence; `""` where it is sound. Weights are not looked at."""
        try:
            self.config, self.summary()
        except DamagedRun as error:
            return str(error)
        return ""

    def status(self, seen: History | Summary | None = None) -> Status:
        """What it does now. A run without a last word whose worker and submitter are both gone is `interrupted`."""
        seen = seen or summary.kept(self.path) or self.history()
        queued = is_alive(self.path / "submitted.json")  # gone before the last word, back when it is resumed
        if seen.ended and not queued:
            return seen.state  # type: ignore[return-value]
        if is_alive(self.path / "worker.json"):
            if self.control().state == "stop":  # the weights are being kept and scored
                return "stopping"
            return "paused" if seen.state == "paused" else "running"
        if (self.path / "parked.json").exists():
            return "paused"
        return "queued" if queued else "interrupted"

    def control(self) -> Control:
        """What was last asked of it."""
        try:
            return Control(**json.loads((self.path / "control.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return Control()

    def send(self, control: Control) -> None:
        """Ask something of it; the worker looks ten times a second."""
        with present(self.path):
            write_text(self.path / "control.json", json.dumps(asdict(control)))

    def watch(self) -> None:
        """Leave a sign that a page follows the run; the worker then spends more on its pictures.

        A file of its own beside control.json, so that following can never undo what a button asks for.
        """
        with contextlib.suppress(OSError):  # a page that cannot say so is a page that nobody hears, and no worse
            (self.path / "watched").touch()

    def watched(self) -> int:
        """The time stamp of the last such sign, in nanoseconds; 0 without any."""
        try:
            return (self.path / "watched").stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _config_for_others(self) -> str:
        """The config as JSON; of a file of this machine its name alone."""
        options = {k: Path(str(v)).name if k == "path" else v for k, v in self.config.data.options}
        return replace(self.config, data=replace(self.config.data, options=tuple(options.items()))).to_json()

    def to_zip(self) -> bytes:
        """The run as a ZIP, without what only this machine needs."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            names = ["config.json", "series.npz", "images.npz", "events.jsonl", "weights.npz", "scores.json",
                     "baselines.json"]  # fmt: skip
            for path in [
                *(self.path / name for name in names),
                *(snapshot_path(self.path, e) for e in self.snapshots()),
            ]:
                if path == self.path / "config.json":
                    archive.writestr(f"{self.id}/config.json", self._config_for_others())
                elif path.exists():
                    archive.write(path, f"{self.id}/{path.relative_to(self.path).as_posix()}")
        return buffer.getvalue()


def snapshot_path(run: Path, epoch: int) -> Path:
    """Where a run's folder keeps the weights after `epoch`."""
    return run / "snapshots" / f"epoch-{epoch:06d}.npz"
