"""A run of somebody else's, that may only be read, is read, and stays as it is."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.cli import main
from rnnviz.runs.documents import RunError
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.locks import hold, is_held
from tests.conftest import QUESTION

NOBODY = 65534

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")


@pytest.fixture
def run() -> Iterator[Run]:
    """A finished run in a folder that everybody may read, and only its owner write."""
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        how = TrainingConfig(iterations=2, sequence_length=5, batch_size=3)
        made = Run.create(QUESTION * 4, model=ModelConfig(hidden_size=3), training=how, runs=home)
        work(made)
        yield made


def as_nobody(look: Callable[[], object]) -> bool:
    """Whether another user sees what must hold, in a process of their own."""
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        try:
            look()
            os._exit(0)
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def test_it_is_read_and_nothing_is_written(run: Run) -> None:
    before = {path: path.read_bytes() for path in run.folder.path.rglob("*") if path.is_file()}

    def look() -> None:
        (listed,) = RunIndex(run.folder.path.parent).look()
        assert (listed.standing, listed.error) == ("finished, read only", None)
        other = Run.open(run.folder.path)
        assert other.folder.is_read_only
        assert other.status.state == "finished"
        assert len(other.history) == 2
        assert other.snapshots["sample"].map(len).min() > 0
        assert len(other.model(2).flat)

    assert as_nobody(look)
    after = {path: path.read_bytes() for path in run.folder.path.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize("index", [True, False])
def test_an_archive_whose_log_holds_the_newest_rows_is_read_whole(run: Run, index: bool) -> None:
    """As a machine that stopped left it: nothing has been written back, and nothing can be."""
    archive = run.folder.path.parent / "archive" / run.id
    with History(run.folder.history) as history:
        history.select("PRAGMA wal_checkpoint(TRUNCATE)")
        history.add("iterations", [(3, 0.25, 1.0, 1.0, 0.01, 45, 1.5)])
        history.set_status("stopped", 3, 0.5)
        copytree(run.folder.path, archive, ignore=None if index else ignore_patterns("*-shm"))
    before = sorted(path.name for path in archive.iterdir())

    def look() -> None:
        other = Run.open(archive)
        assert other.history["loss_nats"].iloc[-1] == 0.25
        assert (other.status.state, other.status.iteration) == ("stopped", 3)
        assert "read only here, so nothing goes on with it" in other.status.message
        assert [listed.standing for listed in RunIndex(archive.parent).look()] == [
            "stopped, read only"
        ]

    assert as_nobody(look)
    assert sorted(path.name for path in archive.iterdir()) == before


def test_the_command_line_says_so(run: Run) -> None:
    def look() -> None:
        with closing(io.StringIO()) as said, redirect_stdout(said):
            assert main(["list", "--runs", str(run.folder.path.parent)]) == 0
            assert main(["show", str(run.folder.path)]) == 0
            assert said.getvalue().count("finished, read only") == 2

    assert as_nobody(look)


def test_one_that_is_trained_just_now_is_running(run: Run) -> None:
    """By the log of its history, which is newer than the file, and by the lock."""
    lock = hold(run.folder.lock)
    assert lock is not None
    with History(run.folder.history) as history:
        history.set_status("running", 1, 0.5)

        def look() -> None:
            (listed,) = RunIndex(run.folder.path.parent).look()
            assert (listed.state, listed.iteration) == ("running", 1)
            assert is_held(run.folder.lock)

        assert as_nobody(look)
    lock.release()


def test_what_would_write_is_a_sentence(run: Run) -> None:
    def change() -> None:
        for act in (lambda: run.rename("mine"), lambda: work(run), run.delete):
            with pytest.raises(RunError, match=r"may write|permission denied"):
                act()

    assert as_nobody(change)
    assert run.status.state == "finished"
