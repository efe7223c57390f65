"""A batch in parts gives the gradients, norms and states of the whole, and the same bits always."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training import gradient
from rnnviz.training.arrangement import ALONE, Arrangement
from rnnviz.training.progress import Iteration
from rnnviz.training.trainer import Trainer
from tests.networks import CELLS
from tests.training.test_trainer import make_trainer

# 19 streams of 37 or 38 characters: the last window of an epoch has targets that do not count.
TRAINING = TrainingConfig(iterations=600, batch_size=19, sequence_length=10)
HALVES, SIDES = Arrangement(1, 2), Arrangement(1, 3)


def divided(
    arrangement: Arrangement, model: ModelConfig | None = None, *, side_by_side: bool = True
) -> Trainer:
    """A trainer whose batch is in so many parts."""
    trainer = make_trainer(TRAINING, model)
    trainer._gradient.divide(arrangement.parts)
    trainer.arrangement = arrangement if side_by_side else ALONE
    return trainer


@pytest.mark.parametrize("cell", [CELLS[0], CELLS[3], CELLS[4]])
@pytest.mark.parametrize("parts", [HALVES, SIDES])
def test_parts_add_up_to_the_whole(cell: tuple[str, str], parts: Arrangement) -> None:
    model = ModelConfig(cell[0], cell[1], 13, 2)  # type: ignore[arg-type]
    one, other = divided(ALONE, model), divided(parts, model)
    state = one.network.zero_state(19)
    for window in one.windows:
        whole, found = one._gradient(window, state), other._gradient(window, state)
        assert found.loss == pytest.approx(whole.loss, rel=1e-6)
        expected = one._gradient.total.flat
        torch.testing.assert_close(other._gradient.total.flat, expected, rtol=1e-3, atol=1e-6)
        for path, norms in whole.norms.items():
            assert norms.shape == (2, len(window.inputs), 19)
            torch.testing.assert_close(found.norms[path], norms, rtol=1e-3, atol=1e-6)
        torch.testing.assert_close(found.state.h, whole.state.h)
        state = whole.state
    assert window.counted is not None and not window.counted.all()


@pytest.mark.parametrize("units", [13, 16])
def test_the_bits_depend_on_the_parts_and_not_on_who_computes_them(units: int) -> None:
    model = ModelConfig("lstm", hidden_size=units, num_layers=2, dropout=0.3)
    trainers = [divided(SIDES, model, side_by_side=beside) for beside in (True, False)]
    for _ in range(6):
        made = [trainer.iterate() for trainer in trainers]
        assert made[0].loss == made[1].loss
    assert torch.equal(trainers[0].network.flat, trainers[1].network.flat)


def test_halves_go_on_bit_for_bit() -> None:
    """With dropout, whose draws are each part's own."""
    model = ModelConfig("gru", hidden_size=16, dropout=0.4)
    straight, before, after = (divided(HALVES, model) for _ in range(3))
    after._gradient.divide(3)
    for _ in range(7):
        straight.iterate()
    for _ in range(4):
        before.iterate()
    after.restore(*before.state())
    assert after.arrangement == HALVES and after.parts == 2
    for _ in range(3):
        after.iterate()
    assert torch.equal(after.network.flat, straight.network.flat)


def test_a_resume_point_of_before_there_were_parts_is_of_one() -> None:
    before, after = make_trainer(), make_trainer()
    before.iterate()
    arrays, values = before.state()
    for name in ("parts", "arrangement", "ways"):
        del values[name]
    after.restore(arrays, values)
    assert after.parts == 1 and after.arrangement == ALONE
    assert isinstance(after.iterate(), Iteration)


def test_dropout_differs_from_part_to_part() -> None:
    trainer = divided(SIDES, ModelConfig(hidden_size=13, dropout=0.4))
    states = trainer._gradient.dropout_states()
    assert list(states) == ["dropout", "dropout.1", "dropout.2"]
    assert len({state.numpy().tobytes() for state in states.values()}) == 3


def test_dropout_draws_nothing_twice_however_often_the_batch_is_divided() -> None:
    trainer = divided(HALVES, ModelConfig(hidden_size=13, dropout=0.4))
    first = trainer._gradient.dropout_states()["dropout.1"]
    trainer.iterate()
    drawn = trainer._gradient.dropout_states()["dropout.1"]
    trainer._gradient.divide(1)
    trainer._gradient.divide(2)
    again = trainer._gradient.dropout_states()["dropout.1"]
    assert torch.equal(again, drawn) and not torch.equal(again, first)


@pytest.mark.parametrize("number", [0, 1])
def test_what_goes_wrong_in_a_part_reaches_the_caller(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once all parts are done; and then they work again."""
    trainer, compute, done = divided(HALVES), gradient._Part.compute, []

    def breaks(part: gradient._Part, *given: object) -> gradient.Found:
        if part.streams.start == (0, 9)[number]:
            raise MemoryError("no room")
        done.append(part.streams)
        return compute(part, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(gradient._Part, "compute", breaks)
        with pytest.raises(MemoryError, match="no room"):
            trainer.iterate()
    assert len(done) == 1
    assert trainer.iteration == 0 and isinstance(trainer.iterate(), Iteration)


def beside() -> set[threading.Thread]:
    """The threads that compute parts; those of other tests may end, and begin others."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("part_")}


def test_no_thread_outlives_the_generator() -> None:
    before, trainer = beside(), divided(SIDES)
    run = trainer.run()
    while trainer.iteration < 2:
        next(run)
    assert len(beside() - before) == 2
    run.close()
    assert beside() <= before
    assert isinstance(trainer.iterate(), Iteration)


def test_recorded_norms_are_means_over_all_streams() -> None:
    one, other = divided(ALONE), divided(HALVES)
    made = [trainer.iterate().gradient_norms["c"] for trainer in (one, other)]  # type: ignore[union-attr]
    np.testing.assert_allclose(*made, rtol=1e-4)
