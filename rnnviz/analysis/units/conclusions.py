"""What findings come to: the clearest in plain words, and whether the network uses its unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rnnviz.analysis.units.finding import Explanation, Finding, Findings
from rnnviz.analysis.units.finding_words import (
    also,
    held_cost_words,
    labelled_words,
    score_words,
    sentence,
)
from rnnviz.notation import capitalised, loss_words

if TYPE_CHECKING:
    from rnnviz.analysis.units.cause import Cause

_REACH: Mapping[Explanation | None, str] = {
    "chance": "chance does as well or nearly so",
    "current character": "the current character does as well or nearly so",
    "two characters": "the current character and the one before do as well or nearly so",
    "untrained": "the network did as well or nearly so before training",
    "mixtures of units": "arbitrary mixtures of units do as well",
}


def headline(found: Findings) -> str:
    """The clearest finding that stands, in plain words; where none does, that first of all."""
    best = found.clearest
    if best is None:
        return "No property varies often enough in this text to ask which unit follows it."
    if best.stands:
        return " ".join(filter(None, (sentence(best) + _together(best), also(best))))
    if not best.beyond_all:
        return (
            "Nothing is above chance: the clearest score is not larger than the clearest of all "
            f"properties becomes by chance in 5 of 100 trials. {sentence(best)}"
        )
    return (
        "No unit stands out: none follows a property clearly better than its controls do. What "
        f"comes closest, though {_instead(best)}: {sentence(best)}"
    )


def shown_findings(found: Sequence[Finding]) -> list[Finding]:
    """Those that stand out from their controls, the clearest first, nearly the same ones once."""
    shown: list[Finding] = []
    for one in found:
        told = any(one.place == other.place and one.followed in other.alike for other in shown)
        if one.stands and not told:
            shown.append(one)
    return shown


def use_words(finding: Finding) -> str:
    """Whether the network uses the unit for what it follows; "" before that is known.

    That is shown where holding the unit costs something where the property holds, more than
    elsewhere, and more than holding any of five units whose values vary about as much.
    """
    cause = finding.cause
    if cause is None:
        return ""
    named, there = f"“{finding.followed}”", labelled_words(finding)
    where = there.replace("that", named, 1) if finding.kind == "counter" else f"where {named} holds"
    held = cause.at_mean
    labelled = held_cost_words(held.labelled, held.labelled_between)
    other = held_cost_words(held.other, held.other_between)
    alike = max((rise.labelled for rise in cause.alike), default=0.0)
    beside = (
        " Of five other units whose values vary about as much, held the same way, the costliest "
        f"costs {loss_words(alike)} at the same characters."
    )
    return (
        "That a unit follows something does not say that the network uses it; what holding it "
        f"costs does. {capitalised(where)} it costs {labelled}; elsewhere it costs {other}."
        f"{beside * bool(cause.alike)} {_used(cause, alike, named)}"
    )


def _used(cause: Cause, alike: float, named: str) -> str:
    """What the costs say."""
    there = cause.at_mean.labelled
    low, high = cause.at_mean.labelled_between
    less = {
        "of nothing": 0.0,
        "elsewhere": cause.at_mean.other,
        "of the costliest of these": alike if cause.alike else -math.inf,
    }
    no_more = [name for name, cost in less.items() if not there > cost]
    if low <= 0 <= high:
        return f"That is nothing measurable: nothing shows that the network uses it for {named}."
    if not no_more:
        return f"The first is the largest: the network uses the unit where it follows {named}."
    if "of nothing" in no_more:
        return f"It costs nothing there: nothing shows that the network uses it for {named}."
    return (
        f"The first is no larger than the cost {' and the cost '.join(no_more)}: nothing shows "
        f"that the network uses it for {named}."
    )


def _instead(best: Finding) -> str:
    """What does as well as the unit, without it."""
    if best.explained_by != "all untrained units" or best.examined is None:
        return _REACH[best.explained_by]
    before, whole = best.examined.probe_untrained, best.examined.probe["all"]
    return (
        f"all units of the network before training together ({score_words(best, before)}) hold as "
        f"much as those of the trained one ({score_words(best, whole)}), or nearly"
    )


def _together(best: Finding) -> str:
    """What a linear probe of all units adds, where the property is spread."""
    if best.examined is None or best.verdict != "spread":
        return ""
    whole = score_words(best, best.examined.probe["all"])
    return f" All units together hold more of it: {whole}."
