"""Processes that train one network together: how they find each other, and sum what each has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from types import TracebackType
from typing import Self

import torch
import torch.distributed as dist
from torch import Tensor

from rnnviz.training.progress import RankError

# The others wait while rank 0 is paused or in line; who watches over them is torchrun.
_LONGEST_WAIT = timedelta(days=20)


class DismissedError(Exception):
    """Rank 0 has ended: nothing is left to do."""


class Ranks:
    """This process among those that train a network together, as torchrun numbers them.

    All of them meet at every iteration, to sum up one vector; rank 0 decides when that ends.
    Within `with` they are connected, by NCCL where each has a GPU and by Gloo else.

    Attributes:
        rank: of this process; 0 writes the run.
        count: how many there are.
        local: how many of them are on this machine.
        asked: whether any of them wished that all stop when they last met.
        goes_on: the command that goes on with the run; "" until it is known.
    """

    def __init__(self, rank: int, count: int, local: int) -> None:
        self.rank, self.count, self.local = rank, count, local
        self._wishes = self.asked = False
        self.goes_on = ""
        self._told = False
        self._message: Tensor | None = None

    def __enter__(self) -> Self:
        # NCCL refuses two processes on one GPU; Gloo sums what lies on any.
        a_gpu_each = torch.cuda.device_count() >= self.local and dist.is_nccl_available()
        if a_gpu_each:
            torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)))
        with self._meeting("could not find the others"):
            dist.init_process_group(
                "cpu:gloo,cuda:nccl" if a_gpu_each else "gloo",
                rank=self.rank,
                world_size=self.count,
                timeout=_LONGEST_WAIT,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(RankError):
            self.dismiss()
        dist.destroy_process_group()

    def wish(self) -> None:
        """Wish that all stop: rank 0 hears of it when they meet, and decides."""
        self._wishes = True

    def tell(self, job: bytes) -> None:
        """Tell the others, as rank 0, what there is to do; once."""
        self._told = True
        with self._meeting():
            dist.broadcast(torch.tensor([len(job)]), 0)
            if job:
                dist.broadcast(torch.frombuffer(bytearray(job), dtype=torch.uint8), 0)

    def hear(self) -> bytes:
        """What rank 0 tells the others; nothing where it ended before it had begun."""
        length, job = torch.zeros(1, dtype=torch.int64), torch.empty(0, dtype=torch.uint8)
        with self._meeting():
            dist.broadcast(length, 0)
            if length:
                dist.broadcast(job := job.new_empty(int(length)), 0)
        return job.numpy().tobytes()

    def room(self, numbers: int, like: Tensor) -> Tensor:
        """Room for so many numbers, which `meet` sums up; on the device of `like`."""
        self._message = like.new_zeros(numbers + 2)
        return self._message[:-2]

    def meet(self) -> None:
        """Sum up the numbers in the room over all ranks: each has the same then.

        Raises:
            DismissedError: rank 0 has ended.
            RankError: one of them is gone.
        """
        message = self._message
        assert message is not None
        message[-2], message[-1] = float(self._wishes), 0.0
        self._sum(message)
        wishes, ends = message[-2:].tolist()
        if ends:
            raise DismissedError
        self.asked = wishes > 0

    def dismiss(self) -> None:
        """Let the others end, as rank 0: they wait for what is summed or told next.

        Raises:
            RankError: one of them is gone.
        """
        if self.rank:
            return
        if not self._told:
            self.tell(b"")
        elif self._message is not None:
            self._message.zero_()
            self._message[-1] = 1.0
            self._sum(self._message)
            self._message = None

    def _sum(self, message: Tensor) -> None:
        with self._meeting():
            dist.all_reduce(message)

    @contextmanager
    def _meeting(self, fails: str = "can reach another one no longer") -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            self._message, self._told = None, True
            raise self.error(
                f"process {self.rank + 1} of {self.count} that train together {fails}"
            ) from error

    def error(self, reason: str) -> RankError:
        """What to say where they cannot go on together, for a reason."""
        kept = f"; `{self.goes_on}` goes on from what is kept, in one process or several"
        return RankError(f"{reason}{kept if self.goes_on else ''}.")
