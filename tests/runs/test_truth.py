"""What is known of a run's text is kept with it, whole, and checked on both ways."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.runs.documents import RunError, write_tensors
from rnnviz.runs.truth import Truth

TEXT = "((a)b)" * 5
DEPTH = np.cumsum([{"(": 1, ")": -1}.get(c, 0) for c in TEXT])


def make(runs: Path, truth: Truth | None) -> Run:
    how = TrainingConfig(iterations=2, sequence_length=5, batch_size=2)
    return Run.create(TEXT, model=ModelConfig(hidden_size=3), training=how, runs=runs, truth=truth)


def test_truth_returns_as_given_and_outlives_training(tmp_path: Path) -> None:
    given: dict[str, NDArray[np.integer[Any]]] = {
        "depth": DEPTH.astype(np.int16),
        "letter": (DEPTH > 1).astype(np.uint8),
    }
    run = make(tmp_path, given)
    work(run)
    found = Run.open(run.id, tmp_path).truth
    assert run.has_truth and set(found) == set(given)
    for name, values in given.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize("truth", [None, {}])
def test_without_truth_there_is_none(tmp_path: Path, truth: Truth | None) -> None:
    run = make(tmp_path, truth)
    assert run.truth == {} and not run.has_truth
    assert not run.folder.truth.exists()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("depth", DEPTH[:-1]),
        ("depth", DEPTH[:, None]),
        ("depth", DEPTH / 2),
        ("depth", DEPTH > 0),
        ("", DEPTH),
    ],
)
def test_truth_that_does_not_fit_is_refused(
    tmp_path: Path, name: str, values: NDArray[np.int64]
) -> None:
    with pytest.raises(ValueError, match="one whole number for each of the 30 characters"):
        make(tmp_path, {name: values})
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_truth_cannot_be_written_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == "truth.safetensors":
            raise OSError(errno.ENOSPC, "full")
        written(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(RunError, match="disk is full"):
        make(tmp_path, {"depth": DEPTH})
    assert list(tmp_path.iterdir()) == []


def test_damaged_truth_is_one_sentence(tmp_path: Path) -> None:
    run = make(tmp_path, {"depth": DEPTH})
    run.folder.truth.write_bytes(run.folder.truth.read_bytes()[:-3])
    with pytest.raises(RunError, match="damaged"):
        _ = run.truth
    write_tensors(run.folder.truth, {"depth": DEPTH[:-1]})
    with pytest.raises(RunError, match="damaged: truth 'depth' is int64 of shape"):
        _ = run.truth


def test_the_jamo_of_a_syllable_have_its_truth(tmp_path: Path) -> None:
    text, final = "나는 밥을 산다.\n", np.array([0, 1, 0, 1, 1, 0, 1, 0, 0, 0])
    run = Run.create(text, runs=tmp_path, truth={"final_consonant": final}, hangul="jamo")
    found = run.truth["final_consonant"]
    assert found.tolist() == [0] * 2 + [1] * 3 + [0] + [1] * 6 + [0] + [1] * 3 + [0] * 4
    assert len(found) == len(run.characters)
