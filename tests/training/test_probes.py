"""Snapshots hold what every probe finds, and a further one needs no other change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.analysis.gradients.passages import norms_by_passage
from rnnviz.analysis.states.trace import trace
from rnnviz.records import Floats, Ids
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.runs import tables
from rnnviz.runs.history import History
from rnnviz.text.windows import Split
from rnnviz.training import probes
from tests.networks import CELLS, VOCAB, make_network

TEXT = "the cat sat on the mat. " * 12


@pytest.mark.parametrize("cell", CELLS)
def test_norms_by_lag_are_means_of_each_passage(cell: tuple[str, str]) -> None:
    network = make_network(cell, 2)
    passages = np.random.default_rng(3).integers(VOCAB, size=(4, 21))
    found = dict(probes.measure(network, passages)["by_passage"])
    assert found.pop("losses") == 8
    norms = norms_by_passage(network, passages)
    assert set(found) == set(norms) == ({"h", "c"} if cell[0] == "lstm" else {"h"})
    for path, own in found.items():
        assert own.shape == (2, 4, 13)
        np.testing.assert_allclose(own, norms[path].mean(2))


@pytest.mark.parametrize("cell", CELLS)
def test_how_far_units_moved_is_measured_over_all_passages(cell: tuple[str, str]) -> None:
    network = make_network(cell, 2)
    passages = np.random.default_rng(3).integers(VOCAB, size=(4, 21))
    found = probes.measure(network, passages)["moved"]
    h = [trace(network, "abcdef", "".join("abcdef"[at] for at in row[:-1])).h for row in passages]
    assert found["characters"] == 4 * 20
    np.testing.assert_allclose(found["h"], np.ptp(np.concatenate(h, axis=1), axis=1), rtol=1e-6)


@pytest.mark.parametrize(("characters", "begin"), [(500, 0), (9_999, 0), (10_000, 9_000)])
def test_probes_read_what_is_held_out_if_any_is(characters: int, begin: int) -> None:
    """From its beginning to its end: 256 losses, each with 64 characters before it."""
    passages = probes.probe_passages(Split.of(np.arange(characters)))
    assert passages.shape == (32, 73)
    assert (passages[0, 0], passages[-1, -1]) == (begin, characters - 1)


def test_a_third_measurement_is_recorded_under_its_name(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sizes(network: CharRNN, passages: Ids) -> dict[str, Floats]:
        total = np.array(float(network.flat.abs().sum()), np.float32)
        return {"sum": total, "cube": np.full((2, 3, 4), passages.size, np.float32)}

    monkeypatch.setattr(probes, "PROBES", {**probes.PROBES, "sizes": sizes})
    model, how = ModelConfig("gru", hidden_size=5), TrainingConfig(iterations=3, batch_size=2)
    run = Run.create(TEXT, model=model, training=how, runs=runs)
    work(run)
    with History(run.folder.history) as history:
        found = tables.measurements(history, "sizes")
    iterations = run.snapshots["iteration"].tolist()
    assert [at for at, part, _ in found if part == "sum"] == iterations
    for iteration, part, array in found:
        if part == "sum":
            assert array == pytest.approx(float(run.model(iteration).flat.abs().sum()))
        else:
            np.testing.assert_array_equal(array, np.full((2, 3, 4), 27 * 73))
    assert set(run.gradient_norms_by_lag()["iteration"]) == set(iterations)
