"""Curves of compared runs hold what was recorded, in the units of the screen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnviz.analysis.gradients.reach import reaches, read_mean
from rnnviz.analysis.states import resetting
from rnnviz.analysis.states.resetting import ResetLosses
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import bits
from rnnviz.records import Ids
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.runs.compared import courses
from rnnviz.runs.compared.courses import Side, snapshot_at
from rnnviz.runs.network.memory import PLACES, memory_of
from rnnviz.runs.run import Run
from rnnviz.text.windows import Split
from rnnviz.workers.worker import work
from tests.conftest import QUESTION


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """Two seeds of one setting, the second with more iterations."""
    home, model = tmp_path_factory.mktemp("two"), ModelConfig(hidden_size=6)
    found = []
    for seed, iterations in ((1, 7), (2, 12)):
        how = TrainingConfig(iterations=iterations, seed=seed, sequence_length=9, batch_size=4)
        found.append(Run.create(QUESTION * 240, model=model, training=how, runs=home))
        work(found[-1])
    return found[0], found[1]


def test_one_run_is_shown_as_it_was_recorded(two: tuple[Run, Run]) -> None:
    run, side = two[1], Side(0, "B", (two[1],))
    judged, trained = courses.validation(side, "seconds"), courses.training(side, "characters read")
    assert judged is not None and trained is not None
    assert judged.at.tolist() == run.snapshots["iteration"].tolist()
    assert judged.y == pytest.approx(bits(run.snapshots["validation_loss_nats"].to_numpy()))
    assert judged.x[0] == 0 and judged.x[-1] == run.history["seconds"].iloc[-1]
    assert trained.x.tolist() == run.history["characters"].tolist()
    assert (judged.low, judged.runs) == (None, 1)


def test_jamo_are_counted_as_the_syllables_a_person_sees(tmp_path: Path) -> None:
    how = TrainingConfig(iterations=2, sequence_length=6, batch_size=2)
    model = ModelConfig(hidden_size=5)
    run = Run.create("가나 " * 40, model=model, training=how, runs=tmp_path, hangul="jamo")
    work(run)
    found = courses.training(Side(0, "A", (run,)), "characters read")
    assert found is not None  # five timesteps for three characters
    assert found.x == pytest.approx(run.history["characters"].to_numpy() * 3 / 5)


def test_seeds_are_their_mean_and_range_where_all_have_been(two: tuple[Run, Run]) -> None:
    found = courses.training(Side(0, "A", two), "iterations")
    assert found is not None and found.low is not None and found.high is not None
    each = np.array([run.history["bits_per_char"].to_numpy()[:7] for run in two])
    assert found.at.tolist() == list(range(1, 8)) and found.runs == 2
    assert found.y == pytest.approx(each.mean(0))
    assert found.low == pytest.approx(each.min(0)) and found.high == pytest.approx(each.max(0))


def test_shares_begin_at_one_and_cross_a_half_at_the_half_way_lag(two: tuple[Run, Run]) -> None:
    run, side = two[1], Side(0, "B", (two[1],))
    read = reaches(run.lag_norms())
    reach = read[12, "h"]
    curve = courses.shares_by_lag(side, [reach])
    half = courses.half_way_lags(side, [read], "h", "iterations")
    norms = courses.norms(side, [read], "h", "iterations")
    assert curve is not None and half is not None and norms is not None
    assert curve.y[0] == 1 and half.at.tolist() == run.snapshots["iteration"].tolist()
    assert reach.half.lag is not None and half.y[-1] == reach.half.lag
    assert curve.y[reach.half.lag] <= 0.5 < curve.y[reach.half.lag - 1]
    assert norms.y[-1] == reach.norm
    assert courses.norms(Side(0, "none", two), [read, {}], "h", "iterations") is None


def test_a_half_life_stands_where_a_straight_line_describes_the_curve(
    two: tuple[Run, Run],
) -> None:
    """Planted: 0.8 to the lag; a bend; a line that does not halve; one that halves elsewhere."""
    lags, losses = np.arange(60.0), np.full(60, 64)
    early = 0.97**lags
    early[0] *= 1.2  # straight enough, and halved several lags before the line has
    planted = [0.8**lags, 1 / (1 + lags), 0.99**lags, early]
    found = [read_mean(curve, losses) for curve in planted]
    assert [reach.fit.straight for reach in found] == [True, False, True, True]
    at = two[1].snapshots["iteration"].tolist()[:4]
    read = {(iteration, "h"): reach for iteration, reach in zip(at, found, strict=True)}
    lives = courses.half_lives(Side(0, "B", (two[1],)), [read], "h", "iterations")
    assert lives is not None and lives.at.tolist() == at
    life = np.log(2) / -np.log(0.8)
    assert lives.y == pytest.approx([life, np.nan, np.nan, np.nan], nan_ok=True)
    assert courses.half_lives(Side(0, "B", (two[1],)), [read], "c", "iterations") is None


def test_a_snapshot_is_the_last_up_to_an_iteration(two: tuple[Run, Run]) -> None:
    run = two[1]
    there = run.snapshots["iteration"].tolist()
    for asked in range(13):
        assert snapshot_at(run, asked) == max(at for at in there if at <= asked)
    assert snapshot_at(run, 10**6) == 12 and snapshot_at(run, None) == run.best_iteration
    assert snapshot_at(run, -1) is None


def test_what_a_run_remembers_is_asked_of_text_that_it_has_not_learned(
    two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def reset_losses(network: CharRNN, ids: Ids, places: Ids, distances: list[int]) -> ResetLosses:
        asked.append((len(ids), places))
        assert distances == list(resetting.DISTANCES)
        return ResetLosses((1,), np.ones((1, len(places))))

    monkeypatch.setattr(resetting, "reset_losses", reset_losses)
    memory_of(two[0])
    ((characters, places),) = asked
    held_out = Split.held_out_of(characters)
    assert held_out and len(places) == PLACES
    assert (places[0], places[-1]) == (characters - held_out, characters - 1)


def test_numbers_to_beat_of_one_size_stand_once(two: tuple[Run, Run]) -> None:
    (loss,) = courses.baselines([Side(0, "A", two[:1]), Side(1, "B", two[1:])]).values()
    assert two[0].baseline is not None and loss == two[0].baseline.loss
