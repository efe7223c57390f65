"""What the picture of a run's losses is made of, wherever it is drawn."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rnnviz.corpora.catalogue import find_corpus
from rnnviz.corpora.corpus import PREFIX
from rnnviz.notation import counted
from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.text.windows import (
    FINAL_VALIDATION_CHARACTERS,
    VALIDATION_CHARACTERS,
    Split,
    judged_of,
    short_window,
)
from rnnviz.training.spikes import spike_from

if TYPE_CHECKING:
    import pandas as pd


def losses_of(run: Run) -> dict[str, Any]:
    """What `plots.loss` takes of a run, by name: losses as a person sees characters.

    Example:
        >>> import tempfile
        >>> found = losses_of(Run.create("to be or not to be", runs=tempfile.mkdtemp()))
        >>> found["held_out"], len(found["history"]), round(found["untrained"], 3)
        (False, 0, 1.946)
    """
    history, snapshots = (table_as_seen(run, table) for table in (run.history, run.snapshots))
    imported = run.description.imported is not None
    final, judged = (None, None) if imported else _final(run)
    return {
        "history": history,
        "snapshots": snapshots,
        "validation_loss": final,
        "judged_on": judged,
        "dropout": run.model_config.dropout,
        "held_out": Split.held_out_of(run.description.text_characters) > 0,
        "judged_as": run.description.loss_name if imported else "validation",
        "baselines": _baselines(run) | ({"guessing": _guessing(run)} if imported else {}),
        "untrained": None if imported else _start(run, snapshots),
        "highest": spike_from(_guessing(run)),
    }


def short_windows(run: Run) -> str:
    """Why the training loss may stand apart at regular distances; "" where nothing makes it."""
    training, characters = run.training_config, run.description.text_characters
    learned = characters - Split.held_out_of(characters)
    iterations = len(run.history)
    found = short_window(learned, training.batch_size, training.sequence_length)
    if found is None or not 1 < found[0] <= iterations:
        return ""
    few = counted(found[1], "character")
    return (
        f"Every {found[0]:,} iterations one comes to the end of the text and reads only {few} at "
        f"each place, not {training.sequence_length:,}: its training loss is a mean over those "
        "few, and can stand apart from the others."
    )


def _final(run: Run) -> tuple[float | None, int | None]:
    """The best snapshot's loss after training, and on how many characters, where those are more."""
    characters, final = run.description.text_characters, run.status.validation_loss
    judged = judged_of(characters, FINAL_VALIDATION_CHARACTERS)
    if final is None or judged == judged_of(characters, VALIDATION_CHARACTERS):
        return None, None
    return seen_of(run).loss(final), judged


def _start(run: Run, snapshots: pd.DataFrame) -> float | None:
    """The loss it begins with; where nothing is held out, about that of guessing.

    None where that is not known: weights that have learned before do better than guessing.
    """
    first = snapshots.loc[snapshots["iteration"] == 0, "validation_loss_nats"].dropna()
    if len(first):
        return float(first.iloc[0])
    return _guessing(run) if run.description.origin is None else None


def _guessing(run: Run) -> float:
    return float(seen_of(run).loss(math.log(len(run.vocabulary))))


def _baselines(run: Run) -> dict[str, float]:
    """What to compare the loss with, in nats: the best n-gram, and the true generator's."""
    found = {}
    if (baseline := baseline_as_seen(run)) is not None:
        found[f"number to beat ({baseline.name})"] = baseline.loss
    if run.has_truth:
        with suppress(ValueError):
            floor = find_corpus(run.description.text_name.removeprefix(PREFIX)).floor
            found |= {} if floor is None else {"lowest possible": floor}
    return found
