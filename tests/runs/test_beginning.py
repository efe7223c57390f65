"""A run may begin with another's snapshot: its weights, network and alphabet, on another text."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import rmtree

import pytest

from rnnviz.cli import main
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.compared.differences import called
from rnnviz.runs.compared.effort import effort_of, efforts_words
from rnnviz.runs.description import read_description
from rnnviz.runs.documents import RunError
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.origin import Origin
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.pictured import losses_of
from rnnviz.text.reading import TextError
from rnnviz.training.trainer import Trainer
from rnnviz.workers.worker import work
from tests.conftest import QUESTION

pytestmark = pytest.mark.usefixtures("short_samples")

ANSWER = "that is not the question: to be, or to rest.\n" * 240
HOW = TrainingConfig(iterations=4, sequence_length=5, batch_size=3)
Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A trained run to begin with."""
    home = tmp_path_factory.mktemp("source")
    model = ModelConfig("gru", hidden_size=5, num_layers=2, dropout=0.25, recurrent_gain=0.5)
    run = Run.create(QUESTION * 240, name="q.txt", model=model, training=HOW, runs=home)
    work(run)
    return run


def test_it_begins_with_the_weights_and_trains_as_a_trainer_does(source: Run, runs: Path) -> None:
    run = Run.create(ANSWER, name="a.txt", training=HOW, runs=runs, begin=source.subject(2))
    assert work(run).state == "finished"
    assert run.model(0).flat.equal(source.model(2).flat)
    assert run.vocabulary == source.vocabulary
    trainer = Trainer(run.vocabulary, run.alphabet.encode(ANSWER), run.model_config, HOW)
    trainer.network.parameters.load(source.model(2).parameters)
    assert len([*trainer.run()]) > 4
    assert run.model(4).flat.equal(trainer.network.flat)


def test_it_stands_alone_and_says_where_it_comes_from(source: Run, runs: Path) -> None:
    run = Run.create(ANSWER, training=HOW, runs=runs, begin=source.subject(1))
    about = read_description(run.folder)
    assert about.origin == Origin(source.id, 1, "q")
    assert about.model == ModelConfig(
        "gru", hidden_size=5, num_layers=2, dropout=about.model.dropout, recurrent_gain=0.5
    )
    said = settings_of(run)
    assert said["begins with"] == f"the weights of q at iteration 1 (run {source.id})"
    assert not any("recurrent_gain" in name for name in said)
    afresh = Run.create(ANSWER, model=about.model, training=HOW, runs=runs)
    assert called([afresh, run]) == ["A (begun afresh)", "B (from q)"]
    efforts = effort_of(afresh, label="A"), effort_of(run, label="B")
    assert f"B begins with {about.origin.words}, and what these had learned" in efforts_words(
        *efforts
    )
    assert f"Both begin with {about.origin.words}." in efforts_words(efforts[1], efforts[1])
    assert losses_of(afresh)["untrained"] is not None
    assert losses_of(run)["untrained"] is None, "it begins better than guessing"
    run.rename("another")
    assert read_description(run.folder).origin == about.origin
    work(run, should_stop=iter([False] * 3 + [True] * 99).__next__)
    assert run.model(0).flat.equal(source.model(1).flat)
    run.folder.beginning.unlink()  # of no use once there is a point to go on from
    assert work(run).state == "finished"
    assert run.delete() == []


def test_what_it_does_not_know_is_named_and_nothing_is_made(source: Run, runs: Path) -> None:
    with pytest.raises(TextError, match=r"a character that .* never seen: 'z' \(at 4\); leave"):
        Run.create("to bz\n" * 99, runs=runs, begin=source.subject())
    with pytest.raises(TextError, match=r"16 characters .*, 'L' \(at 10\) and 5 more; leave"):
        Run.create("ABCDEFGHJKLMNPRS" * 2, runs=runs, begin=source.subject())
    with pytest.raises(ValueError, match="has its network"):
        Run.create(ANSWER, model=ModelConfig(hidden_size=5), runs=runs, begin=source.subject())
    with pytest.raises(RunError, match="no snapshot at iteration 99"):
        source.subject(99)
    assert not runs.exists() or [*runs.iterdir()] == []


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_without_its_beginning_it_does_not_begin(source: Run, runs: Path, how: str) -> None:
    run = Run.create(ANSWER, training=HOW, runs=runs, begin=source.subject())
    data = run.folder.beginning.read_bytes()
    run.folder.beginning.unlink()
    if how == "damaged":
        run.folder.beginning.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(RunError, match=r"beginning\.safetensors"):
        work(run)
    run.folder.beginning.write_bytes(data)
    assert work(run).state == "finished"


def test_the_command_takes_a_run_or_a_snapshot_of_it(
    source: Run, tmp_path: Path, capsys: Captured
) -> None:
    (text := tmp_path / "a.txt").write_text(ANSWER)
    home = ("--runs", str(source.folder.path.parent))
    small = ("--iterations", "1", "--sequence-length", "5", "--batch-size", "3")
    for begin, at in ((source.id, source.best_iteration), (f"{source.id}@3", 3)):
        assert main(["train", str(text), "--from", begin, *small, "--json", *home]) == 0
        told = capsys.readouterr()
        made = Run.open(json.loads(told.out)["run"], home[1])
        assert f"It begins with the weights of q at iteration {at}" in told.err
        assert made.model(0).flat.equal(source.model(at).flat)
        rmtree(made.folder.path)
    assert main(["train", str(text), "--from", source.id, "--cell", "lstm", *home]) == 2
    assert "leave out --cell" in capsys.readouterr().err
    assert main(["train", "--resume", source.id, "--from", source.id, *home]) == 2
    text.write_text("Zounds! " * 99)
    assert main(["train", str(text), "--from", source.id, *home]) == 2
    assert "has never seen: 'Z' (at 0)" in capsys.readouterr().err
