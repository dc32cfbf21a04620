"""How much of the training time goes into the pictures of an epoch: much while somebody watches, little otherwise."""

from __future__ import annotations

APART = 0.15  # seconds between two forecasts, at least: an eye follows no more
LATE = 0.75  # seconds after which a stretch of the path is better than to wait for all of it
SHORTEST = 8  # steps of a stretch, at least
PAUSE_SECONDS = 0.25  # a pause waits so long for the picture that it leaves on the screen


class Attention:
    """The budget of the recursive forecast, a path of `steps` steps that reads `window` values first.

    Its cost is that of `window + steps` steps of the network, one after the other. Of the training time at most a share
    goes into it, which the caller names each time, as it depends on who is watching. Where the whole path does not fit,
    a stretch of it comes rather than an old one staying.
    """

    def __init__(self, steps: int, window: int) -> None:
        self.steps, self.window = steps, window
        self.cost = 0.0  # seconds a step of the network
        self._left, self._trained, self._at = 0.0, 0.0, float("-inf")

    def begin(self) -> None:
        """From here on it counts; what the picture of the untrained network took is forgotten."""
        self._left, self._at = 0.0, float("-inf")

    def stretch(self, share: float, trained: float, now: float, *, rests: bool = False) -> int:
        """How many steps of the path there is time for after `trained` seconds of training; 0 for none.

        Args:
            share: of the training time since the last call, what may go into it.
            now: seconds on a clock of the caller's.
            rests: the training waits after this epoch, with this picture on the screen.
        """
        if self.cost > 0:  # else it is the first picture, of a run that was resumed
            self._left += share * (trained - self._trained)
        self._trained = trained
        whole = self.cost * (self.window + self.steps)
        if share <= 0 or (now - self._at < APART and not rests):
            return 0
        if self._left >= whole or (rests and whole <= PAUSE_SECONDS):
            return self.steps
        short = int(self._left / self.cost) - self.window
        return short if short >= SHORTEST and now - self._at >= LATE else 0

    def drawn(self, steps: int, seconds: float, now: float) -> None:
        """A path of so many steps took `seconds` of a processor and was ready at `now`."""
        self.cost = seconds / (self.window + steps)
        self._left -= seconds
        self._at = now
