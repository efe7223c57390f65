"""What Find units says: the clearest finding in a sentence, and where nothing stands out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rnnviz.analysis.units.finding import CLEARLY, Control, Finding, Findings, shown
from rnnviz.analysis.units.finding_words import also, labelled_words, score_words, sentence
from rnnviz.analysis.units.search import ABSENT
from rnnviz.notation import fixed, loss_words

_NEAR = 0.05
_CONTROLS: Mapping[Control, str] = {
    "chance": "chance does",
    "current character": "the current character does",
    "two characters": "the current character and the one before do",
    "untrained": "the untrained network does",
}


def headline(found: Findings) -> str:
    """The clearest finding in plain words; it claims no more than its controls allow."""
    if not found.findings:
        return "No property varies often enough in this text to ask which unit follows it."
    best = found.findings[0]
    if not best.beyond_all:
        return (
            "Nothing is above chance: the clearest score is not larger than the clearest of all "
            f"properties becomes by chance in 5 of 100 trials. {sentence(best)}"
        )
    if best.margin < CLEARLY:
        return (
            "No unit stands out: none follows a property clearly better than its controls do. What "
            f"comes closest, though {_largest(best)} as well or nearly so: {sentence(best)}"
        )
    return " ".join(filter(None, (sentence(best) + _together(best), also(best))))


def grown(one: Finding, iterations: Sequence[int], scores: Sequence[float]) -> str:
    """How its score came about, and what would show that the network uses the unit.

    Args:
        one: the finding.
        iterations: of the snapshots, in order.
        scores: of its unit at each of them, NaN where there is none.
    """
    sizes = [shown(abs(score), one.measure) for score in scores]
    known = [each for each in zip(iterations, sizes, strict=True) if not math.isnan(each[1])]
    if len(known) < 2:
        return ""
    (first, before), (last, now) = known[0], known[-1]
    near = next(at for at, size in known if abs(size - now) <= _NEAR)
    name = "AUC" if one.measure == "auc" else "rho"
    when = f", which it first came within {_NEAR:g} of at iteration {near:,}" * (near < last)
    said = (
        f"Over training, as charted above, the score of unit {one.place.unit} for "
        f"“{one.followed}” was {name} {fixed(before)} at iteration {first:,} and is "
        f"{name} {fixed(now)} at iteration {last:,}{when}."
    )
    if one.cause is None:
        return said
    holds = labelled_words(one).replace("that", f"“{one.followed}”", 1)
    where = holds if one.kind == "counter" else f"where “{one.followed}” holds"
    return (
        f"{said} That a unit follows something does not say that the network uses it; what holding "
        f"it costs does: {loss_words(one.cause.at_mean.labelled)} {where}."
    )


def way(one: Finding) -> str:
    """In which direction the unit follows."""
    rises = one.score > 0
    if one.kind == "counter":
        return "rising with it" if rises else "falling as it rises"
    return "high where it holds" if rises else "low where it holds"


def silent(found: Findings) -> list[str]:
    """What was not asked, and why, in sentences."""
    absent = [f"“{name}”" for name, why in found.silent.items() if why == ABSENT]
    said = [f"“{name}” {why}." for name, why in found.silent.items() if why != ABSENT]
    if absent:
        said.insert(0, f"These do not occur in this text, or hold everywhere: {', '.join(absent)}.")
    return said


def _largest(one: Finding) -> str:
    """Which control does as well as the unit; the simplest."""
    return _CONTROLS[one.explained_by or "untrained"]


def _together(best: Finding) -> str:
    """What a linear probe of all units adds, where the unit is not all of it."""
    if best.examined is None or best.verdict == "one unit":
        return ""
    whole = score_words(best, best.examined.probe["all"])
    if best.verdict == "spread":
        return f" All units together hold more of it: {whole}."
    before = score_words(best, best.examined.probe_untrained)
    return (
        f" But all units together reach {whole}, and those of the untrained network {before}: "
        "nothing shows that training put it there."
    )
