"""Snapshots hold what every probe finds, and a further one needs no other change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.records import Floats
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.runs import tables
from rnnviz.runs.history import History
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import Split
from rnnviz.training import probes
from tests.networks import CELLS, VOCAB, make_network

TEXT = "the cat sat on the mat. " * 12
VOCABULARY = Vocabulary(tuple("abcdef"))


@pytest.mark.parametrize("cell", CELLS)
def test_norms_by_lag_are_those_of_every_path(cell: tuple[str, str]) -> None:
    network, text = make_network(cell, 2), "abcafedc"
    assert len(VOCABULARY) == VOCAB
    found = probes.measure(network, VOCABULARY, text)["by_lag"]
    flow = gradient_flow(network, VOCABULARY, text)
    assert set(found) == ({"h", "c"} if cell[0] == "lstm" else {"h"})
    np.testing.assert_array_equal(found["h"], flow.h.by_lag)
    assert found["h"].shape == (2, len(text) - 1)


@pytest.mark.parametrize(("characters", "begin"), [(50, 0), (9_999, 0), (10_000, 9_000)])
def test_probes_read_what_is_held_out_if_any_is(characters: int, begin: int) -> None:
    text = "".join(np.random.default_rng(7).choice(list("abcdef"), characters))
    read = probes.probe_text(Split.of(VOCABULARY.encode(text)), VOCABULARY)
    assert read == text[begin : begin + 129]


def test_a_third_measurement_is_recorded_under_its_name(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sizes(network: CharRNN, vocabulary: Vocabulary, text: str) -> dict[str, Floats]:
        total = np.array(float(network.flat.abs().sum()), np.float32)
        return {"sum": total, "cube": np.full((2, 3, 4), len(text), np.float32)}

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
            np.testing.assert_array_equal(array, np.full((2, 3, 4), 129))
    assert set(run.gradient_norms_by_lag()["iteration"]) == set(iterations)
