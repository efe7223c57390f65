"""A grid of settings holds every combination once, equal in all that does not vary."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.recurrent.shapes import parameter_count
from rnnviz.text.windows import Windows
from rnnviz.training.grid import MOST, VARIED, WITHIN, Budget, TextSize, expand, matched_units

BUDGET, DISTINCT = Budget("iterations", 50), 33
TEXT = TextSize(5_003, DISTINCT)
BASE = (
    ModelConfig("lstm", hidden_size=48, dropout=0.25, forget_bias=2.0),
    TrainingConfig(sequence_length=20, batch_size=6, seed=4, weight_decay=0.01, patience=3),
)


def planned(varied: dict[str, list[Any]], *, matched: bool = False) -> list[Any]:
    return expand(*BASE, varied, BUDGET, TEXT, matched=matched)


def test_every_combination_is_there_once_and_all_else_is_equal() -> None:
    varied = {"seed": [0, 7], "cell": ["gru", "lstm"], "sequence_length": [10, 20, 30]}
    runs = planned(varied)
    assert [(run.model.cell, run.training.sequence_length, run.training.seed) for run in runs] == [
        *product(["gru", "lstm"], [10, 20, 30], [0, 7])
    ]
    for run in runs:
        same = replace(run.model, cell="lstm"), replace(run.training, sequence_length=20, seed=4)
        assert same == (BASE[0], replace(BASE[1], iterations=50, seconds=None, patience=None))
        assert run.parameters == parameter_count(run.model, DISTINCT)
    assert runs[0].name == "GRU, window 10, seed 0"
    only = planned({"cell": ["gru", "rnn"], "hidden_size": [9]})  # what one value has tells nothing
    assert [(run.name, run.model.hidden_size) for run in only] == [("GRU", 9), ("RNN", 9)]


def test_a_cell_is_spared_what_it_does_not_have() -> None:
    varied = {"cell": ["rnn", "gru"], "nonlinearity": ["tanh", "relu", "sigmoid"]}
    runs = planned(varied)
    assert [run.model.kind for run in runs] == ["RNN (tanh)", "RNN (relu)", "RNN (sigmoid)", "GRU"]
    assert [run.model.forget_bias for run in runs] == [None, None, None, 2.0]
    assert runs[1].name == "RNN, nonlinearity relu" and runs[3].name == "GRU"
    # A gain that is the usual one is as usual, whether it was given or not.
    gains = planned({"recurrent_gain": [1.0, 3.0]})
    assert [run.model.recurrent_gain for run in gains] == [None, 3.0]
    assert [run.name for run in gains] == ["usual gain", "gain 3"]
    # A cell that has no recurrent weights is one run, whatever they are multiplied by.
    both = planned({"cell": ["gru", "mingru"], "recurrent_gain": [1.0, 3.0]})
    assert [run.name for run in both] == ["GRU, usual gain", "GRU, gain 3", "minGRU"]


@pytest.mark.parametrize("cell", [*CELLS])
@pytest.mark.parametrize("layers", [1, 2])
def test_parameters_are_matched_within_two_percent(cell: str, layers: int) -> None:
    model = ModelConfig(cell, num_layers=layers)  # type: ignore[arg-type]
    most = parameter_count(replace(model, hidden_size=2_048), DISTINCT)  # a minGRU's are few
    for wanted in (20_000, 90_000, min(1_000_000, most)):
        units = matched_units(model, DISTINCT, wanted)
        count = parameter_count(replace(model, hidden_size=units), DISTINCT)
        assert abs(count - wanted) <= WITHIN * wanted
        nearest = min(
            abs(parameter_count(replace(model, hidden_size=n), DISTINCT) - wanted)
            for n in (*range(1, 1100), 2_048)
        )
        # As near as can be, or units that fill the vectors of a processor.
        assert abs(count - wanted) == nearest or units % 8 == 0


def test_each_is_matched_to_the_first_with_its_units() -> None:
    varied = {"cell": ["lstm", "rnn"], "num_layers": [1, 2], "hidden_size": [96, 192]}
    runs = planned(varied, matched=True)
    small, large = (parameter_count(replace(BASE[0], hidden_size=n), DISTINCT) for n in (96, 192))
    for place, run in enumerate(runs):
        wanted = (small, large)[place % 2]
        assert abs(run.parameters - wanted) <= WITHIN * wanted
    assert [run.model.hidden_size for run in runs[:2]] == [96, 192]
    assert len({run.model.hidden_size for run in runs}) == len(runs)
    with pytest.raises(ValueError, match=r"comes to within .* of 90 parameters at best, with"):
        matched_units(ModelConfig("lstm"), DISTINCT, 90)


@pytest.mark.parametrize(
    ("budget", "iterations", "seconds"),
    [
        (Budget("iterations", 70), [70, 70], None),
        (Budget("seconds", 9), [None, None], 9.0),
    ],
)
def test_every_run_has_the_same_budget(
    budget: Budget, iterations: list[int | None], seconds: float | None
) -> None:
    runs = expand(*BASE, {"sequence_length": [10, 20]}, budget, TEXT)
    assert [run.training.iterations for run in runs] == iterations
    assert {run.training.seconds for run in runs} == {seconds}
    assert all(run.training.patience is None for run in runs)


def test_characters_are_equal_to_within_an_iteration() -> None:
    text = np.zeros(TEXT.characters, np.uint8)
    runs = expand(*BASE, {"sequence_length": [9, 70]}, Budget("characters", 200_000), TEXT)
    for run in runs:
        window = run.training.sequence_length
        sizes = [each.characters for each in Windows.fitting(text, 6, window)]
        read = sum(sizes[made % len(sizes)] for made in range(run.training.iterations or 0))
        assert abs(read - 200_000) <= 6 * window


@pytest.mark.parametrize(
    ("varied", "said"),
    [
        ({"seed": list(range(MOST + 1))}, "more than 24 runs"),
        ({"seed": [5]}, "that makes one run"),
        ({}, "that makes one run"),
        ({"batch_size": [1, 2]}, "batch_size cannot vary; cell, "),
        ({"cell": ["gru", "lstn"]}, "cell is 'lstn'"),
        ({"dropout": [0.1, 2.0]}, "dropout is 2.0"),
    ],
)
def test_what_makes_no_comparison_is_said(varied: dict[str, list[Any]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        planned(varied)


def test_what_varies_is_a_setting() -> None:
    known = {field.name for kind in (ModelConfig, TrainingConfig) for field in fields(kind)}
    assert set(VARIED) <= known
    for kind, amount in (
        *(("iterations", 0), ("iterations", 0.3), ("characters", 2.5), ("hours", 3)),
        *(("iterations", math.inf), ("characters", math.inf), ("seconds", math.nan)),
        *(("iterations", 1e300), ("characters", 1e300), ("seconds", 1e13)),
    ):
        with pytest.raises(ValueError, match="it must be more than 0 iterations, characters"):
            Budget(kind, amount)  # type: ignore[arg-type]
