"""Tags stay with a run whatever else becomes of it, and what they hold drives no terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rnnviz.cli import main
from rnnviz.config import TrainingConfig
from rnnviz.runs.description import rename
from rnnviz.runs.documents import RunError
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.run import Run
from rnnviz.runs.tags import MOST, retag
from rnnviz.workers.worker import work
from tests.runs.test_description import without_digest
from tests.runs.test_store import make

HOSTILE = ["\x1b[2J", "a\nb", "\u202egnp", "a,b", "", " ", "x" * 41, "\ud800"]
Captured = pytest.CaptureFixture[str]


def test_tags_are_put_and_taken_and_stay(runs: Path) -> None:
    run = Run.create("to be " * 30, runs=runs, training=TrainingConfig(iterations=2), group="cells")
    assert "tags" not in json.loads(run.folder.json.read_text())
    run.tag("window", " 한글 <b>", "window")
    rename(run.folder, "another")
    run.tag("last", take=["window"])
    work(run)
    again = Run.open(run.id, runs).description
    assert (again.name, again.tags, again.group) == ("another", ("한글 <b>", "last"), "cells")
    said = settings_of(Run.open(run.id, runs))
    assert (said["tags"], said["group"]) == ("한글 <b>, last", "cells")
    run.tag(take=again.tags)
    assert "tags" not in json.loads(run.folder.json.read_text())


@pytest.mark.parametrize("tag", HOSTILE)
def test_what_cannot_be_a_tag_is_refused_and_nothing_changes(tmp_path: Path, tag: str) -> None:
    folder = make(tmp_path)
    before = folder.json.read_bytes()
    with pytest.raises(ValueError, match="the tag"):
        retag(folder, put=["fine", tag])
    with pytest.raises(ValueError, match="the group"):
        Run.create("to be", runs=tmp_path, group=tag)
    assert folder.json.read_bytes() == before


def test_there_are_limits_and_what_is_not_there_is_not_taken(tmp_path: Path) -> None:
    folder = make(tmp_path)
    with pytest.raises(ValueError, match=f"may have {MOST} tags; this one would have {MOST + 1}"):
        retag(folder, put=map(str, range(MOST + 1)))
    with pytest.raises(ValueError, match="has no tag 'x'; it has none"):
        retag(folder, take=["x"])
    retag(folder, put=["y"])
    with pytest.raises(ValueError, match="has no tag 'x'; it has 'y'"):
        retag(folder, take=["x"])


def test_what_somebody_wrote_into_the_file_is_shown_harmless(runs: Path, capsys: Captured) -> None:
    folder = make(runs)
    values = without_digest(folder.json)
    folder.json.write_text(json.dumps({**values, "tags": ["\x1b[2J\n"]}))
    assert main(["tag", folder.id]) == main(["show", folder.id]) == 0
    assert "\x1b" not in (said := capsys.readouterr().out) and r"\x1b[2J\n" in said
    for tags in ("a", [3], {"a": 1}):
        folder.json.write_text(json.dumps({**values, "tags": tags}))
        with pytest.raises(RunError, match="damaged"):
            Run(folder)


def test_the_commands_tag_and_rename(runs: Path, capsys: Captured) -> None:
    run = make(runs).id
    assert main(["tag", run]) == 0
    assert capsys.readouterr().out == f"{run} has no tags\n"
    assert main(["tag", run, "good", "dropout 0.5"]) == 0
    assert main(["tag", run, "--remove", "good"]) == 0
    assert capsys.readouterr().out == f"{run}: good, dropout 0.5\n{run}: dropout 0.5\n"
    assert main(["rename", run, "  Lear "]) == 0
    assert capsys.readouterr().out == f"{run} is called Lear\n"
    assert main(["rename", run, ""]) == main(["tag", run, "a,b"]) == 2
    assert main(["tag", "example", "mine"]) == 1
