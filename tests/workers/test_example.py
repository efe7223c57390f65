"""The script of the example leaves what one looks at, and nothing else."""

from __future__ import annotations

import pytest

from rnnviz import ModelConfig, Run, TrainingConfig
from rnnviz.runs.paths import RunFolder
from rnnviz.workers.example import make_example

pytestmark = pytest.mark.usefixtures("short_samples")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """An example of the same kind, smaller."""
    folder = tmp_path_factory.mktemp("shipped") / "example"
    training = TrainingConfig(iterations=60, sequence_length=15, batch_size=3)
    model = ModelConfig(cell="rnn", hidden_size=5)
    make_example(folder, characters=2000, model=model, training=training)
    return Run(RunFolder(folder))


def test_only_some_snapshots_are_kept_and_each_with_its_weights(made: Run) -> None:
    kept = made.snapshots["iteration"].tolist()
    assert kept == sorted({0, 10, 50, 60, made.best_iteration})
    assert sorted(made.folder.snapshots_there()) == kept
    assert {made.trace("You", iteration).h.shape for iteration in kept} == {(1, 3, 5)}
    assert sorted(made.gradient_norms_by_lag()["iteration"].unique()) == kept
    assert len(made.history) == 60


def test_it_is_finished_and_looking_at_it_writes_nothing(made: Run) -> None:
    folder = made.folder.path
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    names = {path.name for path in folder.iterdir()}
    assert names == {"run.json", "text.txt", "truth.safetensors", "history.sqlite", "snapshots"}
    assert made.status.state == "finished"
    assert not made.status.alive
    assert set(made.truth) == {"inside_quote", "column"}
    made.trace(made.held_out_text[:50], 0)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
