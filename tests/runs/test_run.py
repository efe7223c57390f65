"""A run gives back what its worker recorded, and looking at it changes nothing."""

from __future__ import annotations

import math
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnnviz import ModelConfig, Run, SamplingConfig, TrainingConfig, work
from rnnviz.analysis.gradients.passages import cut_passages, norms_by_passage
from rnnviz.records import Trace
from rnnviz.runs.documents import RunError, read_tensors
from rnnviz.runs.index import RunIndex
from rnnviz.runs.locks import hold
from rnnviz.training import probes
from rnnviz.training.progress import Iteration, Progress
from tests.conftest import QUESTION, only_run

pytestmark = pytest.mark.usefixtures("short_samples")

ITERATIONS, LAYERS, UNITS, TIMESTEPS, STREAMS = 9, 2, 7, 5, 3
LONG, SHORT = QUESTION * 235, QUESTION * 4  # 10,105 and 172 characters
LAGS, LOSSES = 65, 256


def make(runs: Path, text: str = LONG, cell: str = "lstm", **training: Any) -> Run:
    layers = LAYERS if cell == "lstm" else 1
    how = {"sequence_length": TIMESTEPS, "batch_size": STREAMS, "iterations": ITERATIONS}
    return Run.create(
        text,
        name="Hamlet.txt",
        model=ModelConfig(cell=cell, hidden_size=UNITS, num_layers=layers),  # type: ignore[arg-type]
        training=TrainingConfig(**(how | training)),
        runs=runs,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of an LSTM of two layers, with a held-out part."""
    made = make(tmp_path_factory.mktemp("runs"))
    assert work(made).state == "finished"
    return made


def weights(run: Run, iteration: int) -> bytes:
    return run.folder.snapshot(iteration).read_bytes()


def test_a_new_run_waits_to_be_trained_and_has_nothing_to_show(runs: Path) -> None:
    run = make(runs)
    assert (run.status.state, run.status.iteration) == ("created", 0)
    frames = run.history, run.snapshots, run.gradient_norms(), run.gradient_norms_by_lag()
    assert [len(frame) for frame in frames] == [0, 0, 0, 0]
    with pytest.raises(RunError, match="no snapshot yet"):
        run.model()


def test_a_run_opened_again_is_the_same(run: Run) -> None:
    for given in (run.id, run.id[:-2], run.folder.path):
        again = Run.open(given, run.folder.path.parent)
        assert (again.id, again.description, again.text) == (run.id, run.description, LONG)
    assert (run.status.state, run.status.iteration, run.status.fraction) == (
        "finished",
        ITERATIONS,
        1.0,
    )


def test_the_history_has_one_row_an_iteration(run: Run) -> None:
    history = run.history
    assert list(history) == [
        "iteration",
        "loss_nats",
        "bits_per_char",
        "total_gradient_norm",
        "clip_factor",
        "learning_rate",
        "characters",
        "seconds",
    ]
    assert history["iteration"].tolist() == list(range(1, ITERATIONS + 1))
    characters = TIMESTEPS * STREAMS * history["iteration"]
    assert history["characters"].tolist() == characters.tolist()
    assert (history["seconds"].diff().dropna() > 0).all()


def test_the_historys_units_are_nats_bits_and_norms_before_clipping(run: Run) -> None:
    history = run.history
    np.testing.assert_allclose(history["bits_per_char"] * math.log(2), history["loss_nats"])
    guess = math.log(len(run.vocabulary))
    assert history["loss_nats"].iloc[0] == pytest.approx(guess, abs=0.7)
    clipped = 1 / history["total_gradient_norm"].clip(lower=1.0)
    np.testing.assert_allclose(history["clip_factor"], clipped)


def test_gradient_norms_have_a_row_for_every_state(run: Run) -> None:
    norms = run.gradient_norms()
    assert list(norms) == ["iteration", "path", "layer", "timestep", "gradient_norm"]
    assert len(norms) == ITERATIONS * 2 * LAYERS * TIMESTEPS
    assert not norms.duplicated(["iteration", "path", "layer", "timestep"]).any()
    assert set(norms["path"]) == {"h", "c"}
    assert (norms["gradient_norm"] > 0).all()


def test_gradient_norms_of_some_iterations_are_a_part_of_all(run: Run) -> None:
    everything = run.gradient_norms()
    wanted = everything[everything["iteration"].isin([2, 7])].reset_index(drop=True)
    for iterations in ([2, 7], np.array([7, 2]), pd.Series([2, 7]), list(np.array([2, 7, 999]))):
        pd.testing.assert_frame_equal(run.gradient_norms(iterations), wanted)  # type: ignore[arg-type]
    assert len(run.gradient_norms([])) == 0


def test_gradient_norms_are_those_the_worker_reported(runs: Path) -> None:
    run = make(runs, SHORT, "gru", iterations=3)
    reported: list[Progress] = []
    work(run, report=reported.append)
    steps = [step for step in reported if isinstance(step, Iteration)]
    assert [step.iteration for step in steps] == [1, 2, 3]
    for step in steps:
        norms = run.gradient_norms([step.iteration])
        table = norms.pivot(index="layer", columns="timestep", values="gradient_norm")
        np.testing.assert_array_equal(table.to_numpy(), step.gradient_norms["h"])
        assert set(norms["path"]) == set(step.gradient_norms) == {"h"}


def test_norms_by_lag_have_a_row_for_every_lag_of_the_probe(run: Run) -> None:
    norms = run.gradient_norms_by_lag()
    assert list(norms) == ["iteration", "path", "layer", "lag", "gradient_norm", "losses"]
    assert len(norms) == len(run.snapshots) * 2 * LAYERS * LAGS
    assert set(norms["losses"]) == {LOSSES}
    last = norms[norms["iteration"] == ITERATIONS]
    held_out = run.vocabulary.encode(run.held_out_text)
    found = norms_by_passage(run.model(ITERATIONS), cut_passages(held_out))
    kept = {each.path: each for each in run.lag_norms([ITERATIONS])}
    assert set(kept) == set(found) == {"h", "c"}
    for path, own in found.items():
        rows = last[last["path"] == path]
        recorded = rows.pivot(index="layer", columns="lag", values="gradient_norm").to_numpy()
        np.testing.assert_allclose(recorded, own.mean((1, 2)), rtol=1e-5, atol=1e-12)
        np.testing.assert_allclose(kept[path].norms, own.mean(2), rtol=1e-5, atol=1e-12)
        assert kept[path].losses.tolist() == [LOSSES] * LAGS


def test_snapshots_say_which_is_best(run: Run) -> None:
    snapshots = run.snapshots
    columns = ["iteration", "validation_loss_nats", "bits_per_char", "best", "prompt", "sample"]
    columns += ["training_loss_nats"]
    assert list(snapshots) == columns
    assert {0, 1, 2, 5, ITERATIONS} <= set(snapshots["iteration"])
    losses = snapshots["validation_loss_nats"]
    np.testing.assert_allclose(snapshots["bits_per_char"], losses / math.log(2))
    best = snapshots[snapshots["best"]]
    assert best["validation_loss_nats"].tolist() == [losses.min()]
    assert best["iteration"].tolist() == [run.best_iteration]
    assert set(snapshots["sample"].map(len)) == {probes.SNAPSHOT_SAMPLING.length}


def test_models_hold_the_weights_in_their_files(run: Run) -> None:
    for iteration in run.snapshots["iteration"]:
        written = read_tensors(run.folder.snapshot(iteration)).arrays
        network = run.model(iteration)
        assert set(written) == set(network.parameters)
        for name, weight in network.parameters.items():
            np.testing.assert_array_equal(weight.numpy(), written[name])
    best = run.model(run.best_iteration).flat
    np.testing.assert_array_equal(run.model().flat.numpy(), best.numpy())


def test_an_unknown_iteration_is_answered_with_those_that_exist(run: Run) -> None:
    existing = ", ".join(map(str, run.snapshots["iteration"]))
    for iteration in (-1, ITERATIONS + 1):
        sentence = f"no snapshot at iteration {iteration}; there are: {existing}"
        with pytest.raises(RunError, match=sentence):
            run.model(iteration)
        with pytest.raises(RunError, match=sentence):
            run.sample(iteration=iteration)
        with pytest.raises(RunError, match=sentence):
            run.trace("To", iteration)


def test_a_trace_is_layer_time_unit(run: Run) -> None:
    record = run.trace(QUESTION)
    assert isinstance(record, Trace)
    assert record.c is not None
    shape = LAYERS, len(QUESTION), UNITS
    arrays = record.h, record.c, *record.gates.values()
    assert [array.shape for array in arrays] == [shape] * 6
    assert record.loss.shape == (len(QUESTION),)
    assert np.isnan(record.loss).tolist() == [False] * (len(QUESTION) - 1) + [True]


def test_the_same_seed_writes_the_same_text(run: Run) -> None:
    config = SamplingConfig(prompt="To be", length=41, temperature=0.9, seed=3)
    first, again = run.sample(config), run.sample(config)
    assert (first.prompt, len(first.text)) == ("To be", 41)
    assert first.text == again.text
    assert first.text != run.sample(SamplingConfig("To be", 41, 0.9, seed=4)).text


def test_the_sample_of_a_snapshot_can_be_written_again(run: Run) -> None:
    for row in run.snapshots.itertuples():
        config = SamplingConfig(length=len(row.sample))
        assert run.sample(config, row.iteration).text == row.sample


def test_looking_at_a_run_in_training_changes_nothing(runs: Path) -> None:
    alone, watched = (make(runs, SHORT, iterations=6) for _ in range(2))

    def look(progress: Progress) -> None:
        if progress.iteration:
            watched.sample(SamplingConfig(length=3))
            watched.trace("To be")
            watched.gradients("To be")
            assert watched.status.state == "running"
            assert len(watched.history) <= progress.iteration

    work(alone)
    work(watched, report=look)
    assert weights(watched, 6) == weights(alone, 6)
    pd.testing.assert_frame_equal(watched.gradient_norms(), alone.gradient_norms())


def test_the_same_seed_trains_the_same_network_and_another_does_not(runs: Path) -> None:
    made = [make(runs, SHORT, "gru", iterations=3, seed=seed) for seed in (5, 5, 6)]
    for run in made:
        work(run)
    first, again, other = (weights(run, 3) for run in made)
    assert first == again
    assert first != other


def test_a_short_text_is_told_that_nothing_is_held_out(runs: Path) -> None:
    run = make(runs, SHORT, "rnn", iterations=2)
    told: list[str] = []
    outcome = work(run, notice=told.append)
    assert any("under 10,000 characters" in sentence for sentence in told)
    assert outcome.validation_loss is None
    assert run.snapshots["validation_loss_nats"].isna().all()
    assert run.best_iteration == outcome.iteration == 2


def test_a_long_text_is_told_nothing_and_judged(runs: Path) -> None:
    run = make(runs, cell="rnn", iterations=2)
    told: list[str] = []
    outcome = work(run, notice=told.append)
    assert told == []
    assert outcome.validation_loss == pytest.approx(math.log(len(run.vocabulary)), abs=0.9)


def test_windows_made_smaller_are_told(runs: Path) -> None:
    run = make(runs, "abcab", "rnn", iterations=2, batch_size=4)
    told: list[str] = []
    work(run, notice=told.append)
    assert any("batch_size 4 became 1, sequence_length 5 became 4" in sentence for sentence in told)
    assert run.history["characters"].tolist() == [4, 8]


@pytest.mark.parametrize("file", ["run.json", "history.sqlite"])
def test_a_damaged_run_harms_no_other(runs: Path, file: str) -> None:
    good, bad = make(runs), make(runs)
    (bad.folder.path / file).write_bytes(b"\0garbage" * 99)
    found = {listed.folder.id: listed.error for listed in RunIndex(runs).look()}
    assert set(found) == {good.id, bad.id}
    assert found[good.id] is None
    assert f"{file} is damaged" in str(found[bad.id])
    with pytest.raises(RunError, match=f"{file} is damaged"):
        assert Run.open(bad.id, runs).status
    assert good.status.state == "created"


def test_a_damaged_snapshot_leaves_the_others(runs: Path) -> None:
    run = make(runs, SHORT, "rnn", iterations=2)
    work(run)
    path = run.folder.snapshot(1)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RunError, match="choose another iteration"):
        run.model(1)
    assert run.model(0).flat.isfinite().all()
    run.folder.snapshot(0).write_bytes(make_other(runs))
    with pytest.raises(RunError, match=r"damaged: rnn.weight_ih_l0 has shape"):
        run.model(0)


def make_other(runs: Path) -> bytes:
    """The weights of a network of another text, so of other shapes."""
    run = make(runs, "abcab", "rnn", iterations=1)
    work(run)
    return weights(run, 0)


def test_a_deleted_run_is_gone_and_others_stay(runs: Path) -> None:
    gone, stays = make(runs), make(runs)
    gone.delete()
    assert only_run(runs).id == stays.id
    with pytest.raises(RunError, match="there is no run"):
        Run.open(gone.id, runs)
    with pytest.raises(RunError, match="may have been deleted"):
        assert gone.status


def test_a_run_in_training_is_not_deleted(runs: Path) -> None:
    run = make(runs)
    lock = hold(run.folder.lock)
    assert lock is not None
    with pytest.raises(RunError, match="still training; stop it"):
        run.delete()
    lock.release()
    run.delete()
    assert not run.folder.path.exists()


@pytest.mark.parametrize("at", [0, 1])
def test_a_run_deleted_during_training_ends_with_a_sentence(runs: Path, at: int) -> None:
    run = make(runs, SHORT, "rnn")

    def delete(progress: Progress) -> None:
        if progress.iteration == at:
            rmtree(run.folder.path, ignore_errors=True)

    with pytest.raises(RunError, match="deleted"):
        work(run, report=delete)
    assert not run.folder.path.exists()


def test_a_name_given_during_training_stays(runs: Path) -> None:
    run = make(runs, SHORT, "rnn", iterations=2)
    work(run, report=lambda progress: Run.open(run.id, runs).rename("renamed"))
    assert Run.open(run.id, runs).description.name == "renamed"
    assert run.status.state == "finished"


def test_any_number_of_iterations_can_be_asked_for(run: Run) -> None:
    """More than SQLite takes variables in one query."""
    whole = run.gradient_norms()
    pd.testing.assert_frame_equal(run.gradient_norms(range(300_000)), whole)
