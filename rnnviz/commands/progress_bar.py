"""One line on stderr that says how training goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnnviz.commands.speaking import tell
from rnnviz.commands.streams import Stderr
from rnnviz.text.control import escaped
from rnnviz.workers.meter import BAR_FORMAT, Meter

if TYPE_CHECKING:
    from tqdm import tqdm

    from rnnviz.training.progress import Progress

_USUAL_COLUMNS = 80  # of a terminal that does not say how many it has
_TERMINAL_SECONDS = 0.1
_FILE_SECONDS = 5.0


class ProgressBar:
    """Loss, bits per character, characters a second and time left.

    On a terminal a bar is drawn ten times a second, in the width there is; into a file, a line
    comes every five seconds. Nothing that stderr does is an error.

    Attributes:
        meter: says when to speak, and what.
    """

    def __init__(self) -> None:
        self._stderr = Stderr()
        self._terminal = self._stderr.isatty()
        self.meter = Meter(_TERMINAL_SECONDS if self._terminal else _FILE_SECONDS)
        self._bar: tqdm[None] | None = None

    def report(self, progress: Progress) -> None:
        """Show an iteration, if it is time to."""
        if said := self.meter.read(progress):
            self._show(*said)

    def say(self, sentence: str) -> None:
        """A sentence on a line of its own."""
        if self._bar is None:
            tell(sentence)
        else:
            self._bar.write(escaped(sentence), file=self._stderr)

    def close(self) -> None:
        """End the line."""
        if self._bar is not None:
            self._bar.close()

    def _show(self, fraction: float, said: str) -> None:
        if not self._terminal:
            tell(f"{fraction:4.0%}  {said}")
            return
        if self._bar is None:
            self._bar = _bar(self._stderr)
        self._bar.n = min(fraction, 1.0)
        self._bar.set_description_str(said)


def _bar(stderr: Stderr) -> tqdm[None]:
    """The bar of a budget of 1, without a thread of its own."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    return tqdm(
        total=1.0,
        file=stderr,
        bar_format=BAR_FORMAT,
        ncols=None if stderr.columns() else _USUAL_COLUMNS,
        dynamic_ncols=stderr.columns() > 0,
    )
