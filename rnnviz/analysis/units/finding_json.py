"""What was found of a hypothesis as a JSON object."""

from __future__ import annotations

import math
from typing import Any

from rnnviz.analysis.units.cause import Cause
from rnnviz.analysis.units.finding import Examined, Finding, shown

# What takes longer, or is not asked of what is not above chance: null until then.
_LATER = ("within_character", "probe", "loss_rise_labelled", "loss_rise_other")


def finding_json(one: Finding) -> dict[str, Any]:
    """A finding as a JSON object; null where there is no number, or not yet.

    Scores lie between -1 and 1; "auc" or "rho" is how a person is shown the first of them.
    """
    found: dict[str, Any] = {
        "hypothesis": one.hypothesis,
        "marks": one.marks,
        "kind": one.kind,
        "against_rest": one.against_rest or None,
        "signal": one.place.signal,
        "layer": one.place.layer,
        "unit": one.place.unit,
        "score": one.score,
        one.measure: shown(one.score, one.measure),
        "p": one.p,
        "chance_95": one.chance_95,
        "chance_95_table": one.chance_95_table,
        "above_chance": one.above_chance,
        "untrained": one.untrained,
        "current_character": one.current_character,
        "two_characters": one.two_characters,
        "margin": one.margin,
        "nearly_the_same": list(one.alike),
        "verdict": one.verdict,
    }
    found |= dict.fromkeys(_LATER)
    if one.examined is not None:
        found |= _examined_json(one.examined)
    if one.cause is not None:
        found |= _cause_json(one.cause)
    return {name: _plain(value) for name, value in found.items()}


def _examined_json(more: Examined) -> dict[str, Any]:
    return {
        "within_character": more.within_character,
        "probe": dict(more.probe),
        "probe_control": more.probe_control,
        "probe_untrained": more.probe_untrained,
        "rotated": more.rotated,
    }


def _cause_json(cause: Cause) -> dict[str, Any]:
    """What holding a unit costs, in nats per character; intervals of 95 %."""
    held, alike = cause.at_mean, cause.alike
    found: dict[str, Any] = {
        "loss_rise_labelled": held.labelled,
        "loss_rise_other": held.other,
        "labelled_above": cause.edge,
        "loss_rise_labelled_95": [_plain(end) for end in held.labelled_between],
        "loss_rise_other_95": [_plain(end) for end in held.other_between],
        "loss_rise_labelled_elsewhere": cause.elsewhere.labelled,
        "loss_rise_other_elsewhere": cause.elsewhere.other,
        "loss_rise_labelled_alike": max((rise.labelled for rise in alike), default=math.nan),
    }
    together = cause.together.items()
    return found | {f"loss_rise_labelled_{size}": rise.labelled for size, rise in together}


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
