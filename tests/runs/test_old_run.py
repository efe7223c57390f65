"""A run made before its measurements stood in one table opens, reads and goes on as ever.

`old/` holds it as it was written then: an LSTM of two layers on a text in jamo, stopped after three
of eight iterations.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from rnnviz import Run, SamplingConfig, work
from rnnviz.analysis.gradients.reach import reaches
from rnnviz.analysis.gradients.reach_words import basis
from rnnviz.cli import main
from rnnviz.notation import bits
from rnnviz.runs.description import FORMAT
from rnnviz.runs.documents import RunError, read_json
from rnnviz.runs.history import History
from rnnviz.text.hangul import decompose, recompose
from tests.conftest import only_run

KEPT = Path(__file__).with_name("old")
LINE = "나는 집 앞을 지나 산을 보았다.\n"
LAYERS, UNITS, LAGS = 2, 5, 128
OLD_TABLES = {"gradient_norms": "timestep", "by_lag": "lag"}


@pytest.fixture
def run(runs: Path) -> Run:
    """A copy of the run, in the default folder."""
    copytree(KEPT, runs)
    return only_run(runs)


def written(run: Run, table: str) -> Iterator[tuple[int, str, NDArray[np.float32]]]:
    """The norms as they stand in the file: iteration, path, (layer, place)."""
    with closing(sqlite3.connect(run.folder.history)) as connection:
        for at, path, layers, numbers in connection.execute(f"SELECT * FROM {table}").fetchall():
            yield at, path, np.frombuffer(numbers, "<f4").reshape(layers, -1)


def read(run: Run, table: str) -> pd.DataFrame:
    return run.gradient_norms() if table == "gradient_norms" else run.gradient_norms_by_lag()


def test_it_says_what_it_is(run: Run) -> None:
    about, status = run.description, run.status
    assert (about.name, about.text_name, about.text_characters) == (
        "The mountain",
        "산.txt",
        10_032,
    )
    assert (status.state, status.iteration, status.fraction) == ("stopped", 3, 3 / 8)
    assert status.validation_loss == pytest.approx(2.888, abs=1e-3)
    assert run.text == LINE * (len(run.text) // len(LINE))
    assert run.alphabet.hangul == "jamo"
    assert run.characters == decompose(run.text)
    assert run.baseline is not None and run.baseline.loss < 0.01


def test_it_is_listed(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    characters = len(recompose(run.held_out_text))
    told = run.status.validation_loss * len(run.held_out_text) / characters
    assert main(["list"]) == 0
    row = capsys.readouterr().out.splitlines()[1].split()
    assert row == [
        run.id,
        "stopped",
        "lstm",
        "5",
        "3",
        f"{bits(told):.3f}",
        f"({told:.3f})",
        "The",
        "mountain",
    ]


def test_its_history_and_snapshots_are_read(run: Run) -> None:
    assert run.history["iteration"].tolist() == [1, 2, 3]
    assert run.history["characters"].tolist() == [21, 42, 63]
    assert run.snapshots["iteration"].tolist() == [0, 1, 2, 3]
    assert (run.snapshots["sample"].map(decompose).map(len) == 200).all()
    assert run.best_iteration == 3


@pytest.mark.parametrize("table", list(OLD_TABLES))
def test_its_norms_are_those_in_its_own_tables(run: Run, table: str) -> None:
    found, count = read(run, table), 0
    place = OLD_TABLES[table]
    losses = ["losses"] * (place == "lag")
    assert list(found) == ["iteration", "path", "layer", place, "gradient_norm", *losses]
    for at, path, norms in written(run, table):
        rows = found[(found["iteration"] == at) & (found["path"] == path)]
        pivoted = rows.pivot(index="layer", columns=OLD_TABLES[table], values="gradient_norm")
        np.testing.assert_array_equal(pivoted.to_numpy(), norms)
        count += norms.size
    assert len(found) == count > 0
    some = run.gradient_norms_by_lag([0, 3, 99])
    assert set(some["iteration"]) == {0, 3}
    assert len(some) == 2 * 2 * LAYERS * LAGS


def test_what_is_read_off_its_curves_says_on_how_few_losses(run: Run) -> None:
    """It kept the means over 128 losses of one passage, which at lag 64 are 64."""
    found = reaches(run.lag_norms())
    assert set(found) == {(at, path) for at in range(4) for path in "hc"}
    for reach in found.values():
        assert reach.losses.tolist() == list(range(128, 63, -1))
        assert reach.block is None and reach.half.lag is not None and reach.half.interval is None
    said = basis(found[3, "h"])
    assert said.startswith("Read off the mean over 128 losses, 64 of which reach 64 characters ")


def test_its_network_is_looked_into(run: Run) -> None:
    assert run.trace("산을").h.shape == (LAYERS, len(decompose("산을")), UNITS)
    flow = run.gradients(LINE)
    assert flow.c is not None
    sample = run.sample(SamplingConfig(length=200), 3)
    assert run.alphabet.shown(sample.text) == run.snapshots["sample"].iloc[3]


def test_it_goes_on_as_a_new_run_would(run: Run, runs: Path) -> None:
    """Old rows stay where they are, new ones join them: a straight run records the same."""
    about = run.description
    before = {table: read(run, table) for table in OLD_TABLES}
    assert read_json(run.folder.json)["format"] == 1
    assert work(run).state == "finished"
    assert read_json(run.folder.json)["format"] == FORMAT  # older ones cannot read all of it
    assert run.description == Run.open(run.id, runs).description == about
    straight = Run.create(
        run.text, model=about.model, training=about.training, runs=runs, hangul="jamo"
    )
    work(straight)
    for table in OLD_TABLES:
        found, others = read(run, table), read(straight, table)
        first = found[found["iteration"] <= 3].reset_index(drop=True)
        pd.testing.assert_frame_equal(first, before[table], check_exact=True)
        if table == "by_lag":  # its probe had other passages before it went on
            found, others = (
                norms[norms["iteration"] > 3].reset_index(drop=True) for norms in (found, others)
            )
        pd.testing.assert_frame_equal(found, others, rtol=1e-3, atol=1e-6)
    for name in ("history", "snapshots"):
        mine, others = getattr(run, name), getattr(straight, name)
        assert mine["iteration"].tolist() == others["iteration"].tolist()
    losses = (made.history["loss_nats"] for made in (run, straight))
    pd.testing.assert_series_equal(*losses, rtol=1e-4)
    assert run.status.validation_loss == pytest.approx(straight.status.validation_loss, rel=1e-4)


def test_what_it_recorded_after_its_resume_point_is_forgotten(run: Run) -> None:
    """As after a worker that was killed: rows of iterations 2 and 3, a resume point at 1."""
    resume = Run.create(
        run.text, model=run.model_config, training=run.training_config, hangul="jamo"
    )
    reached: list[int] = []
    work(
        resume,
        report=lambda progress: reached.append(progress.iteration),
        should_stop=lambda: bool(reached) and reached[-1] == 1,
    )
    run.folder.resume.write_bytes(resume.folder.resume.read_bytes())
    work(run, should_stop=lambda: len(run.history) < 3)
    assert run.history["iteration"].tolist() == [1, 2]
    assert set(run.gradient_norms()["iteration"]) == {1, 2}
    assert set(run.gradient_norms_by_lag()["iteration"]) == {0, 1, 2}


def test_a_new_name_keeps_all_else(run: Run) -> None:
    before = json.loads(run.folder.json.read_text())
    run.rename("A mountain")
    after = json.loads(run.folder.json.read_text())
    assert after["name"] == Run.open(run.id).description.name == "A mountain"
    for key in set(before) - {"name", "format"}:
        assert after[key] == before[key]


def test_nothing_in_it_tells_of_the_machine_it_was_made_on() -> None:
    (folder,) = KEPT.iterdir()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 120_000
    assert not any(word in path.read_bytes() for path in files for word in (b"/tmp", b"/root"))


def test_one_that_cannot_go_on_stays_as_it_was(run: Run) -> None:
    run.folder.resume.write_bytes(b"cut short")
    before = run.folder.json.read_bytes()
    with pytest.raises(RunError):
        work(run)
    assert run.folder.json.read_bytes() == before


def test_what_was_measured_again_counts_once(run: Run) -> None:
    """A worker that was killed between a snapshot's rows and its resume point takes it again."""
    with History(run.folder.history) as history:
        history.make_tables()
        history.measure(2, "by_lag", {"h": np.full((2, 4), 7.0, np.float32)})
    norms = run.gradient_norms_by_lag([2])
    assert (norms[norms["path"] == "h"]["gradient_norm"] == 7.0).all()
    assert len(norms[norms["path"] == "h"]) == 8


def test_a_lessons_run_is_known_by_what_it_said_of_its_text(run: Run) -> None:
    about = json.loads(run.folder.json.read_text())
    about["text"]["name"] = "Why tanh? relu · play"
    run.folder.json.write_text(json.dumps(about))
    assert Run.open(run.id).description.lesson == "tanh"


@pytest.mark.parametrize("table", list(OLD_TABLES))
def test_a_table_that_is_missing_is_named(run: Run, table: str) -> None:
    with closing(sqlite3.connect(run.folder.history)) as connection:
        connection.execute(f"DROP TABLE {table}")
    with pytest.raises(RunError, match=rf"damaged \(no such table: {table}\)"):
        read(run, table)
