"""On a CUDA device: the training of the CPU, the same bits each time, and resumed as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training.progress import Iteration
from rnnviz.training.trainer import Trainer
from tests.networks import CELLS
from tests.training.test_trainer import TEXT, make_trainer

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")

TRAINING = TrainingConfig(iterations=30, batch_size=32, sequence_length=20, device="cuda")


def assert_about(found: Any, expected: Any) -> None:
    """Float32 products differ in their last bits, and training spreads that."""
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=2e-4)


def model_of(cell: tuple[str, str]) -> ModelConfig:
    return ModelConfig(cell[0], cell[1], 32, 2, dropout=0.3)  # type: ignore[arg-type]


def losses_of(trainer: Trainer, iterations: int) -> list[float]:
    return [trainer.iterate().loss for _ in range(iterations)]


@pytest.mark.parametrize("cell", CELLS)
def test_it_trains_as_the_cpu_does(cell: tuple[str, str]) -> None:
    """Losses, norms by timestep and what a snapshot measures; dropout draws other numbers there."""
    model = replace(model_of(cell), dropout=0.0)
    text = TEXT * 20  # long enough to hold a part out
    there = make_trainer(TRAINING, model, text)
    here = make_trainer(replace(TRAINING, device="cpu"), model, text)
    for _ in range(5):
        found, expected = there.iterate(), here.iterate()
        assert isinstance(found, Iteration) and isinstance(expected, Iteration)
        assert_about(found.loss, expected.loss)
        for path, norms in expected.gradient_norms.items():
            assert_about(found.gradient_norms[path], norms)
    taken, other = there.snapshot(), here.snapshot()
    assert taken.validation_loss == pytest.approx(other.validation_loss, rel=2e-3)
    for probe, arrays in other.measurements.items():
        for name, values in arrays.items():
            assert_about(taken.measurements[probe][name], values)


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_settings_give_the_same_bits(cell: tuple[str, str]) -> None:
    first, second = (make_trainer(TRAINING, model_of(cell)) for _ in range(2))
    assert losses_of(first, 20) == losses_of(second, 20)
    assert torch.equal(first.network.flat, second.network.flat)


@pytest.mark.parametrize("cell", CELLS)
def test_restored_training_goes_on_bit_for_bit(cell: tuple[str, str]) -> None:
    whole, before, after = (make_trainer(TRAINING, model_of(cell)) for _ in range(3))
    begun = losses_of(before, 11)
    after.restore(*before.state())
    assert begun + losses_of(after, 9) == losses_of(whole, 20)
    assert torch.equal(after.network.flat, whole.network.flat)
