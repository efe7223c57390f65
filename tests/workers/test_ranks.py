"""Two processes that train one network together do what one does, and none waits for ever."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
import torch
from torch import Tensor

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.runs.history import History
from rnnviz.runs.made_with import settings_of
from rnnviz.training import trainer as trainer_module
from rnnviz.training.progress import RankError
from rnnviz.training.ranks import Ranks
from rnnviz.training.trainer import Trainer
from tests.conftest import ROOT
from tests.training.test_trainer import make_trainer
from tests.workers.rank_process import seldom
from tests.workers.recorded import assert_same, assert_whole, make

PROCESS = Path(__file__).with_name("rank_process.py")
MODELS = {
    "plain": ModelConfig("rnn", hidden_size=13),
    "other": ModelConfig("lstm", hidden_size=16),
    "stopped": ModelConfig("gru", hidden_size=16),
    "killed": ModelConfig("lstm", hidden_size=16, num_layers=2, dropout=0.3),
}
COMMANDS = [
    ("plain", ""),
    ("other", ""),
    ("stopped", "SIGTERM@20"),
    ("stopped", ""),
    ("killed", "SIGKILL@30"),
]
Together = tuple[dict[str, Run], list[str]]


def made(name: str, folder: Path) -> Run:
    return make(folder / name, MODELS[name], iterations=50, batch_size=8, sequence_length=7)


def free_ports(number: int) -> list[str]:
    """So many on which nobody listens now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [str(each.getsockname()[1]) for each in sockets]


@pytest.fixture(autouse=True, scope="module")
def few_snapshots() -> Iterator[None]:
    """As in the processes."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(trainer_module, "snapshot_due", seldom)
        yield


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Together:
    """Runs that two processes trained, by name, and what each of the two said on stderr."""
    runs = {name: made(name, tmp_path_factory.mktemp("together")) for name in MODELS}
    commands = [
        f"{befalls} train --resume {runs[name].folder.path}".strip() for name, befalls in COMMANDS
    ]
    ports = free_ports(len(commands))
    told = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(PROCESS), *chain(*zip(ports, commands, strict=True))]
    with ExitStack() as stack:
        two = [
            stack.enter_context(
                Popen(command, env=os.environ | told | {"RANK": rank}, stderr=PIPE, text=True)
            )
            for rank in "01"
        ]
        for process in two:
            stack.callback(process.kill)
        said = [process.communicate(timeout=240)[1] for process in two]
    assert [process.returncode for process in two] == [0, -9]
    return runs, said


@pytest.fixture(scope="module")
def in_halves(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """The same runs, each trained by one process whose batch is in halves."""
    folder = tmp_path_factory.mktemp("halves")
    runs = {name: made(name, folder) for name in MODELS}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(trainer_module, "parts_by_rule", lambda *_: 2)
        for run in runs.values():
            work(run)
    return runs


@pytest.mark.parametrize("name", ["plain", "other"])
def test_two_processes_record_what_one_does_in_halves(
    name: str, together: Together, in_halves: dict[str, Run]
) -> None:
    """Bit for bit: weights, losses, norms, samples."""
    assert_same(together[0][name], in_halves[name])


def test_the_joint_batch_is_learned(together: Together, tmp_path: Path) -> None:
    """As by one process, its batch as a whole, to 1e-6 after 50 iterations."""
    runs, _ = together
    for name in ("plain", "other", "stopped"):
        alone = made(name, tmp_path)
        work(alone)
        torch.testing.assert_close(runs[name].model().flat, alone.model().flat, rtol=0, atol=1e-6)


def test_who_asks_any_of_them_to_stop_stops_all_and_they_go_on(
    together: Together, in_halves: dict[str, Run]
) -> None:
    """Asked at iteration 20: a snapshot more, and then as if nobody had."""
    run = together[0]["stopped"]
    with History(run.folder.history, reading=True) as history:
        kinds = [kind for (kind,) in history.select("SELECT kind FROM events ORDER BY rowid")]
    assert "stopped" in kinds and kinds[-1] == "finished"
    assert_whole(run)
    assert torch.equal(run.model().flat, in_halves["stopped"].model().flat)


def test_a_run_that_lost_a_process_says_so_and_goes_on_in_one(
    together: Together, in_halves: dict[str, Run]
) -> None:
    """With dropout, where that of both processes stood."""
    runs, (said, _) = together
    run = runs["killed"]
    assert (
        run.status.state == "failed" and "can reach another one no longer" in said.splitlines()[-1]
    )
    assert run.resume_command in said.splitlines()[-1]
    assert work(run).state == "finished"
    assert_same(run, in_halves["killed"])


def test_the_settings_say_how_many_trained_it(together: Together) -> None:
    assert "Processes: 2, each with" in settings_of(together[0]["plain"])["computing"]


class Misled(Ranks):
    """One of two; from the other it hears what it says itself, but for one number."""

    weights, number, more = 0, 0, 0.0

    def _sum(self, message: Tensor) -> None:
        places = message[self.weights : -2].view(2, -1)
        places[1 - self.rank] = places[self.rank]
        places[1 - self.rank, self.number] += self.more


def misled(rank: int, number: int, more: float) -> Trainer:
    """That of a rank which hears more of the other: of the loss, the clock or the checksum."""
    ranks = Misled(rank, count=2, local=2)
    trainer = make_trainer(TrainingConfig(iterations=3, batch_size=6), ranks=ranks)
    ranks.weights, ranks.number, ranks.more = len(trainer.network.flat), number, more
    return trainer


def test_other_weights_are_noticed() -> None:
    trainer = misled(rank=0, number=2, more=1.0)
    with pytest.raises(RankError, match="come to different weights"):
        trainer.iterate()
    assert trainer.iteration == 0


def test_all_go_by_the_clock_of_the_first() -> None:
    for rank in (0, 1):
        trainer = misled(rank, number=1, more=600.0)
        trainer.iterate()
        assert (trainer.seconds > 600) == (rank == 1)
