"""A run in jamo: the network reads letters, people see syllables, the file stays as it was."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnnviz import ModelConfig, Run, SamplingConfig, TrainingConfig, work
from rnnviz.runs.history import History
from rnnviz.text.alphabet import Hangul
from rnnviz.text.hangul import decompose, recompose, syllables
from tests.runs.edited import without_digest

TEXT = "나는 그 집 앞을 지날 때마다 고개를 숙였다.\n값을 묻는 닭이 없다! ㅋㅋ\n" * 130
PASSAGE = "닭이 앞을 지날 때"
ITERATIONS = 6


def make(runs: Path, text: str = TEXT, hangul: Hangul = "jamo") -> Run:
    training = TrainingConfig(sequence_length=5, batch_size=3, iterations=ITERATIONS)
    model = ModelConfig(cell="gru", hidden_size=7)
    return Run.create(text, model=model, training=training, runs=runs, hangul=hangul)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    made = make(tmp_path_factory.mktemp("runs"))
    assert work(made).state == "finished"
    return made


def test_the_text_stays_and_the_vocabulary_is_that_of_its_jamo(run: Run) -> None:
    assert run.text == run.folder.text.read_text(encoding="utf-8") == TEXT
    assert run.characters == decompose(TEXT)
    assert run.vocabulary.characters == tuple(sorted(set(decompose(TEXT))))
    assert run.description.text_characters == len(decompose(TEXT)) > len(TEXT)


def test_the_choice_is_recorded_and_was_syllables_once(run: Run, runs: Path) -> None:
    assert json.loads(run.folder.json.read_text())["text"]["hangul"] == "jamo"
    run.rename("renamed")
    assert Run.open(run.id, run.folder.path.parent).alphabet == run.alphabet
    old = make(runs, hangul="syllables")
    values = without_digest(old.folder.json)
    del values["text"]["hangul"]
    old.folder.json.write_text(json.dumps(values))
    assert Run.open(old.id, runs).description == old.description
    assert old.characters == old.text


def test_it_trains_as_on_a_text_written_in_jamo(run: Run, runs: Path) -> None:
    other = make(runs, decompose(TEXT), "syllables")
    work(other)
    for iteration in run.snapshots["iteration"]:
        mine, others = (r.folder.snapshot(iteration).read_bytes() for r in (run, other))
        assert mine == others
    assert run.baseline == other.baseline is not None
    losses = (r.snapshots["validation_loss_nats"] for r in (run, other))
    pd.testing.assert_series_equal(*losses)


def test_the_held_out_part_is_a_tenth_of_what_is_read(run: Run) -> None:
    read = decompose(TEXT)
    assert run.held_out_text == read[-(len(read) // 10) :]


def test_a_trace_has_a_timestep_for_every_letter(run: Run) -> None:
    record = run.trace(PASSAGE)
    assert record.text == decompose(PASSAGE)
    assert record.h.shape == (1, len(decompose(PASSAGE)), 7)
    assert run.vocabulary.decode(record.ids) == record.text
    shown = [recompose(record.text[start:end]) for start, end in syllables(record.text)]
    assert shown == list(PASSAGE)


def test_however_a_text_is_written_the_network_reads_the_same(run: Run) -> None:
    for written in (decompose(PASSAGE), unicodedata.normalize("NFD", PASSAGE)):
        np.testing.assert_array_equal(run.trace(written).h, run.trace(PASSAGE).h)
        found, expected = run.gradients(written), run.gradients(PASSAGE)
        assert found.text == expected.text == decompose(PASSAGE)
        np.testing.assert_array_equal(found.h.matrix, expected.h.matrix)


def test_samples_are_shown_in_syllables(run: Run) -> None:
    with History(run.folder.history) as history:
        rows = history.select("SELECT prompt, sample FROM snapshots ORDER BY iteration")
    shown = run.snapshots
    assert [len(sample) for _, sample in rows] == [200] * len(shown)
    assert shown["sample"].tolist() == [recompose(sample) for _, sample in rows]
    assert shown["prompt"].tolist() == [recompose(prompt) for prompt, _ in rows]


def test_a_prompt_in_syllables_is_read_in_jamo(run: Run) -> None:
    written = run.sample(SamplingConfig(prompt="닭이", length=31))
    assert written.prompt == decompose("닭이")
    assert len(written.text) == len(written.probability) == 31
    assert set(written.text) <= set(run.vocabulary.characters)
    again = run.sample(SamplingConfig(prompt=decompose("닭이"), length=31))
    assert again.text == written.text


def test_the_sample_of_a_snapshot_can_be_written_again(run: Run) -> None:
    for row in run.snapshots.itertuples():
        written = run.sample(SamplingConfig(length=200), row.iteration)
        assert run.alphabet.shown(written.text) == row.sample


def test_an_unknown_choice_makes_no_run(runs: Path) -> None:
    with pytest.raises(ValueError, match="it must be one of syllables, jamo"):
        make(runs, hangul="letters")  # type: ignore[arg-type]
    assert not runs.exists()
