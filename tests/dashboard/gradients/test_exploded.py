"""Gradient flow of a network whose states are no numbers any more: nothing is said of nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnviz.analysis.gradients.changed_copy import Glance, said_of_change
from rnnviz.analysis.gradients.jacobian_records import LyapunovSpectrum
from rnnviz.analysis.gradients.jacobian_words import largest_words
from rnnviz.analysis.states.trace import trace
from rnnviz.config import ModelConfig
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.runs.run import Run
from tests.dashboard.conftest import Open, words
from tests.networks import exploded_weights

NOTHING = "the states of this network grow until they are no longer finite"


@pytest.fixture(scope="module")
def exploded(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """An adopted network with weights so large that every state after the first is none."""
    folder, weights = tmp_path_factory.mktemp("exploded"), exploded_weights()
    return Run.adopt(weights, "abc", text="abcab" * 100, nonlinearity="relu", runs=folder)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"view": "memory"}, ["nothing to click", "losses are not finite"]),
        (
            {"view": "truncation"},
            ["W_hh is not finite: there is nothing to comp", "gradient of W_xh is not"],
        ),
        ({"view": "jacobian"}, [NOTHING]),
        ({"view": "what-if"}, [f"Nothing is changed yet. Over this text {NOTHING}"]),
        ({"view": "what-if", "factor": "0.5"}, ["this network has states that grow until they"]),
        ({"gradient": "matrix"}, ["nothing to click"]),
        (
            {"gradient": "window"},
            ["the gradient of all 64 losses together is not finite by the state"],
        ),
        ({"gradient": "itemised"}, ["is not finite: there is nothing to take apart"]),
    ],
)
def test_each_view_says_so_and_nothing_else(
    exploded: Run,
    open_app: Open,
    monkeypatch: pytest.MonkeyPatch,
    address: dict[str, str],
    said: list[str],
) -> None:
    monkeypatch.setenv("RNNVIZ_RUNS", str(exploded.folder.path.parent))
    app = open_app("gradient_flow", run=exploded.id, **address)
    assert not app.exception
    for sentence in said:
        assert sentence in words(app)
    assert "exactly zero" not in words(app)


def test_exponents_are_those_of_the_snapshots_that_have_some() -> None:
    grown = LyapunovSpectrum(np.full((2, 3), math.nan), 9, 1)
    known = LyapunovSpectrum(np.array([[-0.5]]), 9, 1)
    after = "At iterations 5 and 9 the states grow over this text until they are no longer finite"
    assert largest_words({5: grown, 9: grown}) == [f"{after} numbers, and there is no exponent."]
    before, said = largest_words({2: known, 5: grown, 9: grown})
    assert before == "At iteration 2 the largest exponent is −0.5000 a character."
    assert said.startswith(after)


def test_what_a_change_mends_is_not_compared_with_what_is_no_number() -> None:
    network = CharRNN(ModelConfig("rnn", hidden_size=3), 2)
    found = Glance(trace(network, "ab", "abba"), {}, np.zeros(0, np.complex128), math.nan)
    said = said_of_change("W_hh × 0", (math.nan, 1.0), found, found)
    assert "predicts these 3 characters at 1.443 bits/char (1.000 nats); as it is, its" in said
