"""Compare is a page for one run, two, eight, and for runs that are gone, damaged or not begun."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Multiselect, Selectbox

from dashboard.compare import health, pictures, units, watching
from dashboard.compare.choice import Chosen
from dashboard.finding.searches import known_findings
from rnnviz.analysis.gradients.reach import read_curve
from rnnviz.analysis.units.finding import shown
from rnnviz.analysis.units.finding_words import score_words
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import percent
from rnnviz.runs import status
from rnnviz.runs.compared import courses
from rnnviz.runs.compared.compared_words import memory_sentence
from rnnviz.runs.compared.comparison import compare
from rnnviz.runs.compared.courses import Side
from rnnviz.runs.compared.differences import differences_of
from rnnviz.runs.description import change
from rnnviz.runs.history import History
from rnnviz.runs.network.memory import memory_of, memory_words
from rnnviz.runs.network.unit_health import run_health
from rnnviz.runs.run import Run
from rnnviz.text.alphabet import Hangul
from rnnviz.text.marks import marked
from rnnviz.workers.worker import work
from tests.conftest import wait_until
from tests.dashboard.conftest import TEXT, Open, address, say, words


def copies(run: Run, runs: Path, count: int, **how: object) -> list[Run]:
    """The same run under other ids, each with a seed of its own."""
    found = []
    for seed in range(1, count + 1):
        copytree(run.folder.path, runs / f"copy-{seed:04d}")
        made = Run.open(f"copy-{seed:04d}", runs)
        training = replace(made.training_config, seed=seed, **how)
        change(made.folder, training=training)
        found.append(Run.open(made.id, runs))
    return found


@pytest.fixture
def two(finished_run: Run, runs: Path) -> list[Run]:
    """The finished run, and one of the same text that trained for less."""
    how = TrainingConfig(iterations=2, sequence_length=10, batch_size=4)
    other = Run.create(TEXT, name="short", model=finished_run.model_config, training=how, runs=runs)
    work(other)
    return [finished_run, other]


def test_two_runs_are_judged_and_their_differences_stand_first(
    two: list[Run], open_app: Open
) -> None:
    app = open_app("compare", runs=",".join(run.id for run in two))
    assert not app.exception and not app.warning
    said = words(app)
    found = compare(two[1], two[0])
    assert "A (window 20, 12 iterations) predicts better than B (window 10, 2 iterations)" in said
    low, high = sorted(-end for end in found.interval)
    assert (
        f"lower by {-found.difference:.3f} bits/char (95 % interval {low:.3f} to {high:.3f}" in said
    )
    assert f"95 % between −{high:.3f} and −{low:.3f}" in said
    assert said.count("Their budgets differ: A (window 20, 12 iterations) made 12 iterations") == 2
    assert said.count("predicts better than") == 2  # at the top, and at the end
    assert "The half-life is the number of characters after which the gradient by h has" in said
    rows = app.dataframe[0].value
    differing = differences_of(two).differing
    assert list(rows.index) == list(differing)
    assert rows.to_numpy().tolist() == [list(values) for values in differing.values()]
    numbers = app.dataframe[1].value
    assert numbers["iterations"].tolist() == [12, 2]
    assert len(app.code) == 2
    app.select_slider[0].set_value(2).run()
    assert not app.exception
    assert (
        "A (window 20, 12 iterations): iteration 2; B (window 10, 2 iterations): iteration 2"
        in words(app)
    )
    assert app.query_params["at"] == "2"
    app.segmented_control(key="compared along").set_value("seconds").run()
    app.segmented_control(key="path compared").set_value("c").run()
    assert not app.exception and app.query_params["path"] == "c"


def test_repeated_names_in_the_address_are_runs_in_that_order(
    two: list[Run], open_app: Open
) -> None:
    app = open_app("compare", runs=[two[1].id, two[0].id])  # type: ignore[arg-type]
    assert app.multiselect(key="runs compared").value == [two[1].id, two[0].id]
    assert app.query_params["runs"] == f"{two[1].id},{two[0].id}"


def test_runs_stay_chosen_while_they_train_are_renamed_or_deleted(
    two: list[Run], runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    twins, ids = copies(two[0], runs, 2), [run.id for run in two]
    ids += [run.id for run in twins]
    say(two[1], "queued")
    app = open_app("compare", runs=",".join(ids))
    picker = app.multiselect(key="runs compared")
    offered, drawn = set(picker.options), list(picker.values)
    assert len(set(drawn)) == 4
    # A browser answers by what the chosen were called when it drew them.
    monkeypatch.setattr(Multiselect, "values", property(lambda box: drawn))
    for happens in (
        lambda: say(two[1], "stopped"),
        lambda: two[0].rename("another name"),
        lambda: rmtree(twins[0].folder.path),
    ):
        happens()
        for _ in range(3):
            app.run()
            assert app.multiselect(key="runs compared").value == ids
            assert app.query_params["runs"] == ",".join(ids) and not app.exception
        changed = set(app.multiselect(key="runs compared").options) - offered
        assert not changed or two[0].description.name == "another name"
    assert f"There is no run {twins[0].id} here" in words(app)


def test_the_two_that_are_judged_stay_whatever_they_are_called(
    two: list[Run], runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = copies(two[0], runs, 1)[0]
    app = open_app("compare", runs=",".join(run.id for run in (*two, seed)), second=seed.id)

    def second() -> Selectbox[str]:
        return next(one for one in app.selectbox if one.label == "Second run")

    drawn = second().options[second().index or 0]
    answer = Selectbox._widget_state.fget  # type: ignore[attr-defined]

    def as_drawn(box: Selectbox[str]) -> WidgetState:
        found: WidgetState = answer(box)
        if box.label == "Second run":
            found.string_value = drawn
        return found

    monkeypatch.setattr(Selectbox, "_widget_state", property(as_drawn))
    app.toggle(key="seeds together").set_value(False).run()
    assert second().options[second().index or 0] != drawn
    for _ in range(2):
        app.run()
        assert not app.exception and not app.warning
        assert second().value == seed.id and app.query_params["second"] == seed.id


def test_an_address_is_followed_and_said_again(two: list[Run], open_app: Open) -> None:
    third = copies(two[0], two[0].folder.path.parent, 1)[0]
    asked = {
        "runs": ",".join(run.id for run in (*two, third)),
        "together": "no",
        "along": "seconds",
        "at": "2",
        "path": "c",
        "first": two[1].id,
        "second": third.id,
        "prompt": "to",
        "temperature": "0.35",
        "seed": "7",
    }
    app = open_app("compare", **asked)
    for _ in range(2):
        assert not app.exception and not app.warning
        assert {name: each for name, each in address(app).items() if name != "run"} == asked
        app.run()


def test_two_runs_are_judged_block_by_block_at_a_press(two: list[Run], open_app: Open) -> None:
    with History(two[1].folder.history) as history:
        history.remove("measurements", "name = ?", ["held_out"])
    app = open_app("compare", runs=",".join(run.id for run in two))
    assert "The second less the first" not in words(app) and "is judged below" in words(app)
    next(one for one in app.button if one.label.startswith("Judge both")).click().run()
    assert not app.exception
    found, said = compare(*two[::-1]).measured_words, words(app)
    for run, label in zip(
        two, ("A (window 20, 12 iterations)", "B (window 10, 2 iterations)"), strict=True
    ):
        found = found.replace(run.id, label)
    assert found in said and "is judged below" not in said
    assert address(app)["judged"] == "yes"
    again = open_app("compare", **address(app))
    assert not again.exception and words(again) == said
    other = next(one for one in app.selectbox if one.label == "Second run")
    other.set_value(two[1].id).run()
    assert not app.exception and "Choose two different runs." in words(app)


def test_two_settings_are_judged_at_first_not_two_seeds_of_one(
    two: list[Run], open_app: Open
) -> None:
    seed = copies(two[0], two[0].folder.path.parent, 1)[0]
    app = open_app("compare", runs=",".join(run.id for run in (two[0], seed, two[1])))
    pair = [one.value for one in app.selectbox if one.label in ("First run", "Second run")]
    assert not app.exception and sorted(pair) == sorted([two[0].id, two[1].id])


def test_one_run_is_shown_and_none_is_a_sentence(finished_run: Run, open_app: Open) -> None:
    app = open_app("compare", runs=finished_run.id)
    assert not app.exception
    assert "One alone is compared with nothing: choose another run above." in words(app)
    assert [one.value for one in app.subheader][:1] == ["How they learned"]
    app.multiselect(key="runs compared").set_value([]).run()
    assert not app.exception and "Choose two runs or more above" in words(app)
    assert "runs" not in app.query_params


def test_networks_of_other_alphabets_begin_with_what_all_know(
    finished_run: Run, runs: Path, open_app: Open
) -> None:
    how = TrainingConfig(iterations=1, sequence_length=5, batch_size=2)
    jamo: Hangul = "jamo"
    for text, said, hangul in (
        ("hello" * 40, "the prompt “h”", "syllables"),
        ("漢字한글" * 90, "of its own snapshots", jamo),
    ):
        model = finished_run.model_config
        other = Run.create(text, model=model, training=how, runs=runs, hangul=hangul)
        work(other)
        app = open_app("compare", runs=f"{finished_run.id},{other.id}")
        assert not app.exception and not app.error and said in words(app)
        assert len(app.code) == 2
        lags_differ = hangul == jamo
        assert ("Lags count the characters that a network reads" in words(app)) == lags_differ
        reach = "reaches back farthest" in words(app) or "In all, " in words(app)
        assert reach != lags_differ


def test_eight_runs_and_seeds_together_or_apart(
    finished_run: Run, runs: Path, open_app: Open
) -> None:
    made = copies(finished_run, runs, 9)
    change(made[8].folder, training=made[7].training_config)
    app = open_app("compare", runs=",".join(run.id for run in made))
    assert not app.exception
    assert "A (speech, 9 runs)" in list(app.dataframe[0].value.columns)
    told = list(app.dataframe[1].value.index)
    assert told[6:] == ["A (seed 7)", "A (seed 8, run 8)", "A (seed 8, run 9)"]
    assert "on average over 8 seeds" in words(app)  # two of one seed are no evidence of two
    few = open_app("compare", runs=",".join(run.id for run in made[:3]))
    assert list(few.dataframe[0].value.columns) == ["A (seed 1)", "B (seed 2)", "C (seed 3)"]
    assert "They differ in nothing but their seeds." in words(few)
    app.toggle(key="seeds together").set_value(False).run()
    assert not app.exception
    assert "9 are chosen; the first 8 are compared." in words(app)
    assert list(app.dataframe[0].value.columns)[-1] == "H (seed 8)"
    assert "A (seed 1) and B (seed 2) have the same validation loss" in words(app)


def test_runs_that_are_gone_damaged_or_not_begun_are_a_sentence_each(
    two: list[Run], runs: Path, open_app: Open
) -> None:
    fresh = Run.create(TEXT, name="fresh", runs=runs, training=TrainingConfig(iterations=3))
    broken = copies(two[0], runs, 1)[0]
    broken.folder.history.write_bytes(b"not SQLite" * 100)
    mad = f"{two[0].id[:-7]}0000000"
    copytree(two[0].folder.path, runs / mad)
    edited = runs / mad / "run.json"
    edited.write_text(edited.read_text().replace("speech", "screech"))
    asked = [two[0].id, "gone-run-1234", broken.id, mad, fresh.id, two[1].id]
    app = open_app("compare", runs=",".join(asked))
    assert not app.exception
    said = words(app)
    assert "There is no run gone-run-1234 here" in said
    assert f"{broken.id} is left out: " in said and f"{mad} is left out: " in said
    assert "predicts better than" in said and "none yet" in said and "No snapshot yet." in said
    assert "No snapshot to look into yet: " in said
    assert len(app.dataframe[1].value) == 3
    only = open_app("compare", runs=fresh.id)
    assert not only.exception and "One alone is compared with nothing" in words(only)
    assert "No snapshot to look into yet: " in words(only) and "In none of" not in words(only)
    assert "measure units" not in [one.key for one in only.button]


def test_runs_on_different_texts_are_shown_but_not_ranked(
    finished_run: Run, runs: Path, open_app: Open
) -> None:
    how = TrainingConfig(iterations=2, sequence_length=10, batch_size=4)
    other = Run.create(
        "another " * 60, name="b", model=finished_run.model_config, training=how, runs=runs
    )
    work(other)
    app = open_app("compare", runs=f"{finished_run.id},{other.id}")
    assert not app.exception
    assert "These runs learned 2 different texts" in words(app)
    alone = open_app("compare", runs=other.id)
    assert "Of a text under 10,000 characters nothing is held out" in words(alone)


def test_while_a_run_trains_it_is_only_ahead_so_far(
    two: list[Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(two[0], "running")
    with History(two[0].folder.history) as history:
        history.set_validation_loss(None)
    monkeypatch.setattr(status, "_is_alive", lambda folder, written: True)
    app = open_app("compare", runs=",".join(run.id for run in two))
    assert not app.exception
    assert "So far A (window 20, 12 iterations) predicts better than B" in words(app)
    assert "whether that is more than chance is judged once both have ended." in words(app)
    say(two[0], "finished")
    app.run()
    assert not app.exception and "So far" in words(app)  # its last word has no loss


def test_rings_of_several_seeds_are_those_of_their_mean() -> None:
    """(0.5^lag + 0.9^lag) / 2 is under a half from lag 3 on, and 1 % beyond the lags read."""
    known = [read_curve(fall ** np.arange(33.0) * np.ones((64, 1))) for fall in (0.5, 0.9)]
    seeds: Any = (None, None)
    curve = courses.shares_by_lag(Side(0, "A", seeds), known)
    assert curve is not None and pictures._marks(curve, known) == [3]


def test_a_snapshot_more_draws_the_whole_page_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def after(snapshots: int) -> Any:
        status = SimpleNamespace(standing="running", alive=False)
        return Chosen((SimpleNamespace(status=status, snapshots=[0] * snapshots),), (), ())  # type: ignore[arg-type]

    again, drawn = list[str](), list[Chosen]()
    monkeypatch.setattr(watching.st, "rerun", lambda: again.append("the page"))
    watching._follow(after(2), drawn.append, watching._stage(after(2)))
    assert len(drawn) == 1 and not again
    watching._follow(after(3), drawn.append, watching._stage(after(2)))
    assert again == ["the page"]


def test_at_first_the_run_looked_at_stands_beside_one_of_the_same_text(
    two: list[Run], open_app: Open
) -> None:
    app = open_app("train", run=two[0].id)
    app.switch_page("app_pages/compare.py").run()
    assert not app.exception
    assert app.multiselect(key="runs compared").value == [run.id for run in two]
    change(two[0].folder, group="pair")
    change(two[1].folder, group="pair")
    app = open_app("train", run=two[1].id)
    app.switch_page("app_pages/compare.py").run()
    assert set(app.multiselect(key="runs compared").value) == {run.id for run in two}


def pressed(app: AppTest, key: str) -> AppTest:
    """The page once all that a button asks for is known."""
    app.button(key=key).click().run()
    wait_until(lambda: "hourglass" not in words(app.run()))
    assert not app.exception
    return app


def test_memory_and_health_are_measured_at_a_press(two: list[Run], open_app: Open) -> None:
    app = open_app("compare", runs=",".join(run.id for run in two), at="2", path="c")
    assert "measure memory" in [one.key for one in app.button]
    said = words(pressed(app, "measure memory"))
    for run, label in zip(
        two, ("A (window 20, 12 iterations)", "B (window 10, 2 iterations)"), strict=True
    ):
        assert f"{label} {memory_words(memory_of(run, 2))}." in said
    assert "measure memory" not in [one.key for one in app.button]
    labels = "A (window 20, 12 iterations)", "B (window 10, 2 iterations)"
    measured = [[memory_of(run, 2)] for run in two]
    assert memory_sentence(list(zip(labels, measured, strict=True))) in said
    for path in ("h", "c"):  # whichever is drawn
        told = f"of the gradient by {path} is left", f"The gradient by {path} reaches back"
        assert any(each in said for each in told)
    pressed(app, "measure health")
    table = next(one.value for one in app.dataframe if "saturated" in one.value.columns)
    found = [run_health(run, 2) for run in two]
    assert table["of no use"].tolist() == [
        f"{one.trained[0].idle} ({one.before(0).idle})"  # type: ignore[union-attr]
        for one in found
    ]
    assert (
        table["f open"].iloc[0].startswith(percent(found[0].trained[0].gates["f"].open.mean(), 0))
    )
    (now, before) = health._numbers("A", found[0], 0)
    untrained = found[0].before(0)
    assert untrained is not None and "Download in numbers (CSV)" in [
        one.label for one in app.get("download_button")
    ]
    assert now["f open"] == found[0].trained[0].gates["f"].open.mean()
    assert (now["of no use"], before["of no use"]) == (found[0].trained[0].idle, untrained.idle)
    # A fresh browser, before a server that has measured nothing, sees the same.
    assert address(app)["measured"] == "memory,health"
    again = open_app("compare", **address(app))
    assert not again.exception and not again.warning
    wait_until(lambda: any("saturated" in one.value.columns for one in again.run().dataframe))
    assert address(again)["measured"] == "memory,health"


def test_what_cannot_be_measured_is_a_sentence(runs: Path, open_app: Open) -> None:
    how = TrainingConfig(iterations=2, sequence_length=5, batch_size=2)
    run = Run.create("short " * 2, model=ModelConfig(hidden_size=5), training=how, runs=runs)
    work(run)
    app = pressed(open_app("compare", runs=run.id), "measure memory")
    assert "the text has 12 characters; to measure what is remembered at 16 places" in words(app)


def test_units_are_looked_for_at_a_press_and_known_from_then_on(
    two: list[Run], open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = pressed(open_app("compare", runs=",".join(run.id for run in two)), "measure units")
    found = known_findings(two[0].subject())
    assert found and known_findings(two[1].subject())
    assert "In none of them does a unit clearly follow a property better than its" in words(app)
    by_run = {two[0].subject().key: found, two[1].subject().key: ()}
    monkeypatch.setattr(units, "known_findings", lambda subject: by_run[subject.key])
    monkeypatch.setattr(units, "_waiting", lambda looked: [])  # the other cannot be searched
    assert "In none of A (window 20, 12 iterations) does a unit" in words(app.run())
    silent = {
        "examined": None,
        "untrained": 0.1,
        "current_character": 0.0,
        "two_characters": 0.0,
        "p": 0.0,
    }
    reached = {"score": 0.5, "discovery": 0.5, "within_blocks": 0.5, "chance_95_table": 0.2}
    planted = [replace(one, **silent, **reached) for one in found[:5]]  # type: ignore[arg-type]
    beside = [replace(planted[0], untrained=0.6, score=0.4), *found[5:]]
    by_run = {two[0].subject().key: tuple(planted), two[1].subject().key: tuple(beside)}
    monkeypatch.setattr(units, "known_findings", lambda subject: by_run[subject.key])
    table = app.run().dataframe[-1].value
    assert list(table.index) == [marked(one.followed) for one in planted[:3]]
    told = units._numbers({"A": tuple(planted), "B": tuple(beside)}, table.index)
    assert {row["score"] for row in told if row["run"] == "B"} >= {shown(0.4, beside[0].measure)}
    said = [score_words(one, one.score) for one in (planted[0], beside[0])]
    assert [told.startswith(each) for told, each in zip(table.iloc[0], said, strict=True)] == [
        True
    ] * 2
    assert list(table.iloc[1:, 1]) == ["–", "–"]
