"""What is said of a run by what is found: it explodes, learns by heart, or goes as it should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rnnviz.notation import bits_words, capitalised, loss_words
from rnnviz.runs.states import LIVING
from rnnviz.runs.verdicts.findings import IN_PART, Findings

Kind = Literal[
    "not begun",
    "training",
    "stopped",
    "finished",
    "worse than counting",
    "exploded",
    "memorising",
    "imported",
]

# While it trains, the loss may lie above that of guessing for so many iterations, and so many nats:
# an untrained network does.
_WARM_UP, _MARGIN = 20, 0.1

# And from memory, not in part, once it is half of the sample more.
_FROM_MEMORY = 0.5
# How the sentence about a run begins that has not ended.
_BEGINS = {"running": "Training, at", "paused": "Paused at", "queued": "Waiting, at"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run stands.

    Attributes:
        kind: in a word or three.
        headline: in one sentence.
        warnings: what went wrong and what to do, in whole sentences, the most important first.
        measured: what the losses were measured on, and how they compare, likewise.
        by_heart: whether the text is learned by heart, in a sentence that begins with the answer;
            "" before anything is learned.
    """

    kind: Kind
    headline: str
    warnings: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    by_heart: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The headline, whether the text is learned by heart where that is not it, and warnings.

        Of a network from elsewhere, warnings come before what is not known of it.
        """
        if self.kind == "imported":
            return (self.headline, *self.warnings, self.by_heart)
        more = "" if self.kind == "memorising" else self.by_heart
        return tuple(filter(None, (self.headline, more, *self.warnings)))


def exploded(found: Findings, cause: str) -> Verdict | None:
    """Its loss is no number, above that of guessing, or has leapt; None where it is not so."""
    if found.status.state == "diverged":
        return Verdict(
            "exploded",
            f"Exploded: after {found.at} the loss, or a gradient of it, was no longer a finite "
            "number, and training ended.",
            (cause,),
        )
    going = found.status.state in LIVING
    if found.training > found.guessing + going * _MARGIN and found.status.iteration >= _WARM_UP:
        return Verdict(
            "exploded",
            f"Worse than guessing at {found.at}: the training loss is {found.trained}, where "
            f"guessing among all characters alike costs {bits_words(found.guessing)}/char.",
            (cause,),
        )
    if found.leap is None:
        return None
    iteration, before, now = found.leap
    return Verdict(
        "exploded",
        f"The loss has leapt: the training loss is {loss_words(now)} at {found.at}, and was "
        f"{bits_words(before)}/char at iteration {iteration:,}.",
        (cause,),
    )


def memorising(found: Findings, remedy: str) -> Verdict | None:
    """It gets worse at what it has not seen; None where it does not."""
    course = found.course
    if course is None or not course.memorises:
        return None
    since = f"Learning by heart (overfitting) since iteration {course.best:,}"
    if (counting := found.better_at_counting) is not None:
        since += f", and worse at its best than counting ({counting})"
    elif found.beats:
        since += f", after it did better than counting does ({found.baseline})"
    keeps = (
        f"Iteration {course.best:,} is kept, and is what the other pages and the commands sample, "
        "trace and gradients look at unless another is chosen"
    )
    going = found.status.state in LIVING
    gets = "gets" if going else "got"
    return Verdict(
        "memorising",
        f"{since}: the network {gets} better at the text it reads and worse at what it has not "
        "seen.",
        (
            course.words,
            f"{keeps}, once training has ended; “Stop training” ends it now."
            if going
            else f"{keeps}.",
            remedy,
        ),
    )


def plain(found: Findings, remedy: str) -> Verdict:
    """Nothing goes wrong: how far it has come, and what it is worth against counting."""
    state = found.status.state
    if state in LIVING:
        return Verdict("training", f"{_BEGINS[state]} {found.at}: {found.reached}.")
    ended = "Finished" if state == "finished" else "Ended early"
    if found.validation is None:
        return _not_held_out(found, ended, remedy)
    if (counting := found.better_at_counting) is not None:
        return Verdict(
            "worse than counting",
            f"{ended} at {found.at}, worse than counting: {found.reached}, where a "
            f"{counting.name}, which only counts characters, reaches "
            f"{bits_words(counting.loss)}/char{_by(found, ': lower by ')}.",
        )
    kind: Kind = "finished" if state == "finished" else "stopped"
    beaten = ""
    if found.beats:
        beaten = f", better than counting does ({found.baseline}){_by(found, ' by ')}"
    elif found.baseline is not None and found.validation.undecided:
        beaten = (
            f"; from {found.validation.measured:,} characters it cannot be told whether that is "
            f"better than counting does ({found.baseline})"
        )
    return Verdict(kind, f"{ended} at {found.at}: {found.reached}{beaten}.")


def nothing_to_learn(found: Findings, why: str) -> Verdict:
    """Of a text of one distinct character: there is no loss, and none to lower."""
    state = found.status.state
    if state in LIVING:
        return Verdict("training", f"{_BEGINS[state]} {found.at}, with nothing to learn.", (why,))
    kind: Kind = "finished" if state == "finished" else "stopped"
    ended = "Finished" if state == "finished" else "Ended early"
    return Verdict(kind, f"{ended} at {found.at}, with nothing to learn.", (why,))


def _by(found: Findings, said: str) -> str:
    """By how much, but for what chance does; "" where that was not kept."""
    words = "" if found.validation is None else found.validation.margin_words
    return f"{said}{words} (95 % interval)" if words else ""


def _not_held_out(found: Findings, ended: str, remedy: str) -> Verdict:
    """An end without a validation loss: what the sample copied tells what was remembered."""
    kind: Kind = "finished" if found.status.state == "finished" else "stopped"
    reached = f"{ended} at {found.at}: {found.reached}"
    if found.copying is None:
        return Verdict(
            kind,
            f"{reached}; nothing is held out, so whether the text was learned by heart cannot be "
            "told.",
        )
    copied, control = found.copying
    said = copied.words("its newest sample")
    compare = () if control is None else (f"To compare: {control.words}.",)
    if copied.share < IN_PART:
        return Verdict(kind, f"{reached}. Nothing is held out; {said}.")
    more = copied.share - (0.0 if control is None else control.share)
    if more < IN_PART:
        return Verdict(
            kind,
            f"{reached}. {capitalised(said)}, but the text repeats itself: whether it "
            "was learned by heart cannot be told.",
            compare,
        )
    part = "" if more >= _FROM_MEMORY else "in part "
    return Verdict(
        "memorising", f"It writes {part}from memory: {said}. {reached}.", (*compare, remedy)
    )
