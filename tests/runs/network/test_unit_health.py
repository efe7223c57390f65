"""What is said of the health of units is true of the record, and advice names what was set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.analysis.units.copies import Group
from rnnviz.analysis.units.health import GateShares, LayerHealth, ends
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.records import EXACT
from rnnviz.runs.network import unit_health
from rnnviz.runs.network.health_remarks import DECAY, Remark, remarks
from rnnviz.runs.network.health_words import conclusion, headline, idle_words, what
from rnnviz.runs.network.unit_health import RunHealth, run_health
from rnnviz.runs.network.unit_search import Passage
from rnnviz.runs.network.unmoved import unmoved_words
from rnnviz.runs.paths import EXAMPLE
from rnnviz.runs.run import Run
from tests.plots.records import make_health

WELL = make_health()


def run_of(
    *layers: LayerHealth, cell: str = "rnn", nonlinearity: str = "tanh", **training: object
) -> RunHealth:
    return RunHealth(
        600,
        ModelConfig(cell, nonlinearity, 4, len(layers)),  # type: ignore[arg-type]
        TrainingConfig(**training),  # type: ignore[arg-type]
        Passage("ab" * 50, True, "ab" * 50, 0),
        EXACT,
        layers,
        tuple(replace(WELL, layer=layer.layer) for layer in layers),
    )


def said(found: RunHealth, layer: int = 0) -> list[str]:
    return [one.said for one in remarks(found, layer)]


def test_units_that_work_are_said_to() -> None:
    found = run_of(WELL)
    assert headline(found, 0) == "All 4 units of layer 0 work: each moves, and none is a copy."
    assert idle_words(found) == [] and what(WELL) == {}
    assert remarks(found, 0)[:2] == [
        Remark(
            "No unit is still: each moves by more than 0.0001 over the text (before training: "
            "none was)."
        ),
        Remark(
            "No unit is a copy of another: no two have a correlation of at least 0.95, or at most "
            "−0.95 (before training: none was)."
        ),
    ]
    assert conclusion(found, 0) == (
        "Of the 4 units of layer 0, none is of no use and none is a copy of another, at iteration "
        "600, while the network reads these 100 characters (before training: 0 of no use, 0 "
        "copies)."
    )


def test_what_is_wrong_comes_first_with_what_to_try() -> None:
    ill = replace(WELL, dead=(2,), still=(0, 3), groups=(Group((1, 4), (1.0, -0.97)),))
    found = run_of(
        replace(WELL, dead=(1,)), replace(ill, layer=1), nonlinearity="relu", learning_rate=0.03
    )
    words = "are of no use over this text: the same value after every character."
    assert headline(found, 1) == (
        f"Of the 4 units of layer 1, 3 {words} Of the 4 units of layer 0, "
        f"1 {words.replace('are', 'is', 1)}"
    )
    dead, still, copies, off = remarks(found, 1)
    assert dead.said == (
        "1 of 4 units is dead, the relu at 0 after every character (before training: none was): 2."
    )
    assert dead.advice.endswith(
        "The learning rate of 0.03 is 15 times the usual for an RNN (relu); try 0.002."
    )
    assert still.said.endswith("at most over the text (before training: none was): 0 and 3.")
    assert "a hidden_size below 4" in still.advice
    assert copies.said.endswith("(before training: none was): 4 of 1 (−0.97).")
    assert off == Remark(
        "The average unit is off, its relu at 0, 25 % of the time (before training: 25 %)."
    )
    assert what(ill) == {2: "dead", 0: "still", 3: "still", 4: "copy of 1 (−0.97)"}
    assert "3 are of no use and 1 is a copy of another" in conclusion(found, 1)


def test_saturation_is_advised_on_where_it_is_most_of_the_time() -> None:
    often = replace(WELL, saturated=np.array([1.0, 1.0, 0.5, 0.25]))
    (*_, one) = remarks(run_of(often), 0)
    assert one.said == (
        "The average unit is saturated 69 % of the time (before training: 25 %): at most −0.95, or "
        "at least 0.95, where the slope of tanh is under a tenth of its largest."
    )
    assert f"try a weight_decay of {DECAY:g} (none was used)" in one.advice
    (*_, one) = remarks(run_of(often, weight_decay=0.2), 0)
    assert "try a weight_decay of 0.4 (0.2 was used)" in one.advice
    assert remarks(run_of(WELL), 0)[-1].advice == ""


@pytest.mark.parametrize("nonlinearity", ["tanh", "sigmoid"])
def test_where_a_unit_is_saturated_the_slope_is_under_a_tenth_of_the_largest(
    nonlinearity: str,
) -> None:
    slope = {"tanh": lambda h: 1 - h * h, "sigmoid": lambda h: 4 * h * (1 - h)}[nonlinearity]
    for end in ends(ModelConfig("rnn", nonlinearity)):  # type: ignore[arg-type]
        assert 0.09 < slope(end) < 0.1


def test_gates_and_memory_are_said_beside_the_untrained_network_and_the_window() -> None:
    shares = {gate: GateShares(np.full(4, 0.0), np.full(4, 0.5)) for gate in "ifo"}
    before = replace(WELL, gates=shares, half_life=np.full(4, 2.0))
    now = replace(before, half_life=np.array([1.0, 3.0, 5.0, np.inf]))
    found = replace(run_of(now, cell="lstm", sequence_length=40), untrained=(before,))
    *_, gate, memory = remarks(found, 0)
    assert gate.said == (
        "The output gate o of the average unit is open (above 0.9) 50 % and closed (below 0.1) 0 % "
        "of the time (before training: 50 % and 0 %). It says how much of tanh(c) is shown as h: "
        "0 nothing, 1 all of it."
    )
    assert memory.said == (
        "As far as the forget gate f decides, half of what a unit holds in its cell state c is "
        "left after 4.00 characters in the middle of all units, and after more than half of the "
        "text in unit 3, which keeps it longest (before training: 2.00 and 2.00 characters)."
    )
    assert memory.advice.endswith("by 1 of 4 units: try a sequence_length of 80.")
    assert conclusion(found, 0).endswith(
        "By the forget gate f, half of its units have lost half of what they held after 4.00 "
        "characters (before training: 2.00 characters)."
    )
    (*_, short) = remarks(replace(found, trained=(before,)), 0)
    assert short.advice == ""


def test_without_the_untrained_network_nothing_is_said_of_it() -> None:
    found = replace(run_of(replace(WELL, half_life=np.ones(4)), cell="gru"), untrained=None)
    assert not [one for one in said(found) if "before training" in one]
    assert "before training" not in conclusion(found, 0)


def test_a_run_is_read_before_and_after_training(monkeypatch: pytest.MonkeyPatch) -> None:
    example = Run(EXAMPLE)
    assert unmoved_words(example) == ""  # from before it was measured
    monkeypatch.setattr(unit_health, "_MOST_CHARACTERS", 3_000)
    found = run_health(example)
    assert (found.iteration, len(found.passage.text)) == (example.best_iteration, 3_000)
    assert found.passage.text == example.characters[-3_000:]
    (now,), before = found.trained, found.before(0)
    assert before is not None and now.half_life is not None and before.half_life is not None
    assert now.half_life.argmax() == 15  # the unit that counts
    assert now.half_life[15] > 4 * np.median(now.half_life) > before.half_life.max()
    (same,) = run_health(example, 0).trained
    assert np.array_equal(same.saturated, before.saturated)
