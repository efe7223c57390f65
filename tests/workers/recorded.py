"""Small runs, and what must hold of all that was recorded of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from rnnviz import ModelConfig, Run, TrainingConfig
from rnnviz.runs.documents import read_tensors
from tests.conftest import QUESTION

TEXT = QUESTION * 7


def make(runs: Path, model: ModelConfig | None = None, **training: Any) -> Run:
    how = {"sequence_length": 5, "batch_size": 3, "iterations": 11} | training
    model = model or ModelConfig(cell="rnn", hidden_size=7)
    return Run.create(TEXT, model=model, training=TrainingConfig(**how), runs=runs)


def assert_same(run: Run, other: Run) -> None:
    """All that was recorded is the same, bit for bit; only the clock may differ."""
    files = [sorted(r.folder.snapshots.glob("*.safetensors")) for r in (run, other)]
    assert [path.name for path in files[0]] == [path.name for path in files[1]]
    for mine, others in zip(*files, strict=True):
        assert mine.read_bytes() == others.read_bytes()
    histories = [r.history.drop(columns="seconds") for r in (run, other)]
    pd.testing.assert_frame_equal(*histories, check_exact=True)
    pd.testing.assert_frame_equal(run.snapshots, other.snapshots, check_exact=True)
    for norms in (Run.gradient_norms, Run.gradient_norms_by_lag):
        pd.testing.assert_frame_equal(norms(run), norms(other), check_exact=True)


def assert_whole(run: Run) -> None:
    """Nothing that can be seen is half written, and every snapshot listed is there."""
    for path in run.folder.snapshots.glob("*.safetensors"):
        read_tensors(path)
    if run.folder.resume.exists():
        read_tensors(run.folder.resume)
    for iteration in run.snapshots["iteration"]:
        assert run.model(iteration).flat.isfinite().all()
    history, norms = run.history, run.gradient_norms()
    assert history["iteration"].tolist() == list(range(1, len(history) + 1))
    assert set(norms["iteration"]) == set(history["iteration"])
