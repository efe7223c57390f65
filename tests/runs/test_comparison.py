"""Two runs are judged on the same characters, and a difference comes with its interval."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnviz.cli import main
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import bits
from rnnviz.runs.comparison import compare
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.conftest import QUESTION

TEXT = QUESTION * 240


def trained(home: Path, text: str = TEXT, iterations: int = 1, **how: Any) -> Run:
    training = TrainingConfig(iterations=iterations, sequence_length=5, batch_size=3)
    run = Run.create(text, model=ModelConfig(hidden_size=5), training=training, runs=home, **how)
    work(run)
    return run


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """One that was trained for a moment, and one for longer."""
    home = tmp_path_factory.mktemp("two")
    return trained(home), trained(home, iterations=30)


def test_the_losses_are_those_the_runs_ended_with(two: tuple[Run, Run]) -> None:
    found = compare(*two)
    assert found.losses == pytest.approx([run.status.validation_loss for run in two], abs=1e-6)
    assert found.difference == pytest.approx(bits(found.losses[1] - found.losses[0]))
    assert found.characters == len(TEXT) // 10
    assert found.interval[0] < found.difference < found.interval[1] < 0
    assert found.is_real and "the second run predicts this text better" in found.words
    assert np.abs(found.by_block.mean() - found.difference) < 0.01


def test_turned_round_the_sign_turns_and_a_run_is_its_own_equal(two: tuple[Run, Run]) -> None:
    there, back, same = compare(*two), compare(*two[::-1]), compare(two[0], two[0])
    assert back.difference == pytest.approx(-there.difference)
    assert back.interval == pytest.approx([-end for end in there.interval[::-1]], abs=0.01)
    assert (same.difference, same.interval, same.is_real) == (0, (0, 0), False)
    assert "either could come out ahead" in same.words


def test_what_cannot_be_compared_is_refused(two: tuple[Run, Run], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only runs on the same text"):
        compare(two[0], trained(tmp_path, TEXT[1:]))
    short = trained(tmp_path, TEXT[:500])
    with pytest.raises(ValueError, match="too short for a held-out part"):
        compare(short, short)
    korean = [trained(tmp_path, "글한 " * 60, hangul=each) for each in ("syllables", "jamo")]
    with pytest.raises(ValueError, match="by different characters"):
        compare(*korean)


def test_the_command(two: tuple[Run, Run], capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--runs", str(two[0].folder.path.parent))
    assert main(["compare", two[0].id, two[1].id, *where]) == 0
    assert "The second less the first: " in capsys.readouterr().out
    assert main(["compare", two[0].id, two[1].id, "--json", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["difference_bits"] == pytest.approx(compare(*two).difference)
    assert len(told["by_block_bits"]) > 8
    assert main(["compare", two[0].id, "example", *where]) == 2
