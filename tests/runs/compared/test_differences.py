"""Settings that were changed are found, and no others; runs are called by them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.compared.differences import alike_but_for_the_seed, called, differences_of
from rnnviz.runs.made_with import choices_of
from rnnviz.runs.run import Run


def made(
    home: Path, text: str = "to be or not", model: ModelConfig | None = None, **how: Any
) -> Run:
    training = TrainingConfig(**{"iterations": 9, **how})
    return Run.create(text, model=model or ModelConfig(hidden_size=5), training=training, runs=home)


def test_what_was_changed_differs_and_all_else_is_equal(tmp_path: Path) -> None:
    one = made(tmp_path, seed=1)
    other = made(tmp_path, model=ModelConfig(hidden_size=5, dropout=0.5), seed=2, batch_size=3)
    found = differences_of([one, other])
    assert found.runs == (one.id, other.id)
    assert found.differing == {
        "dropout": ("0", "0.5"),
        "streams side by side (batch_size)": ("16", "3"),
        "seed": ("1", "2"),
    }
    assert found.equal.keys() | found.differing.keys() == choices_of(one).keys()
    assert differences_of([one, one]).differing == {}


def test_that_a_value_is_usual_for_a_cell_is_no_difference(tmp_path: Path) -> None:
    runs = [made(tmp_path, model=ModelConfig(cell, hidden_size=5)) for cell in ("lstm", "gru")]  # type: ignore[arg-type]
    found = differences_of(runs)
    assert found.differing["cell"] == ("LSTM", "GRU")
    biases = {name: each for name, each in found.differing.items() if "forget_bias" in name}
    assert sorted(map(sorted, biases.values())) == [["0", "–"], ["1", "–"]]
    assert found.differing.keys() == {"cell", *biases}
    assert called(runs) == ["A (LSTM)", "B (GRU)"]


def test_no_two_are_called_alike_that_a_few_words_can_tell_apart(tmp_path: Path) -> None:
    """What all but one have as usual says nothing of the others; what they differ by does."""
    gru, rnn = ModelConfig("gru", hidden_size=5), ModelConfig("rnn", hidden_size=5)
    weak = ModelConfig("rnn", hidden_size=5, recurrent_gain=0.2)
    plain = [made(tmp_path, model=model) for model in (gru, None, rnn, weak)]
    windows = [made(tmp_path, sequence_length=window) for window in (8, 128)]
    runs = [*plain, *windows, made(tmp_path, seed=7)]
    assert called(runs) == [
        "A (GRU, window 64, seed 0)",
        "B (LSTM, window 64, seed 0)",
        "C (RNN (tanh), usual gain)",
        "D (RNN (tanh), gain 0.2)",
        "E (LSTM, window 8, seed 0)",
        "F (LSTM, window 128, seed 0)",
        "G (LSTM, window 64, seed 7)",
    ]


def test_seeds_of_one_setting_go_together(tmp_path: Path) -> None:
    small, large = ModelConfig(hidden_size=5), ModelConfig(hidden_size=7)
    runs = [made(tmp_path, model=model, seed=seed) for seed in (3, 4) for model in (small, large)]
    groups = alike_but_for_the_seed(runs)
    assert groups == [(0, 2), (1, 3)]
    assert called(runs, groups) == ["A (5 units, 2 seeds)", "B (7 units, 2 seeds)"]
    assert called(runs)[2:] == ["C (5 units, seed 4)", "D (7 units, seed 4)"]
    again = made(tmp_path, model=small, seed=3)
    groups = alike_but_for_the_seed([*runs, again])
    assert groups[0] == (0, 2, 4)
    assert called([*runs, again], groups)[0] == "A (5 units, 3 runs)"
    assert called([made(tmp_path, text="another text")]) == ["A (text)"]
