"""In networks trained here, what their language is about is found; RNNVIZ_SLOW=1 runs these."""

from __future__ import annotations

import os

import numpy as np
import pytest

from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.examination import examine
from rnnviz.analysis.units.hypotheses.catalogue import all_labels
from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.analysis.units.search import search
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.trainer import Trainer

pytestmark = pytest.mark.skipif(
    os.environ.get("RNNVIZ_SLOW") != "1", reason="trains networks: RNNVIZ_SLOW=1 runs it"
)
PART = slice(90_000, 100_000)


@pytest.mark.parametrize(
    ("language", "units", "iterations", "found_in", "one_unit"),
    [
        ("counting", 24, 800, "truth: unanswered", True),
        ("brackets", 64, 500, "inside parentheses", True),
        ("brackets", 64, 500, "nesting depth", True),
        # Its strings have few words, so that two characters tell as much as the unit does.
        ("code", 64, 600, "inside a string", False),
    ],
)
def test_what_a_language_is_about_is_found_above_its_controls(
    language: str, units: int, iterations: int, found_in: str, one_unit: bool
) -> None:
    made = LANGUAGES[language]().generate(PART.stop, seed=1)
    vocabulary = Vocabulary.of(made.text)
    how = TrainingConfig(
        sequence_length=32, batch_size=24, learning_rate=0.02, iterations=iterations, device="cpu"
    )
    model = ModelConfig(hidden_size=units)
    trainer = Trainer(vocabulary, vocabulary.encode(made.text), model, how)
    untrained = trace(trainer.network, vocabulary, made.text[PART])
    while trainer.fraction < 1:
        trainer.iterate()
    trained = trace(trainer.network, vocabulary, made.text[PART])
    labels = [one.part(PART) for one in all_labels(made.text)]
    labels += [_truth(name, values[PART]) for name, values in made.truth.items()]
    *_, found = examine(trained, untrained, labels, search(trained, untrained, labels))
    finding = next(one for one in found.findings if one.hypothesis == found_in)
    assert abs(finding.score) > 0.85 and finding.above_chance
    assert abs(finding.score) > max(finding.untrained, finding.current_character) + 0.05
    assert (finding.verdict == "one unit") is one_unit
    assert not one_unit or found.findings.index(finding) < 4


def _truth(name: str, values: np.ndarray) -> Labels:
    kind = "yes/no" if set(np.unique(values)) <= {0, 1} else "counter"
    return Labels(f"truth: {name}", "", kind, values.astype(float))
