"""Over training: norms by lag at every snapshot, what clipping did, and the first leap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnviz.analysis.gradients.leaps import Leap, first_leap, long_words
from rnnviz.analysis.gradients.reach import reaches
from rnnviz.analysis.gradients.reach_change import change
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.recurrent.shapes import parameter_shapes
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.clipped import said_of_clipping
from rnnviz.workers.worker import work
from tests.dashboard.conftest import Open, words


def test_the_page_says_what_clipping_did(finished_run: Run, open_app: Open) -> None:
    app = open_app("gradient_flow", run=finished_run.id, view="over-training", iteration="0")
    assert not app.exception
    said = words(app)
    for sentence in said_of_clipping(finished_run):
        assert sentence.replace("\N{NO-BREAK SPACE}", " ") in said
    assert "exploding ones: by itself neither is memory" in said and "untrained" not in said
    whole = change(reaches(finished_run.lag_norms()), 12)
    assert "; at iteration 12 it was" in whole[0] and whole[0] in said, "of all of the training"
    assert "Gradient norm by lag at every snapshot, path c" in said.replace("**", "")


@pytest.mark.parametrize("clip_norm", [0.24, None])
def test_norms_of_parameters_make_up_those_of_all(clip_norm: float | None, runs: Path) -> None:
    how = TrainingConfig(iterations=20, batch_size=2, sequence_length=5, clip_norm=clip_norm)
    run = Run.create("abcba" * 90, model=ModelConfig(hidden_size=5), training=how, runs=runs)
    work(run)
    history = run.history.set_index("iteration")
    bound = history["clip_factor"] < 1
    assert bound.any() == (clip_norm is not None) and not bound.all()
    found = run.parameter_norms()
    assert sorted(found) == history.index[bound | (clip_norm is None)].tolist()
    names = parameter_shapes(run.model_config, len(run.vocabulary))
    for at, norms in found.items():
        assert len(norms) == len(names)
        whole = history.loc[at, "total_gradient_norm"]
        np.testing.assert_allclose(np.linalg.norm(norms), whole, rtol=1e-5)


def test_only_what_was_clipped_and_ten_times_as_long_leapt() -> None:
    numbers, norms = np.arange(1, 201), np.full(200, 0.5)
    norms[[9, 50, 150]] = 4.9, 4.9, 5.0  # too short, twice; it
    parts = {151: np.array([3.0, 4.0, 0.0])}
    found = first_leap(numbers, norms, 1.0, ["a", "b", "c"], parts)
    assert found is not None
    assert (found.iteration, found.norm, found.usual) == (151, 5.0, 0.5)
    assert (found.parameter, found.share) == ("b", 0.64)
    assert first_leap(numbers, norms, 6.0, ["a", "b", "c"], parts) is None
    unrecorded = first_leap(numbers, norms)
    assert unrecorded is not None and unrecorded.words().endswith("before was 0.5.")
    norms[3] = 5.0
    early = first_leap(numbers, norms)
    assert early is not None and early.words().endswith(
        "median of the first 20 iterations was 0.5."
    )
    assert first_leap(numbers[:4], norms[[0, 1, 3, 3]]) is None, "half of them are as long"
    begun = first_leap(numbers[:4], norms[:4])
    assert begun is not None and "median of the first 4 iterations was" in begun.words()


def test_of_a_run_that_ended_at_once_as_much_is_said_as_was_recorded(runs: Path) -> None:
    how = TrainingConfig(iterations=20, batch_size=2, sequence_length=5, learning_rate=0.99)
    model = ModelConfig("rnn", "relu", hidden_size=5, recurrent_gain=10.0)
    run = Run.create("abcba" * 90, model=model, training=how, runs=runs)
    work(run)
    recorded = len(run.history)
    assert (run.status.state, recorded) == ("diverged", 4)
    _, long, said, ended = said_of_clipping(run)
    assert long.startswith(f"Gradients were long from the start: {recorded} of {recorded} were")
    assert f"the median of the first {recorded} iterations was" in said
    assert ended.startswith("Training ended where its loss or gradient was no longer a finite num")


def test_what_is_long_from_the_start_is_told_though_nothing_leapt() -> None:
    """A gradient of 13,000 at every iteration never leaps, and is not told as if it were short."""
    numbers, norms = np.arange(1, 191), np.full(190, 1.3e4)
    norms[93] = 6e4
    parts = {94: np.array([3.0, 4.0])}
    assert first_leap(numbers, norms, 1.0) is None
    said = long_words(numbers, norms, 1.0, ["rnn.weight_hh_l0", "rnn.bias_hh_l0"], parts)
    assert "190 of 190 were at least 10 times as long as clip_norm" in said
    assert said.endswith("iteration 94, was 6e4 times as long; 64 % of its square come from b_hh.")
    assert long_words(numbers, norms, None) == "", "there is nothing to measure them by"
    for place, length in (slice(19, 20), 9.9), (slice(20, 40), 0.5):
        fewer = norms.copy()
        fewer[place] = length
        assert not long_words(numbers, fewer, 1.0)


def test_the_weights_that_leapt_are_called_as_in_pictures() -> None:
    found = Leap(412, 31.0, 0.52, "rnn.bias_hh_l1", 0.93)
    assert found.words(2).endswith(" of its square come from b_hh, layer 1.")
