"""Of many runs the best of each text is named, with what chance and the budget leave of it."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.compared.columns import Recorded, Row
from rnnviz.runs.compared.ranking import best_by_text
from rnnviz.runs.compared.roster import Roster, matching
from rnnviz.runs.description import RunDescription, read_description
from rnnviz.runs.index import Listed, RunIndex
from rnnviz.runs.paths import RunFolder
from rnnviz.text.alphabet import Alphabet
from rnnviz.text.vocabulary import Rare, Vocabulary
from tests.runs.test_store import make

BITS = math.log(2)
SEEDS = (("a", 2.0), ("b", 2.1), ("c", 2.2))


@pytest.fixture(scope="module")
def about(tmp_path_factory: pytest.TempPathFactory) -> RunDescription:
    found = read_description(make(tmp_path_factory.mktemp("runs")))
    return replace(found, text_characters=1_000_000)


def row(
    about: RunDescription, name: str, bits: float | None, noise: float = 0.0, **training: Any
) -> Row:
    """A run that ended with a loss in bits; with noise, so large, by stretch."""
    how = TrainingConfig(**({"iterations": 100} | training))
    told = replace(about, name=name, training=how)
    loss = None if bits is None else bits * BITS
    made = how.iterations or 70
    found = Row(Listed(RunFolder(Path(name)), told, "finished", 0.0, made, loss))
    read = made * how.batch_size * how.sequence_length
    found.__dict__["recorded"] = Recorded(characters=read)
    stretches = np.full(256, (bits or 0) * BITS)
    stretches += noise * np.random.default_rng(5).normal(size=256)
    found.__dict__["judged"] = (stretches, np.full(256, 40)) if noise else None
    return found


def test_the_lowest_loss_of_each_text_is_named_with_the_next(about: RunDescription) -> None:
    other = replace(about, text_sha256="0" * 64, text_name="corpus:play")
    rows = [
        row(about, "a", 2.5),
        row(other, "x", 1.0),
        row(about, "b", 2.0),
        row(about, "none", None),
        row(about, "c", 2.25),
    ]
    first, second = best_by_text(rows)
    assert [each.listed.folder.id for each in first.rows] == ["b", "c", "a"]
    assert first.words == (
        "On “Hamlet.txt”, the best of the 3 runs that have a validation loss is “b”: 2.000 "
        "bits/char (1.386 nats), 0.250 bits/char (0.173 nats) lower than “c”, the next; how far "
        "chance may have moved that cannot be told from what was recorded. Both made 100 "
        "iterations. They have one setting."
    )
    assert second.words.startswith(
        "On “A verse drama”, one run has a validation loss: “x”, 1.000 bits"
    )


@pytest.mark.parametrize(
    ("bits", "noise", "said"),
    [
        (
            2.4,
            0.1,
            "more than chance makes between these two runs on average, though another seed may "
            "differ by more. Both",
        ),
        (2.001, 0.5, "either may be the better. Both"),
    ],
)
def test_chance_is_told_from_a_difference(
    about: RunDescription, bits: float, noise: float, said: str
) -> None:
    best = row(about, "a", 2.0, 1e-9)
    (found,) = best_by_text([row(about, "b", bits, noise), best])
    assert said in found.words and found.interval is not None
    assert ("the best of two runs" in found.words) == (found.interval[0] > 0)
    assert ("cannot be told: the lowest is that of “a”, 2.000" in found.words) == (bits < 2.1)
    apart = float((found.rows[1].judged[0] - found.rows[0].judged[0]).mean())  # type: ignore[index]
    assert found.interval[0] < apart < found.interval[1]
    for kept in (None, (best.judged[0], np.full(256, 41)), (np.zeros(99), np.full(99, 41))):  # type: ignore[index]
        best.__dict__["judged"] = kept  # not the same stretches of the text
        assert best_by_text(found.rows)[0].interval is None


@pytest.mark.parametrize(
    ("budgets", "said"),
    [
        (({"batch_size": 8, "iterations": 200}, {}), "Both read about 102,400 characters."),
        (({"batch_size": 8, "iterations": 199}, {}), "Both read about 101,888 characters."),
        (({"iterations": None, "seconds": 9.0},) * 2, "Both made 70 iterations."),
        (
            ({"iterations": 50}, {}),
            "Their budgets differ: “same” (same) made 50 iterations and read 51,200 characters, "
            "“same” (same) 100 and 102,400. That alone may make a difference.",
        ),
    ],
)
def test_whether_the_budget_was_the_same_is_said(
    about: RunDescription, budgets: tuple[dict[str, Any], dict[str, Any]], said: str
) -> None:
    rows = [row(about, "same", loss, **how) for loss, how in zip((1, 2), budgets, strict=True)]
    (found,) = best_by_text(rows)
    alike = "" if "read" in said else " They have one setting."
    assert found.words.endswith(said + alike)
    # Called the same, they are told apart by their ids; and nothing beats what ends alike.
    assert "“same” (same)" in found.words
    units = replace(about, name="same", model=ModelConfig("gru", hidden_size=9))
    (found,) = best_by_text([row(units, "same", 1), rows[1]])
    assert "“same” (GRU, 9 units)" in found.words and "“same” (GRU, 7 units)" in found.words
    assert "the same as “same”, the next" in best_by_text([row(about, "b", 1), rows[0]])[0].words


def test_the_best_is_compared_with_another_setting_and_its_own_seeds_are_told(
    about: RunDescription,
) -> None:
    wide = replace(about, model=ModelConfig("gru", hidden_size=9))
    seeds = [row(about, name, bits, seed=seed) for seed, (name, bits) in enumerate(SEEDS)]
    others = [row(wide, "wide", 2.5), row(wide, "worse", 2.75)]
    (found,) = best_by_text([*seeds, *others])
    assert found.following.listed.folder.id == "wide"
    assert "0.500 bits/char (0.347 nats) lower than “wide”, the best with another" in found.words
    assert found.words.endswith(
        "2 more runs have its setting with another seed: 2.100 to 2.200 bits/char. Of the two "
        "settings, seed by seed: dealt at random into groups of 3 and 1, their losses lie so far "
        "apart in 25 % of all ways: chance may have made that, and so few runs cannot show more."
    )
    single = best_by_text([seeds[0], *others])[0].words
    assert "Of the two settings" not in single, "two runs of one seed are no two"
    judged = [row(about, "a", 2.0, 0.1), row(about, "b", 2.1, 0.1, seed=1)]
    said = best_by_text([*judged, row(wide, "wide", 2.5, 0.1)])[0].words
    assert "more than chance makes between these two runs on average. " in said
    assert said.endswith(
        "of all ways: chance may have made that, and so few runs cannot show more."
    )
    (alone,) = best_by_text(seeds)
    assert "lower than “b”, the next" in alone.words
    assert alone.words.endswith("They differ in nothing but their seeds.")
    (next_one,) = best_by_text([seeds[0], row(wide, "wide", 2.05), seeds[1]])
    assert "lower than “wide”, the next" in next_one.words
    assert "One more run has its setting with another seed: 2.100 bits/char. Of" in next_one.words


def test_other_alphabets_are_told_apart_and_rare_characters_stand_for_themselves(
    about: RunDescription,
) -> None:
    jamo = replace(about, alphabet=Alphabet(about.alphabet.vocabulary, "jamo"))
    (found,) = best_by_text([row(about, "same", 2.0, 0.1), row(jamo, "same", 1.0, 0.1)])
    assert "“same” (jamo): 1.000 bits/char" in found.words and "“same” (syllables)" in found.words
    assert "Compare judges both on the same." in found.words and "95 %" not in found.words
    known = about.alphabet.vocabulary
    some = Vocabulary(known.characters, Rare(known.characters[0], 9, 9))
    rare = replace(about, alphabet=Alphabet(some, "syllables"))
    first, second = best_by_text([row(rare, "rare", 0.5), row(about, "a", 1), row(jamo, "b", 2)])
    assert [each.listed.folder.id for each in first.rows] == ["a", "b"]
    assert f"“Hamlet.txt, its rare characters read as {known.characters[0]}”" in second.words


def age(path: Path) -> None:
    """Let a file have been written a minute ago."""
    then = path.stat().st_mtime - 60
    os.utime(path, (then, then))


def test_files_are_read_again_once_they_were_written(tmp_path: Path) -> None:
    folder = make(tmp_path)
    roster, index = Roster(), RunIndex(tmp_path)
    (first,) = roster.rows(index.look())
    for path in (folder.json, folder.snapshots, folder.history):
        age(path)
    (second,) = roster.rows(index.look())
    assert roster.rows(index.look()) == [second] and second is not first
    for path in (folder.history, folder.json, folder.snapshots):
        (before,) = roster.rows(index.look())
        path.touch()
        assert roster.rows(index.look()) != [before]
        age(path)
        roster.rows(index.look())
    (listed,) = index.look()
    living = replace(listed, state="running")
    assert roster.rows([living])[0] is not roster.rows([living])[0]


def test_every_word_must_occur(about: RunDescription) -> None:
    rows = [row(about, "Speech one", 1), row(replace(about, tags=("Odd",)), "Speech two", 1)]
    assert matching(rows, " ") == rows
    assert matching(rows, "SPEECH gru hamlet") == rows
    assert matching(rows, "two 7") == rows[1:] and matching(rows, "GRU 7") == rows
    assert matching(rows, "1.000 bits/char") == rows and matching(rows, "GRU Macbeth") == []
    assert matching(rows, "odd speech") == rows[1:] and matching(rows, "odd one") == []
