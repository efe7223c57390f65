"""What a heatmap says back is taken with care, and what it is asked for is asked once."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.components.text_heatmap.dialogue import Dialogue, Extent, Picked


@pytest.fixture
def dialogue() -> Dialogue:
    opened = Dialogue(Extent("text", 10, 4))
    opened.ask(2)
    return opened


def said(**changed: Any) -> dict[str, Any]:
    return {"unit": 3, "cursor": 5, "selection": [4, 6], "text": "text", "wish": 1} | changed


def test_what_was_given_back_moves_nothing_however_late(dialogue: Dialogue) -> None:
    dialogue.hear(said(unit=3))
    assert dialogue.picked == Picked(3, 5, (4, 6))
    # The rerun that the pick caused still asks for the unit before.
    dialogue.ask(2)
    # The next asks for what it was given, while the browser has moved on.
    dialogue.hear(said(unit=1))
    dialogue.ask(3)
    assert (dialogue.wish["wish"], dialogue.picked.unit) == (1, 1)
    # Long after, the same unit is a wish.
    dialogue.ask(1)
    dialogue.ask(3)
    assert (dialogue.wish["wish"], dialogue.picked.unit) == (2, 3)


def test_who_follows_can_go_back_to_the_unit_before(dialogue: Dialogue) -> None:
    dialogue.ask(2, follows=True)
    dialogue.hear(said(unit=3))
    dialogue.ask(2, follows=True)  # the rerun that the pick caused
    assert (dialogue.wish["wish"], dialogue.picked.unit) == (1, 3)
    dialogue.ask(2, follows=True)
    assert (dialogue.wish["wish"], dialogue.picked.unit) == (2, 2)


def test_news_is_wished_once_and_older_picks_do_not_count(dialogue: Dialogue) -> None:
    dialogue.hear(said())
    dialogue.ask(0)
    assert dialogue.wish == {"wish": 2, "unit": 0}
    dialogue.hear(said())
    dialogue.ask(0)
    assert dialogue.wish["wish"] == 2
    assert dialogue.picked == Picked(0, 5, (4, 6))


def test_wishes_stay_inside(dialogue: Dialogue) -> None:
    dialogue.ask(99)
    assert dialogue.wish == {"wish": 2, "unit": 3}


def test_another_text_forgets_places_but_not_the_unit(dialogue: Dialogue) -> None:
    dialogue.hear(said())
    dialogue.show(Extent("other", 5, 2))
    assert dialogue.picked == Picked(1)
    dialogue.hear(said())
    assert dialogue.picked == Picked(1)


@pytest.mark.parametrize("follows", [False, True])
def test_the_same_place_in_another_text_is_news(dialogue: Dialogue, follows: bool) -> None:
    dialogue.ask(0, follows=follows, cursor=4, top=2.0)
    before = dialogue.wish["wish"]
    dialogue.show(Extent("other", 10, 4))
    dialogue.ask(0, follows=follows, cursor=4, top=2.0)
    assert dialogue.wish == {"wish": before + 1, "unit": 0, "cursor": 4, "top": 2.0}
    assert dialogue.picked == Picked(0, 4, top=2.0)


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        [],
        "x",
        {},
        said(unit=-1),
        said(unit=4),
        said(unit="1"),
        said(text="other"),
        said(wish=0),
    ],
)
def test_nonsense_from_the_browser_is_not_heard(dialogue: Dialogue, nonsense: Any) -> None:
    dialogue.hear(nonsense)
    assert dialogue.picked == Picked(2)


@pytest.mark.parametrize("selection", [None, [], [3, 3], [6, 4], [-1, 2], [0, 11], ["0", "1"]])
def test_a_selection_must_lie_in_the_text(dialogue: Dialogue, selection: Any) -> None:
    dialogue.hear(said(selection=selection, cursor=10))
    assert dialogue.picked == Picked(3)
