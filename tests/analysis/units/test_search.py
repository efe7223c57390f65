"""What is planted is found with its sign, on text it was not chosen on; what is not, is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.analysis.units.examination import examine
from rnnviz.analysis.units.finding import Finding, Findings, Place
from rnnviz.analysis.units.finding_words import also, sentence
from rnnviz.analysis.units.hypotheses.catalogue import all_labels, chosen
from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.analysis.units.search import question_of, search
from rnnviz.records import Array, Trace
from tests.analysis.units.texts import made_text, made_trace, slow

TEXT = made_text(6_000)
UNITS = 6
LINE, QUOTES = "characters since the newline", "inside quotes"
LABELS = chosen([QUOTES, LINE, "class of the character", "digit"], all_labels(TEXT))
BEFORE = made_trace(TEXT, [slow(UNITS, 70, len(TEXT))] * 2, {"z": slow(UNITS, 71, len(TEXT))})


def planted() -> Trace:
    """A latch in a gate of layer 0, and a unit of layer 1 that falls along each line."""
    count, inside = (np.nan_to_num(labels.values) for labels in (LABELS[1], LABELS[0]))
    noise = [slow(UNITS, seed, len(TEXT)) for seed in (1, 2, 3)]
    noise[1][:, 4] = -np.tanh(count / 30) + 0.002 * noise[0][:, 0]
    noise[2][:, 2] = 0.9 * inside + 0.002 * noise[0][:, 1]
    found = made_trace(TEXT, noise[:2], {"z": noise[2]})
    gates = np.stack([noise[2], slow(UNITS, 4, len(TEXT))])
    return replace(found, gates={"z": gates})


@pytest.fixture(scope="module")
def found() -> Findings:
    before = replace(BEFORE, gates={"z": np.repeat(BEFORE.gates["z"], 2, axis=0)})
    searched = search(planted(), before, LABELS)
    *_, examined = examine(planted(), before, LABELS, searched)
    return examined


def of(found: Findings, name: str) -> Finding:
    return next(one for one in found.findings if one.hypothesis == name)


def test_a_latch_and_a_unit_that_falls_are_found_with_their_signs(found: Findings) -> None:
    latch, count = of(found, QUOTES), of(found, LINE)
    assert latch.place == Place("z", 0, 2)
    assert latch.score == pytest.approx(1, abs=1e-3)
    assert count.place == Place("h", 1, 4)
    assert count.score == pytest.approx(-1, abs=1e-3)
    for one in (latch, count):
        assert one.above_chance and one.p == 0.001
        assert one.chance_95 <= one.chance_95_table < 0.4
        assert one.untrained < 0.4
        assert one.within_blocks == pytest.approx(one.score, abs=0.01)
    assert {one.hypothesis for one in found.findings[:2]} == {QUOTES, LINE}


def test_each_is_in_one_unit_and_what_the_character_says_is_not(found: Findings) -> None:
    assert of(found, QUOTES).verdict == of(found, LINE).verdict == "one unit"
    classes = of(found, "class of the character")
    assert classes.current_character == pytest.approx(1)
    assert classes.margin < 0
    assert classes.verdict == "absent"
    examined = of(found, LINE).examined
    assert examined is not None
    assert examined.probe["1"] == pytest.approx(1, abs=1e-3)
    assert examined.rotated < 0.9
    assert abs(examined.within_character) > 0.99


def test_what_is_spread_over_units_says_so() -> None:
    count = np.nan_to_num(LABELS[1].values)
    count = (count - count.mean()) / count.std()
    states = slow(UNITS, 5, len(TEXT)) * 3
    states[:, :5] += 0.6 * count[:, np.newaxis]
    states[:, 5] = -states[:, :5].sum(1) + 5 * count
    trace = made_trace(TEXT, [states])
    before = made_trace(TEXT, [slow(UNITS, 70, len(TEXT))])
    *_, spread = examine(trace, before, LABELS[1:2], search(trace, before, LABELS[1:2]))
    assert spread.findings[0].verdict == "spread"
    assert "rises" in sentence(spread.findings[0])


def test_what_does_not_occur_or_is_the_same_is_said(found: Findings) -> None:
    assert found.silent == {"digit": "does not occur in this text"}
    rare = Labels("rare", "", "yes/no", np.eye(len(TEXT))[500])
    same = replace(LABELS[1], name="again", values=np.nan_to_num(LABELS[1].values, nan=3.0))
    near = replace(same, name="near", values=-(same.values**0.9))
    searched = search(planted(), None, [LABELS[1], rare, same, near])
    silent, line = searched.silent, of(searched, LINE)
    assert line.alike == ("near",) and of(searched, "near").alike == (LINE,)
    assert also(line) == "In this text “near” is nearly the same property, and no further finding."
    assert all(also(one) == "" for one in found.findings)
    assert silent["rare"] == "has fewer than 20 characters of a kind in a part of this text"
    assert silent["again"] == f"is the same as {LINE!r} in this text"


def test_the_sentence_carries_the_controls(found: Findings) -> None:
    said = sentence(of(found, LINE))
    assert said.startswith(f"Unit 4 (h, layer 1) falls as “{LINE}” rises: rho 1.00 (0 is nothing,")
    for word in ("before training 0.", "the current character alone 0.", "in 95 of 100 trials."):
        assert word in said
    assert "AUC 1.00" in sentence(of(found, QUOTES))


def test_unrelated_units_are_not_above_chance() -> None:
    over = 0
    for seed in range(20):
        trace = made_trace(TEXT, [slow(UNITS, 100 + seed, len(TEXT))])
        over += search(trace, None, LABELS[:2], seed).findings[0].above_chance
    assert over <= 4  # of 20, where at most 1 is expected: more has a chance of 0.3 %


def test_a_unit_that_is_chosen_by_luck_is_judged_elsewhere() -> None:
    states = slow(UNITS, 6, len(TEXT))
    states[:2_000, 1] = np.nan_to_num(LABELS[1].values[:2_000])
    one = search(made_trace(TEXT, [states]), None, LABELS[1:2]).findings[0]
    assert one.place.unit == 1
    assert abs(one.discovery) > 0.5
    assert not one.above_chance
    assert sentence(one).startswith("No unit follows")


@pytest.mark.parametrize(
    "states",
    [
        np.zeros((len(TEXT), UNITS)),
        np.ones((len(TEXT), 1)),
        np.rint(slow(UNITS, 1, len(TEXT))),
    ],
)
def test_dead_and_tied_units_break_nothing(states: Array) -> None:
    trace = made_trace(TEXT, [states])
    *_, found = examine(trace, trace, LABELS, search(trace, trace, LABELS))
    for one in found.findings:
        assert np.isfinite(one.score) and one.verdict != "one unit"
        assert sentence(one)


def test_labels_that_say_nothing_give_no_finding() -> None:
    silent = [
        Labels("none", "", "counter", np.full(len(TEXT), np.nan)),
        Labels("same", "", "class", np.ones(len(TEXT)), ("a", "b")),
    ]
    found = search(planted(), None, silent)
    assert found.findings == ()
    assert list(examine(planted(), None, silent, found)) == []


def test_what_does_not_belong_together_is_refused(found: Findings) -> None:
    other = made_text(6_000, seed=9)
    with pytest.raises(ValueError, match="the two traces are of different texts"):
        search(planted(), made_trace(other, [slow(2, 1, 6_000)]), LABELS)
    with pytest.raises(ValueError, match="are of 9 characters, but the text has 6,000"):
        search(planted(), None, [Labels("short", "", "counter", np.zeros(9))])
    grown = planted()
    grown.h[0, -1, 0] = np.inf
    with pytest.raises(ValueError, match="grow until they are no longer finite numbers: choose"):
        search(grown, None, LABELS)
    with pytest.raises(ValueError, match="there are no labels of 'inside quotes'"):
        question_of(of(found, QUOTES), LABELS[1:])
