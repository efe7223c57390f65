"""A run on more than 4,000 distinct characters: the rarest are one symbol, the text stays."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rnnviz import ModelConfig, Run, SamplingConfig, TrainingConfig, work
from rnnviz.runs.documents import RunError
from tests.runs.edited import without_digest

FREQUENT = "".join(map(chr, range(0x4E00, 0x4E00 + 3999)))
RARE = "".join(map(chr, range(0x7000, 0x7000 + 600)))
TEXT = FREQUENT * 2 + RARE


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    training = TrainingConfig(sequence_length=5, batch_size=3, iterations=2)
    model = ModelConfig(cell="rnn", hidden_size=3)
    made = Run.create(TEXT, model=model, training=training, runs=tmp_path_factory.mktemp("runs"))
    assert work(made).state == "finished"
    return made


def test_the_text_stays_and_the_network_reads_the_symbol(run: Run) -> None:
    assert run.text == TEXT
    assert run.characters == FREQUENT * 2 + "〓" * len(RARE)
    assert len(run.vocabulary) == 4000
    assert run.trace(RARE[:3] + FREQUENT[:2]).text == "〓〓〓" + FREQUENT[:2]


def test_how_much_is_rare_is_kept_and_said(run: Run) -> None:
    about = without_digest(run.folder.json)
    assert about["text"]["rare"] == {"symbol": "〓", "distinct": 600, "characters": 600}
    assert "600 rare characters, 7 % of the text, are read as 〓" in run.description.text_words
    again = Run.open(run.id, run.folder.path.parent)
    assert again.description == run.description
    assert np.array_equal(again.alphabet.encode(TEXT), run.alphabet.encode(TEXT))


def test_the_symbol_is_drawn_only_if_that_is_asked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = run.model()
    network.parameters["decoder.bias"][run.vocabulary.characters.index("〓")] = 50.0
    monkeypatch.setattr(Run, "model", lambda *_: network)
    for temperature in (0.0, 1.0):
        asked = SamplingConfig(length=20, temperature=temperature, rare=True)
        assert run.sample(asked).text == "〓" * 20
        assert "〓" not in run.sample(SamplingConfig(length=20, temperature=temperature)).text
    assert not any("〓" in sample for sample in run.snapshots["sample"])


@pytest.mark.parametrize("rare", [1, {}, {"symbol": "〓", "distinct": "x", "characters": 1}])
def test_what_is_none_of_it_is_damage(runs: Path, rare: object) -> None:
    run = Run.create("to be or not 〓", runs=runs)
    values = without_digest(run.folder.json)
    values["text"]["rare"] = rare
    run.folder.json.write_text(json.dumps(values))
    with pytest.raises(RunError):
        Run.open(run.id, runs)


def test_most_runs_say_nothing_of_it_as_those_from_before(runs: Path) -> None:
    run = Run.create("to be or not", runs=runs)
    assert "rare" not in json.loads(run.folder.json.read_text())["text"]
    assert run.vocabulary.rare is None
