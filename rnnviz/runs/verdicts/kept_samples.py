"""Samples kept with the snapshots of a run: what they cost, what was copied, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.notation import bits_words, loss_words, nats_words
from rnnviz.text.copied import LEAST, Copied

NOTHING_DRAWN = "The states grew until they were no longer finite; nothing could be drawn."


@dataclass(frozen=True, slots=True)
class Kept:
    """The sample kept with a snapshot.

    Attributes:
        iteration: of the snapshot.
        validation_loss: in nats; NaN where nothing is held out.
        training_loss: in nats, of the iterations just before; NaN where there are none.
        text: as a person sees it.
        cost: nats its average character cost the network that wrote it; NaN where it has none, or
            the network is gone.
        copied: what of it stands in the training text; None where nobody can tell.
        numbered: whether the iteration is known.
        loss_name: what the validation loss is called.
    """

    iteration: int
    validation_loss: float
    text: str
    cost: float = math.nan
    copied: Copied | None = None
    training_loss: float = math.nan
    numbered: bool = True
    loss_name: str = "validation loss"

    @property
    def at(self) -> str:
        """When it was kept: a sentence goes on from "the sample"; "" where that is not known."""
        return f" at iteration {self.iteration:,}" if self.numbered else ""


def copied_sentence(shown: list[Kept], control: str = "") -> str:
    """What each sample copied; the control goes on from the shares.

    Example:
        >>> one = Kept(0, math.nan, "", copied=Copied(200, 20, (), 0))
        >>> other = Kept(9, math.nan, "", copied=Copied(200, 20, ((0, 50),), 50))
        >>> copied_sentence([one, one])
        'No passage of 20 characters of either sample stands in the training text.'
        >>> copied_sentence([one, other], "; of held-out text it is 2 %")[:58]
        '25 % of the sample at iteration 9 stands in the training t'
    """
    measured = [(kept, kept.copied) for kept in shown if kept.copied is not None]
    shares = [copied.words(f"the sample{kept.at}") for kept, copied in measured if copied.passages]
    if not shares:
        samples = "either sample" if len(measured) > 1 else "the sample"
        return f"No passage of {LEAST} characters of {samples} stands in the training text."
    nothing = [
        f"; nothing of that{kept.at} does" for kept, copied in measured if not copied.passages
    ]
    told = "What is copied was remembered, not made up."
    if control:
        told = "A share above these is hardly chance, but memory; one within them may be either."
    return f"{'; '.join(shares)}{''.join(nothing)}{control}. {told}"


def cost_sentence(shown: list[Kept]) -> str:
    """What the average character of each sample cost, what that means, and what it does not.

    Example:
        >>> cost_sentence([Kept(0, math.nan, "xq", 2.0), Kept(9, math.nan, "ab", 1.0)])[:80]
        'The average character of the sample at iteration 0 cost 2.885 bits (2.000 nats);'
    """
    first, *others = [f"{kept.at} cost {cost_words(kept.cost)}" for kept in shown]
    costs = "; ".join(
        [f"The average character of the sample{first}"] + [f"of that{other}" for other in others]
    )
    return (
        f"{costs}, read by the very network that wrote it. This says how sure a network was of "
        "its own words, not how good they are: one that writes a single word again and again is "
        f"sure of every letter.{_learned(shown)}"
    )


def _learned(shown: list[Kept]) -> str:
    """What the losses say was learned: of other text, and of the text trained on; a paragraph."""
    other = _losses({kept.iteration: kept.validation_loss for kept in shown})
    own = _losses({kept.iteration: kept.training_loss for kept in shown})
    said = ""
    if other:
        said += (
            " What it learned that holds for other text shows in the validation loss, on text held "
            f"back from training: {other}."
        )
    if own:
        said += (
            " What it learned of the text it was trained on shows in the training loss, the mean "
            f"of the iterations just before: {own}."
        )
    if other and own:
        said += (
            " A network learns its own text by heart (it overfits) while the training loss falls "
            "and the validation loss rises. Which of the two is lower does not tell: dropout, "
            "where it is on, raises the training loss alone."
        )
    return f"\n\n{said.strip()}" if said else ""


def _losses(by_iteration: Mapping[int, float]) -> str:
    return "; ".join(
        f"{loss_words(nats)} at iteration {iteration:,}"
        for iteration, nats in by_iteration.items()
        if not math.isnan(nats)
    )


def cost_words(nats: float) -> str:
    """What a character cost on average.

    Example:
        >>> cost_words(1.669)
        '2.408 bits (1.669 nats)'
    """
    return f"{bits_words(nats)} ({nats_words(nats)})"
