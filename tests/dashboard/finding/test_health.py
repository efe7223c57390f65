"""Health shows what the library found of each layer, and leads to each unit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.finding import searches
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.network.health_remarks import remarks
from rnnviz.runs.network.health_words import conclusion, headline
from rnnviz.runs.network.unit_health import RunHealth, health_alone, run_health
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.dashboard.conftest import TEXT, Open, words


def test_the_page_says_what_the_library_found_and_leads_to_the_unit(
    finished_run: Run, open_app: Open
) -> None:
    app = open_app("find_units", run=finished_run.id, view="health", iteration="4")
    assert not app.exception
    found, said = run_health(finished_run, 4), words(app)
    for one in (headline(found, 0), conclusion(found, 0), *(r.said for r in remarks(found, 0))):
        assert one in said
    assert "11,700 characters of the run's text" in said and "Read exactly" in said
    assert "**How often gates are nearly closed and nearly open**" in said
    (now,) = found.trained
    rows = app.dataframe[0].value.set_index("unit")
    assert now.half_life is not None and rows.index[0] == now.half_life.argmax()
    rows = rows.sort_index()
    assert list(rows["half is left after"]) == list(now.half_life)
    assert list(rows["f open"]) == list(100 * now.gates["f"].open)
    app.button(key="look at the unit").click().run()
    assert not app.exception and app.title[0].value == "Hidden units"
    unit = "".join(app.query_params.get("unit", "0"))
    assert int(unit) == now.half_life.argmax()


def test_what_is_wrong_stands_first_layer_by_layer(
    runs: Path, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.create(
        TEXT[:400],
        model=ModelConfig("rnn", "relu", 5, 2),
        training=TrainingConfig(iterations=2, sequence_length=10, batch_size=2),
        runs=runs,
    )
    work(run)
    run.folder.snapshots_there()[0].unlink()

    def ill(run: Run, iteration: int) -> RunHealth:
        found = health_alone(run, iteration)
        below, top = found.trained
        return replace(found, trained=(replace(below, still=(1,)), replace(top, dead=(3,))))

    monkeypatch.setattr(searches, "health_alone", ill)
    app = open_app("find_units", run=run.id, view="health", layer="0")
    said = words(app)
    assert "**Of the 5 units of layer 0, 1 is of no use over this text" in said
    assert "Of the 5 units of layer 1, 1 is of no use" in said
    assert "a hidden_size below 5 would do" in said
    assert "The network before training was not kept, so what it did is not known." in said
    assert "A plain RNN has no gates" in said
    assert list(app.dataframe[0].value[["unit", "what"]].iloc[0]) == [1, "still"]
    app.segmented_control(key="layer of units of 2").set_value(1).run()
    assert not app.exception
    assert "no gradient passes where a relu is at 0".capitalize() in words(app)
    assert "Try a learning rate of 0.001, half of what was used." in words(app)


def test_states_that_are_no_numbers_are_said(
    finished_run: Run, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grown(run: Run, iteration: int) -> RunHealth:
        raise ValueError("over this text the states grow.")

    monkeypatch.setattr(searches, "health_alone", grown)
    app = open_app("find_units", run=finished_run.id, view="health")
    assert not app.exception and "Over this text the states grow." in words(app)
