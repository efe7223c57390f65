"""A worker computes with as many threads as are quickest, and leaves its process as it was."""

from __future__ import annotations

import torch

from rnnviz.workers.threads import Threads


def test_a_run_that_can_be_repeated_keeps_one_thread() -> None:
    torch.set_num_threads(2)
    threads = Threads(None)
    for seconds in (0.1, 5.0, 0.1):
        threads.adapt(seconds)
        assert torch.get_num_threads() == 1
    threads.restore()
    assert torch.get_num_threads() == 2


def test_more_threads_are_tried_and_kept_where_they_are_quicker() -> None:
    torch.set_num_threads(1)
    threads, used = Threads(lambda: 2), []
    for _ in range(20):
        used.append(torch.get_num_threads())
        threads.adapt(0.1 if used[-1] == 2 else 0.2)
    assert used == [1] * 5 + [2] * 15
    threads.restore()
    assert torch.get_num_threads() == 1
