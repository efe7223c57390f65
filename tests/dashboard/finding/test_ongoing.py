"""A search goes on beside the pages, once for all who look, and rests when nobody does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from threading import Lock, get_native_id

import pytest

from dashboard.finding import ongoing as module
from dashboard.finding.ongoing import Ongoing, Stand
from dashboard.turns import turns
from tests.conftest import Start, wait_until

_LOOKS_AND_LEAVES = """
from threading import Lock, Thread, main_thread
from dashboard.finding import ongoing

def steps():
    while True:
        print("begun", flush=True)
        main_thread().join()
        yield print("ended", flush=True)

ongoing.DRAWING_SECONDS = 0.0
script = Thread(target=ongoing.Ongoing(steps, Lock()).look, daemon=True)  # as Streamlit's are
script.start()
script.join()
"""


def test_all_who_look_see_one_search_and_its_end() -> None:
    begun = []

    def begin() -> Iterator[int]:
        begun.append(1)
        yield from (3, 5)

    ongoing = Ongoing(begin, Lock())
    assert not begun  # nobody has looked
    ongoing.look(10.0)
    assert ongoing.finish() == ongoing.look() == Stand(2, 5, None, True)
    assert begun == [1]


def test_what_goes_wrong_is_kept_beside_what_was_found() -> None:
    def steps() -> Iterator[str]:
        yield "found"
        raise ValueError("the text is too short.")

    stand = Ongoing(steps, Lock()).finish()
    assert (stand.steps, stand.latest, stand.done) == (1, "found", True)
    assert str(stand.error) == "the text is too short."


def test_it_stops_where_nobody_looks_and_begins_anew_for_who_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = list[bool]()
    monkeypatch.setattr(module.memory, "give_back", lambda: held.append(ongoing._steps is not None))
    monkeypatch.setattr(module, "WATCHED_SECONDS", -1.0)
    ongoing = Ongoing(lambda: iter("ab"), Lock())
    ongoing.look()
    assert ongoing._thread is not None
    ongoing._thread.join()
    assert ongoing._stand == Stand() and ongoing._steps is None
    assert held == [False]  # what it held went back to the machine, too
    monkeypatch.setattr(module, "WATCHED_SECONDS", 60.0)
    assert ongoing.finish() == Stand(2, "b", None, True)
    assert ongoing._steps is None  # what it held is let go


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_it_gives_way_to_pages_and_whoever_waits_for_it_lets_others_draw() -> None:
    lines = turns()
    all_free = lines.free

    def steps() -> Iterator[int]:
        wait_until(lambda: lines.free == all_free)
        yield os.getpriority(os.PRIO_PROCESS, get_native_id())

    with lines.taken():
        assert Ongoing(steps, Lock()).look(60.0).steps == 1
    with lines.taken():
        stand = Ongoing(steps, Lock()).finish()
    assert stand.latest == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 5)


def test_a_process_ends_after_the_step_it_is_at(start_process: Start) -> None:
    """One cut short in machine code would take the process down with it."""
    process = start_process("-c", _LOOKS_AND_LEAVES)
    assert process.communicate() == ("begun\nended\n", "")
    assert process.returncode == 0
