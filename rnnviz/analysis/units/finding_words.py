"""What was found, in sentences that carry their controls."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rnnviz.analysis.units.finding import Explanation, Finding, shown
from rnnviz.notation import fixed, listed, loss_words, significant

NOTHING = "nothing measurable"
_LEAST = 0.0005  # nats, which are written to three decimals
_NAMES = {"auc": "AUC", "rho": "rho"}
_SCALES = {"auc": "0.5 is guessing, 1 is always right", "rho": "0 is nothing, 1 is perfect"}
_EXPLAINED: Mapping[Explanation | None, str] = {
    "chance": "not above chance",
    "current character": "explained by the current character",
    "two characters": "explained by the last two characters",
    "untrained": "as much before training",
    "all untrained units": "as much before training, all units together",
    "mixtures of units": "as much by any mixture of units",
}


def sentence(finding: Finding) -> str:
    """A finding and what stands beside it, to be repeated; layers are counted from 0.

    The score is shown without its sign, which "rises" and "falls", "high" and "low" say, as its
    controls are.
    """
    place = finding.place
    unit = f"unit {place.unit} ({place.signal}, layer {place.layer})"
    scale = _SCALES[finding.measure]
    if not finding.beyond_all:
        return (
            f"No unit follows “{finding.followed}” above chance: the best, {unit}, has "
            f"{score_words(finding, finding.score)} ({scale})."
        )
    return (
        f"U{unit[1:]} {_way(finding)}: {score_words(finding, finding.score)} ({scale}), measured "
        f"on another part of the text than the unit was chosen on. Beside it: "
        f"{_controls(finding)}.{_cause(finding)}"
    )


def score_words(finding: Finding, score: float) -> str:
    """A score of a finding, its own or a control's, without its sign and with its name."""
    return f"{_NAMES[finding.measure]} {number(finding, score)}"


def number(finding: Finding, score: float) -> str:
    """The same without the name: an AUC from 0.50 to 1.00, or rho from 0.00 to 1.00."""
    return fixed(shown(abs(score), finding.measure))


def found_in(finding: Finding) -> str:
    """Where the property is, or what else explains its score; "…" before that is known."""
    if finding.verdict is None:
        return "…"
    if finding.verdict == "absent":
        return _EXPLAINED[finding.explained_by]
    return {"one unit": "one unit", "spread": "several units"}[finding.verdict]


def also(finding: Finding) -> str:
    """That other properties of the table are no further findings; "" where there are none."""
    if not finding.alike:
        return ""
    alike = listed(f"“{name}”" for name in finding.alike)
    same = "is nearly the same property" if len(finding.alike) == 1 else "are nearly the same"
    return f"In this text {alike} {same}, and no further finding."


def held_cost_words(nats: float, between: tuple[float, float]) -> str:
    """What holding a unit costs: a number only where it is more than chance.

    Args:
        nats: per character.
        between: where that lies, with 95 % confidence; NaN where nobody can tell.

    Example:
        >>> held_cost_words(0.25, (0.1, 0.4)), held_cost_words(-0.001, (-0.004, 0.002))
        ('0.361 bits/char (0.250 nats)', 'nothing measurable')
        >>> held_cost_words(-0.25, (-0.4, -0.1))
        '−0.361 bits/char (−0.250 nats), so it guesses better there with the unit held'
    """
    low, high = between
    if low <= 0 <= high or abs(nats) < _LEAST:
        return NOTHING
    better = ", so it guesses better there with the unit held" * (nats < 0)
    return f"{loss_words(nats)}{better}"


def labelled_words(finding: Finding) -> str:
    """At which characters it costs something to do without the unit."""
    if finding.kind != "counter" or finding.cause is None:
        return "there"
    return f"where that is above {significant(finding.cause.edge)}"


def _way(finding: Finding) -> str:
    rises = finding.score > 0
    if finding.kind == "counter":
        followed = f"“{finding.followed}”"
        return f"rises with {followed}" if rises else f"falls as {followed} rises"
    return f"is {'high' if rises else 'low'} where “{finding.followed}” holds"


def _controls(finding: Finding) -> str:
    """What is reached without the unit."""
    before = ""
    if not math.isnan(finding.untrained):
        before = f"the best unit before training {number(finding, finding.untrained)}, "
    return (
        f"{before}the current character alone {number(finding, finding.current_character)}, with "
        f"the one before {number(finding, finding.two_characters)}, the best of all units and "
        f"properties by chance below {number(finding, finding.chance_95_table)} in 95 of 100 trials"
    )


def _cause(finding: Finding) -> str:
    """What holding the unit at its mean costs, where it holds and elsewhere."""
    if finding.cause is None:
        return ""
    held = finding.cause.at_mean
    there = held_cost_words(held.labelled, held.labelled_between)
    other = held_cost_words(held.other, held.other_between)
    if there == other == NOTHING:
        return f" Held at its mean, it costs the network {NOTHING} anywhere."
    return (
        f" Held at its mean, it costs the network {there} {labelled_words(finding)}; elsewhere it "
        f"costs {other}."
    )
