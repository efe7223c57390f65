"""A folder of runs that a group may write is everybody's of that group, whatever their umask."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.runs.documents import RunError
from rnnviz.runs.index import RunIndex
from rnnviz.storage import share, shared_mode
from tests.conftest import QUESTION
from tests.runs.test_read_only import NOBODY, as_nobody

pytestmark = pytest.mark.usefixtures("short_samples")

only_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be another user")


@pytest.fixture(params=[0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def shared(umask: None) -> Iterator[Path]:
    """A folder of runs that belongs to root and the group of nobody."""
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        runs = Path(home) / "runs"
        runs.mkdir()
        os.chown(runs, 0, NOBODY)
        runs.chmod(0o2770)
        yield runs


def make(runs: Path) -> Run:
    how = TrainingConfig(iterations=4, sequence_length=5, batch_size=3)
    return Run.create(QUESTION * 4, model=ModelConfig(hidden_size=3), training=how, runs=runs)


def stop(run: Run) -> None:
    seen = list[object]()
    work(run, report=seen.append, should_stop=lambda: len(seen) > 2)


@only_root
def test_a_second_user_trains_renames_and_deletes_what_the_first_made(shared: Path) -> None:
    run, other = make(shared), make(shared)
    stop(run)

    def go_on() -> None:
        same = Run.open(run.folder.path)
        assert not same.folder.is_read_only
        assert work(same).state == "finished"
        same.rename("ours")
        assert Run.open(other.folder.path).delete() == []
        stop(make(shared))

    assert as_nobody(go_on)
    states = [listed.standing for listed in RunIndex(shared).look()]
    assert states == ["stopped", "finished"]
    assert Run.open(run.folder.path).description.name == "ours"
    for path in shared.rglob("*"):
        found, write = path.stat(), stat.S_IRGRP | stat.S_IWGRP
        assert (found.st_gid, found.st_mode & write, path) == (NOBODY, write, path)


@only_root
def test_one_who_may_only_look_sees_who_trains(shared: Path) -> None:
    run = make(shared)
    seen = list[bool]()

    def look(_: object) -> None:
        if not seen:
            seen.append(as_nobody(check))

    def check() -> None:
        status = Run.open(run.folder.path).status
        assert (status.standing, status.elsewhere[:7]) == ("running elsewhere", "by root")

    work(run, report=look)
    assert seen == [True]


@only_root
def test_where_the_folders_rights_do_not_allow_it_is_a_sentence(shared: Path) -> None:
    shared.chmod(0o755)
    run = make(shared)
    stop(run)

    def go_on() -> None:
        with pytest.raises(RunError, match=r"permission denied|may write"):
            work(Run.open(run.folder.path))

    shared.parent.chmod(0o755)
    assert run.folder.path.stat().st_mode & stat.S_IWGRP == 0
    if run.folder.path.stat().st_mode & stat.S_IROTH:
        assert as_nobody(go_on)


@pytest.mark.parametrize(
    ("folder", "given"),
    [
        (0o755, None),
        (0o700, None),
        (0o1777, 0o770),  # of such a folder, as /tmp is, not everybody
        (0o775, 0o770),
        (0o2770, 0o2770),
        (0o777, 0o777),
        (0o707, 0o707),
    ],
)
def test_only_who_may_write_the_folder_is_given_anything(
    tmp_path: Path, folder: int, given: int | None
) -> None:
    path = tmp_path / "file"
    path.touch(0o600)
    tmp_path.chmod(folder)
    assert shared_mode(path) == given
    share(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 | (0 if given is None else given & 0o666)
    tmp_path.chmod(0o700)


def test_nothing_is_done_through_a_link(tmp_path: Path) -> None:
    tmp_path.chmod(0o770)
    outside, link = tmp_path / "outside", tmp_path / "link"
    outside.touch(0o600)
    outside.chmod(0o600)
    link.symlink_to(outside)
    share(link)
    share(tmp_path / "nowhere")
    assert stat.S_IMODE(outside.stat().st_mode) == 0o600
