"""Gradient flow says in a sentence what its curves show, and on how much it stands."""

from __future__ import annotations

from pathlib import Path

from rnnviz.analysis.gradients.reach import reaches
from rnnviz.analysis.gradients.reach_change import change
from rnnviz.analysis.gradients.reach_words import basis, factor, sentences
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.dashboard.conftest import Open, words


def test_the_sentence_is_that_of_the_snapshot_looked_at(finished_run: Run, open_app: Open) -> None:
    for iteration in (0, 12):
        app = open_app("gradient_flow", run=finished_run.id, iteration=str(iteration))
        assert not app.exception
        found = reaches(finished_run.lag_norms([iteration]))
        own = {path: found[iteration, path] for path in "hc"}
        said = words(app)
        for sentence in sentences(f"In this network, at iteration {iteration}", own):
            assert sentence in said
        held_out = "on the held-out part of the text, which it never trained on"
        assert basis(own["h"], held_out) in said and f"over 256 losses {held_out}" in said
        assert f"on average over losses {held_out}. That distance is the lag: lag 0 is" in said
        assert factor(own["h"]) in said and factor(own["c"]) in said
        both = reaches(finished_run.lag_norms([0, iteration]))
        assert app.main.subheader[-1].value == "What this says"
        last = app.main.markdown[-1].value.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")
        assert last == "\n\n".join(change(both, iteration)) + f" The losses are those {held_out}."


def test_a_passage_says_on_how_few_losses_it_stands(finished_run: Run, open_app: Open) -> None:
    app = open_app("gradient_flow", run=finished_run.id, iteration="12")
    which = next(one for one in app.segmented_control if one.label == "Which gradient")
    for name, said in (
        ("Last loss", "Read off a single loss; others may fall otherwise."),
        (
            "Window",
            "at iteration 12, on this passage, all 20 losses together have a gradient of norm ",
        ),
        ("Matrix", "Read off the mean over 20 losses, 10 of which reach 10 characters back; "),
    ):
        which.set_value(name).run()
        assert not app.exception
        assert said in words(app) and "over training" not in words(app)
        told = "“By lag” is measured on 256 losses on the held-out part" in words(app)
        assert told == ("Of the network, quote “By lag”" in words(app)) == (name != "Window")
        title = (
            "Gradient of every loss by every state before it, path h  \n"
            + finished_run.description.name
        )
        assert (title + ", iteration 12" in words(app).replace("**", "")) == (name == "Matrix")


def test_one_distinct_character_has_no_gradient_and_that_is_said(
    runs: Path, open_app: Open
) -> None:
    how = TrainingConfig(iterations=2, batch_size=2, sequence_length=5)
    run = Run.create("a" * 400, model=ModelConfig(hidden_size=5), training=how, runs=runs)
    work(run)
    app = open_app("gradient_flow", run=run.id)
    assert not app.exception
    said = words(app)
    assert "through the hidden state h is exactly zero (256 losses)." in said
    assert "through the cell state c it is exactly zero (256 losses)." in said
    assert run.vocabulary.nothing_to_learn in said
    assert "over losses on the text it was trained on, because no part of that is held" in said
    which = next(one for one in app.segmented_control if one.label == "Which gradient")
    for name in ("Last loss", "Window", "All three", "Matrix", "Itemised"):
        which.set_value(name).run()
        assert not app.exception
    said = "no loss depends on the state after “a” (timestep 2): all gradients there are exactly "
    assert said in words(app)
    for view, said in (
        ("memory", "depends on nothing that was read: all derivatives are zero."),
        ("truncation", "the gradient of W_hh is exactly zero: nothing can be cut off."),
    ):
        app = open_app("gradient_flow", run=run.id, view=view)
        assert not app.exception and said in words(app)
