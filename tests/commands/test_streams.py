"""What becomes of stdin, stdout and stderr never ends training, and never falsifies a code."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import Popen

import pytest

from rnnviz.commands.progress_bar import ProgressBar
from rnnviz.runs.run import Run
from rnnviz.runs.store import find_folders
from rnnviz.training.progress import Iteration
from tests.commands.calling import SMALL, Captured, call, text_file
from tests.conftest import QUESTION, Start, only_run, wait_until
from tests.runs.edited import without_digest

LINE = "동해물과 백두산이\n"
FEW = ("train", "TEXT", "--cell", "rnn", *SMALL, "--iterations", "9", "--json")
MANY = ("train", "TEXT", "--cell", "rnn", *SMALL, "--iterations", "1000000", "--json")


@pytest.fixture
def text(tmp_path: Path) -> Path:
    return text_file(tmp_path, LINE * 40, "애국가.txt")


def started(start: Start, text: Path, arguments: tuple[str, ...], **how: str | int) -> Popen[str]:
    """The command line in a process of its own."""
    return start("-m", "rnnviz", *(text if word == "TEXT" else word for word in arguments), **how)


def trains(runs: Path) -> bool:
    """Whether its one run has got anywhere."""
    return any(Run(found).status.iteration for found in find_folders(runs))


@pytest.mark.parametrize("redirected", ["2>/dev/full", "<&- 2>&-"])
def test_training_does_not_need_stderr(
    runs: Path, text: Path, start_process: Start, redirected: str
) -> None:
    process = started(start_process, text, FEW, redirected=redirected)
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert json.loads(output)["iterations"] == 9
    assert only_run(runs).status.state == "finished"


def test_a_reader_of_stderr_that_dies_ends_nothing(
    runs: Path, text: Path, start_process: Start
) -> None:
    process = started(start_process, text, FEW)
    assert process.stdout is not None
    assert process.stderr is not None
    assert "Ctrl-C stops" in process.stderr.readline()
    process.stderr.close()
    result = json.loads(process.stdout.read())
    assert process.wait() == 0
    assert (result["state"], result["iterations"]) == ("finished", 9)


def test_head_ends_no_training(runs: Path, text: Path, start_process: Start) -> None:
    process = started(start_process, text, FEW, redirected="2>&1")
    assert process.stdout is not None
    assert "Ctrl-C stops" in process.stdout.readline()
    process.stdout.close()
    assert process.wait() == 0
    assert only_run(runs).status.state == "finished"


def test_a_terminal_that_closes_ends_no_training(
    runs: Path, text: Path, start_process: Start
) -> None:
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    process = started(start_process, text, MANY, stderr=theirs)
    os.close(theirs)
    seen = b""
    while b"characters/s" not in seen:
        seen += os.read(ours, 4096)
    os.close(ours)  # from here on every write fails
    process.send_signal(signal.SIGHUP)
    reached = only_run(runs).status.iteration
    wait_until(lambda: only_run(runs).status.iteration > reached)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate()
    assert process.returncode == 0
    assert json.loads(output)["state"] == "stopped"


def _all_of(terminal: int) -> bytes:
    """What a terminal shows until nobody writes to it."""
    seen = b""
    with pytest.raises(OSError, match="Input/output"):
        while True:
            seen += os.read(terminal, 4096)
    return seen


@pytest.mark.parametrize("columns", [120, 0])
def test_a_bar_is_drawn_on_a_terminal_over_itself(
    runs: Path, text: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    with ThreadPoolExecutor(1) as reader:
        shown = reader.submit(_all_of, ours)
        with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", terminal)
            assert call("train", text, *FEW[2:]) == 0
    os.close(ours)
    lines = shown.result().decode().split("\r\n")
    (drawn,) = (line for line in lines if "characters" in line and "\r" in line)
    last = drawn.split("\r")[-1]
    assert last.startswith("100% |█")
    assert "| iteration 9  loss " in last
    assert len(last) == (columns - 1 if columns else 80)
    assert lines[-1] == ""


def test_diverging_is_a_failure_without_a_reader_too(
    runs: Path, tmp_path: Path, start_process: Start
) -> None:
    network = "--cell rnn --nonlinearity relu --hidden-size 12 --sequence-length 300"
    how = "--learning-rate 10 --clip-norm 0 --iterations 20"
    arguments = ("train", "TEXT", *network.split(), *how.split())
    process = started(start_process, text_file(tmp_path, QUESTION * 7), arguments)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == 1


def test_a_full_disk_under_stdout_is_a_failure(
    runs: Path, text: Path, start_process: Start
) -> None:
    for arguments in (FEW, ("list",), ("--help",), ("train", "--help")):
        process = started(start_process, text, arguments, redirected=">/dev/full")
        _, errors = process.communicate()
        assert process.returncode == 1
        said = "rnnviz: stdout cannot be written: No space left on device."
        assert errors.splitlines()[-1] == said
    assert only_run(runs).status.state == "finished"


@pytest.mark.parametrize("redirected", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_command_without_streams_is_quiet(
    runs: Path, start_process: Start, redirected: str
) -> None:
    Run.create(QUESTION, runs=runs)
    process = start_process("-m", "rnnviz", "list", redirected=redirected)
    assert process.communicate() == ("", "")
    assert process.returncode == 0


def test_a_reading_command_ends_quietly_without_a_reader(runs: Path, start_process: Start) -> None:
    Run.create(QUESTION, runs=runs)
    process = start_process("-m", "rnnviz", "list")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert (process.wait(), process.stderr.read()) == (0, "")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp949"])
def test_what_stdout_cannot_encode_is_escaped(
    runs: Path, text: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """On every command that prints."""
    written = io.BytesIO()
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(written, encoding=encoding)
        monkeypatch.setattr(sys, name, stream)
    assert call("train", text, *SMALL, "--iterations", 1) == 0
    run = only_run(runs).id
    out = text.parent / "애국가.npz"
    for arguments in (
        ("corpora",),
        ("list",),
        ("show", run),
        ("sample", run, "--length", 20, "--prompt", "동해"),
        ("trace", run, "--out", out),
        ("gradients", run, "--out", out),
        ("delete", run, "--yes"),
    ):
        assert call(*arguments) == 0, arguments
    assert call("show", "애국가") == 1
    said = written.getvalue().decode(encoding)
    assert ("\\uc560\\uad6d\\uac00" in said) is (encoding != "cp949")
    assert said.count("애국가") == (0 if encoding != "cp949" else said.count("애"))


def test_one_name_does_not_end_a_list(
    runs: Path, start_process: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    Run.create(QUESTION, name="애국가", runs=runs)
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    process = start_process("-m", "rnnviz", "list")
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert "  \\uc560\\uad6d\\uac00\n" in output


def test_a_name_cannot_forge_a_line_or_drive_a_terminal(runs: Path, capsys: Captured) -> None:
    run = Run.create(QUESTION, runs=runs)
    path = run.folder.path / "run.json"
    description = without_digest(path)
    description["name"] = "a\nforged  finished\x1b[31m\u202etxt\u200f"
    path.write_text(json.dumps(description))
    for command in (("list",), ("show", run.id)):
        assert call(*command) == 0
        output = capsys.readouterr().out
        assert "a\\nforged  finished\\x1b[31m\\u202etxt\\u200f" in output


def test_a_file_gets_a_line_for_the_end_at_least(capsys: Captured) -> None:
    bar = ProgressBar()
    for number in (1, 2, 3, 4):
        bar.report(
            Iteration(number, 1.0, 1.0, 1.0, 0.01, 60 * number, 2.0 * number, number / 4, {})
        )
    bar.say("two\nlines")
    bar.close()
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        " 50%  iteration 2  loss 1.443 bits/char (1.000 nats)  30 characters/s  0:04 left",
        "100%  iteration 4  loss 1.443 bits/char (1.000 nats)  30 characters/s  0:00 left",
        "two\\nlines",
    ]
