"""How far back settings reach over several seeds: between what, and whether chance made it so."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.notation import capitalised, listed
from rnnviz.runs.compared.judgement import dealt_words

Reached = Sequence[tuple[str, Sequence[int]]]


def ranges_words(found: Reached, begin: str, before: str, edge: int) -> str:
    """In which setting runs reach back farthest on average, and in which least far; in sentences.

    Args:
        found: of each setting, what it is called, and how many characters each seed comes to.
        begin: how the first sentence begins.
        before: what the characters are before.
        edge: the most that is told apart; what is above it stands for more.

    Example:
        >>> found = [("A", [7, 6, 9]), ("B", [12, 12, 65])]
        >>> said = ranges_words(found, "1 % is left", "before a loss", 64).split(". ")
        >>> said[0]
        '1 % is left farthest before a loss, on average over seeds, in B with 12 to more than 64 \
characters over 3 seeds; least far in A with 6 to 9 characters over 3 seeds'
        >>> said[1]
        'Dealt at random into groups of 3 and 3, their numbers of characters lie so far apart in \
10 % of all ways: chance may have made that, and so few runs cannot show more.'
    """
    means = [sum(lags) / len(lags) for _, lags in found]
    if min(means) == max(means):
        return f"{begin} equally far {before}, on average over seeds: {_those(found, edge)}."
    far, near = (
        [one for one, own in zip(found, means, strict=True) if own == mean]
        for mean in (max(means), min(means))
    )
    return (
        f"{begin} farthest {before}, on average over seeds, {_those(far, edge)}; least far "
        f"{_those(near, edge)}. {_verdict(far[0][1], near[0][1], several=len(found) > 2)}"
    )


def _those(found: Reached, edge: int) -> str:
    return "in " + listed(f"{label} with {_range(lags, edge)}" for label, lags in found)


def _range(lags: Sequence[int], edge: int) -> str:
    """Between what those of all seeds lie."""
    ends = sorted({min(lags), max(lags)})
    told = " to ".join(f"more than {edge:,}" if end > edge else f"{end:,}" for end in ends)
    seeds = f"over {len(lags)} seeds" if len(lags) > 1 else "in its one run"
    return f"{told} character{'s' * (ends != [1])} {seeds}"


def _verdict(far: Sequence[int], near: Sequence[int], *, several: bool) -> str:
    """How often chance would set them so far apart."""
    dealt = dealt_words(far, near, "their numbers of characters")
    if not dealt:
        return "So many runs are not dealt at random to see what chance makes."
    picked = " Of more than two settings these lie farthest apart, which chance favours." * several
    return f"{capitalised(dealt)}.{picked}"
