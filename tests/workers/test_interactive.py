"""One line trains a network; it is told how that goes, and an interrupt keeps what was learned."""

from __future__ import annotations

import io
import signal
from pathlib import Path
from typing import Any

import pytest
from tqdm.notebook import tqdm as NotebookBar

import rnnviz
from rnnviz.runs.documents import RunError
from rnnviz.text.reading import TextError
from rnnviz.training.presets import suited
from rnnviz.workers import interactive
from rnnviz.workers.meter import BAR_FORMAT

TEXT = "to be or not to be " * 6
TINY: dict[str, Any] = {"hidden_size": 4, "sequence_length": 5, "batch_size": 2}
SHORT = rnnviz.TrainingConfig(iterations=4, sequence_length=5, batch_size=2)


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> NotebookBar:
    """The bar that a notebook would show."""
    made = NotebookBar(total=1.0, bar_format=BAR_FORMAT, display=False)
    monkeypatch.setattr(interactive, "_bar", lambda: made)
    return made


def test_a_notebook_sees_how_far_it_came(runs: Path, bar: NotebookBar) -> None:
    run = rnnviz.fit(TEXT, iterations=4, **TINY)
    assert run.status.state == "finished"
    assert bar.container.children[2].value.split() == ["finished", "after", "4", "iterations"]
    assert bar.container.children[1].bar_style == "success"


def test_where_nobody_looks_there_is_no_bar(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rnnviz.fit(TEXT, iterations=2, **TINY)
    assert capsys.readouterr() == ("", "")


class Closed(io.StringIO):
    """A stream that was closed."""

    def isatty(self) -> bool:
        raise ValueError("I/O operation on closed file")


@pytest.mark.parametrize("stderr", [None, Closed()])
def test_it_trains_where_there_is_no_stderr(
    runs: Path, monkeypatch: pytest.MonkeyPatch, stderr: Closed | None
) -> None:
    if stderr is not None:
        stderr.close()
    monkeypatch.setattr("sys.stderr", stderr)
    assert rnnviz.fit(TEXT, iterations=1, **TINY).status.state == "finished"


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", TextError, "the text is empty; at least 2 characters are needed"),
        (b"to be", TypeError, "the text is of type bytes; give a string, or the Path of a text f"),
        (__file__, ValueError, "is the name of a file, whose letters alone would be learned; give"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(
    runs: Path, text: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        rnnviz.fit(text, iterations=1, **TINY)
    assert not runs.exists() or not list(runs.iterdir())


@pytest.mark.parametrize(
    ("folder", "said"),
    [("/proc/none", "no folder can be made there; choose"), ("x" * 300, "the name is too long")],
)
def test_where_no_run_can_be_made_is_said(runs: Path, folder: str, said: str) -> None:
    with pytest.raises(RunError, match=said):
        rnnviz.fit(TEXT, runs=runs / folder, iterations=1, **TINY)


def test_what_is_not_given_suits_the_text(runs: Path, tmp_path: Path) -> None:
    file = tmp_path / "Hamlet.txt"
    file.write_bytes(TEXT.encode("utf-16"))
    run = rnnviz.fit(file, cell="gru", iterations=1, **TINY)
    model, training = suited(None, len(TEXT))
    assert (run.text, run.description.name) == (TEXT, "Hamlet")
    assert (run.model_config.cell, run.model_config.dropout) == ("gru", model.dropout)
    assert run.training_config.patience == training.patience
    assert (run.training_config.iterations, run.training_config.seconds) == (1, None)


def test_training_that_explodes_is_warned_of(runs: Path) -> None:
    wild = {"learning_rate": 10.0, "clip_norm": None, "sequence_length": 100, "batch_size": 1}
    with pytest.warns(RuntimeWarning, match=r"At iteration \d+ the loss was "):
        run = rnnviz.fit(
            TEXT, cell="rnn", nonlinearity="relu", hidden_size=12, iterations=30, **wild
        )
    assert run.status.state == "diverged"


def test_an_interrupt_stops_and_keeps_the_run_which_goes_on(runs: Path) -> None:
    run = rnnviz.Run.create(TEXT, model=rnnviz.ModelConfig(hidden_size=4), training=SHORT)
    usual, seen = signal.getsignal(signal.SIGINT), []

    def interrupt(progress: Any) -> None:
        seen.append(progress)
        if len(seen) == 3:
            signal.raise_signal(signal.SIGINT)

    outcome = rnnviz.work(run, report=interrupt)
    assert outcome.state == run.status.state == "stopped"
    assert 0 < run.status.iteration < 4
    assert signal.getsignal(signal.SIGINT) is usual
    assert rnnviz.work(run).state == "finished"


def test_a_second_interrupt_ends_at_once(runs: Path) -> None:
    run = rnnviz.Run.create(TEXT, model=rnnviz.ModelConfig(hidden_size=4), training=SHORT)

    def interrupt(progress: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        rnnviz.work(run, report=interrupt)
