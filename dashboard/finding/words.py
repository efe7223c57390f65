"""What Find units says: the clearest finding in a sentence, and where nothing stands out."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.analysis.units.finding import CLEARLY, Control, Finding, Findings
from rnnviz.analysis.units.finding_words import also, score_words, sentence
from rnnviz.analysis.units.search import ABSENT

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
