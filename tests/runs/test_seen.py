"""Losses of a run in jamo: per character as a person sees it, wherever they are told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz import ModelConfig, Run, TrainingConfig, work
from rnnviz.cli import main
from rnnviz.notation import bits, loss_words
from rnnviz.runs.description import write_description
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.hangul import recompose
from rnnviz.text.ngram import ngram_baseline

TEXT = "나는 그 집 앞을 지날 때마다 고개를 숙였다.\n값을 묻는 닭이 없다! ㅋㅋ\n" * 130


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    training = TrainingConfig(sequence_length=9, batch_size=4, iterations=6)
    model = ModelConfig(cell="gru", hidden_size=7)
    runs = tmp_path_factory.mktemp("runs")
    made = Run.create(TEXT, model=model, training=training, runs=runs, hangul="jamo")
    work(made)
    return made


def test_the_loss_of_a_syllable_is_that_of_its_jamo_together(run: Run) -> None:
    """Of the whole text: all nats, over the syllables and other characters that a person sees."""
    held_out = run.held_out_text
    seen, syllables = seen_of(run), len(recompose(held_out))
    assert (seen.timesteps, seen.characters) == (len(held_out), syllables)
    losses = np.asarray(run.trace(run.text).loss, np.float64)[-len(held_out) - 1 : -1]
    told = seen.loss(run.status.validation_loss)
    assert told == pytest.approx(losses.sum() / syllables, rel=1e-3)
    assert told > 1.5 * run.status.validation_loss


def test_the_number_to_beat_is_of_the_same_characters(run: Run) -> None:
    found = ngram_baseline(run.alphabet.encode(run.text), len(run.vocabulary))
    told = baseline_as_seen(run)
    assert found is not None and told is not None
    assert told.loss == pytest.approx(seen_of(run).loss(found.loss))
    told_of = verdict_of(run).measured
    assert loss_words(told.loss) in told_of[0] and seen_of(run).words in told_of


def test_tables_keep_what_was_recorded_and_tell_what_is_seen(run: Run) -> None:
    seen = seen_of(run)
    for table in (run.snapshots, run.history):
        told = table_as_seen(run, table)
        for name in told:
            times = seen.ratio if name.endswith("loss_nats") or name == "bits_per_char" else None
            same = table[name] if times is None else table[name] * times
            assert told[name].tolist() == pytest.approx(same.tolist(), nan_ok=True)


def test_an_old_run_is_told_in_the_same_unit(run: Run, tmp_path: Path) -> None:
    seen = seen_of(run)
    write_description(run.folder, replace(run.description, seen=None))
    assert "seen" not in json.loads(run.folder.json.read_text())["text"]
    assert seen_of(Run.open(run.folder.path)) == seen
    write_description(run.folder, run.description)


def test_commands_tell_it_and_keep_their_fields(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ("--runs", str(run.folder.path.parent))
    told = seen_of(run).loss(run.status.validation_loss)
    assert main(["list", *runs]) == 0
    assert f"{bits(told):.3f} ({told:.3f})" in capsys.readouterr().out
    assert main(["show", run.id, *runs]) == 0
    said = capsys.readouterr().out
    assert f"validation loss {loss_words(told)} at the best snapshot" in said
    assert seen_of(run).words in said
    assert loss_words(run.status.validation_loss) not in said
    text = tmp_path / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    how = ["--hangul", "jamo", "--hidden-size", "7", "--iterations", "2", "--json"]
    assert main(["train", str(text), *how, *runs]) == 0
    output, errors = capsys.readouterr()
    result = json.loads(output)
    assert result["bits_per_char"] == pytest.approx(bits(result["validation_loss"]))
    told = result["bits_per_char"] * result["timesteps_per_seen_char"]
    assert result["bits_per_seen_char"] == pytest.approx(told)
    assert "characters of its own for each that a person sees" in errors
