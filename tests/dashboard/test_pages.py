"""Every page in every state of a run, without a browser."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from dashboard import cache
from dashboard.inspection.under import under_key
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.corpora.catalogue import find_corpus
from rnnviz.notation import unbroken
from rnnviz.runs.network.copying import copied_by
from rnnviz.runs.run import Run
from rnnviz.text.ngram import ngram_baseline
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, can_start, say, words

PAGES = ("train", "hidden_units", "gradient_flow", "samples")
INSPECT = PAGES[1:]


@pytest.mark.parametrize("page", INSPECT)
def test_without_a_run_a_page_says_what_it_shows_and_leads_to_train(
    page: str, open_app: Open
) -> None:
    app = open_app(page)
    assert not app.exception
    assert "There is no run to look into yet." in words(app)
    assert [link.value for link in app.page_link] == ["Train one"]
    assert len(app.caption[0].value) > 60


@pytest.mark.parametrize("page", INSPECT)
def test_while_a_new_run_is_set_up_a_page_offers_those_there_are(
    page: str, finished_run: Run, open_app: Open
) -> None:
    app = open_app(page, run="new")
    assert not app.exception
    assert "No run is chosen." in words(app) and "There is no run" not in words(app)
    (offered,) = (button for button in app.main.button if button.label.startswith("speech"))
    offered.click().run()
    assert not app.exception
    assert app.sidebar.selectbox[0].value == finished_run.id
    assert "No run is chosen." not in words(app)


def test_without_a_run_train_offers_a_text_and_a_start(open_app: Open) -> None:
    app = open_app()
    assert not app.exception
    assert can_start(app)
    assert "characters" in words(app)
    assert "HESKETH:" in app.code[0].value
    assert "written for this project" in words(app)
    assert "play.txt" not in words(app)
    text = find_corpus("play").read().text
    best = ngram_baseline(Vocabulary.of(text).encode(text), len(set(text)))
    assert best is not None
    assert f"The number to beat ({best.name}): {best.loss / math.log(2):.3f} bits/" in words(app)


@pytest.mark.parametrize(
    "state", ["finished", "diverged", "stopped", "failed", "paused", "running", "queued"]
)
def test_every_page_shows_a_run_in_every_state(
    state: str, finished_run: Run, open_app: Open
) -> None:
    if state != "finished":
        say(finished_run, state, "At iteration 3 the loss was *nan* <b>.")
    for page in PAGES:
        app = open_app(page)
        assert not app.exception, page
        assert not [error for error in app.error if state not in ("diverged", "failed")], page
        assert app.sidebar.selectbox[0].value == finished_run.id, page


def test_where_nothing_can_go_on_nobody_is_told_to_resume(
    runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.create(TEXT, runs=runs)
    assert "This run has not begun; start it on Train." in words(open_app("samples"))
    say(run, "stopped", "")
    assert "before its first snapshot; resume it on Train." in words(open_app("samples"))
    monkeypatch.setenv("RNNVIZ_READONLY", "1")
    said = words(open_app("samples"))
    assert "before its first snapshot; nothing goes on with it here." in said
    assert "Resume" not in said and "resume" not in said


def test_states_that_grew_beyond_all_numbers_are_told_in_a_sentence(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = finished_run.trace("to be")
    grown.h[0, -1, 0] = np.inf
    monkeypatch.setattr(cache, "trace", lambda *_: grown)
    app = open_app("hidden_units")
    (error,) = app.error
    assert error.value.startswith("Over this text the states of this network grow until")
    assert "choose an earlier snapshot" in error.value


@pytest.mark.parametrize("page", PAGES)
def test_the_loss_has_one_name(page: str, finished_run: Run, open_app: Open) -> None:
    said = words(app := open_app(page)) + words(app.sidebar)
    assert "alidation loss" in said
    assert "eld-out loss" not in said


def test_a_link_reopens_the_run_and_the_iteration(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples", run=finished_run.id, iteration="5")
    assert app.select_slider[0].value == 5
    assert "Sample now, at iteration 5" in words(app)
    loss = float(finished_run.snapshots.set_index("iteration").loc[5, "validation_loss_nats"])
    assert (
        unbroken(f"{loss / math.log(2):.3f} bits/char ({loss:.3f} nats)")
        in app.sidebar.caption[-1].value
    )


def test_the_scrubber_moves_every_page(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples")
    app.select_slider[0].set_value(0).run()
    assert "Sample now, at iteration 0" in words(app)
    assert app.query_params["iteration"] in ("0", ["0"])
    app.switch_page("app_pages/gradient_flow.py").run()
    assert app.select_slider[0].value == 0


def test_a_late_address_does_not_undo_a_choice(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples", run="new")
    app.sidebar.selectbox[0].set_value(finished_run.id).run()
    app.query_params["run"] = "new"  # what the browser sends until it has read the newer address
    app.run()
    assert app.sidebar.selectbox[0].value == finished_run.id
    assert app.query_params["run"] == finished_run.id


@pytest.mark.parametrize("iteration", ["13", "-1", "x", "99999999999999999999", "<script>"])
def test_an_iteration_that_is_none_falls_back_to_the_best(
    iteration: str, finished_run: Run, open_app: Open
) -> None:
    app = open_app("samples", run=finished_run.id, iteration=iteration)
    assert not app.exception
    assert app.select_slider[0].value == finished_run.best_iteration


@pytest.mark.parametrize("name", ["../../etc", "nothing-like-this", "<img src=x>"])
def test_a_run_that_is_none_is_said_to_be_gone(
    name: str, finished_run: Run, open_app: Open
) -> None:
    app = open_app("samples", run=name)
    assert not app.exception
    assert "There is no run" in words(app)


def test_two_samples_stand_beside_each_other_and_end_in_what_they_cost(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app("samples", run=finished_run.id, iteration="12")
    app.selectbox(key=f"left sample of {finished_run.id}, 0 first").select_index(5).run()
    assert not app.exception
    asked = [box.label for box in app.selectbox if "sample" in box.label.lower()]
    assert asked == ["First sample: at iteration", "Second sample: at iteration"]
    said, table = words(app), finished_run.snapshots.set_index("iteration")
    for iteration in (5, 12):
        prompt, text = table.loc[iteration, "prompt"], table.loc[iteration, "sample"]
        loss = finished_run.trace(prompt + text, iteration).loss[len(prompt) - 1 : -1]
        cost = float(loss.mean(dtype=float))
        assert f"iteration {iteration} cost {cost / math.log(2):.3f} bits ({cost:.3f} nats)" in said
        held_out = table.loc[iteration, "validation_loss_nats"]
        assert f"{held_out / math.log(2):.3f} bits/char ({held_out:.3f} nats) at iteration" in said
    assert "not how good they are" in said
    (copied,) = copied_by(finished_run, [table.loc[12, "sample"]])
    assert not copied.passages
    assert "No passage of 20 characters of either sample stands in the training text." in said
    assert app.expander[0].label == "The other 11 samples"


def test_a_damaged_run_is_said_to_be_damaged(finished_run: Run, open_app: Open) -> None:
    finished_run.folder.json.write_text("{")
    app = open_app("samples", run=finished_run.id)
    assert not app.exception
    assert "damaged" in words(app)
    assert [button.label for button in app.button] == ["New run", "Delete it", "Tour", "Keys"]


def test_two_runs_alike_have_labels_of_their_own(finished_run: Run, open_app: Open) -> None:
    copy = Run.create(TEXT, name="speech.txt", model=finished_run.model_config)
    say(copy, "finished")
    app = open_app(run=finished_run.id)
    labels = [option for option in app.selectbox[0].options if "speech" in option]
    assert len(set(labels)) == 2
    assert app.selectbox[0].value == finished_run.id


def test_what_is_known_of_a_generated_text_stands_under_the_characters(
    runs: Path, open_app: Open
) -> None:
    corpus = find_corpus("brackets").read()
    text, truth = corpus.text[:12_000], {n: v[:12_000] for n, v in corpus.truth.items()}
    training = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    model = ModelConfig(hidden_size=5)
    run = Run.create(text, name="corpus:brackets", model=model, training=training, truth=truth)
    work(run)
    app = open_app("hidden_units")
    known = app.selectbox(key=under_key(run))
    assert list(known.options)[: len(truth)] == list(truth)
    for name in ("depth", "inside parentheses", "class of the character", "surprise"):
        app.selectbox(key=under_key(run)).set_value(name).run()
        assert not app.exception and "".join(app.query_params["truth"]) == name.replace(" ", "-")
    app.switch_page("app_pages/train.py").run()
    assert app.subheader[0].value == "Nested brackets"
    assert app.sidebar.selectbox[0].options[1].startswith("Nested brackets · ")


def test_a_unit_can_be_taken_away_as_a_page_and_in_numbers(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app("hidden_units")
    assert [button.label for button in app.main.get("download_button")] == [
        "Download a report",  # in the menu of all that can be taken along
        "Download unit 0 as coloured text (HTML)",
        "Download unit 0 in numbers (CSV)",
    ]


def test_characters_the_network_never_saw_are_named(finished_run: Run, open_app: Open) -> None:
    app = open_app("samples")
    app.text_area(key="prompt").set_value("Ж")
    app.button(key="FormSubmitter:sample now-Write").click().run()
    assert not app.exception
    assert "Ж" in words(app)


def test_without_a_file_of_weights_a_page_shows_what_needs_none(
    finished_run: Run, open_app: Open
) -> None:
    finished_run.folder.snapshot(finished_run.best_iteration).unlink()
    app = open_app("gradient_flow", run=finished_run.id)
    assert not app.exception and not app.error
    assert "Gradient of a loss by the state so many characters before it" in words(app)
    said = words(open_app("samples", run=finished_run.id))
    assert "It has no colours: " in said
    assert "at iteration 0 cost " in said


def test_a_signal_that_is_not_offered_here_is_no_error(open_app: Open, finished_run: Run) -> None:
    app = open_app("hidden_units", run=finished_run.id)
    app.session_state["signal of a lstm"] = None  # as a browser's answer for another page reads
    assert not app.run().exception
    assert "Hidden state h" in words(app)
