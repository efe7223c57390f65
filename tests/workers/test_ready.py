"""One worker is kept ready, takes one run, and ends with who keeps it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rnnviz.cells import CELLS
from rnnviz.training import trainer
from rnnviz.workers import ready as ready_module
from rnnviz.workers.ready import Ready, handed_run


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> list[socket.socket]:
    """The stdin of every process that would have been started to wait."""
    found: list[socket.socket] = []

    def spawn(*arguments: str, stdin: socket.socket, **_: Any) -> None:
        assert arguments == ("train", "--resume", "-")
        found.append(stack.enter_context(stdin.dup()))

    monkeypatch.setattr(ready_module, "spawn", spawn)
    return found


def test_one_waits_and_who_comes_first_has_it(started: list[socket.socket], tmp_path: Path) -> None:
    ready = Ready()
    assert not ready.train(tmp_path, 1, 2)
    ready.keep()
    ready.keep()
    assert len(started) == 1
    with (tmp_path / "log").open("w") as log:
        assert ready.train(tmp_path, log.fileno(), log.fileno())
        assert not ready.train(tmp_path, log.fileno(), log.fileno())
        said, numbers = ready_module._heard(started[0])
        assert said.lstrip(b"\0") == os.fsencode(tmp_path)
        assert [os.path.samestat(os.fstat(n), os.fstat(log.fileno())) for n in numbers] == [
            True
        ] * 2
    for number in numbers:
        os.close(number)


def test_one_that_died_is_not_asked_and_another_starts(
    started: list[socket.socket], tmp_path: Path
) -> None:
    ready = Ready()
    ready.keep()
    started[0].close()
    ready.keep()
    assert len(started) == 2
    started[1].close()
    assert not ready.train(tmp_path, 1, 2)


def test_who_waits_ends_with_who_keeps_it() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.send(b"\0")
        ours.close()
        assert ready_module._heard(theirs) == (b"", [])


def test_who_has_waited_too_long_hears_what_was_said_before_and_nothing_after(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack
) -> None:
    monkeypatch.setattr(ready_module, "_PATIENCE_SECONDS", 0.01)
    ours, theirs = map(stack.enter_context, socket.socketpair())
    assert ready_module._heard(theirs) == (b"", [])
    assert not ready_module._sent(ours, b"late", [0])
    ours, theirs = map(stack.enter_context, socket.socketpair())
    assert ready_module._sent(ours, b"in time", [0])
    theirs.shutdown(socket.SHUT_RD)
    said, (number,) = ready_module._heard(theirs)
    os.close(number)
    assert said == b"in time"


def test_no_cell_is_tried_once_a_run_is_there(
    monkeypatch: pytest.MonkeyPatch, stack: ExitStack, tmp_path: Path
) -> None:
    """However often it was told to stay before; and the run is still there to be heard of."""
    ours, theirs = map(stack.enter_context, socket.socketpair())
    tried = list[str]()

    def try_cell(*given: Any) -> SimpleNamespace:
        tried.append(given[2].cell)
        assert ready_module._sent(ours, b"\0")
        if len(tried) == 2:
            assert ready_module._sent(ours, os.fsencode(tmp_path), [0])
        return SimpleNamespace(run=list)

    monkeypatch.setattr(trainer, "Trainer", try_cell)
    ready_module.load(partial(ready_module._is_handed_one, theirs))
    assert tried == list(CELLS)[:2]
    said, (number,) = ready_module._heard(theirs)
    os.close(number)
    assert said.lstrip(b"\0") == os.fsencode(tmp_path)


def test_nobody_waits_for_a_run_that_nobody_can_name() -> None:
    with pytest.raises(ValueError, match="give its id"):
        handed_run()
