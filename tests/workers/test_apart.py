"""A run that is trained on another disk: what others see is whole, and of one process."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import pytest

from rnnviz import Run, work
from rnnviz.runs import lease
from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.history import History, read_status
from rnnviz.runs.lease import Lease, lay_down
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.whereabouts import Whereabouts
from rnnviz.workers import publishing, supervisor, taking
from rnnviz.workers.apart import work_apart
from rnnviz.workers.publishing import Publisher
from tests.conftest import Start, wait_until, worker_of
from tests.workers.recorded import assert_same, assert_whole, make

pytestmark = pytest.mark.usefixtures("short_samples")

ELSEWHERE = Whereabouts("lab-2", "another machine", "another start", 4711, "ada")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A disk of the machine's own; who waits on it looks often."""
    monkeypatch.setattr(publishing, "_LOOK_SECONDS", 0.005)
    monkeypatch.setattr(lease, "_LOOK_SECONDS", 0.001)
    monkeypatch.setattr(taking, "TRAINING_SECONDS", 0.1)
    return tmp_path / "scratch"


@pytest.fixture
def straight(runs: Path) -> Run:
    """A run that nothing disturbed."""
    run = make(runs)
    work(run)
    return run


def copied(folder: RunFolder, where: Path) -> RunFolder:
    shutil.copytree(folder.path, where / folder.id)
    return RunFolder(where / folder.id)


def weights(folder: RunFolder) -> list[str]:
    """The names of all snapshots and resume points that are there."""
    return sorted(path.name for path in folder.path.rglob("*.safetensors"))


def test_it_ends_as_in_place_in_one_file_and_leaves_nothing_behind(
    runs: Path, scratch: Path, straight: Run
) -> None:
    run = make(runs)
    assert work_apart(run, scratch) == work(straight)
    assert_same(run, straight)
    assert weights(run.folder) == weights(straight.folder)
    with History(run.folder.history, reading=True) as history:
        assert history.is_laid_down
    (home,) = scratch.iterdir()
    assert [path.name for path in home.iterdir()] == [".slots"]
    assert not run.folder.publishers() and not any(p.exists() for p in run.folder.history_logs)


def publisher_of_all(mine: RunFolder, shown: RunFolder) -> Publisher:
    """One to whom nothing of it counts as published."""
    publisher = Publisher(mine, Lease.take(shown))
    publisher._sent, publisher._point = {}, None
    return publisher


def everything(folder: RunFolder) -> tuple[bytes, ...]:
    """The files that are the run's, without those that are not published yet."""
    paths = (*sorted(folder.snapshots.iterdir()), folder.history, folder.resume_next, folder.resume)
    return tuple(
        b"%s %s" % (path.name.encode(), path.read_bytes()) for path in paths if path.exists()
    )


class Crash(BaseException):
    """What nobody catches: nothing that comes after it is done."""


@contextmanager
def crash_at(count: int) -> Iterator[None]:
    """The process dies before it writes out, renames or deletes for the so-manieth time."""
    left = count

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **how: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Crash
            return call(*arguments, **how)

        return counted

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "replace", "unlink"):
            patch.setattr(os, name, dying(getattr(os, name)))
        yield


def test_a_crash_at_any_step_of_publishing_leaves_a_run_that_goes_on(
    runs: Path, tmp_path: Path, straight: Run
) -> None:
    """All that can be read is as before or as after, and training goes on to the same end."""
    shown = make(runs).folder
    mine = copied(shown, tmp_path / "mine")
    reports: list[object] = []
    work(Run(mine), report=reports.append, should_stop=lambda: len(reports) > 8)
    lay_down(shown.history)
    publisher_of_all(mine, shown).publish()
    before = len(Run(shown).history)
    assert_whole(Run(shown))
    work(Run(mine))
    seen: set[tuple[bytes, ...]] = set()
    for count in range(1, 1000):
        tried = copied(shown, tmp_path / f"try-{count}")
        publisher = publisher_of_all(copied(mine, tmp_path / f"mine-{count}"), tried)
        try:
            with crash_at(count):
                publisher.publish()
        except Crash:
            assert len(Run(tried).history) in (before, 11)
            if (found := everything(tried)) not in seen:
                assert_whole(Run(tried))
                work(Run(tried))
                assert_same(Run(tried), straight)
            seen.add(found)
        else:
            break
    assert count > len(seen) > 10
    assert_same(Run(tried), straight)


def test_a_publisher_that_was_slow_changes_nothing_once_another_has_taken_over(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, fsync = make(runs), os.fsync
    slow = Lease.take(run.folder)
    before = run.folder.history.read_bytes()

    def overtaken(handle: int) -> None:
        """All is written, and the rename comes next."""
        monkeypatch.setattr(os, "fsync", fsync)
        ELSEWHERE.tell(run.folder.lock)
        taken.append(Lease.take(run.folder))

    taken: list[Lease] = []
    monkeypatch.setattr(os, "fsync", overtaken)
    with pytest.raises(RunError, match="is trained by ada on lab-2 now; this process, which was"):
        slow.put(io.BytesIO(b"late"), run.folder.history)
    assert run.folder.history.read_bytes() == before and taken[0].holds
    with pytest.raises(RunError, match="is trained by ada on lab-2 now"):
        slow.put(io.BytesIO(b"later"), run.folder.history)
    run.delete()
    with pytest.raises(RunError, match="was deleted while it was training"):
        taken[0].check()


def test_what_was_asked_is_heeded_on_another_disk(runs: Path, scratch: Path) -> None:
    run, ended = make(runs, iterations=10**6), list[object]()
    thread = Thread(target=lambda: ended.append(work_apart(run, scratch)))
    thread.start()
    wait_until(lambda: run.status.state == "running" and len(run.snapshots) > 2)
    supervisor.pause(run)
    wait_until(lambda: run.status.state == "paused")
    with pytest.raises(RunError, match="already being trained"):
        work_apart(run, scratch)
    supervisor.resume(run)
    wait_until(lambda: run.status.state == "running")
    assert run.folder.size() and run.status.alive
    supervisor.stop(run)
    thread.join()
    assert (run.status.state, len(ended)) == ("stopped", 1)
    assert str(scratch) not in run.status.message and not lease.ask(run.folder, "stop")


def test_what_is_published_of_a_run_that_trains_ends_where_it_can_be_gone_on_with(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = make(runs).folder
    mine, left = copied(shown, tmp_path / "mine"), iter(range(6))
    work(Run(mine), should_stop=lambda: next(left, None) is None)
    at = read_tensors(mine.resume).values["iteration"]
    with History(mine.history) as history:
        history.add("iterations", [(at + 1, 2.5, 1.0, 1.0, 0.1, 99, 1.0)])
        history.set_status("running", at + 1, 0.5)
    lay_down(shown.history)
    publisher = publisher_of_all(mine, shown)
    publisher.publish()
    assert len(Run(mine).history) == at + 1 and len(Run(shown).history) == at
    os.utime(mine.resume)  # as a new one, which came without a snapshot
    assert not publisher._is_due(said := read_status(mine.history))
    monkeypatch.setattr(publishing, "_MOST_SECONDS", -1.0)
    assert publisher._is_due(said)
    with History(mine.history) as history:
        history.set_status("diverged", at + 1, 0.5)
    thinned = mine.snapshots_there().popitem()[1]
    assert (shown.snapshots / thinned.name).exists()
    thinned.unlink()
    publisher.publish()
    assert len(Run(shown).history) == at + 1
    assert shown.snapshots_there().keys() == mine.snapshots_there().keys()


def test_who_loses_the_right_after_the_last_file_lets_no_resume_point_take_its_place(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = make(runs).folder
    mine, left, put = copied(shown, tmp_path / "mine"), iter(range(3)), Lease.put
    work(Run(mine), should_stop=lambda: next(left, None) is None)

    def put_and_lose(held: Lease, source: BinaryIO, path: Path) -> None:
        put(held, source, path)
        if path == shown.history:
            held.give_back()

    monkeypatch.setattr(Lease, "put", put_and_lose)
    with pytest.raises(RunError, match="publishes nothing more"):
        publisher_of_all(mine, shown).publish()
    assert shown.resume_next.exists() and not shown.resume.exists()


def test_a_run_taken_over_ends_the_slow_one_and_goes_on_from_what_it_published(
    runs: Path, scratch: Path, start_process: Start
) -> None:
    run, left = make(runs, iterations=10**6), iter(range(200))
    slow = start_process("-m", "rnnviz", "train", "--resume", run.id, "--scratch", scratch)
    wait_until(lambda: len(run.history) > 100)
    assert worker_of(run) == slow.pid and run.status.state == "running"
    before = len(run.history)
    outcome = work_apart(
        run, scratch, takes_over=True, should_stop=lambda: next(left, None) is None
    )
    assert outcome.state == "stopped" and len(run.history) > before
    assert_whole(run)
    assert "is trained by" in slow.communicate()[1] and slow.returncode == 1
    assert not list(scratch.glob("*/*/history.sqlite"))


def test_who_is_asked_to_stop_and_dies_is_not_gone_on_with(runs: Path, scratch: Path) -> None:
    run = make(runs)
    Lease.take(run.folder)
    assert lease.ask(run.folder, "stop")
    assert work_apart(run, scratch, takes_over=True).state == "stopped"
    assert work_apart(run, scratch).state == "finished"


def test_one_that_is_seen_from_nowhere_can_be_asked(runs: Path) -> None:
    run = make(runs)
    with History(run.folder.history) as history:
        history.set_status("running", 1, 0.5)
    ELSEWHERE.tell(run.folder.lock)
    assert not run.status.reachable
    held = Lease.take(run.folder)
    assert run.status.reachable
    supervisor.stop(run)
    assert held.asked == "stop"


def test_a_copy_of_another_user_is_refused(
    runs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make(runs)
    scratch.mkdir()
    (scratch / f"rnnviz-{os.getuid() + 1}").mkdir()
    found = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: found + 1)
    with pytest.raises(RunError, match="is another user's; choose another folder with --scratch"):
        work_apart(run, scratch)
    assert run.status.state == "created" and not run.folder.publishers()
    assert replace(run.status, message="").alive is False
