"""What Find units says: how a score came about, in which direction, and what was not asked."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rnnviz.analysis.units.conclusions import use_words
from rnnviz.analysis.units.finding import Finding, Findings, shown
from rnnviz.analysis.units.search import ABSENT
from rnnviz.notation import fixed

_NEAR = 0.05


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
        return use_words(one)
    (first, before), (last, now) = known[0], known[-1]
    near = next(at for at, size in known if abs(size - now) <= _NEAR)
    name = "AUC" if one.measure == "auc" else "rho"
    when = f", which it first came within {_NEAR:g} of at iteration {near:,}" * (near < last)
    said = (
        f"Over training, as charted above, the score of unit {one.place.unit} for "
        f"“{one.followed}” was {name} {fixed(before)} at iteration {first:,} and is "
        f"{name} {fixed(now)} at iteration {last:,}{when}."
    )
    return " ".join(filter(None, (said, use_words(one))))


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
        said.insert(0, f"These do not occur in this text: {', '.join(absent)}.")
    return said
