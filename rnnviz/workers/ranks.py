"""One network trained by several processes: the first one has the run, the others follow it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.sealed import seal, unseal
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.text.windows import Split, fitted

if TYPE_CHECKING:
    from rnnviz.runs.run import Run
    from rnnviz.training.ranks import Ranks
    from rnnviz.training.trainer import Trainer

_TOLD = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


def ranks_of(environment: Mapping[str, str] = os.environ) -> Ranks | None:
    """The processes that train together, as torchrun tells each; None for one that is alone.

    Example:
        >>> ranks_of({"RANK": "0", "WORLD_SIZE": "1"}) is None
        True
    """
    if not all(name in environment for name in _TOLD) or environment["WORLD_SIZE"] == "1":
        return None
    from rnnviz.training.ranks import Ranks

    rank, count = int(environment["RANK"]), int(environment["WORLD_SIZE"])
    return Ranks(rank, count, int(environment.get("LOCAL_WORLD_SIZE", count)))


def check_shared(training: TrainingConfig, characters: int, ranks: int) -> None:
    """Check that so many processes can have equal shares of the batch.

    Args:
        training: how it is trained.
        characters: of the whole text, as the network reads it.
        ranks: how many processes.

    Raises:
        ValueError: they cannot.

    Example:
        >>> check_shared(TrainingConfig(batch_size=16), 100_000, ranks=2)
        >>> check_shared(TrainingConfig(batch_size=15), 100_000, ranks=2)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: batch_size is 15, and 2 processes cannot share it equally; choose a ...
    """
    learned = characters - Split.held_out_of(characters)
    streams, _ = fitted(learned, training.batch_size, training.sequence_length)
    if not streams % ranks:
        return
    room = "" if streams == training.batch_size else ", all that the text has room for"
    fitting = max(ranks, streams - streams % ranks)
    raise ValueError(
        f"batch_size is {streams}{room}, and {ranks} processes cannot share it equally; choose a "
        f"multiple of {ranks}, such as {fitting}, or fewer processes."
    )


def hand_out(ranks: Ranks, run: Run, trainer: Trainer) -> None:
    """Tell the others, as rank 0, all that training goes on from: they read nothing of the run.

    Raises:
        RankError: one of them is gone.
    """
    arrays, values = trainer.state()
    ranks.goes_on = run.resume_command
    job = {
        "goes on": ranks.goes_on,
        "model": run.model_config.to_json(),
        "training": run.training_config.to_json(),
        "vocabulary": run.vocabulary.characters,
        "values": values,
    }
    data, _ = seal(arrays | {"ids": run.alphabet.encode(run.text)}, job)
    ranks.tell(data)


def follow(ranks: Ranks) -> None:
    """Train along with rank 0 until it has ended; whatever is to be kept is kept by it.

    Raises:
        RankError: one of the others is gone.
    """
    from rnnviz.training.ranks import DismissedError

    if not (data := ranks.hear()):
        return
    trainer = _trainer(ranks, data)
    with suppress(DismissedError):
        while True:
            trainer.iterate()


def _trainer(ranks: Ranks, data: bytes) -> Trainer:
    """One that stands where that of rank 0 does."""
    import torch

    from rnnviz.training.trainer import Trainer

    torch.set_num_threads(1)
    arrays, job, _ = unseal(data)
    ranks.goes_on = job["goes on"]
    trainer = Trainer(
        Vocabulary(tuple(job["vocabulary"])),
        arrays.pop("ids"),
        ModelConfig.from_json(job["model"]),
        TrainingConfig.from_json(job["training"]),
        ranks,
    )
    trainer.restore(arrays, job["values"])
    return trainer
