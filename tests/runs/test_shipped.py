"""The run that comes with the program is whole, small, and what is said of it is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from rnnviz.analysis.units.counting import counting_unit
from rnnviz.analysis.units.hypotheses.characters import Characters
from rnnviz.analysis.units.hypotheses.places import since_newline
from rnnviz.cli import main
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.runs.example import NAME
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.validation import margin_of
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.workers.example import CHARACTERS, KEPT, MODEL, TRAINING
from tests.conftest import ROOT

MOST_BYTES = 2_500_000


@pytest.fixture(scope="module")
def example() -> Run:
    return Run(EXAMPLE)


def test_it_was_made_as_the_script_says(example: Run) -> None:
    assert (example.model_config, example.training_config) == (MODEL, TRAINING)
    assert example.text == LANGUAGES["quotes"]().generate(CHARACTERS, seed=0).text
    assert set(example.truth) == {"inside_quote", "column"}
    counted = since_newline(Characters(example.text))
    known = ~np.isnan(counted)  # that is, from the first newline on
    assert (example.truth["column"] == counted)[known].all()
    assert example.description.name == NAME
    assert example.status.state == "finished"


def test_every_snapshot_is_there_and_whole(example: Run) -> None:
    kept = example.snapshots["iteration"].tolist()
    assert set(kept) == KEPT | {example.best_iteration, TRAINING.iterations}
    assert sorted(EXAMPLE.snapshots_there()) == kept
    for iteration in kept:
        assert np.isfinite(example.model(iteration).flat.detach().numpy()).all()
    assert len(example.history) == TRAINING.iterations


def test_a_unit_counts_on_text_it_was_not_chosen_on_and_its_controls_do_not(example: Run) -> None:
    text = example.held_out_text
    found = counting_unit(example.trace(text), example.trace(text, iteration=0))
    assert abs(found.score) > 0.94
    assert found.untrained < 0.25


def test_it_does_better_than_counting_by_more_than_chance(example: Run) -> None:
    margin = margin_of(example, example.best_iteration)
    assert margin is not None
    assert min(margin) > 0
    assert re.search(
        r"better than counting.* by 0.*\(95 % interval\)", verdict_of(example).headline
    )


def test_it_is_small_and_a_package_carries_all_that_is_no_python() -> None:
    files = {path for path in (ROOT / "rnnviz" / "shipped").rglob("*") if path.is_file()}
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    every = {path for path in (ROOT / "rnnviz").rglob("*") if path.is_file()}
    beside = {path for path in every if path.suffix in (".js", ".css", ".html")}
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = packaged["package-data"]["rnnviz"]
    assert files | beside <= {path for one in patterns for path in (ROOT / "rnnviz").glob(one)}


def test_its_licence_and_its_making_are_stated() -> None:
    said = (ROOT / "rnnviz" / "shipped" / "README.md").read_text()
    assert "CC0 1.0" in said
    assert "python -m rnnviz.workers.example FOLDER" in said


def test_the_command_line_shows_it_and_lists_it_among_no_runs(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "example"]) == 0
    assert f"example ({NAME})" in capsys.readouterr().out
    assert main(["list"]) == 0
    assert "There are no runs yet" in capsys.readouterr().out
    assert main(["delete", "example", "--yes"]) == 1
    assert "is only looked at" in capsys.readouterr().err
