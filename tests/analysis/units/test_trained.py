"""In networks trained here, what their language is about is found; RNNVIZ_SLOW=1 runs them all."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from rnnviz.analysis.states.trace import trace
from rnnviz.analysis.units.examination import examine
from rnnviz.analysis.units.finding import CLEARLY, Verdict
from rnnviz.analysis.units.hypotheses.catalogue import all_labels
from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.analysis.units.search import search
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.languages.by_name import LANGUAGES
from rnnviz.records import Trace
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.trainer import Trainer

SLOW = pytest.mark.skipif(
    os.environ.get("RNNVIZ_SLOW") != "1", reason="trains for longer: RNNVIZ_SLOW=1 runs it"
)
LSTM, GRU = ModelConfig(hidden_size=64), ModelConfig(hidden_size=64, cell="gru")


def case(*told: Any, seeds: int = 1, slow: bool = True) -> Any:
    """One row of the table below; nearly all take longer.

    Of several seeds the network is looked at that has learned its text best.
    """
    return pytest.param(*told, seeds, marks=[SLOW] if slow else [])


@pytest.mark.parametrize(
    ("language", "model", "characters", "how", "followed", "verdict", "seeds"),
    [
        case(
            "brackets",
            ModelConfig(hidden_size=24, cell="gru"),
            40_000,
            (200, 16, 32),
            "inside parentheses",
            "one unit",
            slow=False,
        ),
        case("brackets", LSTM, 90_000, (500, 24, 32), "inside parentheses", "one unit"),
        case("brackets", LSTM, 90_000, (500, 24, 32), "nesting depth", "one unit"),
        *(
            case("counting", model, 90_000, (800, 24, 32), "truth: unanswered", "one unit")
            for model in (ModelConfig(hidden_size=24), ModelConfig(hidden_size=24, cell="gru"))
        ),
        case(
            "quotes",
            ModelConfig(hidden_size=32, cell="gru"),
            100_000,
            (1_500, 16, 64),
            "characters since the newline",
            "one unit",
        ),
        case(
            "quotes",
            ModelConfig(hidden_size=32),
            100_000,
            (3_000, 16, 64),
            "characters since the newline",
            "one unit",
        ),
        case(
            "quotes",
            ModelConfig(hidden_size=96),
            200_000,
            (3_000, 24, 64, 0.01),
            "inside quotes",
            "one unit",
        ),
        case("code", GRU, 90_000, (2_000, 24, 32, 0.04), "nesting depth", "one unit", seeds=2),
        # Its strings have few words, so that two characters tell as much as the unit does.
        case("code", LSTM, 90_000, (600, 24, 32), "inside a string", "absent"),
    ],
)
def test_what_a_language_is_about_is_found_above_its_controls(
    language: str,
    model: ModelConfig,
    characters: int,
    how: tuple[Any, ...],
    followed: str,
    verdict: Verdict,
    seeds: int,
) -> None:
    """A row does not hang on a seed's last bits: others tried are above 0.85 as well.

    "nesting depth" on `code`, GRU, seeds 0 to 7: 0.90 to 0.95, median 0.92, but for seed 6, which
    did not learn the language (0.385 nats, others 0.354 to 0.356): so two seeds, and the better
    is looked at. LSTMs of 64 units come to 0.81 to 0.91, and no row stands on them.
    "inside quotes", LSTM, seeds 0 and 1: 0.88 and 0.95.
    """
    part = slice(characters, characters + 12_000)
    made = LANGUAGES[language]().generate(part.stop, seed=1)
    pairs = [traced(made.text, model, part, how, seed) for seed in range(seeds)]
    untrained, trained = min(pairs, key=lambda pair: pair[1].mean_loss)
    labels = [one.part(part) for one in all_labels(made.text)]
    labels += [_truth(name, values[part]) for name, values in made.truth.items()]
    *_, found = examine(trained, untrained, labels, search(trained, untrained, labels))
    finding = next(one for one in found.findings if one.hypothesis == followed)
    assert abs(finding.score) > 0.85 and finding.beyond_all
    assert abs(finding.score) > max(finding.untrained, finding.current_character) + 0.05
    assert (finding.margin > CLEARLY) == (verdict == "one unit")  # two characters, chance as well
    assert finding.verdict == verdict
    assert verdict != "one unit" or found.findings.index(finding) < 5


def traced(
    text: str, model: ModelConfig, part: slice, how: tuple[Any, ...], seed: int
) -> tuple[Trace, Trace]:
    """A part of a text, read by a network before and after training on what stands before it."""
    iterations, batch, window, *rate = how
    vocabulary = Vocabulary.of(text)
    training = TrainingConfig(
        sequence_length=window,
        batch_size=batch,
        learning_rate=rate[0] if rate else 0.02,
        iterations=iterations,
        seed=seed,
        device="cpu",
    )
    trainer = Trainer(vocabulary, vocabulary.encode(text[: part.start]), model, training)
    untrained = trace(trainer.network, vocabulary, text[part], alternatives=False)
    while trainer.fraction < 1:
        trainer.iterate()
    return untrained, trace(trainer.network, vocabulary, text[part], alternatives=False)


def _truth(name: str, values: np.ndarray) -> Labels:
    kind = "yes/no" if set(np.unique(values)) <= {0, 1} else "counter"
    return Labels(f"truth: {name}", "", kind, values.astype(float))
