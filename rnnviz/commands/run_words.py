"""What several commands say of a run."""

from __future__ import annotations

from rnnviz.runs.run import Run
from rnnviz.runs.seen import baseline_as_seen
from rnnviz.text.windows import Split


def baseline_words(run: Run) -> str:
    """The n-gram model to beat, and what it counted where that is not all; "" for none."""
    baseline, total = baseline_as_seen(run), run.description.text_characters
    if baseline is None:
        return ""
    all_counted = baseline.characters == total - Split.held_out_of(total)
    part = "" if all_counted else f"; it counts {baseline.characters:,} training characters"
    return f"{baseline}, the number to beat{part}"
