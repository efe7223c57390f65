"""Training in a notebook or a script: progress is shown, and an interrupt keeps the run."""

from __future__ import annotations

import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnnviz.notation import counted, loss_words
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.storage import is_file
from rnnviz.text.alphabet import Alphabet, Hangul
from rnnviz.text.control import escaped
from rnnviz.text.reading import Reading, check_text, read_text
from rnnviz.training.presets import settled
from rnnviz.workers import worker
from rnnviz.workers.meter import BAR_FORMAT, Meter
from rnnviz.workers.worker import Outcome

if TYPE_CHECKING:
    from tqdm import tqdm

    from rnnviz.training.progress import Progress
    from rnnviz.training.ranks import Ranks

_SECONDS = 0.2
_LONGEST_NAME = 1_000  # of a file, that a text is taken for


def fit(
    text: str | Path,
    *,
    name: str | None = None,
    runs: str | Path | None = None,
    preset: str | None = None,
    hangul: Hangul = "syllables",
    progress: bool = True,
    **settings: Any,
) -> Run:
    """A network trained on a text, in one line: `Run.create` and `work` with what suits the text.

    Args:
        text: what to learn, at least two characters; or the path of a text file.
        name: where it came from; by default the file's name, or "text".
        runs: the folder of all runs; by default $RNNVIZ_RUNS, else ./runs.
        preset: "quick", "good" or "long", see the README; None takes a minute.
        hangul: with "jamo", Hangul syllables are read as two or three letters each.
        progress: whether to show how it goes.
        settings: of the network and the training, by the names of `ModelConfig` and
            `TrainingConfig`; what is not given suits the text.

    Returns:
        The run, trained to the end of its budget, or as far as it came: an interrupt stops it
        cleanly, and `work(run)` goes on.

    Raises:
        TextError: the text is too short, or the file cannot be read.
        TypeError: there is no such setting, or the text is neither.
        ValueError: a setting is out of range, or the text is the name of a file.
        RunError: the folder cannot be written.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> run = fit("to be or not " * 9, runs=folder, cell="gru", hidden_size=8, iterations=3)
        >>> run.status.state, run.status.iteration
        ('finished', 3)
        >>> fit("to be or not", runs=folder, hiden_size=8)
        Traceback (most recent call last):
        TypeError: there is no setting 'hiden_size'; did you mean 'hidden_size'?
    """
    text, called, how = _read(text)
    characters = len(Alphabet.of(text, hangul).characters(text))
    model, training = settled(preset, characters, settings)
    run = Run.create(
        text,
        name=name or called,
        model=model,
        training=training,
        runs=runs,
        hangul=hangul,
        encoding=how,
    )
    outcome = work(run, progress=progress)
    if outcome.state == "diverged":
        warnings.warn(f"{run.id}: {outcome.message}", RuntimeWarning, stacklevel=2)
    return run


def _read(text: str | Path) -> tuple[str, str, Reading | None]:
    """A text, what it is called, and how it was read where it is a file's."""
    if isinstance(text, Path):
        read = read_text(text)
        return read.text, text.name, read.reading
    if not isinstance(text, str):
        raise TypeError(
            f"the text is of type {type(text).__name__}; give a string, or the Path of a text file."
        )
    if len(text) <= _LONGEST_NAME and is_file(Path(text)):
        raise ValueError(
            f"the text {text!r} is the name of a file, whose letters alone would be learned; give "
            f"Path({text!r}) for what stands in it."
        )
    return check_text(text), "text", None


def work(
    run: Run,
    *,
    progress: bool = True,
    report: worker.Report | None = None,
    notice: Callable[[str], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    ranks: Ranks | None = None,
) -> Outcome:
    """Train a run from where it stands to the end of its budget, and show how it goes.

    An interrupt (Ctrl-C, or *Stop* of a notebook) stops it after the iteration, and keeps it; a
    second one ends at once.

    Args:
        run: a new run, or one that was stopped or interrupted.
        progress: whether to show a bar, in Jupyter or on a terminal.
        report: as `rnnviz.workers.worker.work` takes it.
        notice: likewise.
        should_stop: likewise.
        ranks: likewise.

    Raises:
        RunError: likewise.
        RankError: likewise.
    """
    with _shown(run, progress) as line, _interrupts() as asked:

        def both(progress: Progress) -> None:
            line.report(progress)
            if report is not None:
                report(progress)

        def told(sentence: str) -> None:
            line.say(sentence)
            if notice is not None:
                notice(sentence)

        def stops() -> bool:
            return asked.is_set() or should_stop()

        outcome = worker.work(run, report=both, notice=told, should_stop=stops, ranks=ranks)
        line.end(run, outcome)
    return outcome


class _Line:
    """One line that says how training goes; none where nobody reads it."""

    def __init__(self, bar: tqdm[None] | None, meter: Meter) -> None:
        self._bar, self._meter = bar, meter

    def report(self, progress: Progress) -> None:
        if self._bar is not None and (said := self._meter.read(progress)):
            self._bar.n = min(said.fraction, 1.0)
            self._bar.set_description_str(said.words)

    def say(self, sentence: str) -> None:
        if self._bar is not None:
            self._bar.set_description_str(escaped(sentence))

    def end(self, run: Run, outcome: Outcome) -> None:
        if self._bar is None:
            return
        if outcome.state == "finished":
            self._bar.total = self._bar.n  # whole, also where patience ended it
        loss = outcome.validation_loss
        said = f"{outcome.state} after {counted(run.status.iteration, 'iteration')}"
        if loss is not None:
            said += f", validation loss {loss_words(self._meter.seen.loss(loss))}"
        self.say(said)


@contextmanager
def _shown(run: Run, wanted: bool) -> Iterator[_Line]:
    bar = _bar() if wanted else None
    try:
        yield _Line(bar, Meter(_SECONDS, None if bar is None else seen_of(run)))
    finally:
        if bar is not None:
            bar.close()


def _bar() -> tqdm[None] | None:
    """A bar of a budget of 1, as the notebook shows it or the terminal; None in a log file."""
    from tqdm import TqdmWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TqdmWarning)  # without ipywidgets a line of text will do
        from tqdm.auto import tqdm
    if "ipykernel" not in sys.modules and not _on_terminal():
        return None
    bar: tqdm[None] = tqdm(total=1.0, bar_format=BAR_FORMAT, dynamic_ncols=True)
    return bar


def _on_terminal() -> bool:
    """Whether stderr is one; in a service it may be closed, or none at all."""
    stderr = sys.stderr
    return stderr is not None and not stderr.closed and stderr.isatty()


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """An event that the first interrupt sets; only the main thread can listen for it."""
    asked = threading.Event()

    def ask(*_: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
