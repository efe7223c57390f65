"""Pages are drawn few at once, and those who wait in the order in which they came."""

from __future__ import annotations

from threading import Event, Thread

import pytest

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
