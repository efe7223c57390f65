"""One run as a report takes it: a moment of it, a snapshot, and what its network read."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.models.subject import Subject
from rnnviz.runs.documents import RunError
from rnnviz.runs.moment import Following, Moment
from rnnviz.runs.run import Run
from rnnviz.text.alphabet import left_out_words
from rnnviz.text.reading import TextError
from rnnviz.text.windows import Split

MOST_CHARACTERS = 3_000


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """A run, and what is looked at of it.

    Attributes:
        place: among those of the report, from 0.
        run: as it stood when the report was begun.
        subject: the snapshot.
        passage: what is shown of a text, in the network's characters.
        start: where it begins in the run's text; 0 where the text was given.
        of: what it is a part of, in words.
        left_out: which characters of a text that was given the network never saw, in a sentence.
    """

    place: int
    run: Moment
    subject: Subject
    passage: str
    start: int
    of: str
    left_out: str = ""

    @property
    def iteration(self) -> int:
        """Of the snapshot."""
        return self.subject.origin.iteration

    @property
    def where(self) -> str:
        """The network in a sentence: what follows goes on from there."""
        return f"In this network, {self.subject.origin.at}"


def reported(place: int, run: Run, iteration: int | None, text: str | None, most: int) -> Reported:
    """A run as it stands now.

    Args:
        place: among the others.
        run: which.
        iteration: of a snapshot; None takes the best.
        text: a person's, to be read, less what the network never saw; None takes the held-out part,
            all where there is none.
        most: characters of it that are shown.

    Raises:
        RunError: it has no snapshot yet, not that one, or is damaged.
    """
    now = Following().look(run)
    if now.snapshots.empty:
        raise RunError(
            f"run {run.id} has no snapshot yet, so there is nothing to report; it gets the first "
            "as soon as it is trained."
        )
    subject = now.subject(iteration)
    if text is not None:
        return _of_own(place, now, subject, text, most)
    characters = now.characters
    held_out = Split.held_out_of(len(characters))
    start = len(characters) - held_out if held_out else 0
    of = "the beginning of the text"
    if held_out:
        known = now.description.imported is None
        of = "the held-out part of the text" + ", which it was never trained on" * known
    return Reported(place, now, subject, characters[start : start + most], start, of)


def _of_own(place: int, now: Moment, subject: Subject, text: str, most: int) -> Reported:
    """The same over a person's text.

    Raises:
        TextError: nothing is left of it that the network knows.
    """
    known, unknown = now.alphabet.known(text)
    if not known:
        raise TextError(
            "the text has no character that the network knows; give one in the characters of the "
            "text it learned from."
        )
    said = left_out_words(unknown) if unknown else ""
    return Reported(place, now, subject, known[:most], 0, "the text that was given", said)
