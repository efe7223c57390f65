"""Two runs are judged on the same characters, and a difference comes with its interval."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnviz.cli import main
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import bits
from rnnviz.runs.compared import comparison
from rnnviz.runs.compared.columns import Row
from rnnviz.runs.compared.comparison import compare, is_quickly_compared
from rnnviz.runs.compared.courses import Side
from rnnviz.runs.compared.judgement import judgement_of
from rnnviz.runs.compared.ranking import best_by_text
from rnnviz.runs.description import change
from rnnviz.runs.history import History
from rnnviz.runs.index import RunIndex
from rnnviz.runs.run import Run
from rnnviz.text.vocabulary import Rare
from rnnviz.workers.worker import work
from tests.conftest import QUESTION

pytestmark = pytest.mark.usefixtures("short_samples")

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
    ahead = sum(block < 0 for block in found.by_block)
    assert found.is_real and found.words.endswith(
        "the second run predicts better on average over this text, by more than chance makes, and "
        f"in {ahead} of {len(found.by_block)} blocks of it. Other seeds may differ by more: of "
        f"that, two runs say nothing. Their budgets differ: {two[1].id} made 30 iterations and "
        f"read 450 characters, {two[0].id} 1 and 15. That alone may make a difference."
    )
    assert np.abs(found.by_block.mean() - found.difference) < 0.01


def test_blocks_count_by_their_characters(
    two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    apart, counts = np.eye(36)[35], np.array([1.0] * 35 + [9000.0])
    monkeypatch.setattr(comparison, "_by_stretch", lambda runs: ([np.zeros(36), apart], counts))
    found = compare(*two)
    assert found.difference == pytest.approx(bits(9000 / 9035))
    assert found.interval[0] == 0 and found.interval[1] > bits(0.99)


def test_turned_round_the_sign_turns_and_a_run_is_its_own_equal(two: tuple[Run, Run]) -> None:
    there, back, same = compare(*two), compare(*two[::-1]), compare(two[0], two[0])
    assert back.difference == pytest.approx(-there.difference)
    assert back.interval == pytest.approx([-end for end in there.interval[::-1]])
    assert (same.difference, same.interval, same.is_real) == (0, (0, 0), False)
    assert "cannot be told: on other parts of this text either could come out" in same.words


def test_the_interval_is_the_one_that_the_table_of_runs_gives(two: tuple[Run, Run]) -> None:
    rows = [Row(listed) for listed in RunIndex(two[0].folder.path.parent).look()]
    (best,) = best_by_text(rows)
    found = compare(*two[::-1])
    assert best.interval is not None
    assert [bits(end) for end in best.interval] == pytest.approx(found.interval)
    assert best.words.endswith(found.efforts.replace(*_told(two[0])).replace(*_told(two[1])))


def _told(run: Run) -> tuple[str, str]:
    """Its id, and what the table of runs calls it beside others of the same name."""
    return run.id, f"“{run.description.name}” ({run.id})"


def test_what_cannot_be_compared_is_refused(two: tuple[Run, Run], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="only runs on the same text"):
        compare(two[0], trained(tmp_path, TEXT[1:]))
    short = trained(tmp_path, TEXT[:500])
    with pytest.raises(ValueError, match="too short for a held-out part"):
        compare(short, short)


def test_syllables_and_jamo_are_compared_on_the_characters_a_person_sees(tmp_path: Path) -> None:
    text = "".join("다람쥐 헌 쳇바퀴에 타고파."[k * k % 15] for k in range(9_600)) + "아아 " * 300
    runs = [trained(tmp_path, text, hangul=each) for each in ("syllables", "jamo")]
    found, back = compare(*runs), compare(*runs[::-1])
    # The part that neither was trained on, its losses taken one character after the other.
    begins = [
        next(
            place
            for place in range(9_000, len(text))
            if len(run.alphabet.characters(text[place:])) <= len(run.characters) // 10
        )
        for run in runs
    ]
    assert begins[0] != begins[1]
    assert found.characters == len(text) - max(begins)
    for run, loss in zip(runs, found.losses, strict=True):
        trace = run.trace(text)
        judged = len(run.alphabet.characters(text[-found.characters :]))
        assert loss == pytest.approx(
            trace.loss[-judged - 1 : -1].sum() / found.characters, abs=1e-4
        )
    assert back.difference == pytest.approx(-found.difference)
    assert found.interval[0] <= found.difference <= found.interval[1]


def test_rare_characters_read_as_one_are_no_loss_to_compare(tmp_path: Path) -> None:
    one, other = (trained(tmp_path, "글한 " * 4000, hangul=each) for each in ("syllables", "jamo"))
    rare = Rare("한", 5, 100)
    alphabet = replace(one.alphabet, vocabulary=replace(one.vocabulary, rare=rare))
    change(one.folder, alphabet=alphabet)
    with pytest.raises(ValueError, match="reads many rare characters as one symbol"):
        compare(Run.open(one.folder.path), other)
    sides = [Side(0, "A", (Run.open(one.folder.path),)), Side(1, "B", (other,))]
    assert "many rare characters as one symbol" in judgement_of(sides).words()


def test_kept_losses_spare_reading_and_are_the_same(two: tuple[Run, Run]) -> None:
    assert is_quickly_compared(two)
    kept = compare(*two)
    with History(two[1].folder.history) as history:
        history.remove("measurements", "name = ?", ["held_out"])
    assert not is_quickly_compared(two)
    read = compare(*two)
    assert read.by_block == pytest.approx(kept.by_block, abs=1e-5)
    assert read.interval == pytest.approx(kept.interval, abs=1e-5)


def test_the_command(two: tuple[Run, Run], capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--runs", str(two[0].folder.path.parent))
    assert main(["compare", two[0].id, two[1].id, *where]) == 0
    assert "The second less the first: " in capsys.readouterr().out
    assert main(["compare", two[0].id, two[1].id, "--json", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["difference_bits"] == pytest.approx(compare(*two).difference)
    assert len(told["by_block_bits"]) > 8
    assert main(["compare", two[0].id, "example", *where]) == 2
    assert main(["compare", two[0].id, two[0].id, *where]) == 2
    assert "give two different runs" in capsys.readouterr().err
