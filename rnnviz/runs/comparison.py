"""Is the difference between two runs real? Their losses on the same characters, block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnnviz.analysis.gradients.bootstrap import DRAWS, block_draws, ends
from rnnviz.notation import bits, loss_words
from rnnviz.records import Array
from rnnviz.runs.documents import RunError
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS, Split
from rnnviz.training.evaluation import losses_by_stretch

LEAST_BLOCKS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The losses of the best snapshots of two runs on the same held-out characters.

    Attributes:
        runs: their ids.
        losses: in nats per character as a person sees it.
        by_block: the second's loss less the first's in each block of neighbouring characters, in
            bits per such character (block).
        difference: the second's loss less the first's, likewise.
        interval: 95 % of the differences lie between these, where whole blocks are drawn again.
        characters: how many they were judged on.
    """

    runs: tuple[str, str]
    losses: tuple[float, float]
    by_block: Array
    difference: float
    interval: tuple[float, float]
    characters: int

    @property
    def is_real(self) -> bool:
        """Whether all of the interval lies on one side of 0."""
        return self.interval[0] * self.interval[1] > 0

    @property
    def words(self) -> str:
        """What was found, and what that does and does not say, in sentences."""
        low, high = self.interval
        said = f"{self.difference:+.3f} bits/char, 95 % between {low:+.3f} and {high:+.3f}"
        judgement = (
            f"the {'second' if self.difference < 0 else 'first'} run predicts this text better, "
            "whichever of its parts is judged"
            if self.is_real
            else "on other parts of this text either could come out ahead"
        )
        return (
            f"{self.runs[0]}: {loss_words(self.losses[0])}; {self.runs[1]}: "
            f"{loss_words(self.losses[1])}, on the same {self.characters:,} held-out characters. "
            f"The second less the first: {said} ({len(self.by_block)} blocks of neighbouring "
            f"characters, drawn again {DRAWS:,} times): {judgement}. Other seeds may differ by "
            "more: of that, two runs say nothing."
        )


def compare(first: Run, second: Run) -> Comparison:
    """Judge the best snapshots of two runs on the same characters.

    The held-out part, or 200,000 of its characters spread evenly, is read as up to 64 blocks, by
    both alike; what is drawn again are whole blocks, because neighbouring losses are alike
    (bootstrap; Efron 1979, in blocks: Kuensch 1989). That one block follows another makes the
    interval slightly too narrow where they are short.

    Raises:
        ValueError: they learned different texts, or read it by other characters; nothing is held
            out, or too little for blocks.
        RunError: a run is damaged, or has no snapshot yet.
    """
    about = [run.description for run in (first, second)]
    if about[0].text_sha256 != about[1].text_sha256:
        raise ValueError(
            f"{first.id} learned {about[0].text_name} and {second.id} {about[1].text_name}: only "
            "runs on the same text can be compared character by character."
        )
    characters = first.characters
    if characters != second.characters:
        raise ValueError(
            f"{first.id} and {second.id} read the text by different characters (syllables or "
            "letters), so that no loss of one stands beside a loss of the other."
        )
    losses, counts = zip(*(_losses(run, characters) for run in (first, second)), strict=True)
    if len(counts[0]) < LEAST_BLOCKS:
        raise ValueError(
            f"only {counts[0].sum():,.0f} characters are held out, too few to tell chance from a "
            "difference; train on a longer text."
        )
    apart = bits(losses[1] - losses[0])
    drawn = block_draws(len(apart), block=1) * counts[0]
    overall = [float(each @ counts[0] / counts[0].sum()) for each in losses]
    return Comparison(
        runs=(first.id, second.id),
        losses=(overall[0], overall[1]),
        by_block=apart,
        difference=bits(overall[1] - overall[0]),
        interval=ends(drawn @ apart / drawn.sum(1)),
        characters=int(counts[0].sum()),
    )


def _losses(run: Run, characters: str) -> tuple[Array, Array]:
    """The best snapshot's mean loss in each block, as a person sees it, and the blocks' sizes."""
    held_out = Split.held_out_of(len(characters))
    if not held_out:
        raise ValueError("the text is too short for a held-out part, so there is no loss to judge.")
    ids, begin = run.vocabulary.encode(characters), len(characters) - held_out
    losses, counts = losses_by_stretch(run.model(), ids, begin, FINAL_VALIDATION_CHARACTERS)
    if not np.isfinite(losses).all():
        raise RunError(f"the losses of run {run.id} are not finite; it exploded.")
    seen: Array = seen_of(run).loss(losses)
    return seen, counts
