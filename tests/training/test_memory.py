"""What training takes is known before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.training import memory
from rnnviz.training.memory import check_memory, memory_needed, memory_there
from tests.benchmarks.training_memory import compare

SIZES = 2_000_000, 65


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_peak_of_a_worker_is_what_was_estimated(cell: str) -> None:
    network = {"cell": cell, "hidden_size": 160, "num_layers": 2, "dropout": 0.5}
    found = compare(network, {"batch_size": 96, "sequence_length": 96}, 20_000)
    assert found["estimated_mb"] > 450  # far above a worker with nothing to train
    assert 0.8 < found["share"] < 1.25


@pytest.mark.parametrize(
    ("larger", "least"),
    [
        ((ModelConfig(hidden_size=512), TrainingConfig(batch_size=512)), 1.8),
        ((ModelConfig(), TrainingConfig(batch_size=1024)), 1.8),
        ((ModelConfig(), TrainingConfig(batch_size=512, sequence_length=128)), 1.8),
        ((ModelConfig(num_layers=2), TrainingConfig(batch_size=512)), 1.8),
    ],
)
def test_every_size_counts(larger: tuple[ModelConfig, TrainingConfig], least: float) -> None:
    nothing = memory_needed(ModelConfig(hidden_size=1), TrainingConfig(batch_size=1), *SIZES)
    usual = memory_needed(ModelConfig(), TrainingConfig(batch_size=512), *SIZES)
    assert memory_needed(*larger, *SIZES) - nothing > least * (usual - nothing)


def test_a_batch_that_the_text_cannot_fill_costs_nothing() -> None:
    few, many = (TrainingConfig(batch_size=size) for size in (100, 4_000))
    assert memory_needed(ModelConfig(), few, 1_000, 65) == memory_needed(
        ModelConfig(), many, 1_000, 65
    )


def test_a_machine_has_what_its_control_group_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "_LIMITS", (str(limit), str(tmp_path / "none")))
    whole = memory_there()
    assert whole is not None
    for said, there in (("max", whole), ("123456789", 123_456_789), ("9" * 30, whole)):
        limit.write_text(f"{said}\n")
        assert memory_there() == there


def test_a_machine_that_does_not_say_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "memory_there", lambda: None)
    check_memory(ModelConfig(hidden_size=2048), TrainingConfig(batch_size=4096), *SIZES)
