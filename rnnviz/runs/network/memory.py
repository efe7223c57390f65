"""How far back a run's network uses what it has read: by what a reset costs, and by gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnviz.notation import bits_words, counted, loss_words
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.text.windows import Split

if TYPE_CHECKING:
    from rnnviz.analysis.gradients.reach import Reach
    from rnnviz.analysis.states.resetting import ResetLosses
    from rnnviz.records import Ids

PLACES, SWEPT = 512, 128
_LEAST = 16


def memory_of(run: Run, iteration: int | None = None) -> ResetLosses:
    """The losses of a snapshot that was reset 1, 2, 4 ... 256 characters before, as a person sees.

    They are of 512 places spread evenly over the held-out part, of all of the text where nothing is
    held out; distances count characters that the network reads. Of a short text they are those that
    leave 16 places.

    Args:
        run: with a snapshot at least.
        iteration: which snapshot; None takes the best.

    Raises:
        RunError: there is no such snapshot, or the run is damaged.
        ValueError: the text is too short, or the losses are no finite numbers.
    """
    from rnnviz.analysis.states.resetting import ResetLosses, reset_losses

    ids, places, distances = _places(run, PLACES)
    found = reset_losses(run.model(iteration), ids, places, distances)
    if not np.isfinite(found.losses).all():
        raise ValueError(
            "its losses are not finite, so they say nothing of its memory: it exploded."
        )
    return ResetLosses(found.distances, seen_of(run).loss(found.losses), found.right)


def input_reach_of(run: Run, iteration: int | None = None) -> Reach:
    """How the dependence of a prediction on a character falls with how far before it that was read.

    It is |d log p / d x| as `rnnviz.analysis.gradients.input_reach` defines it, its mean over 128
    of the places of `memory_of`, spread as evenly; lag 0 is the character right before.

    Args:
        run: as for `memory_of`.
        iteration: likewise.

    Raises:
        RunError: as `memory_of` does.
        ValueError: likewise.
    """
    from rnnviz.analysis.gradients.input_reach import reach_by_distance
    from rnnviz.analysis.gradients.reach import read_curve

    ids, places, distances = _places(run, SWEPT)
    return read_curve(reach_by_distance(run.model(iteration), ids, places, distances[-1]))


def _places(run: Run, count: int) -> tuple[Ids, NDArray[np.int64], list[int]]:
    """The ids of the run's text, which of its characters are predicted, and how many are read."""
    from rnnviz.analysis.states.resetting import DISTANCES

    characters = run.characters
    distances = [each for each in DISTANCES if each + _LEAST <= len(characters)]
    if len(distances) < 2:
        raise ValueError(
            f"the text has {counted(len(characters), 'character')}; to measure what is remembered "
            f"at {_LEAST} places, with two characters before each, takes {_LEAST + 2}."
        )
    held_out = Split.held_out_of(len(characters))
    first = max(distances[-1], len(characters) - held_out if held_out else 0)
    places = np.unique(np.linspace(first, len(characters) - 1, count).astype(np.int64))
    return run.vocabulary.encode(characters), places, distances


def memory_words(found: ResetLosses) -> str:
    """What was found, in a sentence without its subject.

    Example:
        >>> from rnnviz.analysis.states.resetting import ResetLosses
        >>> losses = np.log(2.0) * np.array([[3.0, 4.0, 3.5], [2.0, 2.0, 2.0], [2.0, 2.0, 2.0]])
        >>> memory_words(ResetLosses((1, 2, 4), losses))
        'uses what it read up to 2 characters back: with only 1 its loss is higher by 1.500 \
bits/char; nothing shows that more than 2 help. With 4 its loss is 2.000 bits/char (1.386 nats)'
        >>> memory_words(ResetLosses((1, 2), losses[:2]))[:45]
        'uses what it read more than 1 character back.'
    """
    used, last = found.used(), found.distances[-1]
    reached = f"With {last} its loss is {loss_words(float(found.mean[-1]))}"
    if used is None:
        more = counted(found.distances[-2], "character")
        return f"uses what it read more than {more} back. {reached}"
    place = found.distances.index(used)
    if not place:
        return f"uses the last {used} character alone, as far as can be seen. {reached}"
    before = found.distances[place - 1]
    rise = bits_words(found.gains()[place - 1][0])
    return (
        f"uses what it read up to {used} characters back: with only {before} its loss is higher by "
        f"{rise}/char; nothing shows that more than {used} help. {reached}"
    )
