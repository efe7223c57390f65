"""Is the difference between two runs real? Their losses on the same characters, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.gradients.bootstrap import DRAWS
from rnnviz.notation import bits, loss_words, signed
from rnnviz.records import Array, Floats
from rnnviz.runs.compared.effort import effort_of, efforts_words
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.runs.verdicts.validation import NEIGHBOURS, interval_of
from rnnviz.text.seen import Seen, seen_characters
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS, Split, stretches

Pair = tuple[Run, Run]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The losses of the best snapshots of two runs on the same held-out characters.

    Attributes:
        runs: their ids.
        losses: in nats per character as a person sees it.
        by_block: the second's loss less the first's in each block of neighbouring characters, in
            bits per such character (block).
        difference: the second's loss less the first's, likewise.
        interval: 95 % of the differences lie between these, see `interval_of`.
        characters: how many they were judged on.
        efforts: whether both had the same to learn with, in words.
    """

    runs: tuple[str, str]
    losses: tuple[float, float]
    by_block: Array
    difference: float
    interval: tuple[float, float]
    characters: int
    efforts: str = ""

    @property
    def is_real(self) -> bool:
        """Whether all of the interval lies on one side of 0."""
        return self.interval[0] * self.interval[1] > 0

    @property
    def ahead_words(self) -> str:
        """In how many blocks the one that is better on average is better.

        Example:
            >>> blocks = np.array([-0.2, -0.1, 0.1])
            >>> Comparison(("A", "B"), (1.0, 0.9), blocks, -0.07, (-0.2, 0.1), 99).ahead_words
            'in 2 of 3 blocks of it'
        """
        ahead = np.count_nonzero(self.by_block * self.difference > 0)
        return f"in {ahead} of {len(self.by_block)} blocks of it"

    @property
    def measured_words(self) -> str:
        """What was found, in sentences."""
        apart, low, high = (signed(each, 3) for each in (self.difference, *self.interval))
        judgement = (
            f"the {'second' if self.difference < 0 else 'first'} run predicts better on average "
            f"over this text, by more than chance makes, and {self.ahead_words}"
            if self.is_real
            else "which of them predicts better cannot be told: on other parts of this text either "
            "could come out ahead"
        )
        return (
            f"{self.runs[0]}: {loss_words(self.losses[0])}; {self.runs[1]}: "
            f"{loss_words(self.losses[1])}, on the same {self.characters:,} held-out characters. "
            f"The second less the first: {apart} bits/char, 95 % between {low} and {high} "
            f"({len(self.by_block)} blocks of neighbouring characters, {NEIGHBOURS} together drawn "
            f"again {DRAWS:,} times): {judgement}."
        )

    @property
    def words(self) -> str:
        """The same, and what that does not say."""
        seeds = "Other seeds may differ by more: of that, two runs say nothing."
        return f"{self.measured_words} {seeds} {self.efforts}".rstrip()


def compare(first: Run, second: Run) -> Comparison:
    """Judge the best snapshots of two runs on the same characters.

    The held-out part, or 200,000 of its characters spread evenly, is read as up to 64 blocks, by
    both alike; what is drawn again are some neighbouring blocks together, because neighbouring
    losses are alike (bootstrap; Efron 1979, in blocks: Kuensch 1989). Losses that were kept when
    training had ended are taken as they are.

    Where one reads syllables and the other their letters, the blocks are those of the text as a
    person sees it, in the part that neither was trained on: what a block cost each in all, shared
    among the characters that a person sees there.

    Raises:
        ValueError: they learned different texts, or one reads many characters as one; nothing is
            held out, or too little for blocks.
        RunError: a run is damaged, or has no snapshot yet.
    """
    _check_texts(first, second)
    (losses, counts) = _by_stretch((first, second)) or _by_block((first, second))
    interval = interval_of(losses[1] - losses[0], counts)
    if interval is None:
        raise ValueError(
            f"only {counts.sum():,.0f} characters are held out, too few to tell chance from a "
            "difference; train on a longer text."
        )
    overall = [float(each @ counts / counts.sum()) for each in losses]
    efforts = [effort_of(first), effort_of(second)]
    return Comparison(
        runs=(first.id, second.id),
        losses=(overall[0], overall[1]),
        by_block=bits(losses[1] - losses[0]),
        difference=bits(overall[1] - overall[0]),
        interval=(bits(interval[0]), bits(interval[1])),
        characters=int(counts.sum()),
        efforts=efforts_words(*(efforts if overall[0] <= overall[1] else efforts[::-1])),
    )


def is_quickly_compared(runs: Iterable[Run]) -> bool:
    """Whether their losses on the same characters are kept, so that no network need read them.

    Raises:
        RunError: a run is damaged, or has no snapshot yet.
    """
    found = list(runs)
    alphabets = {run.alphabet.key for run in found}
    return len(alphabets) == 1 and all(
        run.held_out_losses(run.best_iteration) is not None for run in found
    )


def _check_texts(first: Run, second: Run) -> None:
    about = [run.description for run in (first, second)]
    if about[0].text_sha256 != about[1].text_sha256:
        raise ValueError(
            f"{first.id} learned {about[0].text_name} and {second.id} {about[1].text_name}: only "
            "runs on the same text can be compared character by character."
        )


def _by_stretch(runs: Pair) -> tuple[list[Array], Array] | None:
    """The mean losses of both in each stretch, per character as a person sees it, and how large.

    None where the two read the text by different characters.
    """
    first, second = runs
    if first.alphabet.key != second.alphabet.key and first.characters != second.characters:
        return None
    found = [_kept_or_read(run) for run in runs]
    losses = [seen_of(run).loss(nats) for run, (nats, _) in zip(runs, found, strict=True)]
    _check_finite(runs, losses)
    return losses, np.asarray(found[0][1], np.float64)


def _kept_or_read(run: Run) -> tuple[Floats, Floats]:
    """What the best snapshot was judged by once training had ended; else it is read now."""
    if (kept := run.held_out_losses(run.best_iteration)) is not None:
        return kept
    from rnnviz.training.evaluation import losses_by_stretch

    characters = run.characters
    begin = len(characters) - _held_out(characters)
    ids = run.vocabulary.encode(characters)
    return losses_by_stretch(run.model(), ids, begin, FINAL_VALIDATION_CHARACTERS)


def _by_block(runs: Pair) -> tuple[list[Array], Array]:
    """The same of runs that read the text by different characters, in blocks of the text itself."""
    from rnnviz.training.evaluation import losses_between

    text = runs[0].text
    places = [_places(run, text) for run in runs]
    begin = max(
        int(np.searchsorted(each, each[-1] - _held_out(run.characters)))
        for run, each in zip(runs, places, strict=True)
    )
    firsts, length = stretches(begin, len(text), FINAL_VALIDATION_CHARACTERS)
    borders = firsts, np.minimum(firsts + length, len(text))
    sizes = (borders[1] - borders[0]).astype(np.float64)
    seen = Seen(len(text) - begin, seen_characters(text[begin:]))
    losses = []
    for run, each in zip(runs, places, strict=True):
        ids = run.alphabet.encode(text)
        nats, counts = losses_between(run.model(), ids, each[borders[0]], each[borders[1]])
        losses.append(seen.loss(nats * counts / sizes))
    _check_finite(runs, losses)
    return losses, sizes


def _places(run: Run, text: str) -> NDArray[np.int64]:
    """Before which of a network's characters each of the text's stands, and the end (character)."""
    if run.vocabulary.rare is not None:
        raise ValueError(
            f"{run.id} reads many rare characters as one symbol, so that its loss leaves out which "
            "of them it was: it cannot be compared with that of a run which tells them apart."
        )
    places = np.concatenate([[0], np.cumsum(run.alphabet.timesteps(text))])
    if places[-1] != len(run.characters):
        raise ValueError(
            f"{run.id} spells letters with marks otherwise than the text does, so that no block of "
            "it stands for the same characters."
        )
    return places


def _held_out(characters: str) -> int:
    held_out = Split.held_out_of(len(characters))
    if not held_out:
        raise ValueError("the text is too short for a held-out part, so there is no loss to judge.")
    return held_out


def _check_finite(runs: Pair, losses: Iterable[Array]) -> None:
    for run, nats in zip(runs, losses, strict=True):
        if not np.isfinite(nats).all():
            raise RunError(f"the losses of run {run.id} are not finite; it exploded.")
