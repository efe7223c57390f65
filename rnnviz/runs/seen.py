"""A run's losses per character as a person sees it: the unit in which all of them are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rnnviz.runs.run import Run
from rnnviz.text.ngram import Baseline
from rnnviz.text.seen import Seen, may_join

if TYPE_CHECKING:
    import pandas as pd

_LOSSES = ("loss_nats", "validation_loss_nats", "training_loss_nats", "bits_per_char")


def seen_of(run: Run) -> Seen:
    """What makes of a run's loss per timestep one per character as a person sees it.

    Raises:
        RunError: the run is of old and does not say it, and its text is damaged.
    """
    if run.description.seen is not None:
        return run.description.seen
    return Seen.of(run.characters) if may_join(run.vocabulary.characters) else Seen()


def table_as_seen(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    """A table of a run, as `Run.history` and `Run.snapshots` give it, with all losses so."""
    seen = seen_of(run)
    if seen.timesteps == seen.characters:
        return table
    losses: dict[str, Any] = {name: seen.loss(table[name]) for name in _LOSSES if name in table}
    return table.assign(**losses)


def baseline_as_seen(run: Run) -> Baseline | None:
    """The n-gram model to beat, its loss so; None where there is none yet."""
    baseline = run.baseline
    return None if baseline is None else baseline.as_seen(seen_of(run))


def characters_read(run: Run) -> pd.Series:
    """How many characters a run had learned from after each iteration, as a person sees them.

    Of a run in jamo they are as many as a text of syllables would have, by what its held-out part
    has: so that runs that read a text by different characters can stand on one axis.
    """
    found: pd.Series = run.history["characters"] / seen_of(run).ratio
    return found
