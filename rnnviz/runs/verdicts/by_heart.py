"""Whether a run learns its text by heart (overfits): one sentence that begins with the answer."""

from __future__ import annotations

from rnnviz.runs.states import LIVING
from rnnviz.runs.verdicts.findings import IN_PART, Findings

_JUDGED = "The validation loss, that on text the network never trains on,"


def by_heart(found: Findings) -> str:
    """Whether the text is learned by heart, and by what one knows.

    It is where the validation loss rises while the training loss falls (see `Course`). Where
    nothing is held out, what the newest sample copied tells, once training has ended.
    """
    course = found.course
    if course is None and found.held_out:
        return "Overfitting: it cannot be told, because no validation loss is a number."
    if course is None:
        return _by_copying(found)
    lowest = f"at iteration {course.best:,}"
    if course.memorises:
        return (
            f"Overfitting: yes, since iteration {course.best:,}. {_JUDGED} was lowest then and "
            "has risen since, while the training loss fell: from then on it learned the text by "
            "heart."
        )
    no = "Overfitting: none so far." if found.status.state in LIVING else "Overfitting: no."
    if course.too_short:
        no = "Overfitting: it cannot be told."
    if course.rises:
        return (
            f"{no} {_JUDGED} was lowest {lowest} and has risen since, but the training loss has "
            "not fallen: the network got worse at both."
        )
    to_come = found.status.state in LIVING and course.went_on
    needed = f"; {course.needed}" if to_come else ""
    return f"{no} {_JUDGED} {course.not_risen}{needed}."


def _by_copying(found: Findings) -> str:
    """Without a held-out part; what exactly was copied is said elsewhere."""
    cannot = "Overfitting: it cannot be told, because no part of the text is held out"
    if found.copying is None:
        return f"{cannot}."
    copied, control = found.copying
    if copied.share < IN_PART:
        return f"{cannot}; its newest sample is no copy."
    if copied.share - (0.0 if control is None else control.share) < IN_PART:
        return f"{cannot} and the text repeats itself."
    return "Overfitting: yes, by what its newest sample copied from the training text."
