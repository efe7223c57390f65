"""Every mistake is one sentence and an exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rnnviz.runs.store import find_folders
from tests.commands.calling import LONG, SHORT, Captured, call, complaint, text_file


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "No such file"),
        (b"", "is empty; at least 2 characters"),
        (b"a", "has 1 character; at least 2"),
        (b"\x7fELF\0\0", "binary"),
        (b"\xff" * 9, "is not UTF-8 (byte 0xFF at position"),
    ],
)
def test_a_text_that_cannot_be_used_makes_no_run(
    runs: Path, tmp_path: Path, capsys: Captured, data: str | bytes | None, words: str
) -> None:
    path = tmp_path / "gone.txt" if data is None else text_file(tmp_path, data)
    assert call("train", path, "--iterations", 1) == 2
    assert words in complaint(capsys)
    assert list(find_folders(runs)) == []


def test_what_the_machine_has_no_memory_for_makes_no_run(
    runs: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.training.memory.memory_there", lambda: 10**9)
    large = ("--hidden-size", 2048, "--batch-size", 150, "--sequence-length", 60)
    assert call("train", text_file(tmp_path, LONG), *large) == 2
    said = complaint(capsys)
    assert "hidden_size 2,048, num_layers 1, batch_size 150 and sequence_length 60" in said
    assert re.search(r"takes about 2\.\d GB of memory; this machine has 1\.0 GB\. Make", said)
    assert list(find_folders(runs)) == []


def test_a_directory_is_no_text(runs: Path, tmp_path: Path, capsys: Captured) -> None:
    assert call("train", tmp_path) == 2
    assert "Is a directory. Give a text file." in complaint(capsys)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("train TEXT --hidden-size 0", "hidden_size is 0; it must be a whole number from 1"),
        ("train TEXT --hidden-size many", "invalid int value: 'many'"),
        ("train TEXT --learning-rate nan", "learning_rate is nan; it must be"),
        ("train TEXT --cell lstn", "invalid choice: 'lstn'"),
        (
            "train TEXT --cell gru --nonlinearity relu",
            "nonlinearity of cell 'gru' is 'relu'; it must be tanh",
        ),
        ("train TEXT --iterations 0", "iterations is 0"),
        ("train TEXT --iterations 1 --seconds 1", "not allowed with argument"),
        ("train TEXT --layers 2", "unrecognized arguments: --layers"),
        ("train TEXT --preset slow", "invalid choice: 'slow'"),
        ("train", "no text was given"),
        ("train TEXT --resume some-run", "give it alone"),
        ("train --resume some-run --seed 1", "give it alone"),
        ("train --resume some-run --hangul jamo", "give it alone"),
        ("train TEXT --hangul letters", "invalid choice: 'letters'"),
        ("", "the following arguments are required: COMMAND"),
        ("trian TEXT", "invalid choice: 'trian'"),
        ("sample", "the following arguments are required: RUN"),
        ("gradients RUN --out OUT --window 0", "'0' is not a whole number from 1"),
        ("gradients RUN --out OUT --window x", "'x' is not a whole number from 1"),
        ("dashboard --port 70000", "'70000' is not a whole number from 1 to 65,535"),
        ("dashboard --port 0", "'0' is not a whole number from 1 to 65,535"),
        ("trace RUN", "the following arguments are required: --out"),
    ],
)
def test_wrong_arguments_make_no_run(
    runs: Path, tmp_path: Path, capsys: Captured, arguments: str, words: str
) -> None:
    places = {"TEXT": str(text_file(tmp_path, SHORT)), "OUT": str(tmp_path / "out.npz")}
    assert call(*(places.get(word, word) for word in arguments.split())) == 2
    assert words in complaint(capsys)
    assert list(find_folders(runs)) == []


def test_the_example_is_refused_before_anything_is_said(runs: Path, capsys: Captured) -> None:
    assert call("train", "--resume", "example") == 1
    assert "this run comes with rnnviz as an example" in complaint(capsys)


@pytest.mark.parametrize("command", ["show", "sample", "trace", "gradients", "delete", "train"])
@pytest.mark.parametrize("run", ["no-such-run", "../../etc", "x" * 5000])
def test_an_unknown_run_is_one_sentence(
    runs: Path, tmp_path: Path, capsys: Captured, command: str, run: str
) -> None:
    given = ("--resume", run) if command == "train" else (run,)
    out = ("--out", tmp_path / "out.npz") if command in ("trace", "gradients") else ()
    assert call(command, *given, *out) == 1
    assert run in complaint(capsys)


def test_a_place_that_cannot_hold_runs_is_refused(tmp_path: Path, capsys: Captured) -> None:
    text = text_file(tmp_path, SHORT)
    assert call("train", text, "--iterations", 1, "--runs", text / "runs") == 1
    assert "not a folder; choose another with --runs" in complaint(capsys)


def test_a_link_that_leads_in_a_circle_is_called_so(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for arguments in (
        ("list", "--runs", tmp_path / "a"),
        ("show", tmp_path / "a" / "hamlet-1"),
        ("train", text_file(tmp_path, SHORT), "--runs", tmp_path / "a" / "runs"),
    ):
        assert call(*arguments) == 1
        said = complaint(capsys)
        assert "leads back to itself" in said or "there is no run" in said
