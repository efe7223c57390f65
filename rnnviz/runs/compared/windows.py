"""Runs trained with other windows, all else alike: what truncation cost in loss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import mean

from rnnviz.notation import counted, listed, loss_words
from rnnviz.runs.description import RunDescription
from rnnviz.runs.index import Listed


def trained_with_windows(
    every: Iterable[Listed], like: RunDescription
) -> Mapping[int, tuple[Listed, ...]]:
    """Runs that have ended, of this network and text, by their window; none of a single window.

    Among each other they differ in window and seed alone. Those made together may differ in their
    number of iterations too: equal characters are more iterations of a shorter window. Of several
    such groups it is that with most windows.

    Args:
        every: of a folder.
        like: what the network and the text are those of.
    """
    groups: dict[object, dict[int, list[Listed]]] = defaultdict(lambda: defaultdict(list))
    for one in every:
        about = one.description
        if about is None or about.imported is not None or one.validation_loss is None:
            continue
        if (about.text_sha256, about.alphabet.key, about.model) == (
            like.text_sha256,
            like.alphabet.key,
            like.model,
        ):
            how = about.training
            alike = replace(how, sequence_length=1, seed=0, iterations=1, seconds=None)
            together = about.group or (how.iterations, how.seconds)
            groups[alike, together][how.sequence_length].append(one)
    most = max(groups.values(), key=len, default={})
    return {window: tuple(most[window]) for window in sorted(most)} if len(most) > 1 else {}


def windows_words(found: Mapping[int, tuple[Listed, ...]]) -> str:
    """Their validation losses, in a sentence without its beginning.

    Args:
        found: at least two windows.
    """
    said = [
        f"with windows of {counted(window, 'character')} {loss_words(_loss(runs))}"
        + f" (mean of {len(runs)})" * (len(runs) > 1)
        for window, runs in found.items()
    ]
    return (
        f"for {_budgets(found)} {listed(said)}, at the best snapshot, on "
        "held-out text, all else that was chosen being the same. Seeds make a difference too: "
        "Compare says how much."
    )


def _budgets(found: Mapping[int, tuple[Listed, ...]]) -> str:
    """What each was trained for; where that is not the same, the fewest and the most iterations."""
    about = [one.description for runs in found.values() for one in runs]
    trained = [each.training for each in about if each is not None]
    if len({(each.iterations, each.seconds) for each in trained}) == 1:
        return trained[0].budget_words
    made = sorted(each.iterations or 0 for each in trained)
    return f"{made[0]:,} to {made[-1]:,} iterations"


def _loss(runs: tuple[Listed, ...]) -> float:
    return mean(one.validation_loss for one in runs if one.validation_loss is not None)
