"""Runs trained with other windows, all else alike: what they came to in loss, and on how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import mean

from rnnviz.notation import counted, loss_words
from rnnviz.runs.compared.columns import Row
from rnnviz.runs.description import RunDescription
from rnnviz.training.grid import is_one_budget

Windows = Mapping[int, tuple[Row, ...]]

# By whether updates and characters read are equal: how it is told, and what it therefore is not.
_EQUAL = {
    (True, False): (
        "With equally many updates",
        "a longer window reads more characters in as many updates",
    ),
    (False, True): (
        "With about equally many characters read",
        "a shorter window makes more updates of as many characters",
    ),
    (False, False): (
        "With neither updates nor characters read equal",
        "updates and characters differ too",
    ),
    (True, True): ("With equally many updates and characters read", ""),
}


def trained_with_windows(every: Iterable[Row], like: RunDescription) -> list[Windows]:
    """Runs that have ended, of this network and text, by their window; none of a single window.

    Among each other they differ in window and seed alone. Those made together may differ in their
    number of iterations too: equal characters are more iterations of a shorter window. Of the
    groups with equal updates that with most windows is one, of those with equal characters another.

    Args:
        every: of a folder.
        like: what the network and the text are those of.
    """
    groups: dict[object, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in every:
        about = row.listed.description
        if about is None or about.imported is not None or row.listed.validation_loss is None:
            continue
        if (about.text_sha256, about.alphabet.key, about.model) == (
            like.text_sha256,
            like.alphabet.key,
            like.model,
        ):
            how = about.training
            alike = replace(how, sequence_length=1, seed=0, iterations=1, seconds=None)
            together = about.group or (how.iterations, how.seconds)
            groups[alike, together][how.sequence_length].append(row)
    most: dict[tuple[bool, bool], Windows] = {}
    for group in sorted(groups.values(), key=len, reverse=True):
        if len(group) > 1:
            found = {window: tuple(group[window]) for window in sorted(group)}
            most.setdefault(_equal(found), found)
    return [most[equal] for equal in _EQUAL if equal in most]


def windows_words(found: Windows) -> str:
    """What each window came to, after how much, and what that does not say; in sentences.

    Args:
        found: at least two windows.
    """
    begin, why = _EQUAL[_equal(found)]
    alone = f" This is not the truncation alone: {why}." if why else ""
    seeds = (
        "Compare says whether chance may have made it so."
        if all(len(rows) > 1 for rows in found.values())
        else "Another seed may differ by more: of that, one run of a window says nothing."
    )
    return (
        f"{begin}: {'; '.join(_told(window, rows) for window, rows in found.items())}. These are "
        "losses of the best snapshots, on held-out text; all else that was chosen is the same."
        f"{alone} {seeds}"
    )


def _told(window: int, rows: tuple[Row, ...]) -> str:
    """The loss of a window, its updates and the characters it read; of several runs their means."""
    several = f"means of {len(rows)} runs: " * (len(rows) > 1)
    loss = mean(row.listed.validation_loss or 0.0 for row in rows)
    read = counted(round(_characters(rows)), "character")
    return (
        f"windows of {counted(window, 'character')} came to {several}{loss_words(loss)} in "
        f"{counted(round(_updates(rows)), 'update')} that read {read}"
    )


def _equal(found: Windows) -> tuple[bool, bool]:
    """Whether all made as many updates, and whether they read as many characters."""
    updates = {round(_updates(rows)) for rows in found.values()}
    read = [_characters(rows) for rows in found.values()]
    return len(updates) == 1, is_one_budget(min(read), max(read))


def _updates(rows: tuple[Row, ...]) -> float:
    return mean(row.listed.iteration for row in rows)


def _characters(rows: tuple[Row, ...]) -> float:
    return mean(row.recorded.characters for row in rows)
