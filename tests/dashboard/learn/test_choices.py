"""What a browser says is taken as far as it can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard import state
from dashboard.learn import choices


def says(value: object) -> Callable[..., Any]:
    """A widget of a browser that says so, whatever is on the page."""
    return lambda *_, **__: value


def test_what_can_be_chosen_no_more_becomes_the_usual_or_the_nearest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "linked", lambda *_, key: key)
    monkeypatch.setattr(state, "key_of", lambda name, _: name)
    for said, expected in ((9, 5), (0, 1), (4, 4), (None, 2)):
        assert choices.number("timestep", "Timestep", 1, 5, 2, widget=says(said)) == expected
    for gate, known in (("o", "i"), ("f", "f"), (None, "i")):
        assert choices.one_of("gate", "Gate", ["i", "f"], "i", widget=says(gate)) == known
    for typed, read in (("to\r\nbe or not", "to\nbe"), (None, "")):
        assert choices.text("word", "Word", "hello", 5, widget=says(typed)) == read
