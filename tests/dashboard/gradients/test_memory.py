"""Gradient flow's views on memory and truncation: what they say is what the functions give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import state
from rnnviz.analysis.gradients.input_reach import input_reach
from rnnviz.analysis.gradients.itemised import itemised
from rnnviz.analysis.gradients.mattered_words import (
    itemised_words,
    kept_words,
    mattered_words,
)
from rnnviz.analysis.gradients.network_truncation import truncation
from rnnviz.analysis.gradients.reach import counted_from, read_mean
from rnnviz.analysis.gradients.reach_words import falls
from rnnviz.analysis.gradients.timestep_shares import timestep_shares
from rnnviz.analysis.gradients.truncation_words import shares_words, truncation_words
from rnnviz.analysis.units.keeping import characters_kept
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import significant
from rnnviz.plots.text_heatmap.shown import dependence_payload
from rnnviz.runs.compared.columns import Recorded, Row
from rnnviz.runs.compared.windows import trained_with_windows, windows_words
from rnnviz.runs.index import Listed
from rnnviz.runs.network.memory import input_reach_of, memory_of, memory_words
from rnnviz.runs.run import Run
from rnnviz.text.marks import mark
from rnnviz.workers.worker import work
from tests.dashboard.conftest import Open, words


def test_memory_says_what_mattered_what_forgetting_costs_and_what_gates_keep(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, run = finished_run.held_out_text[:200], finished_run
    start = run.description.text_characters - len(run.held_out_text)
    reach = input_reach(run.model(), run.vocabulary, text)
    for at in (None, 50):
        place = 199 if at is None else at
        asked = {} if at is None else {"at": str(start + at)}
        app = open_app("gradient_flow", run=run.id, view="memory", **asked)
        assert not app.exception
        read = "".join(map(mark, text[:place]))
        said = mattered_words(read, mark(text[place]), reach.norm[place - 1, :place])
        assert f"at position {start + place:,}, {said}" in words(app)
    assert "which it never trained on. Losses here" in words(app)
    reset = memory_of(run)
    assert memory_words(reset) in words(app) and "“Halved” is said here of this" in words(app)
    assert f"means over {len(reset.losses[0])} places alone; that in the sidebar" in words(app)
    assert falls(counted_from(input_reach_of(run), 1)) in words(app)
    gate = run.trace(run.held_out_text[:2000]).gates["f"][0]
    assert kept_words(characters_kept(gate), "forget gate f") in words(app)
    drawn = _click(app, f"what mattered to {run.id}", 120, monkeypatch)
    read = "".join(map(mark, text[:120]))
    assert mattered_words(read, mark(text[120]), reach.norm[119, :120]) in words(app)
    assert drawn == [199, 120]  # once, beside the text as it is at first


def _click(app: AppTest, key: str, at: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The browser says that a character was clicked; for which characters the text was drawn."""
    dialogue, drawn = app.session_state[f"kept dialogue of {key}"], list[int]()
    said = {"unit": 0, "cursor": at, "text": dialogue.extent.text, "wish": dialogue.wish["wish"]}

    def draw(*arguments: Any) -> bytes:
        drawn.append(arguments[-1])
        return dependence_payload(*arguments)

    known = state.value_of
    monkeypatch.setattr(state, "value_of", lambda n: {"picked": said} if n == key else known(n))
    monkeypatch.setattr("dashboard.gradients.memory.dependence_payload", draw)
    assert not app.run().exception
    return drawn


def test_a_loss_and_a_state_are_picked_and_a_gradient_is_taken_apart(
    finished_run: Run, open_app: Open
) -> None:
    run, text = finished_run, finished_run.held_out_text[:21]
    flow = run.gradients(text)
    start = run.description.text_characters - len(run.held_out_text)
    asked = {"gradient": "matrix", "path": "c", "at": str(start + 15), "state": "6"}
    app = open_app("gradient_flow", run=run.id, **asked)
    assert not app.exception and flow.c is not None
    row = flow.c.matrix[0, 14, :15]
    reached = row >= 0.01 * row.max()
    said = f"(timestep 15) reaches {reached.sum()} states of the 15 before it with 1 %"
    assert f"the loss of predicting “{mark(text[15])}” {said}" in words(app)
    assert f"the furthest at lag {14 - int(reached.argmax())}." in words(app)
    assert f"at timestep 6 with a gradient of norm {significant(float(row[5]))}, " in words(app)
    assert "comes after this loss" not in words(app)
    next(one for one in app.number_input if one.label == "State at timestep").set_value(20).run()
    assert "Timestep 20 comes after this loss, which does not depend on it: shown is 5." in words(
        app
    )
    assert f"at timestep 5 with a gradient of norm {significant(float(row[4]))}, " in words(app)
    app = open_app("gradient_flow", run=run.id, gradient="itemised", timestep="6")
    assert not app.exception
    found = itemised(run.model(), run.vocabulary, text, 5)
    assert itemised_words(found, mark(text[5])) in words(app)
    app = open_app("gradient_flow", run=run.id, gradient="all-three")
    assert not app.exception
    last = falls(read_mean(flow.h.matrix[0, -1, ::-1], np.ones(20, np.int64)))
    assert f"on its way back through h, the gradient {last}" in words(app)


def test_truncation_says_what_each_window_leaves(finished_run: Run, open_app: Open) -> None:
    run = finished_run
    ids = run.vocabulary.encode(run.held_out_text[:501])
    app = open_app("gradient_flow", run=run.id, view="truncation", window="7")
    assert not app.exception
    windows = [1, 2, 5, 7, 10, 20, 50, 100, 200, 500]
    said = words(app)
    assert truncation_words(truncation(run.model(), ids, windows), 20) in said
    assert "what a window cuts depends on where it begins" in said
    shares = timestep_shares(run.model(), ids, 7)
    for name, share in zip(("W_xh", "W_hh", "W_hy"), shares.share, strict=True):
        assert shares_words(f"the gradient of {name}", share) in said
    assert "What each timestep adds, windows of 7" in said and "only training tells" in said


def test_one_click_sets_up_training_with_other_windows(finished_run: Run, open_app: Open) -> None:
    """On the same text and network; that a person may change all of it is the form's."""
    app = open_app("gradient_flow", run=finished_run.id, view="truncation")
    _press(app, "Compare training with windows of 1, 5 and 20")
    assert not app.exception
    fields = {each.label: each.value for each in app.text_input}
    assert fields["Window (timesteps)"] == "1, 5, 20" and fields["Units of a layer"] == "12"
    said = words(app)
    assert "LSTM with 12 units" in said and f"**{len(finished_run.text):,}** characters" in said
    assert any(button.label == "Start 3 runs" for button in app.button)


def test_what_truncation_cost_in_loss_is_told_of_runs_that_differ_in_the_window_alone(
    finished_run: Run, runs: Path, open_app: Open
) -> None:
    about = finished_run.description
    made = [finished_run]
    for window, units in ((5, 12), (5, 11)):
        how = replace(about.training, sequence_length=window)
        model = replace(about.model, hidden_size=units)
        made.append(Run.create(finished_run.text, model=model, training=how, runs=runs))
        work(made[-1])
    app = open_app("gradient_flow", run=finished_run.id, view="truncation")
    assert not app.exception
    told = words(app).partition("What it cost in loss. ")[2].partition("\n")[0]
    assert told.startswith("With equally many updates: windows of 5 characters came to ")
    read = 12 * 5 * about.training.batch_size
    assert f" in 12 updates that read {read:,} characters; windows of 20 " in told
    assert "not the truncation alone: a longer window reads more characters in" in told
    assert "means of" not in told, "another network's is not among them"
    _press(app, "Compare these runs")
    assert not app.exception and app.query_params["runs"] == f"{made[1].id},{made[0].id}"


def test_what_windows_cost_is_told_of_equal_updates_and_of_equal_characters(
    finished_run: Run,
) -> None:
    about = finished_run.description

    def row(window: int, loss: float, updates: int, group: str | None) -> Row:
        how = replace(about.training, sequence_length=window, iterations=updates)
        one = replace(about, group=group, training=how)
        listed = Listed(
            finished_run.folder, one, "finished", iteration=updates, validation_loss=loss
        )
        made = Row(listed)
        made.__dict__["recorded"] = Recorded(characters=float(updates * window))
        return made

    together = [row(window, loss, 40 // window, "a") for window, loss in ((1, 3.0), (4, 2.0))]
    as_often = [row(window, 1.0, 8, None) for window in (1, 4, 4)]
    updates, characters = trained_with_windows([*together, *as_often, row(5, 1, 7, None)], about)
    assert [len(found) for found in (updates, characters)] == [2, 2]
    assert windows_words(characters).startswith(
        "With about equally many characters read: windows of 1 character came to 4.328 bits/char "
        "(3.000 nats) in 40 updates that read 40 characters; windows of 4 characters came to "
        "2.885 bits/char (2.000 nats) in 10 updates that read 40 characters."
    )
    assert "a shorter window makes more updates" in windows_words(characters)
    said = windows_words(updates)
    assert (
        "came to means of 2 runs: 1.443 bits/char (1.000 nats) in 8 updates that read 32 " in said
    )
    assert said.endswith("of that, one run of a window says nothing.")
    assert trained_with_windows(together[:1], about) == []


def test_a_network_without_gates_and_a_text_without_room_are_normal(
    runs: Path, open_app: Open
) -> None:
    how = TrainingConfig(iterations=2, batch_size=2, sequence_length=5)
    run = Run.create("abc" * 40, model=ModelConfig("rnn", hidden_size=5), training=how, runs=runs)
    work(run)
    app = open_app("gradient_flow", run=run.id, view="memory")
    assert not app.exception and "What gates keep" not in words(app)
    assert memory_words(memory_of(run)) in words(app), "as far as the text goes"
    assert memory_of(run).distances[-1] == 64
    tiny = Run.create("abc" * 5, model=ModelConfig("rnn", hidden_size=5), training=how, runs=runs)
    work(tiny)
    app = open_app("gradient_flow", run=tiny.id, view="memory")
    assert not app.exception and not app.error
    assert "Not to be measured here: the text has 15 characters; to measure" in words(app)
    app = open_app("gradient_flow", run=run.id, view="truncation")
    assert not app.exception and "over these 119 losses" in words(app)


def _press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def test_a_damaged_snapshot_is_complained_of(finished_run: Run, open_app: Open) -> None:
    next(finished_run.folder.path.glob("snapshots/*12.safetensors")).write_bytes(b"damaged")
    app = open_app("gradient_flow", run=finished_run.id, iteration="12", view="memory")
    assert not app.exception
    assert "is damaged" in app.error[0].value
