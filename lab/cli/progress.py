"""A training on the command line: what it does now, from the import of TensorFlow on, in words and as a bar."""

from __future__ import annotations

import sys

from lab.cli.tables import milestones
from lab.jobs import worker
from lab.runs.events import Compiled, EpochEnded, Event, Paused, Progressed, RateChanged, Started
from lab.runs.run import Run


class Course:
    """What a training does, in words, and how many epochs of it are done; within long epochs too."""

    def __init__(self, epochs: int) -> None:
        self.epochs, self.done, self.words = epochs, 0.0, "importing TensorFlow"

    def take(self, event: Event) -> bool:
        """Take an event in; True for those that a log keeps, which are not all epochs and nothing within them."""
        if isinstance(event, Started):
            self.done = float(event.epoch)
            self.words = f"{event.note} Now building the network" if event.note else "building the network"
        elif isinstance(event, Compiled):
            self.words = f"compiled in {event.seconds:.1f} s, training"
        elif isinstance(event, EpochEnded):
            self.done = float(event.epoch)
            self.words = f"epoch {event.epoch} of {self.epochs}: loss {event.loss:.4g}, val {event.val_loss:.4g}"
            if (accuracy := event.value("val_accuracy")) is not None:
                self.words += f", accuracy {event.value('accuracy'):.1%}, test {accuracy:.1%}"
            if self.done == 0:
                self.words = f"compiling the network; untrained: {self.words.partition(': ')[2]}"
            return event.epoch in milestones(self.epochs)
        elif isinstance(event, Progressed):
            self.done = event.epoch - 1 + event.step / event.steps
            self.words = f"epoch {event.epoch} of {self.epochs}, step {event.step:,} of {event.steps:,}: loss {event.loss:.4g} so far"
            if (accuracy := event.value("accuracy")) is not None:
                self.words += f", accuracy {accuracy:.1%}"
            return False
        elif isinstance(event, RateChanged):
            self.words = f"learning rate {event.learning_rate:g}"
        elif isinstance(event, Paused):
            self.words = f"paused after epoch {event.epoch}"
        else:
            return False
        return True


def train_with_progress(run: Run) -> None:
    """Train with a line on stderr of what is being done; where that is no terminal, with a line an event instead."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, highlight=False)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    course = Course(run.config.training.epochs)

    def log(event: Event) -> None:
        if course.take(event):
            print(course.words, file=sys.stderr, flush=True)

    if not console.is_terminal:
        print(course.words, file=sys.stderr, flush=True)
        worker.execute(run.path, log)
        return
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(course.words, total=course.epochs)

        def show(event: Event) -> None:
            course.take(event)
            bar.update(task, completed=course.done, description=course.words)
            if isinstance(event, RateChanged):
                bar.console.print(f"learning rate {event.learning_rate:g}")

        worker.execute(run.path, show)
