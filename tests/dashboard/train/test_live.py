"""A run's page: its headline, the best sample beside the newest, what was copied, every setting."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.train.live import _stage
from rnnviz.config import ModelConfig
from rnnviz.notation import bits, loss_words, probability_words
from rnnviz.runs.history import History
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.moment import Moment, Recorded
from rnnviz.runs.network.unmoved import unmoved_words
from rnnviz.runs.run import Run
from rnnviz.runs.status import RunStatus
from rnnviz.runs.verdicts.conclusion import _counting, _gives
from rnnviz.runs.verdicts.validation import Validation
from rnnviz.runs.verdicts.verdict import verdict_of
from tests.dashboard.conftest import TEXT, Open, words

COPY = TEXT[100:150]


def memorise(run: Run) -> None:
    """Let snapshots follow that are worse each time, and copy, while the training loss falls."""
    lowest = float(run.snapshots["validation_loss_nats"].min())
    with History(run.folder.history) as history:
        for number in range(1, 6):
            at = 12 + number
            history.add("iterations", [(at, 1.0 / number, 1.0, 1.0, 0.01, 100 * at, 1.0)])
            history.add("snapshots", [(at, lowest + 0.3 * number, "\n", f"[{COPY}] {number}")])
        history.set_status("finished", 17, 1.0)


def test_the_page_looks_often_only_where_the_first_sample_is_at_hand(runs: Path) -> None:
    """A run in line, or paused in it, may wait for hours."""
    run = Run.create(TEXT, runs=runs)
    with History(run.folder.history, reading=True) as history:
        made = history.numbers("iterations")
        recorded = Recorded(history.status, made, None, run.snapshots, None, [])
    for state, message, awaited in (
        ("queued", "waiting for its worker to load.", True),
        ("queued", "waiting in line at position 2.", False),
        ("running", "", True),
        ("paused", "", False),
    ):
        moment = Moment(run, RunStatus(state, 0, 0.0, message), recorded)
        assert _stage(moment).awaited == awaited, (state, message)


def test_one_poll_draws_all_of_a_run_and_of_one_moment(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.runs.status.is_held", lambda _: True)
    with History(finished_run.folder.history) as history:
        history.set_status("running", 12, 0.5)
    parts: list[Callable[..., None]] = []

    def polled(seconds: float | None) -> Callable[..., Callable[..., None]]:
        assert seconds is not None
        return lambda draw: parts.append(draw) or draw

    monkeypatch.setattr("dashboard.train.live.polled", polled)
    app = open_app()
    assert not app.exception and len(parts) == 1
    said = words(app)
    assert "Training, at iteration 12" in said and "What this says" in said
    assert "Best snapshot, and the newest, iteration 12" in said


def pages(app: AppTest) -> list[str]:
    return [part.proto.body for part in app.get("html")]


def test_learning_by_heart_is_said_and_seen(finished_run: Run, open_app: Open) -> None:
    memorise(finished_run)
    app = open_app()
    assert not app.exception
    verdict = verdict_of(finished_run)
    assert verdict.kind == "memorising"
    assert verdict.headline in words(app)
    best, newest = (page for page in pages(app) if page.startswith("<pre"))
    assert re.findall("<mark", best) == []
    unmarked = re.sub("<span[^>]*>.*?</span>", "", newest)  # where lines end
    assert re.findall("<mark[^>]*>(.*?)</mark>", unmarked, re.S) == [escape(COPY)]
    said = words(app)
    assert "Best snapshot, iteration 12: validation loss" in said
    assert "Newest snapshot, iteration 17: validation loss" in said
    assert "Overfitting:" not in said.replace(verdict.headline, "")  # once is enough
    assert verdict.by_heart in words(open_app("samples", run=finished_run.id))
    assert "93 % of this sample stands in the training text" in said
    assert "To compare: of 21 passages of the held-out text, each as long, it is 100 %" in said


def test_units_that_keep_to_one_value_are_said_and_lead_to_their_health(
    finished_run: Run, open_app: Open
) -> None:
    assert unmoved_words(finished_run) == ""  # as it was trained
    assert "keeps to one value" not in words(open_app())
    moved = np.ones((1, 12), np.float32)
    moved[0, :2] = 0, 1e-5
    with History(finished_run.folder.history) as history:
        history.remove("measurements", "name = ?", ["moved"])
        history.measure(12, "moved", {"h": moved, "characters": np.array(2_304, np.float32)})
    app = open_app()
    said = unmoved_words(finished_run)
    assert said.endswith("h keeps to one value, and tells nothing, in 2 of 12 units of layer 0.")
    assert said in words(app)
    app.button(key="see health").click().run()
    assert not app.exception and app.title[0].value == "Find units"
    assert "".join(app.query_params["view"]) == "health"


def test_where_the_newest_is_the_best_one_sample_is_shown(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app()
    assert len([page for page in pages(app) if page.startswith("<pre")]) == 1
    assert "Best snapshot, and the newest, iteration 12: validation loss" in words(app)
    for page in (app, open_app("samples", run=finished_run.id)):
        assert "Overfitting: no. The validation loss, that on text the network never" in words(page)


def test_one_training_loss_stands_in_headline_tile_and_table(
    finished_run: Run, open_app: Open
) -> None:
    with History(finished_run.folder.history) as history:
        falling = [(at, 40.0 / at, 1.0, 1.0, 0.01, 100 * at, 1.0) for at in range(13, 41)]
        history.add("iterations", falling)
        history.add("snapshots", [(40, None, "\n", "x")])
        history.remove("snapshots", "iteration < ?", [40])
        history.set_status("running", 40, 0.5)
        history.set_status("stopped", 40, 0.5)
    app = open_app()
    assert not app.exception
    loss = (40 / 37 + 40 / 38 + 40 / 39 + 1) / 4  # of the last tenth
    assert finished_run.snapshots["training_loss_nats"].tolist() == [pytest.approx(loss)]
    (tile,) = (each for each in app.metric if each.label == "Training loss (bits/char)")
    assert tile.value == f"{bits(loss):.3f}"
    assert f"Ended early at iteration 40: training loss {loss_words(loss)}" in words(app)
    assert "characters a second were read, on average." in words(app)
    assert f"gave each character that came a chance of {probability_words(loss)} before" in words(
        app
    )


def test_a_best_snapshot_judged_again_is_said_to_be(finished_run: Run, open_app: Open) -> None:
    again, counting = "judged again after training, on", "Counting which characters follow which"
    said = words(open_app())
    assert again not in said and counting in said
    with pytest.MonkeyPatch.context() as patch:  # judged on other characters, both say nothing
        patch.setattr("rnnviz.runs.verdicts.conclusion.FINAL_VALIDATION_CHARACTERS", 640)
        assert counting not in words(open_app())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rnnviz.runs.verdicts.validation.VALIDATION_CHARACTERS", 640)
        said = words(open_app())
    assert f"{again} 1,170 held-out characters; all others are judged on 620 of them" in said
    assert "on 1,170 characters that it never learned from, the network (" in said


def test_every_setting_stands_on_the_page(finished_run: Run, open_app: Open) -> None:
    tables = unescape("".join(page for page in pages(open_app()) if page.startswith("<table")))
    for name, value in settings_of(finished_run).items():
        assert f">{name}</th>" in tables and f">{value}</td>" in tables, name
    assert finished_run.description.text_sha256 in tables


def test_a_small_text_is_offered_fewer_iterations_and_the_rate_as_a_number(open_app: Open) -> None:
    app = open_app()
    said = words(app)
    assert "At most, on two cores: Quick about 5 s, Good about 6 s, Long about 9 s." in said
    assert "844 iterations; it ends before that if 10 snapshots in a row bring no lower" in said
    assert (
        "begin to be learned by heart: it gets 844 iterations instead, which read it about" in said
    )
    (rate,) = (box for box in app.number_input if box.label == "Learning rate (peak)")
    assert rate.value == 0.008
    app.segmented_control(key="kind of text").set_value("Your words").run()
    app.text_area(key="typed text").set_value("to be or not to be").run()
    assert "Quick about 1 s, Good about 2 s, Long about 2 s." in words(app)
    assert "Under 10,000 characters nothing is held out" in words(app)
    assert "no lower validation loss" not in words(app)


@pytest.mark.parametrize("margin", [None, (-0.1, 0.1), (0.1, 0.2)])
def test_what_this_says_leaves_to_chance_what_chance_may_explain(
    margin: tuple[float, float] | None, finished_run: Run
) -> None:
    found = Validation(1.0, 12, 1_170, 1_170, final=True, margin=margin)
    said = _counting(finished_run, found)
    assert said.startswith(" Counting which characters follow which (")
    assert ("on 1,170 characters chance may explain" in said) == found.undecided


def test_what_this_says_names_every_layer(runs: Path) -> None:
    run = Run.create(TEXT, runs=runs, model=ModelConfig(hidden_size=8, num_layers=2))
    assert "(LSTM, 8 units in each of 2 layers)" in _gives(run, 1.0)
