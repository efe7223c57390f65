"""Which of several runs predicts best, by how much, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rnnviz.notation import bits, bits_words, fixed, loss_words, share_words
from rnnviz.runs.compared.comparison import Comparison
from rnnviz.runs.compared.courses import Side, judged_words
from rnnviz.runs.compared.differences import alike_but_for_the_seed
from rnnviz.runs.compared.effort import Effort, effort_of, efforts_words
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.validation import SAME, Validation, validation_of
from rnnviz.text.windows import Split

_MOST_DEALT = 14  # losses whose divisions are all tried
_RARE = 0.05


@dataclass(frozen=True, slots=True)
class Standing:
    """How well one side does: a run, or several that are alike but for their seed.

    Attributes:
        side: which.
        losses: the validation loss of each seed's best snapshot, in nats per character as a person
            sees it; of runs with one seed, copies or repetitions, their mean.
        final: whether all have ended.
        effort: what each had to learn with, on average.
    """

    side: Side
    losses: tuple[float, ...]
    final: bool
    effort: Effort

    @property
    def mean(self) -> float:
        """The mean of the losses."""
        return sum(self.losses) / len(self.losses)

    @property
    def words(self) -> str:
        """The loss; of several seeds their mean, and between what they lie."""
        if len(self.losses) == 1:
            return loss_words(self.mean)
        low, high = (bits_words(end) for end in (min(self.losses), max(self.losses)))
        return (
            f"{loss_words(self.mean)} on average over {len(self.losses)} seeds "
            f"({low.removesuffix(' bits')} to {high}/char)"
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What can be said of several runs at once.

    Attributes:
        sides: all that are compared.
        standings: of those that have a validation loss, the best first; none where the runs learned
            different texts.
        why_not: why none is called better, in a sentence; "" where one can be.
        apart: the place among the standings of the first whose setting is not that of the best:
            those before differ from it in nothing but their seeds.
    """

    sides: tuple[Side, ...]
    standings: tuple[Standing, ...]
    why_not: str = ""
    apart: int = 1

    @property
    def final(self) -> bool:
        """Whether all that are ranked have ended."""
        return all(one.final for one in self.standings)

    @property
    def pair(self) -> tuple[Run, Run] | None:
        """The best and the next, where each is one run and both have ended."""
        if len(self.standings) < 2 or self.why_not:
            return None
        best, other = self.standings[:2]
        single = len(best.losses) == len(other.losses) == 1
        ended = best.final and other.final
        return (other.side.runs[0], best.side.runs[0]) if single and ended else None

    def words(self, judged: Comparison | None = None) -> str:
        """Which is better, by how much, and whether it is more than chance.

        Args:
            judged: the next and the best, block by block, see `pair`; None where nobody compared
                them so.
        """
        if self.why_not:
            return self.why_not
        if len(self.standings) < 2:
            return _one(self)
        best, other = self.standings[:2]
        more = "the others" if len(self.standings) > 2 else other.side.label
        begin = "" if self.final else "So far "
        apart = bits(other.mean - best.mean) if judged is None else -judged.difference
        lower = fixed(apart, 3)
        if abs(apart) < SAME:
            said = f"{begin}{best.side.label} and {other.side.label} have the same {self._loss}"
            return f"{said}, {best.words}.{self._caveat}"
        chance = f"{self._chance(best, other, judged)}{self._caveat}"
        if _may_be_chance(best, other, judged):
            return f"{self._cannot_be_told(best, other)}, by {lower} bits/char{chance}"
        next_one = f" than {other.side.label}, the next" if len(self.standings) > 2 else ""
        said = (
            f"{begin}{best.side.label} predicts better than {more}: {best.words}, lower by {lower}"
        )
        return f"{said} bits/char{next_one}{chance}"

    @property
    def _loss(self) -> str:
        return judged_words(self.sides)

    def _cannot_be_told(self, best: Standing, other: Standing) -> str:
        """That no one is seen to be better, and which has the lower loss all the same."""
        which, several = "Which" if self.final else "So far which", len(self.standings) > 2
        return (
            f"{which} of {best.side.label} and {other.side.label}{', the next,' * several} "
            f"predicts better cannot be told: {best.side.label} has the lower {self._loss}, "
            f"{best.words}"
        )

    def _chance(self, best: Standing, other: Standing, judged: Comparison | None) -> str:
        """Whether the difference is more than chance, and how that is known."""
        if judged is not None:
            low, high = sorted(-end for end in judged.interval)
            between = f" (95 % interval {fixed(low, 3)} to {fixed(high, 3)})"
            if judged.is_real:
                ahead = f"on average over this text, and better {judged.ahead_words}"
                return f"{between}: more than chance makes {ahead}."
            return f"{between}, but on other parts of this text either could come out ahead."
        if max(len(best.losses), len(other.losses)) > 1:
            return f". {_over_seeds(best, other)}"
        if not (best.final and other.final):
            return "; whether that is more than chance is judged once both have ended."
        return "; whether that is more than chance is judged below."

    @property
    def _caveat(self) -> str:
        """That one seed says nothing of another, and whether both had the same to learn with."""
        best, other = self.standings[:2]
        said = ""
        if self.apart > 1:
            said = f" They differ in nothing but their seeds{self._with_another_setting}."
        elif self.final and len(best.losses) == len(other.losses) == 1:
            said = " Other seeds may differ by more: of that, one run each says nothing."
        return f"{said} {efforts_words(best.effort, other.effort)}"

    @property
    def _with_another_setting(self) -> str:
        """How well the best of the others does; goes on a sentence."""
        if self.apart == len(self.standings):
            return ""
        other = self.standings[self.apart]
        higher = fixed(bits(other.mean - self.standings[0].mean), 3)
        return (
            f"; with another setting, {other.side.label} does best: {other.words}, higher by "
            f"{higher} bits/char than the best of all"
        )


def judgement_of(sides: Sequence[Side]) -> Judgement:
    """How sides stand to each other.

    Raises:
        RunError: a run is damaged.
    """
    runs = [run for side in sides for run in side.runs]
    standings = [found for side in sides if (found := _standing(side)) is not None]
    standings.sort(key=lambda one: one.mean)
    firsts = [one.side.runs[0] for one in standings]
    apart = _first_apart(firsts)
    return Judgement(tuple(sides), tuple(standings), _why_not(runs), apart)


def dealt_as_far(first: Sequence[float], second: Sequence[float]) -> float | None:
    """In what share of all ways to deal some losses into two groups their means lie so far apart.

    It is how often chance alone would do that, were the two settings alike (permutation test;
    Fisher 1935). None where there are too many losses to try all ways.

    Args:
        first: of the first group.
        second: of the other.

    Example:
        >>> dealt_as_far([1.0, 1.1, 1.2], [2.0, 2.1, 2.2]), dealt_as_far([1.0, 2.0], [1.0, 2.0])
        (0.1, 1.0)
    """
    both = np.array([*first, *second])
    if len(both) > _MOST_DEALT:
        return None
    seen = abs(np.mean(second) - np.mean(first))
    ways = np.array(list(combinations(range(len(both)), len(first))))
    sums = both[ways].sum(1)
    apart = np.abs((both.sum() - sums) / len(second) - sums / len(first))
    return float((apart >= seen - 1e-12).mean())


def dealt_words(first: Sequence[float], second: Sequence[float], called: str) -> str:
    """In what share of ways that is, and whether chance may have made it; "" of too many.

    Args:
        first: of the first group.
        second: of the other.
        called: what the numbers are.

    Example:
        >>> dealt_words([1.0, 2.0], [1.0, 2.0], "these losses")
        'dealt at random into groups of 2 and 2, these losses lie so far apart in 100 % of all \
ways: chance may have made that'
    """
    share = dealt_as_far(first, second)
    if share is None:
        return ""
    rare = "more than chance" if share <= _RARE else "chance may have made that"
    if share > _RARE and (max(first) < min(second) or max(second) < min(first)):
        rare += ", and so few runs cannot show more"
    return (
        f"dealt at random into groups of {len(first)} and {len(second)}, {called} lie so far apart "
        f"in {share_words(share)} of all ways: {rare}"
    )


def _first_apart(runs: Sequence[Run]) -> int:
    """The place of the first with another setting than the first of all; how many, if none has."""
    like = set(alike_but_for_the_seed(runs)[0]) if runs else set()
    return next((place for place in range(len(runs)) if place not in like), len(runs))


def _one(judgement: Judgement) -> str:
    """What is said where fewer than two can be ranked."""
    ranked = [f"{one.side.label}: {one.words}" for one in judgement.standings]
    if len(judgement.sides) < 2:
        said = f"{ranked[0]}. " if ranked else ""
        if judgement.sides and len(judgement.sides[0].runs) > 1:
            return (
                f"{said}These are seeds of one setting, taken together: switch “Seeds of one "
                "setting together” off to set them side by side, or choose another run above."
            )
        return f"{said}One alone is compared with nothing: choose another run above."
    known = f"so far only {ranked[0]}" if ranked else "so far none"
    return f"Which is better is known once two have a validation loss; {known}."


def _why_not(runs: Sequence[Run]) -> str:
    texts = {run.description.text_sha256: run.description.text_name for run in runs}
    if len(texts) > 1:
        return (
            f"These runs learned {len(texts)} different texts, and a loss on one text says nothing "
            "beside a loss on another: none is called better. How they learned, and how far back "
            "they reach, can be compared all the same."
        )
    if len({run.vocabulary.rare is not None for run in runs}) > 1:
        return (
            "Some of these runs read many rare characters as one symbol: their losses leave out "
            "which of them it was, and none is called better than one that tells them apart."
        )
    if runs and not any(Split.held_out_of(run.description.text_characters) for run in runs):
        return (
            "Of a text under 10,000 characters nothing is held out: there is no loss on text that "
            "these runs have not learned, by which one of them could be called better."
        )
    return ""


def _standing(side: Side) -> Standing | None:
    found = [_validation(run) for run in side.runs]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    by_seed: dict[int, list[float]] = {}
    for run, one in zip(side.runs, known, strict=True):
        by_seed.setdefault(run.training_config.seed, []).append(one.loss)
    return Standing(
        side,
        tuple(sum(losses) / len(losses) for losses in by_seed.values()),
        all(one.final for one in known),
        effort_of(*side.runs, label=side.label),
    )


def _validation(run: Run) -> Validation | None:
    return validation_of(run, run.status, run.snapshots)


def _may_be_chance(best: Standing, other: Standing, judged: Comparison | None) -> bool:
    """Whether they have been judged, and the difference may be chance."""
    if judged is not None:
        return not judged.is_real
    share = dealt_as_far(best.losses, other.losses)
    return max(len(best.losses), len(other.losses)) > 1 and share is not None and share > _RARE


def _over_seeds(best: Standing, other: Standing) -> str:
    """Whether the seeds of one setting are better than those of another."""
    apart = max(best.losses) < min(other.losses)
    ranges = (
        "All of its seeds are better than all of the next's" if apart else "Their ranges overlap"
    )
    dealt = dealt_words(best.losses, other.losses, "these losses")
    return f"{ranges}; {dealt}." if dealt else f"{ranges}."
