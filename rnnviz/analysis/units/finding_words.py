"""What was found, in sentences that carry their controls."""

from __future__ import annotations

import math

from rnnviz.analysis.units.finding import Finding, shown
from rnnviz.notation import fixed, loss_words

_NAMES = {"auc": "AUC", "rho": "rho"}


def sentence(finding: Finding) -> str:
    """A finding and what stands beside it, in one sentence; layers are counted from 0.

    The score is shown without its sign, which "rises" and "falls" say, as its controls are.
    """
    place = finding.place
    unit = f"unit {place.unit} ({place.signal}, layer {place.layer})"
    if not finding.above_chance:
        return (
            f"No unit follows “{property_words(finding)}” above chance: the best, {unit}, has "
            f"{score_words(finding, finding.score)} on text it was not chosen on."
        )
    way = "rises" if finding.score > 0 else "falls"
    chance = score_words(finding, finding.chance_95)
    return (
        f"U{unit[1:]} {way} with “{property_words(finding)}”: "
        f"{score_words(finding, finding.score)} on text it was not chosen on; "
        f"{_controls(finding)}; chance stays below {chance} in 95 of 100 trials{_cause(finding)}."
    )


def property_words(finding: Finding) -> str:
    """What is followed; of a class, which."""
    of_class = f": {finding.against_rest}" if finding.against_rest else ""
    return f"{finding.hypothesis}{of_class}"


def score_words(finding: Finding, score: float) -> str:
    """A score of a finding, its own or a control's, without its sign and with its name."""
    return f"{_NAMES[finding.measure]} {number(finding, score)}"


def number(finding: Finding, score: float) -> str:
    """The same without the name: an AUC from 0.50 to 1.00, or rho from 0.00 to 1.00."""
    return fixed(shown(abs(score), finding.measure))


def _cause(finding: Finding) -> str:
    """What holding the unit at its mean costs, where it holds and elsewhere."""
    if finding.cause is None:
        return ""
    held = finding.cause.at_mean
    where = "where that is among its highest fifth" if finding.kind == "counter" else "there"
    return (
        f"; held at its mean it costs {loss_words(held.labelled)} {where}, and "
        f"{loss_words(held.other)} elsewhere"
    )


def _controls(finding: Finding) -> str:
    untrained = (
        "" if math.isnan(finding.untrained) else f"untrained {number(finding, finding.untrained)}; "
    )
    return (
        f"{untrained}the current character alone {number(finding, finding.current_character)}, "
        f"with the one before {number(finding, finding.two_characters)}"
    )
