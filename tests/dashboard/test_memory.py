"""What the server lets go of goes back to the machine."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from dashboard import memory
from tests.conftest import ROOT

_PROGRAM = """
import sys
from pathlib import Path
from dashboard import memory

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20

first, last = sys.argv[1:]
if first == "keep little":
    memory.keep_little()
bytearray(20 << 20)  # once such have come and gone, glibc keeps them
before, large, small = megabytes(), [], []
for _ in range(8):
    large.append(bytearray(10 << 20))
    small.append(bytearray(100_000))
large.clear()
if last == "give back":
    memory.give_back()
print(megabytes() - before)
"""


def kept(first: str, last: str) -> int:
    """Megabytes that a process holds after it let go of 80, doing things first and last."""
    command = [sys.executable, "-c", _PROGRAM, first, last]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="there is no glibc")
def test_what_is_let_go_of_goes_back_to_the_machine() -> None:
    assert kept("", "") > 60  # as it would be
    assert kept("keep little", "") < 5
    assert kept("", "give back") < 5


def test_where_there_is_no_glibc_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: asked.append(name) or object())
    memory.keep_little()
    memory.give_back()
    assert asked == [None, None]  # both looked for glibc, and neither raised


def test_searches_for_garbage_take_a_small_share_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, searches = [100.0], list[float]()

    def search(generation: int) -> int:
        searches.append(now[0])
        now[0] += 0.1
        return 7

    monkeypatch.setattr(memory.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(memory.gc, "collect", search)
    monkeypatch.setattr(memory.script_runner, "gc", memory.Sparing())
    assert memory.script_runner.gc.collect(2) == 7
    while now[0] < 110:  # redraw after redraw
        memory.script_runner.gc.collect(2)
        now[0] += 0.01
    assert 0.03 < 0.1 * len(searches) / 10 <= 0.06
