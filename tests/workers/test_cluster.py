"""A sweep on a Dask cluster of real processes: whoever dies, every run ends, once, and the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rnnviz import ModelConfig, Run, work
from rnnviz.cli import main
from rnnviz.runs.states import LIVING
from rnnviz.runs.store import find_folders
from rnnviz.workers.cluster import Cluster
from tests.conftest import QUESTION, worker_of
from tests.workers.dask_cluster import DaskCluster, dask_cluster, ending_with_us, wait_patiently
from tests.workers.recorded import assert_same, make

SWEEP = "rnnviz.commands.sweep"
SMALL = ("--hidden-size", "6", "--sequence-length", "5", "--batch-size", "3")
FOR_EVER = ("--seed", "1,2,3", "--iterations", "1000000")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with dask_cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


@pytest.fixture
def sweep(tmp_path: Path, runs: Path, cluster: DaskCluster) -> list[str]:
    """The command on the cluster, without what varies and a budget."""
    text = tmp_path / "q.txt"
    text.write_text(QUESTION * 7)
    where = ("--dask", cluster.address, "--scratch", str(tmp_path))
    return ["sweep", str(text), *SMALL, *where]


def all_of(runs: Path) -> list[Run]:
    return [Run(folder) for folder in reversed(list(find_folders(runs)))]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine, the last word of a run that was stopped takes its time."""
    monkeypatch.setattr(f"{SWEEP}._ENDING_SECONDS", 600.0)


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Let something be done at every look of the sweep."""

    def look(_: float) -> None:
        act()
        wait(0.02)

    wait = time.sleep
    monkeypatch.setattr(f"{SWEEP}.time.sleep", look)


def test_processes_of_a_cluster_end_with_those_who_began_them() -> None:
    with ending_with_us("http.server", "0", "--bind", "127.0.0.1") as process:
        assert process.stdin is not None
        process.stdin.close()  # as the system does where the tests are killed
        assert process.wait(600) == 1


def test_ctrl_c_stops_those_that_train_and_begins_no_other(
    sweep: list[str], runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    def interrupt() -> None:
        if [run.status.state for run in all_of(runs)].count("running") == 2 and not asked:
            asked.append(True)
            raise KeyboardInterrupt

    asked: list[bool] = []
    meanwhile(monkeypatch, interrupt)
    assert main([*sweep, *FOR_EVER]) == 1
    told = capsys.readouterr().err
    assert "Stopping all; what they have learned is kept." in told
    assert "not all are finished: 2 stopped, 1 created; `python -m rnnviz train --resume" in told
    stopped = next(run for run in all_of(runs) if run.status.state == "stopped")
    wait_patiently(lambda: not stopped.status.alive)  # it has said its last word
    assert not stopped.folder.publishers()


def test_what_cannot_be_trained_is_said(runs: Path, cluster: DaskCluster) -> None:
    gone, done = make(runs), make(runs)
    work(done)
    before = done.folder.history.read_bytes()
    gone.delete()
    asked = Cluster(cluster.address)
    assert asked.workers > 0
    asked.begin([gone, done])
    wait_patiently(lambda: not asked.goes_on())
    (said,) = asked.end()
    assert said.startswith(f"Run {gone.id} could not be trained: ")
    assert f"sees no run at {gone.folder.path}; the folder of runs must be on a disk that" in said
    assert done.folder.history.read_bytes() == before  # what is finished is not trained again


def test_a_worker_that_is_killed_loses_nothing_and_changes_no_bit(
    runs: Path, tmp_path: Path, cluster: DaskCluster
) -> None:
    """Nine runs of two workers, one of which dies in the middle: as one after the other."""
    longest, *others = made_nine(runs)
    trains = Cluster(cluster.address, tmp_path)
    trains.begin([longest, *others])
    wait_patiently(lambda: longest.status.state == "running" and len(longest.snapshots) > 2)
    victim, survivor = sorted(cluster.workers, key=lambda each: each.pid != worker_of(longest))
    victim.kill()
    wait_patiently(lambda: not trains.goes_on())
    assert trains.end() == []
    assert worker_of(longest) == survivor.pid
    for run, alone in zip([longest, *others], made_nine(tmp_path / "alone"), strict=True):
        work(alone)
        assert run.status == alone.status and run.status.state == "finished"
        assert_same(run, alone)


def made_nine(runs: Path) -> list[Run]:
    """Three cells from three seeds each; the first of them takes a while."""
    kinds = [(cell, seed) for cell in ("rnn", "gru", "lstm") for seed in (1, 2, 3)]
    iterations = [400, *[3] * 8]
    return [
        make(runs, ModelConfig(cell, hidden_size=6), seed=seed, iterations=number)
        for (cell, seed), number in zip(kinds, iterations, strict=True)
    ]


def test_without_the_scheduler_all_is_kept_and_goes_on(
    sweep: list[str],
    runs: Path,
    cluster: DaskCluster,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: Any,
) -> None:
    def kill() -> None:
        if any(len(run.snapshots) > 3 for run in all_of(runs)):
            cluster.scheduler.kill()

    meanwhile(monkeypatch, kill)
    monkeypatch.setattr("rnnviz.workers.cluster._ANSWER_SECONDS", 0.5)
    assert main([*sweep, *FOR_EVER]) == 1
    told = capsys.readouterr().err.splitlines()
    gone = f"The Dask scheduler at {cluster.address} is gone. Stopping all; what they have learned"
    assert [line for line in told if line.startswith(gone)]
    assert "not all are finished" in told[-1] and "`python -m rnnviz train --resume" in told[-1]
    assert not [run for run in all_of(runs) if run.status.state in LIVING]
    begun = max(all_of(runs), key=lambda run: len(run.history))
    before, left = len(begun.history), iter(range(9))
    assert work(begun, should_stop=lambda: next(left, None) is None).state == "stopped"
    assert len(begun.history) > before
    assert main([*sweep, "--seed", "1,2", "--iterations", "9"]) == 1
    assert f"no Dask scheduler answers at {cluster.address}" in capsys.readouterr().err
    assert len(all_of(runs)) == 3  # where nobody could train them, none are made


def test_without_the_package_it_says_how_to_install_it(
    tmp_path: Path, runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setattr("rnnviz.workers.cluster.find_spec", lambda name: None)
    options = ("--dask", "tcp://127.0.0.1:1", "--seed", "1,2", "--iterations", "9")
    assert main(["sweep", str(tmp_path / "q.txt"), *options]) == 2
    assert "`pip install 'rnnviz[cluster]'` installs it" in capsys.readouterr().err
