"""A network whose gates do not read its state: theory over measurement, and every page takes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dashboard import cache
from rnnviz.analysis.gradients.reach_words import gates_words
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work
from tests.copies import copy_of
from tests.dashboard.conftest import TEXT, Open, words


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of a minGRU of two layers."""
    run = Run.create(
        TEXT[:2_000],
        model=ModelConfig("mingru", hidden_size=7, num_layers=2),
        training=TrainingConfig(iterations=4, sequence_length=10, batch_size=2),
        runs=tmp_path_factory.mktemp("gated"),
    )
    work(run)
    return run


@pytest.fixture
def gated(trained: Run, runs: Path) -> Run:
    """That run, in the folder of the test."""
    return copy_of(trained, runs)


def test_the_product_of_gates_lies_over_the_measured_curve(gated: Run, open_app: Open) -> None:
    app = open_app("gradient_flow", run=gated.id, iteration="4", layer="1")
    assert not app.exception
    found = cache.kept_by_lag(gated.subject(4), gated)
    (measured,) = (r.curve for (at, _), r in cache.reaches(gated, 1).items() if at == 4)
    assert found is not None
    np.testing.assert_allclose(found[: len(measured)], measured, rtol=1e-5)
    assert gates_words(found, measured) in words(app)
    below = open_app("gradient_flow", run=gated.id, iteration="4", layer="0")
    assert not below.exception and "The gates of this network" not in words(below)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        *(
            ("gradient_flow", {"view": view})
            for view in ("memory", "truncation", "jacobian", "what-if")
        ),
        ("hidden_units", {"signal": "z"}),
        ("find_units", {"view": "health", "layer": "1"}),
        ("learn_cell", {"numbers": "your-network"}),
        ("learn_bptt", {"numbers": "your-network"}),
        ("learn_vanishing", {"matrix": "your-network"}),
        ("learn_tanh", {}),
    ],
)
def test_every_page_takes_it(
    gated: Run, open_app: Open, page: str, address: dict[str, str]
) -> None:
    app = open_app(page, run=gated.id, **address)
    assert not app.exception
    if page == "find_units":
        assert "By the update gate z, half of its units have lost half of what they" in words(app)
        assert "saturated" not in app.dataframe[0].value
    if page == "learn_vanishing":
        said = "Your network is a minGRU, which has no $W_{hh}$ to look at"
        assert f"{said}: its gates do not read the state, as is shown further below." in words(app)
    if page == "learn_tanh":
        assert "has no slope to show here: in a minGRU no function stands between" in words(app)
    if page in ("learn_cell", "learn_bptt"):
        assert "The network on the left is a minGRU, which this page does not take" in words(app)
        assert "Gates that do not look at the state: the minGRU" in [
            link.value for link in app.page_link
        ]


def test_a_new_one_is_asked_nothing_that_it_does_not_have(open_app: Open) -> None:
    app = open_app()
    next(one for one in app.selectbox if one.label == "Cell").set_value("mingru").run()
    assert not app.exception
    asked = {one.label for one in (*app.selectbox, *app.number_input)}
    assert not asked & {"First recurrent weights", "Recurrent gain", "Nonlinearity φ"}
    assert "Bias of 1 − z, z being the update gate" in asked
