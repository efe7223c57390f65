"""Texts given as files: an encoding is named, or certain, or asked for; the run keeps it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from rnnviz.cli import main
from rnnviz.runs.run import Run
from rnnviz.text.reading import Reading
from tests.conftest import only_run
from tests.runs.edited import without_digest

QUOTES = "It’s late, “isn’t it?”\nThe lamp won’t burn.\n"
SMALL = ("--hidden-size", "5", "--sequence-length", "4", "--iterations", "1")

Captured = pytest.CaptureFixture[str]


def written(folder: Path, text: str, encoding: str) -> str:
    path = folder / f"{encoding}.txt"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_a_text_that_does_not_say_its_encoding_is_refused_with_guesses(
    tmp_path: Path, capsys: Captured
) -> None:
    assert main(["train", written(tmp_path, QUOTES, "cp1252"), *SMALL]) == 2
    sentence, *lines = capsys.readouterr().err.splitlines()
    assert "byte 0x92 at position 2, line 1" in sentence
    assert lines[0].split(maxsplit=2) == ["--encoding", "cp1252", "It’s late, “isn’t it?”"]
    assert all(line.startswith("  --encoding ") for line in lines)


@pytest.mark.parametrize("encoding", ["cp1252", "gb18030", "utf-16-le"])
def test_the_encoding_is_taken_kept_and_shown(
    tmp_path: Path, capsys: Captured, encoding: str
) -> None:
    path = written(tmp_path, QUOTES, encoding)
    assert main(["train", path, "--encoding", encoding, *SMALL, "--runs", str(tmp_path)]) == 0
    run = only_run(tmp_path)
    assert run.text == QUOTES
    assert json.loads(run.folder.json.read_text())["text"]["encoding"] == encoding
    assert f"read as {encoding.upper()}" in capsys.readouterr().err
    assert main(["show", run.id, "--runs", str(tmp_path)]) == 0
    assert re.search(f"encoding of its file +{encoding.upper()}\n", capsys.readouterr().out)


def test_bad_bytes_are_named_and_replaced_where_that_is_asked(
    tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes("Ça va, été\nbad ".encode() + b"\xff one\n")
    assert main(["train", str(path), *SMALL]) == 2
    assert "byte 0xFF at position 18, line 2" in (said := capsys.readouterr().err)
    assert said.splitlines()[1:] == ["  --replace-bad-bytes"]
    assert main(["train", str(path), "--replace-bad-bytes", *SMALL, "--runs", str(tmp_path)]) == 0
    assert only_run(tmp_path).text == "Ça va, été\nbad \ufffd one\n"


def test_trace_and_gradients_read_a_file_in_its_encoding(tmp_path: Path, capsys: Captured) -> None:
    path = written(tmp_path, QUOTES, "cp1252")
    choice = ["--encoding", "cp1252"]
    assert main(["train", path, *choice, *SMALL, "--runs", str(tmp_path)]) == 0
    run = only_run(tmp_path).id
    for command in ("trace", "gradients"):
        call = [command, run, "--runs", str(tmp_path), "--text-file", path]
        call += ["--out", str(tmp_path / f"{command}.npz")]
        assert main(call) == 2
        assert "  --encoding cp1252" in capsys.readouterr().err
        assert main([*call, *choice]) == 0


def test_an_encoding_is_of_a_new_run_alone(tmp_path: Path, capsys: Captured) -> None:
    assert main(["train", "--resume", "x", "--encoding", "cp949"]) == 2
    assert "give it alone" in capsys.readouterr().err
    assert main(["train", written(tmp_path, QUOTES, "cp1252"), "--encoding", "klingon"]) == 2
    assert "'klingon', which is not known" in capsys.readouterr().err


def test_old_runs_say_no_encoding(tmp_path: Path) -> None:
    run = Run.create("to be or not", runs=tmp_path, encoding="cp949")
    values = without_digest(run.folder.json)
    del values["text"]["encoding"]
    run.folder.json.write_text(json.dumps(values))
    assert Run.open(run.folder.path).description.reading == Reading()
    assert "read as" not in Run.open(run.folder.path).description.text_words


def test_unknown_characters_are_named_or_skipped(tmp_path: Path, capsys: Captured) -> None:
    path = written(tmp_path, "hello " * 20, "ascii")
    assert main(["train", path, *SMALL, "--runs", str(tmp_path)]) == 0
    run = only_run(tmp_path)
    foreign = written(tmp_path, "h, wo rld", "utf-8")
    runs, out = ["--runs", str(tmp_path)], ["--out", str(tmp_path / "x.npz")]
    calls = [
        ["sample", run.id, "--prompt", "h, wo rld", "--length", "2"],
        ["trace", run.id, "--text-file", foreign, *out],
        ["gradients", run.id, "--text-file", foreign, *out],
    ]
    for call in calls:
        assert main([*call, *runs]) == 2
        assert "',' (COMMA) at position 1 is not one of" in capsys.readouterr().err
        assert main([*call, *runs, "--skip-unknown"]) == 0
        assert "left out: ',' (at 1), 'w' (at 3), 'r' (at 6) and 'd' (at 8)." in (
            capsys.readouterr().err
        )


def test_decomposed_letters_are_said_and_composed_on_demand(
    tmp_path: Path, capsys: Captured
) -> None:
    text = "Les élèves étaient déçus.\n"
    path = written(tmp_path, unicodedata.normalize("NFD", text), "utf-8")
    for option, expected in (([], unicodedata.normalize("NFD", text)), (["--nfc"], text)):
        folder = tmp_path / f"runs{len(option)}"
        assert main(["train", path, *option, *SMALL, "--runs", str(folder)]) == 0
        assert only_run(folder).text == expected
        assert ("--nfc saves 5 characters" in capsys.readouterr().err) is not bool(option)
        how = only_run(folder).description.reading
        assert how == Reading("utf-8", composed=5 * bool(option))
        assert ("letters composed with their marks (NFC)" in how.words) is bool(option)


def test_bad_bytes_that_were_replaced_are_kept_and_shown(tmp_path: Path, capsys: Captured) -> None:
    (path := tmp_path / "bad.txt").write_bytes("Ça va très bien.\n".encode() * 9 + b"caf\xe9\n")
    runs = ["--runs", str(tmp_path)]
    assert main(["train", str(path), "--replace-bad-bytes", *SMALL, *runs]) == 0
    run = only_run(tmp_path)
    assert run.description.reading == Reading("utf-8", bad_bytes=1)
    assert json.loads(run.folder.json.read_text())["text"]["bad_bytes"] == 1
    capsys.readouterr()
    assert main(["show", run.id, *runs]) == 0
    assert " UTF-8, 1 bad byte became U+FFFD\n" in capsys.readouterr().out
