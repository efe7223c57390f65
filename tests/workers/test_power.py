"""After a power cut the history holds all that the resume point claims, or it is said and mended.

What a disk holds after a cut is a copy whose log ends anywhere after what was synced; worse still
are tried too: a log cut at every frame, whatever was synced.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from rnnviz import Run, work
from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.resume_point import take_place
from rnnviz.training.progress import Progress
from rnnviz.workers import recorder
from tests.workers.recorded import assert_same, assert_whole, make

pytestmark = pytest.mark.usefixtures("short_samples")

HEADER, FRAME = 32, 24 + 4096


def copied(run: Run, to: Path) -> Run:
    """What a machine that stops now would find: all but what was in memory."""
    copytree(run.folder.path, to / run.id, ignore=ignore_patterns("*-shm", "*.lock"))
    return Run.open(to / run.id)


def cuts(run: Run) -> list[int]:
    """The lengths of the log at the end of every frame."""
    (log, *_) = run.folder.history_logs
    size = log.stat().st_size if log.exists() else 0
    return [0, *range(HEADER, size + 1, FRAME)]


def reached(run: Run) -> int:
    return int(read_tensors(run.folder.resume).values["iteration"])


def test_wherever_the_log_is_cut_the_history_reaches_the_resume_point(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power fails after every step, and where most is in the log: before it is emptied."""
    run, copies, sync = make(runs, iterations=12), list[Run](), recorder.History.sync

    def copy(_: object) -> None:
        copies.append(copied(run, tmp_path / f"{len(copies)}"))

    def copy_and_sync(history: recorder.History) -> None:
        if run.folder.resume.exists():
            copy(history)
        sync(history)

    monkeypatch.setattr(recorder.History, "sync", copy_and_sync)
    work(run, report=copy)
    monkeypatch.undo()
    tried = 0
    for number, whole in enumerate(copies):
        for length in cuts(whole):
            cut = copied(whole, tmp_path / f"{number} {length}")
            (log, *_) = cut.folder.history_logs
            if log.exists():
                os.truncate(log, length)
            point = reached(cut)
            assert cut.history["iteration"].tolist()[:point] == list(range(1, point + 1))
            assert point in set(cut.snapshots["iteration"]) or point not in {0, 1, 2, 5, 10, 12}
            tried += 1
    assert tried > 50
    cut = copied(copies[7], tmp_path / "again")
    work(cut)
    assert_same(cut, run)


def test_a_history_that_does_not_reach_so_far_goes_back_to_what_both_have(
    runs: Path, tmp_path: Path
) -> None:
    """A folder put together of two moments, or of a disk that lies."""
    run, copies, told = make(runs, iterations=12), list[Run](), list[str]()
    work(run, report=lambda _: copies.append(copied(run, tmp_path / f"{len(copies)}")))
    early = next(c for c in copies if c.status.iteration == 5 and reached(c) == 5)
    late = next(c for c in copies if reached(c) == 10)
    old, new = early.folder, late.folder
    old.resume.replace(old.resume_before)
    new.resume.replace(old.resume)
    work(early, notice=told.append)
    assert any("does not reach so far" in said and "iteration 5" in said for said in told)
    assert told[0] in early.notices
    assert_same(early, run)


def test_a_damaged_point_goes_back_to_the_one_before(runs: Path) -> None:
    run, straight, told = make(runs, iterations=9), make(runs, iterations=9), list[str]()
    seen = list[Progress]()
    work(run, report=seen.append, should_stop=lambda: len(seen) > 8)
    run.folder.resume.write_bytes(run.folder.resume.read_bytes()[:-1])
    work(run, notice=told.append)
    work(straight)
    assert any("resume.safetensors is damaged" in said for said in told)
    assert_same(run, straight)
    assert not run.folder.resume_before.exists()


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that nothing ended before its time."""
    run = make(tmp_path_factory.mktemp("runs"), iterations=6)
    work(run)
    return run


@pytest.mark.parametrize("call", ["add", "sync", "take_place", "replace"])
@pytest.mark.parametrize("count", range(1, 8))
def test_a_snapshot_and_its_resume_point_are_one_step(
    runs: Path, straight: Run, call: str, count: int
) -> None:
    """Killed anywhere, a snapshot that is recorded is not rolled back."""
    run = make(runs, iterations=6)
    child = os.fork()
    if child == 0:
        train_until(run, call, count)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    kept = set(run.snapshots["iteration"])
    seen = list[Progress]()
    work(run, report=seen.append)
    again = {p.iteration for p in seen if type(p).__name__ == "Snapshot"}
    assert not kept & again
    assert_whole(run)
    assert_same(run, straight)


def train_until(run: Run, call: str, count: int) -> None:
    """Train, and die just after a call was made so often."""
    home = {"add": recorder.History, "sync": recorder.History, "replace": os}.get(call, recorder)
    before, left = getattr(home, call), [count]

    def counted(*given: object) -> object:
        result = before(*given)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(home, call, counted)
    work(run)
    os._exit(0)


def test_the_log_is_on_the_disk_before_the_point_takes_its_place(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, done = make(runs, iterations=2), list[str]()
    sync, fsync = recorder.History.sync, os.fsync

    def written(handle: int) -> None:
        done.append(Path(f"/proc/self/fd/{handle}").resolve().name)
        fsync(handle)

    def synced(self: recorder.History) -> None:
        sync(self)
        done.append("synced")

    def placed(*given: object) -> None:
        done.append("placed")
        take_place(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "fsync", written)
    monkeypatch.setattr(recorder.History, "sync", synced)
    monkeypatch.setattr(recorder, "take_place", placed)
    work(run)
    at = done.index("placed")
    assert done[at - 3 : at] == ["history.sqlite-wal", run.id, "synced"]
    assert done.count("placed") == done.count("synced") > 2


def test_nothing_goes_on_where_neither_can_be_used(runs: Path) -> None:
    run, seen = make(runs, iterations=9), list[Progress]()
    work(run, report=seen.append, should_stop=lambda: len(seen) > 8)
    for path in (run.folder.resume, run.folder.resume_before):
        path.write_bytes(b"")
    with pytest.raises(RunError, match="cannot go on"):
        work(run)
