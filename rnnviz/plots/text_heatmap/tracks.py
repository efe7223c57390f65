"""What stands under the characters of a text heatmap: what is true of them, what was copied."""

from __future__ import annotations

import numpy as np

from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.notation import significant
from rnnviz.plots.text_heatmap.payload import Track
from rnnviz.records import Ids
from rnnviz.text.copied import Copied


def truth_track(
    name: str, every: Ids, start: int, characters: int, meaning: str | None = None
) -> Track:
    """A known property of a part of a text, as a track under its characters.

    The highest bar is the largest value of the whole text, so that a height means the same in every
    passage.

    Args:
        name: of the property.
        every: its values over the whole text (time).
        start: where the part begins.
        characters: how many it has.
        meaning: the name explained, in a few words.
    """
    ends = min(0.0, float(every.min())), float(every.max())
    explained = name if meaning is None else f"{name} ({meaning})"
    low, high = map(significant, ends)
    means = f"Bars under the characters: {explained}; no bar is {low}, the highest {high}."
    return Track(name, every[start : start + characters], ends, "truth", means)


def property_track(labels: Labels) -> Track:
    """A property over a text, as a track under its characters; none where it says nothing."""
    name, kind = labels.name, labels.kind
    told = labels.marks.lower().startswith(name.lower())
    about = labels.marks[len(name) :] if told else f" ({labels.marks})"
    said = f"Bars under the characters: {name}{about}"
    if not labels.varies:
        said += f"; it {labels.unvaried} in this passage"
    known = labels.values[~np.isnan(labels.values)]
    if kind == "counter":
        ends = min(0.0, float(known.min(initial=0.0))), float(known.max(initial=0.0))
        low, high = map(significant, ends)
        means = f"{said}; no bar is {low}, the highest {high}."
        return Track(name, labels.values, ends, "truth", means)
    words = ("no", "yes") if kind == "yes/no" else labels.classes
    most = float(known.max(initial=1.0))
    listed = ", ".join(words[1:]) if kind == "class" else ""
    means = f"{said}; no bar is {words[0]}, then: {listed}." if listed else f"{said}; no bar is no."
    return Track(name, labels.values, (0.0, most), "truth", means, words=words)


def copied_track(copied: Copied, timesteps: Ids) -> Track | None:
    """What of a sample was copied, as a line under its characters; None where nothing was.

    Args:
        copied: the passages, in characters as a person sees them.
        timesteps: how many of the network's characters each of those is.
    """
    if not copied.passages:
        return None
    inside = np.zeros(copied.characters)
    for first, end in copied.passages:
        inside[first:end] = 1
    means = (
        f"The line under the characters: passages of {copied.least} characters or more that stand "
        "word for word in the training text."
    )
    values = np.repeat(inside, timesteps)
    return Track("copied", values, (0.0, 1.0), "copied", means, height=4, words=("no", "yes"))
