"""An export is whole or not there, and a good file survives one that fails."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from rnnviz.analysis.states.coding import Coding
from rnnviz.analysis.states.stored import StoredSignal, StoredTrace
from rnnviz.export.arrays import save_gradients, save_trace
from rnnviz.export.gradient_arrays import flow_arrays
from rnnviz.records import GradientFlow, Reading
from rnnviz.storage import StorageError
from tests.plots.records import make_flow

LAYERS, TIMESTEPS, UNITS = 3, 97, 5


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk with no more room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def make_stored() -> StoredTrace:
    """A trace of random states."""
    random, text = np.random.default_rng(5), "가b" * (TIMESTEPS // 2) + "\n"
    states = random.random((3, LAYERS, TIMESTEPS, UNITS), dtype=np.float32)
    coding = Coding(np.dtype(np.float32))
    return StoredTrace(
        text=text,
        ids=np.arange(TIMESTEPS, dtype=np.uint16),
        signals={
            name: StoredSignal(codes, coding, 0.0)
            for name, codes in zip("hci", states, strict=True)
        },
        loss=random.random(TIMESTEPS),
        bounds={},
        reading=Reading(streams=7, warm_up=13, error=2e-5),
    )


def write_trace(path: Path) -> None:
    save_trace(make_stored(), path)


def write_flow(path: Path) -> None:
    flow = make_flow(TIMESTEPS)
    save_gradients(flow.text, flow_arrays(flow), path)


WRITERS = pytest.mark.parametrize("write", [write_trace, write_flow])
Write = Callable[[Path], None]


def test_a_trace_returns_as_it_was_and_says_how_it_was_read(tmp_path: Path) -> None:
    path, whole = tmp_path / "out.npz", make_stored()
    write_trace(path)
    with np.load(path, allow_pickle=False) as file:
        found = dict(file)
    states = {name: signal.codes for name, signal in whole.signals.items()}
    expected = states | {"ids": whole.ids, "loss": whole.loss, "text": np.array(whole.text)}
    expected |= {"streams": np.array(7), "warm_up": np.array(13), "error": np.array(2e-5)}
    assert set(found) == set(expected)
    for name, array in expected.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    assert list(tmp_path.iterdir()) == [path]


def test_a_flow_returns_as_it_was(tmp_path: Path) -> None:
    write_flow(tmp_path / "out.npz")
    flow: GradientFlow = make_flow(TIMESTEPS)
    with np.load(tmp_path / "out.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["matrix"], flow.h.matrix)
        assert str(file["text"]) == flow.text


@WRITERS
def test_a_full_disk_is_a_sentence_and_the_good_file_survives(tmp_path: Path, write: Write) -> None:
    path = tmp_path / "out.npz"
    path.write_bytes(b"good")
    with files_up_to(4_000), pytest.raises(StorageError) as caught:
        write(path)
    sentence = "the file would be larger than allowed here; make room."
    assert str(caught.value) == f"{path}: {sentence}"
    assert {found: found.read_bytes() for found in tmp_path.iterdir()} == {path: b"good"}


@WRITERS
def test_a_link_stays_and_the_file_it_leads_to_is_written(tmp_path: Path, write: Write) -> None:
    link, path = tmp_path / "link.npz", tmp_path / "out.npz"
    path.write_bytes(b"old")
    link.symlink_to(path)
    write(link)
    assert link.is_symlink()
    assert path.read_bytes()[:2] == b"PK"
