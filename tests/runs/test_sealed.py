"""One bit that changes in a file that numbers are computed from is said, never computed with."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from safetensors.numpy import load, save

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.runs.documents import RunError
from rnnviz.runs.sealed import seal, unseal

TEXT = "to be, or not to be\n" * 3
TENSORS = {"b": np.arange(3, dtype=np.float32), "a": np.arange(2), "none": np.zeros((0, 2))}


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def make(runs: Path) -> Run:
    how, depth = TrainingConfig(iterations=3), np.arange(len(TEXT))
    model = ModelConfig(cell="rnn", hidden_size=2)
    run = Run.create(TEXT, model=model, training=how, truth={"depth": depth}, runs=runs)
    seen = list[object]()
    work(run, report=seen.append, should_stop=lambda: len(seen) > 3)
    return run


def test_every_bit_counts() -> None:
    data, digest = seal(TENSORS, {"iteration": 7, "norm": None})
    assert unseal(data).digest == digest
    for bit in range(8 * len(data)):
        with pytest.raises(ValueError, match=r"\S"):
            unseal(flipped(data, bit))


def test_every_cut_is_found() -> None:
    data, _ = seal(TENSORS, {})
    for length in range(len(data)):
        with pytest.raises(ValueError, match=r"\S"):
            unseal(data[:length])


def test_the_same_contents_give_the_same_bytes_in_any_order() -> None:
    turned = dict(reversed(TENSORS.items()))
    assert seal(TENSORS, {"a": 1}) == seal(turned, {"a": 1})
    assert seal(TENSORS, {"a": 1}) != seal(TENSORS, {"a": 2})


def test_anybody_can_read_it() -> None:
    read = load(seal(TENSORS, {"a": 1})[0])
    assert {name: array.tolist() for name, array in read.items()} == {
        name: array.tolist() for name, array in TENSORS.items()
    }


@pytest.mark.parametrize("about", [None, {"values": '{"iteration": 3}'}])
def test_files_from_before_open(about: dict[str, str] | None) -> None:
    found = unseal(save(TENSORS, about))
    assert (found.digest, found.values) == (None, {"iteration": 3} if about else {})
    np.testing.assert_array_equal(found.arrays["b"], TENSORS["b"])


@pytest.mark.parametrize("about", [{"format": "pt"}, {"values": "{}", "sha255": "0" * 64}])
def test_files_of_another_program_are_refused(about: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="says what none says"):
        unseal(save(TENSORS, about))


@pytest.mark.parametrize("begin", [b"(dp0\nV", b"\x80\x02}q\0", b"\x80\x05\x95\0\0\0\0\0\0\0\0}"])
def test_a_pickle_is_refused_in_a_sentence(begin: bytes) -> None:
    with pytest.raises(ValueError, match="it is no safetensors file: its header is no JSON"):
        unseal(begin + b"\x94(\x8c\x01h\x94]" * 50)


@pytest.mark.parametrize("name", ["snapshot", "resume", "truth", "text"])
def test_a_bit_in_any_of_them_is_a_sentence(runs: Path, name: str) -> None:
    run = make(runs)
    folder = run.folder
    path = folder.snapshot(2) if name == "snapshot" else getattr(folder, name)
    data, status = path.read_bytes(), run.status
    folder.resume_before.unlink()  # or training would go on from there, and say so

    def read() -> None:
        if name == "snapshot":
            run.model(2)
        elif name == "resume":
            work(run)
        elif name == "truth":
            assert run.truth
        else:
            assert run.text

    for bit in range(5, 8 * len(data), 8 * len(data) // 20):
        path.write_bytes(flipped(data, bit))
        with pytest.raises(RunError, match=path.name):
            read()
        assert run.status == status
    path.write_bytes(data)
    read()


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(runs: Path, odd: float) -> None:
    run = make(runs)
    weights = load(run.folder.snapshot(2).read_bytes())
    weights["decoder.bias"][1] = odd
    run.folder.snapshot(2).write_bytes(save(weights))
    with pytest.raises(RunError, match=r"decoder.bias holds 1 numbers that are NaN or infinite"):
        run.model(2)


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32])
def test_weights_of_another_type_are_refused(runs: Path, dtype: type[np.generic]) -> None:
    run = make(runs)
    weights = {n: w.astype(dtype) for n, w in load(run.folder.snapshot(2).read_bytes()).items()}
    run.folder.snapshot(2).write_bytes(save(weights))
    with pytest.raises(RunError, match=f"is of {np.dtype(dtype)}; a run's weights are float32"):
        run.model(2)


def test_old_runs_have_no_digests_and_open(runs: Path) -> None:
    copytree(Path(__file__).with_name("old"), runs)
    (path,) = runs.iterdir()
    run = Run.open(path)
    assert unseal(run.folder.resume.read_bytes()).digest is None
    assert run.model(0).flat.isfinite().all()
    work(run)
    assert unseal(run.folder.resume.read_bytes()).digest is not None
    assert unseal(run.folder.snapshot(0).read_bytes()).digest is None
