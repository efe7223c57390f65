"""Which of many runs is the best on each text, by how much, and what that does not say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rnnviz.corpora.catalogue import titled
from rnnviz.notation import bits, fixed, loss_words
from rnnviz.recurrent.shapes import parameter_count
from rnnviz.runs.columns import Row
from rnnviz.runs.documents import RunError
from rnnviz.runs.effort import Effort, efforts_words
from rnnviz.runs.validation import SAME, interval_of


@dataclass(frozen=True, slots=True)
class Best:
    """The runs on one text that have a validation loss.

    Attributes:
        text: what it is called.
        rows: the runs, the lowest loss first.
        interval: 95 % of what the next run's loss less the best one's comes to lies between these,
            in nats, where stretches of the held-out part are drawn again; None where that cannot
            be told.
    """

    text: str
    rows: tuple[Row, ...]
    interval: tuple[float, float] | None

    @property
    def words(self) -> str:
        """Which is the best, by how much, and whether chance or the budget may have made it so."""
        if len(self.rows) == 1:
            (only,) = self.rows
            return (
                f"On “{self.text}”, one run has a validation loss: “{_named(only)}”, "
                f"{loss_words(_loss(only))}. Nothing stands beside it."
            )
        best, following = self.rows[:2]
        first, second = _told_apart(best, following)
        many = f"of the {len(self.rows):,} runs" if len(self.rows) > 2 else "of two runs"
        return (
            f"On “{self.text}”, the best {many} that have a validation loss is {first}: "
            f"{loss_words(_loss(best))}, {_apart(best, following)} {second}, the next"
            f"{self._chance} {_efforts(best, following)}".rstrip()
        )

    @property
    def _chance(self) -> str:
        """How far chance may have moved the difference; ends a sentence."""
        if self.interval is None:
            return "; how far chance may have moved that cannot be told from what was recorded."
        low, high = (fixed(bits(end), 3) for end in self.interval)
        between = f"95 % between {low} and {high} bits/char over parts of the held-out text"
        if self.interval[0] > 0:
            said = "more than chance makes on average, though another seed may differ by more."
            return f" ({between}): {said}"
        return f" ({between}): either may be the better."


def best_by_text(rows: Iterable[Row]) -> list[Best]:
    """The best run of every text, the text with most runs first.

    A text is known by its digest, whatever it is called. Losses are per character as a person sees
    it, so runs that read it by other characters stand among the others; their held-out parts are
    not cut alike, and no interval is given then.

    Example:
        >>> best_by_text([])
        []
    """
    by_text = defaultdict[str, list[Row]](list)
    for row in rows:
        about = row.listed.description
        if row.whole and about is not None and row.listed.validation_loss is not None:
            by_text[about.text_sha256].append(row)
    found = [sorted(runs, key=_loss) for runs in by_text.values()]
    return [_best(runs) for runs in sorted(found, key=len, reverse=True)]


def _best(runs: list[Row]) -> Best:
    about = runs[0].listed.description
    assert about is not None
    interval = _interval(*runs[:2]) if len(runs) > 1 else None
    return Best(titled(about.text_name), tuple(runs), interval)


def _interval(best: Row, following: Row) -> tuple[float, float] | None:
    try:
        found = best.judged, following.judged
    except RunError:  # damaged or deleted meanwhile
        return None
    if found[0] is None or found[1] is None:
        return None
    (low, characters), (high, others) = found[0], found[1]
    if len(characters) != len(others) or (characters != others).any():
        return None
    return interval_of(high - low, characters)


def _loss(row: Row) -> float:
    loss = row.listed.validation_loss
    assert loss is not None
    return loss


def _apart(best: Row, following: Row) -> str:
    """By how much it is better, where that can be seen as it is written."""
    apart = _loss(following) - _loss(best)
    return f"{loss_words(apart)} lower than" if bits(apart) >= SAME else "the same as"


def _named(row: Row) -> str:
    about = row.listed.description
    assert about is not None
    return about.name


def _told_apart(*rows: Row) -> list[str]:
    """Their names, with as much beside these as tells them apart: the network, or the id."""
    names = [f"“{_named(row)}”" for row in rows]
    networks = [f"{name} ({_network(row)})" for name, row in zip(names, rows, strict=True)]
    for told in (names, networks):
        if len(set(told)) == len(told):
            return told
    return [f"{name} ({row.listed.folder.id})" for name, row in zip(names, rows, strict=True)]


def _network(row: Row) -> str:
    return f"{row.model.kind}, {row.model.hidden_size:,} units" if row.model is not None else ""


def _efforts(*rows: Row) -> str:
    """Whether both had the same to learn with; "" where that cannot be read any more."""
    try:
        best, other = map(_effort, rows, _told_apart(*rows))
    except RunError:  # damaged or deleted meanwhile
        return ""
    return efforts_words(best, other)


def _effort(row: Row, label: str) -> Effort:
    about = row.listed.description
    assert about is not None
    parameters = parameter_count(about.model, len(about.alphabet.vocabulary))
    read = row.recorded.characters
    return Effort(label, row.listed.iteration, read, parameters, about.training.seconds)
