"""Pages are drawn few at once, and those who wait in the order in which they came."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from dashboard.components import polling
from dashboard.turns import Turns, turns
from tests.conftest import wait_until
from tests.dashboard.conftest import Open


def test_so_many_at_once_and_the_others_as_they_came() -> None:
    lines, begun, leave = Turns(2), list[int](), [Event() for _ in range(6)]

    def draw(number: int) -> None:
        with lines.taken():
            begun.append(number)
            assert leave[number].wait(60)

    threads = [Thread(target=draw, args=(number,)) for number in range(6)]
    for number, thread in enumerate(threads):
        thread.start()
        wait_until(lambda: len(begun) + lines.waiting == number + 1)  # noqa: B023
    for number in range(6):
        assert begun == list(range(min(number + 2, 6)))
        leave[number].set()
        threads[number].join()
        wait_until(lambda: len(begun) == min(number + 3, 6))  # noqa: B023
    assert (lines.free, lines.waiting) == (2, 0)


def test_a_turn_ends_with_an_error_and_none_is_taken_twice() -> None:
    lines = Turns(1)
    with pytest.raises(ZeroDivisionError), lines.taken(), lines.taken():
        assert lines.free == 0
        _ = 1 / 0
    assert lines.free == 1
    with lines.taken():
        with lines.taken():
            lines.stand_aside()
            lines.stand_aside()
            assert lines.free == 1
        with lines.taken():  # a part that is drawn after what stood aside waits again
            assert lines.free == 0
        assert lines.free == 1
    assert lines.free == 1


def test_a_page_and_each_of_its_parts_takes_one(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = turns().free
    seen = []

    def look(*_: object) -> None:
        seen.append(turns().free)

    monkeypatch.setattr("dashboard.appearance.frame", look)
    monkeypatch.setattr(polling.st, "fragment", lambda run_every: lambda part: part)
    open_app("runs")
    polling.polled(None)(look)()
    assert seen == [whole - 1, whole - 1] and turns().free == whole


_ENDS = """
import streamlit as st
from dashboard.components.polling import polled
from dashboard.turns import turns

@polled(None)
def outer():
    inner()

@polled(None)
def inner():
    taken.append(turns().free)
    if len(taken) == 1 or "ENDS" != "rerun()":
        st.ENDS

taken = st.session_state.setdefault("taken", [])
with turns().taken():
    outer()
"""


@pytest.mark.parametrize("ends", ["stop()", "rerun()", "write(1 / 0)", "switch_page('x.py')"])
def test_however_a_part_of_a_part_ends_its_turn_is_free(ends: str) -> None:
    """Streamlit ends a script by raising, in the middle, what is no ordinary exception."""
    whole = turns().free
    app = AppTest.from_string(_ENDS.replace("ENDS", ends), default_timeout=60).run()
    assert set(app.session_state["taken"]) == {whole - 1}
    assert len(app.session_state["taken"]) == 1 + (ends == "rerun()")
    assert (turns().free, turns().waiting) == (whole, 0)


def test_who_left_while_waiting_hands_its_turn_on() -> None:
    """A closed browser's script learns that it shall stop at its first word, in its turn."""
    lines, drawn = Turns(1), list[str]()

    def draw(name: str) -> None:
        with suppress(StopException), lines.taken():
            if name == "left":
                raise StopException
            drawn.append(name)

    threads = [Thread(target=draw, args=(name,)) for name in ("left", "stays", "left", "last")]
    with lines.taken():
        for number, thread in enumerate(threads):
            thread.start()
            wait_until(lambda: lines.waiting == number + 1)  # noqa: B023
    for thread in threads:
        thread.join(60)
    assert drawn == ["stays", "last"] and (lines.free, lines.waiting) == (1, 0)


_FETCHES = """
import streamlit as st
from dashboard.train import catalogue
from dashboard.turns import turns
from rnnviz.text.reading import TextError

class Slow:
    def read(self, report):
        st.session_state.free = turns().free
        raise TextError("no text.")

with turns().taken():
    catalogue._fetch(Slow())
"""


def test_who_waits_for_the_internet_lets_others_draw() -> None:
    app = AppTest.from_string(_FETCHES, default_timeout=60).run()
    assert not app.exception and app.session_state["free"] == turns().free
