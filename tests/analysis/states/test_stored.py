"""What is on the disk is what was recorded, to within what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnviz.analysis.states import streams
from rnnviz.analysis.states.coding import Precision
from rnnviz.analysis.states.division import Division
from rnnviz.analysis.states.stored import stored_trace
from rnnviz.analysis.states.trace import trace
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.storage import StorageError
from rnnviz.text.vocabulary import Vocabulary
from tests.export.test_arrays import files_up_to
from tests.networks import CELLS, make_network

VOCABULARY = Vocabulary.of("abcdef")
TEXT = "facadebeadfeed" * 9


def forgetting(cell: tuple[str, str], layers: int = 2) -> CharRNN:
    network = make_network(cell, layers)
    network.flat.mul_(0.5)
    return network


@pytest.mark.parametrize("precision", ["full", "float16", "int8"])
@pytest.mark.parametrize("cell", CELLS)
def test_every_number_is_as_near_as_is_said(
    cell: tuple[str, str], precision: Precision, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    division = Division(len(TEXT), 4)
    monkeypatch.setattr(Division, "of", lambda _, exact=False: division)
    monkeypatch.setattr(streams, "BLOCK", 5)
    network = forgetting(cell)
    whole = trace(network, VOCABULARY, TEXT)
    states = {"h": whole.h, **({} if whole.c is None else {"c": whole.c}), **whole.gates}
    found = stored_trace(network, VOCABULARY, TEXT, precision=precision, beside=tmp_path / "states")
    assert not list(tmp_path.iterdir())  # without a name
    assert set(found.signals) == set(states)
    for name, values in states.items():
        stored = found.signals[name]
        assert stored.codes.shape == values.shape
        assert stored.off <= (0 if precision == "full" else 0.004)
        for layer in range(2):
            off = np.abs(stored.values(layer) - values[layer]).max()
            assert off <= stored.off + 1e-6  # float32
        np.testing.assert_array_equal(stored.values(1, slice(3, 50), 2), stored.values(1)[3:50, 2])
    np.testing.assert_array_equal(found.loss, whole.loss)
    assert found.reading == whole.reading


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    network = forgetting(("lstm", "tanh"))
    with files_up_to(4_000), pytest.raises(StorageError) as caught:
        stored_trace(network, VOCABULARY, TEXT, beside=tmp_path / "states")
    assert str(caught.value) == (
        f"{tmp_path}/states: the file would be larger than allowed here; make room."
    )
    assert not list(tmp_path.iterdir())


def test_what_half_precision_cannot_hold_is_refused(tmp_path: Path) -> None:
    network = forgetting(("rnn", "relu"), 1)
    network.parameters["rnn.bias_ih_l0"][0] = 70_000
    with pytest.raises(ValueError, match=r'h of this network reaches .* store it in "full"'):
        stored_trace(network, VOCABULARY, TEXT, beside=tmp_path / "states")
    found = stored_trace(network, VOCABULARY, TEXT, precision="full", beside=tmp_path / "states")
    assert found.signals["h"].values(0).max() >= 70_000
