"""A worker computes as is quickest, and leaves its process as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training.arrangement import ALONE, Arrangement
from rnnviz.training.trainer import Trainer
from rnnviz.workers.threads import Threads, arrangement_choice
from tests.training.test_trainer import make_trainer

TOGETHER, HALVES = Arrangement(2, 1), Arrangement(1, 2)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(1)


def used(trainer: Trainer, seconds: Callable[[Arrangement], float], count: int = 30) -> list:
    """How so many iterations were arranged, with two threads to be had."""
    threads, found = Threads(lambda: 2), []
    threads.serve(trainer)
    for _ in range(count):
        assert torch.get_num_threads() == trainer.arrangement.threads
        found.append(trainer.arrangement)
        threads.adapt(seconds(trainer.arrangement))
    threads.restore()
    assert torch.get_num_threads() == 1
    return found


def of_time(batch_size: int = 9) -> Trainer:
    training = TrainingConfig(seconds=60.0, batch_size=batch_size, sequence_length=10)
    return make_trainer(training)


@pytest.mark.parametrize("quickest", [ALONE, TOGETHER, HALVES])
def test_the_quickest_is_kept(quickest: Arrangement) -> None:
    trainer = of_time()
    found = used(trainer, lambda now: 0.1 if now == quickest else 0.15)
    assert found == [ALONE] * 5 + [TOGETHER] * 5 + [HALVES] * 5 + [quickest] * 15
    assert trainer.parts == trainer.arrangement.parts


def test_what_is_hopeless_ends_at_once() -> None:
    found = used(of_time(), lambda now: 0.1 if now == ALONE else 0.3)
    assert found == [ALONE] * 5 + [TOGETHER, HALVES] + [ALONE] * 23


def test_a_run_that_can_be_repeated_changes_no_bit() -> None:
    """A small one is computed by one thread; a large one in halves, whoever computes them."""
    small, model = make_trainer(), ModelConfig("gru", hidden_size=171)
    assert small.parts == 1
    assert {*used(small, lambda now: 0.1)} == {ALONE}
    training = TrainingConfig(iterations=40, batch_size=32, sequence_length=2)
    large, other = make_trainer(training, model), make_trainer(training, model)
    assert used(large, lambda now: 0.1 / now.parts)[5:] == [HALVES] * 25
    assert large.parts == other.parts == 2
    for _ in range(3):
        large.iterate()
        other.iterate()
    assert torch.equal(large.network.flat, other.network.flat)


def test_few_streams_are_not_divided() -> None:
    assert HALVES not in used(of_time(batch_size=7), lambda now: 0.1)


def test_training_goes_on_as_it_was_arranged() -> None:
    choice = arrangement_choice(lambda: [TOGETHER, HALVES], kept=HALVES)
    found = [next(choice), *(choice.send(1.0) for _ in range(8))]
    assert found == [HALVES] * 5 + [ALONE] * 4
    gone = arrangement_choice(lambda: [], kept=HALVES)
    assert next(gone) == ALONE
