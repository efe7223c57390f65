"""Find units says what the library found, of every kind of run, and never more than stands."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from dashboard.finding import page, searches
from dashboard.finding.one import one_finding
from dashboard.finding.searches import Looked, known_findings, scores_over_training, search_of
from dashboard.finding.words import grown, silent, way
from dashboard.inspection.under import under_key
from rnnviz.analysis.units.cause import Cause, Rise
from rnnviz.analysis.units.conclusions import headline, use_words
from rnnviz.analysis.units.finding import Examined, Finding, Findings, Place
from rnnviz.analysis.units.finding_words import also, found_in, sentence
from rnnviz.analysis.units.parts import Parts
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.models.subject import Subject
from rnnviz.notation import loss_words
from rnnviz.runs.network.passage_labels import Own
from rnnviz.runs.run import Run
from rnnviz.text.alphabet import Hangul
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, words
from tests.plots.records import make_findings

PARTS = Parts(slice(0, 9), slice(9, 18), slice(18, 20), 1, 1)
PROBE = {"1": 0.8, "2": 0.8, "4": 0.8, "8": 0.8, "all": 0.8}
COUNTS = replace(make_findings()[0], examined=Examined(0.8, PROBE, 0.1, 0.3, 0.5))

CONTROLLED = replace(COUNTS, place=Place("h", 0, 3), untrained=0.9)

Train = Callable[..., Run]


@pytest.fixture
def train(runs: Path) -> Train:
    """Trains a network of four units for three iterations."""

    def trained(text: str, hangul: Hangul = "syllables") -> Run:
        run = Run.create(
            text,
            name="text",
            model=ModelConfig(hidden_size=4, cell="rnn"),
            training=TrainingConfig(iterations=3, sequence_length=10, batch_size=2),
            hangul=hangul,
            runs=runs,
        )
        work(run)
        return run

    return trained


def finished(open_app: Open, run: Run, **address: str) -> AppTest:
    """The page once all is known."""
    app = open_app("find_units", run=run.id, **address)
    subject = run.subject(int(address["iteration"]) if "iteration" in address else None)
    search_of(run, subject, Own(address.get("pattern"))).finish()
    app.run()
    assert not app.exception
    return app


def test_a_property_stays_chosen_while_the_search_finds_what_can_be_asked(
    train: Train, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser answers by what the option was called when it drew it."""
    app = finished(open_app, train(TEXT))

    def picker() -> Selectbox[str]:
        return next(box for box in app.selectbox if box.label == "Look closer at")

    chosen = next(name for name in picker().options if "not asked" not in name)

    def at_first(subject: Subject, looked: Looked, own: Own, *, known: bool) -> None:
        found = looked.search.found
        left = tuple(each for each in found.findings if each.hypothesis != chosen)
        now = replace(found, findings=left, silent={**found.silent, chosen: "is rare so far"})
        search = replace(looked.search, found=now)
        one_finding(subject, replace(looked, search=search), own, known=known)

    monkeypatch.setattr(page, "one_finding", at_first)
    app.run()
    picker().set_value(chosen).run()
    assert f"“{chosen}” is rare so far." in words(app)
    answer = Selectbox._widget_state.fget  # type: ignore[attr-defined]

    def as_drawn(box: Selectbox[str]) -> WidgetState:
        found: WidgetState = answer(box)
        if box.label == "Look closer at":
            found.string_value = f"{chosen} (not asked)"
        return found

    monkeypatch.setattr(page, "one_finding", one_finding)
    monkeypatch.setattr(Selectbox, "_widget_state", property(as_drawn))
    for _ in range(2):
        app.run()
        assert not app.exception and picker().value == chosen
        assert app.query_params["property"] == chosen


def test_a_search_that_was_left_goes_on_from_what_it_had_found(train: Train) -> None:
    run = train(TEXT[:5_850])
    whole = list(searches._steps(run, "whole", 2, Own(), []))
    for left_after in (2, len(whole) - 1):
        found: list[Looked] = []
        first = searches._steps(run, "left", 2, Own(), found)
        last = [next(first) for _ in range(left_after)][-1]
        rest = list(searches._steps(run, "left", 2, Own(), found))
        assert rest[0].search.found is last.search.found  # no less than was known
        assert rest[0].portraits is last.portraits
        assert len(rest) == len(whole) - left_after + 1  # and nothing is asked twice
        assert rest[-1].search.to_json() == whole[-1].search.to_json()


def all_of(*found: Finding) -> Findings:
    return Findings(found, {"digit": "does not occur in this text"}, PARTS, {})


def test_the_page_shows_what_the_library_found_and_one_finding_closer(
    train: Train, open_app: Open
) -> None:
    run, pattern = train(TEXT[:5_850]), '"[a-z <b>]+"'
    app = finished(
        open_app, run, iteration="2", pattern=pattern, property="inside-a-z-b", strongest="lowest-2"
    )
    looked = search_of(run, run.subject(2), Own(pattern)).finish().latest
    assert looked is not None
    found = looked.search.found.findings
    said = words(app)
    assert headline(looked.search.found) in said.replace("**", "") and "hourglass" not in said
    assert "5,850 characters of the run's text" in said and "the one before" in said
    shown = app.dataframe[0].value
    assert list(shown["found in"]) == [found_in(one) for one in found]
    assert list(shown["above controls"]) == [one.margin for one in found]
    held = [one.cause.at_mean.labelled / np.log(2) for one in found if one.cause is not None]
    assert held and list(shown["cost there"].dropna()) == held
    assert all(one in said for one in silent(looked.search.found))
    assert known_findings(run.subject(2)) == ()  # what is asked besides belongs to who asked it
    (own,) = (one for one in found if one.hypothesis == f"inside /{pattern}/")
    assert sentence(own) in said and f"**Score over training** · inside /{pattern}/" in said
    then = scores_over_training(run, run.subject(2), looked, own)
    assert grown(own, [one.iteration for one in then], [one.unit for one in then]) in said
    highest = app.dataframe[1].value
    portrait = looked.portraits[own.hypothesis]
    assert list(highest["value"]) == [one.value for one in portrait.extremes.highest]
    place = portrait.extremes.lowest[1].place
    assert f"Around position {place:,}, whose character is marked" in said
    assert "".join(app.query_params["strongest"]) == "lowest-2"
    app.button(key="look at the unit").click().run()
    assert not app.exception and app.title[0].value == "Hidden units"
    said = {name: "".join(value) for name, value in app.query_params.items()}
    assert (said.get("signal", "h"), said["unit"]) == (own.place.signal, str(own.place.unit))
    assert (said["iteration"], said["pattern"], said["length"]) == ("2", pattern, "1200")
    assert said["selection"] == f"{place}-{place}"
    assert float(said["top"]) == place - 120
    assert app.selectbox(key=under_key(run)).value == own.hypothesis


def test_hidden_units_names_what_its_unit_was_found_to_follow(
    finished_run: Run, open_app: Open
) -> None:
    subject = finished_run.subject()
    app = open_app("hidden_units", run=finished_run.id, unit="3")
    assert "Found on Find units:" not in words(app)
    clear = replace(COUNTS, place=Place("h", 0, 3))
    others = (replace(clear, place=Place("h", 0, 4)), replace(clear, p=0.2), CONTROLLED)
    searches._known()[subject.key] = (clear, *others)
    said = words(app.run())
    assert said.count("Found on Find units:") == 1 and sentence(clear) in said
    of_gate = replace(clear, place=Place("f", 0, 5), hypothesis="again", alike=(clear.followed,))
    searches._known()[subject.key] = (of_gate, clear)
    app = open_app("hidden_units", run=finished_run.id)  # opens at the clearest finding
    opened = {name: "".join(value) for name, value in app.query_params.items()}
    assert (opened["unit"], opened["signal"]) == ("5", "f")


def test_a_pattern_or_a_file_that_is_none_is_refused_and_nothing_else_is_lost(
    train: Train, open_app: Open
) -> None:
    run = train(TEXT[:2_500])
    search_of(run, run.subject(), Own()).finish()
    app = open_app("find_units", run=run.id, pattern="(a")
    assert "Nothing is asked of it: '(a' is no regular expression that can be used" in words(app)
    for content, problem in (
        (b"0,1\n0,2\n", "line 2: position 0 has a label already"),
        (b"2500,1\n", "line 1: the position is 2,500, but the text has 2,500 characters"),
        (b"\x7fELF\0\1\2", "the file"),
        (b"", "the file"),
    ):
        app.file_uploader[0].upload("../../labels.csv", content).run()
        (said,) = (one.value for one in app.error if "of the file" in one.value)
        assert problem in said.replace("\\", "")
    assert app.text_input[0].value == "(a"
    table = "position,value\n" + "\n".join(f"{place},{place % 7 == 0:d}" for place in range(2_500))
    app.file_uploader[0].upload("../../labels.csv", table.encode()).run()
    search_of(run, run.subject(), Own(table=table)).finish()
    app.run()
    assert "labels" in list(app.dataframe[0].value["property"])
    assert len(app.error) == 1 and "labels of “../../labels.csv”" in words(app)
    app.switch_page("app_pages/hidden_units.py").run()
    app.selectbox(key=under_key(run)).set_value("labels").run()
    assert not app.exception and "".join(app.query_params["truth"]) == "labels"
    app.switch_page("app_pages/find_units.py").run()
    next(button for button in app.button if button.label == "Forget these labels").click().run()
    assert "labels" not in list(app.dataframe[0].value["property"])


def test_a_pattern_is_answered_at_its_field_and_looked_at_closer(
    train: Train, open_app: Open
) -> None:
    run = train(TEXT[:2_500])
    app, places = finished(open_app, run), len(re.findall("said|not", run.text))
    for pattern, said, shown in (
        ("zzz", "It matches nowhere in the 2,500 characters read", "“inside /zzz/” does not occur"),
        ("(?s).+", "It matches everywhere: each of the", "holds everywhere in this text"),
        ("said|not", f"It matches at {places} places", "inside /said|not/"),
        ("", "", ""),
    ):
        search_of(run, run.subject(), Own(pattern or None)).finish()
        app.text_input[0].set_value(pattern).run()
        assert not app.exception and said in words(app) and shown in words(app)
        (closer,) = (box for box in app.selectbox if box.label == "Look closer at")
        assert closer.value == (f"inside /{pattern}/" if pattern else None)
        (own,) = (box for box in app.expander if box.label == "A property of your own")
        assert own.proto.expanded  # where one works, also once nothing is asked any more


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ab (c)\n" * 100, "The text has 700 characters; to choose units on one part of it"),
        ("a" * 2_500, "No property varies often enough in this text"),
        ("bcbbc" * 500, "No unit stands out: none follows a property clearly better"),
    ],
    ids=["short", "one character", "nothing to find"],
)
def test_where_there_is_nothing_to_find_a_sentence_says_so(
    text: str, says: str, train: Train, open_app: Open
) -> None:
    app = finished(open_app, train(text))
    assert says in words(app)


def test_jamo_are_read_as_the_network_reads_them_and_a_missing_control_is_said(
    train: Train, open_app: Open
) -> None:
    run = train("나는 학교에 갔다.\n그는 밥을 먹었다.\n" * 100, "jamo")
    run.folder.snapshots_there()[0].unlink()
    app = finished(open_app, run)
    assert "Over 4,400 characters" in words(app)
    assert "The network before training was not kept" in words(app)
    shown = app.dataframe[0].value
    assert "Hangul final consonant" in set(shown["property"])
    assert shown["untrained"].isna().all()


def test_the_headline_claims_no_more_than_stands() -> None:
    assert headline(all_of(COUNTS)) == sentence(COUNTS)
    by_luck = replace(COUNTS, within_blocks=0.15, chance_95_table=0.2)
    assert headline(all_of(by_luck)).startswith("Nothing is above chance: ")
    before = replace(COUNTS, untrained=0.78)
    assert "though the network did as well or nearly so before training" in headline(all_of(before))
    assert COUNTS.examined is not None
    wide = replace(COUNTS, examined=(rotated := replace(COUNTS.examined, rotated=0.95)))
    assert headline(all_of(wide)).endswith(" All units together hold more of it: AUC 0.90.")
    learned = replace(wide, examined=replace(rotated, probe_untrained=0.78))
    said = headline(all_of(learned))
    assert said.startswith("No unit stands out: ")
    assert (
        "though all units of the network before training together (AUC 0.89) hold as much" in said
    )
    assert headline(all_of(learned, before, COUNTS)) == sentence(COUNTS)  # praise is not taken back
    twice = replace(COUNTS, alike=("line length",))
    assert headline(all_of(twice)).endswith(
        " " + also(twice)
    ) and "“line length” is nearly" in also(twice)
    assert way(
        COUNTS
    ) == "low where it holds" and "is low where “class <b>: <i>” holds" in sentence(COUNTS)
    falls = replace(COUNTS, kind="counter", against_rest="")
    assert way(falls) == "falling as it rises" and "falls as “class <b>” rises" in sentence(falls)


def test_how_a_score_came_about_is_said_in_its_own_measure() -> None:
    one = replace(COUNTS, cause=None)
    said = grown(one, [0, 5, 9, 10], [math.nan, 0.2, -0.72, -0.8])
    assert "was AUC 0.60 at iteration 5 and is AUC 0.90 at iteration 10, which it" in said
    assert said.endswith("came within 0.05 of at iteration 9.")
    assert grown(one, [0, 10], [math.nan, 0.8]) == ""


@pytest.mark.parametrize(
    ("there", "elsewhere", "alike", "says"),
    [
        (0.3, 0.1, 0.2, "The first is the largest: the network uses the unit where it follows"),
        (0.1, 0.3, 0.0, "no larger than the cost elsewhere: nothing shows that the network uses"),
        (0.1, 0.3, 0.2, "cost elsewhere and the cost of the costliest of these: nothing shows"),
        (0.1, 0.05, 0.2, "no larger than the cost of the costliest of these: nothing shows"),
        (-0.1, -0.2, -0.3, "It costs nothing there: nothing shows that the network uses it for"),
        (-0.1, -0.2, -0.3, "(−0.100 nats), so it guesses better there with the unit held; elsewh"),
    ],
)
def test_a_unit_is_said_to_be_used_where_holding_it_costs_most(
    there: float, elsewhere: float, alike: float, says: str
) -> None:
    assert use_words(COUNTS) == ""
    unsure = (math.nan, math.nan)
    held, other = Rise(there, elsewhere, unsure, unsure), Rise(alike, 9.0, unsure, unsure)
    said = use_words(replace(COUNTS, cause=Cause(held, held, (other,), {}, 10, math.nan)))
    assert says in said and "“class <b>: <i>”" in said
    assert all(loss_words(cost) in said for cost in (there, elsewhere, alike))


def test_a_cost_that_chance_gives_too_is_no_number() -> None:
    held = Rise(0.02, -0.0005, (-0.01, 0.05), (-0.003, 0.002))
    known = replace(COUNTS, cause=Cause(held, held, (), {}, 10, math.nan))
    for said in (use_words(known), sentence(known)):
        assert "costs nothing measurable" in said.replace("the network ", "")
        assert "−0" not in said
    assert "; elsewhere it costs nothing measurable." in use_words(known)
    assert "it costs the network nothing measurable anywhere." in sentence(known)
    assert "That is nothing measurable: nothing shows that the network uses" in use_words(known)


def test_what_explains_a_property_without_a_unit_is_named() -> None:
    assert found_in(replace(COUNTS, examined=None)) == "…" and found_in(COUNTS) == "one unit"
    several = {**PROBE, "all": 1.0}
    spread = replace(COUNTS, examined=replace(COUNTS.examined, rotated=0.99, probe=several))
    assert spread.verdict == "spread" and found_in(spread) == "several units"
    absent = {
        "explained by the last two characters": {"current_character": 0.79, "two_characters": 1.0},
        "explained by the current character": {"current_character": 0.79, "two_characters": 0.79},
        "as much before training": {"untrained": 0.9},
        "not above chance": {"chance_95_table": 0.85, "untrained": 0.9},
    }
    for said, controls in absent.items():
        assert found_in(replace(COUNTS, **controls)) == said
    assert COUNTS.examined is not None
    together = replace(COUNTS.examined, rotated=0.95, probe_untrained=0.79)
    said = "as much before training, all units together"
    assert found_in(replace(COUNTS, examined=together)) == said
    mixed = replace(together, probe={**PROBE, "all": 0.5}, probe_untrained=0.2)
    assert found_in(replace(COUNTS, examined=mixed)) == "as much by any mixture of units"
    assert headline(all_of()).startswith("No property varies")
    assert silent(all_of()) == ["These do not occur in this text: “digit”."]
