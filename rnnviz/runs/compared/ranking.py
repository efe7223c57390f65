"""Which of many runs is the best on each text, by how much, and what that does not say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from statistics import mean

from rnnviz.config import TrainingConfig
from rnnviz.corpora.catalogue import titled
from rnnviz.notation import bits, bits_words, counted, fixed, loss_words
from rnnviz.recurrent.shapes import parameter_count
from rnnviz.runs.compared.columns import Row
from rnnviz.runs.compared.effort import Effort, efforts_words
from rnnviz.runs.compared.judgement import dealt_words
from rnnviz.runs.description import RunDescription
from rnnviz.runs.documents import RunError
from rnnviz.runs.verdicts.validation import SAME, interval_of

_TRAINED = attrgetter(*(each.name for each in fields(TrainingConfig) if each.name != "seed"))


@dataclass(frozen=True, slots=True)
class Best:
    """The runs on one text that have a validation loss.

    Attributes:
        text: what it is called.
        rows: the runs, the lowest loss first.
        following: what the best is compared with: the first of another setting than its own, where
            one is, else the next.
        interval: 95 % of what that run's loss less the best one's comes to lies between these, in
            nats, where stretches of the held-out part are drawn again; None where that cannot be
            told.
    """

    text: str
    rows: tuple[Row, ...]
    following: Row
    interval: tuple[float, float] | None

    @property
    def words(self) -> str:
        """Which is the best, by how much, and whether chance or the budget may have made it so."""
        best, count = self.rows[0], len(self.rows)
        if count == 1:
            return (
                f"On “{self.text}”, one run has a {_about(best).loss_name}: “{_named(best)}”, "
                f"{loss_words(_loss(best))}. Nothing stands beside it."
            )
        following = self.following
        names = _told_apart(best, following)
        many = f"of the {count:,} runs" if count > 2 else "of two runs"
        next_one = "the next" if following is self.rows[1] else "the best with another setting"
        runs = f"{many} that have a {self._loss_name}"
        told = (
            f"the best {runs} is {names[0]}:"
            if self.interval is None or self.interval[0] > 0
            else f"which {runs} predicts best cannot be told: the lowest is that of {names[0]},"
        )
        said = (
            f"On “{self.text}”, {told} {loss_words(_loss(best))}, {_apart(best, following)} "
            f"{names[1]}, {next_one}{self._chance}"
        )
        return " ".join(filter(None, [said, _efforts(best, following, names=names), self._seeds]))

    @property
    def _loss_name(self) -> str:
        names = {_about(row).loss_name for row in self.rows}
        return names.pop() if len(names) == 1 else "loss on the last tenth of it"

    @property
    def _chance(self) -> str:
        """How far chance may have moved the difference; ends a sentence."""
        if _alphabet(self.rows[0]) != _alphabet(self.following):
            return (
                "; they read the text by different characters, so the last tenth that each was "
                "judged on is not quite the same: Compare judges both on the same."
            )
        if self.interval is None:
            return "; how far chance may have moved that cannot be told from what was recorded."
        low, high = (fixed(bits(end), 3) for end in self.interval)
        between = f"95 % between {low} and {high} bits/char over parts of the held-out text"
        if self.interval[0] > 0:
            said = "more than chance makes between these two runs on average"
            seeds = ", though another seed may differ by more" * (not self._dealt)
            return f" ({between}): {said}{seeds}."
        return f" ({between}): either may be the better."

    @property
    def _seeds(self) -> str:
        """Which others share every setting of the best but the seed, and how they did."""
        best = self.rows[0]
        like = [row for row in self.rows[1:] if _is_like(row, best)]
        if not like:
            return self._dealt
        seeds = [_about(row).training.seed for row in (best, *like)]
        apart = len(set(seeds)) == len(seeds)
        if self.following in like:
            return "They differ in nothing but their seeds." if apart else "They have one setting."
        low, high = (bits_words(_loss(like[end])) for end in (0, -1))
        reached = low if low == high else f"{low.removesuffix(' bits')} to {high}"
        many = "One more run has" if len(like) == 1 else f"{len(like):,} more runs have"
        told = f"{many} its setting{' with another seed' * apart}: {reached}/char."
        return f"{told} {self._dealt}".strip()

    @property
    def _dealt(self) -> str:
        """Whether chance may have set the two settings so far apart; "" of one seed each."""
        best = self.rows[0]
        if _is_like(self.following, best) or _alphabet(self.following) != _alphabet(best):
            return ""
        own, others = (self._losses_like(row) for row in (best, self.following))
        if max(len(own), len(others)) < 2 or not (
            dealt := dealt_words(own, others, "their losses")
        ):
            return ""
        return f"Of the two settings, seed by seed: {dealt}."

    def _losses_like(self, row: Row) -> list[float]:
        """Of each seed of a run's setting; of runs with one seed their mean."""
        by_seed = defaultdict[int, list[float]](list)
        for each in self.rows:
            if _is_like(each, row):
                by_seed[_about(each).training.seed].append(_loss(each))
        return [mean(losses) for losses in by_seed.values()]


def best_by_text(rows: Iterable[Row]) -> list[Best]:
    """The best run of every text, the text with most runs first.

    A text is known by its digest, whatever it is called. Losses are per character as a person sees
    it, so runs that read it by other characters stand among the others; their held-out parts are
    not cut alike, and no interval is given then. Where many rare characters are read as one, a
    loss leaves out which of them it was: such runs stand for themselves.

    Example:
        >>> best_by_text([])
        []
    """
    by_text = defaultdict[tuple[str, bool], list[Row]](list)
    for row in rows:
        about = row.listed.description
        if row.whole and about is not None and row.listed.validation_loss is not None:
            rare = about.alphabet.vocabulary.rare is not None
            by_text[about.text_sha256, rare].append(row)
    found = [sorted(runs, key=_loss) for runs in by_text.values()]
    return [_best(runs) for runs in sorted(found, key=len, reverse=True)]


def _best(runs: list[Row]) -> Best:
    about, others = _about(runs[0]), runs[1:]
    following = next((row for row in others if not _is_like(row, runs[0])), (others or runs)[0])
    interval = _interval(runs[0], following) if len(runs) > 1 else None
    rare = about.alphabet.vocabulary.rare
    as_one = "" if rare is None else f", its rare characters read as {rare.symbol}"
    return Best(titled(about.text_name) + as_one, tuple(runs), following, interval)


def _about(row: Row) -> RunDescription:
    about = row.listed.description
    assert about is not None
    return about


def _is_like(row: Row, other: Row) -> bool:
    """Whether all that made them is the same, but for the seed."""
    one, two = _about(row), _about(other)
    return (
        one.model == two.model
        and _TRAINED(one.training) == _TRAINED(two.training)
        and one.alphabet == two.alphabet
        and one.origin == two.origin
    )


def _alphabet(row: Row) -> str:
    return _about(row).alphabet.key


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
    assert loss is not None  # only those are ranked that have one
    return loss


def _apart(best: Row, following: Row) -> str:
    """By how much it is better, where that can be seen as it is written."""
    apart = _loss(following) - _loss(best)
    return f"{loss_words(apart)} lower than" if bits(apart) >= SAME else "the same as"


def _named(row: Row) -> str:
    return _about(row).name


def _told_apart(*rows: Row) -> list[str]:
    """Their names, with as much beside these as tells them apart: network, alphabet, or the id."""
    names = [f"“{_named(row)}”" for row in rows]
    networks = [f"{name} ({_network(row)})" for name, row in zip(names, rows, strict=True)]
    read = [
        f"{name} ({_about(row).alphabet.hangul})" for name, row in zip(names, rows, strict=True)
    ]
    for told in (names, networks, read):
        if len(set(told)) == len(told):
            return told
    return [f"{name} ({row.listed.folder.id})" for name, row in zip(names, rows, strict=True)]


def _network(row: Row) -> str:
    return (
        f"{row.model.kind}, {counted(row.model.hidden_size, 'unit')}"
        if row.model is not None
        else ""
    )


def _efforts(*rows: Row, names: Sequence[str]) -> str:
    """Whether both had the same to learn with; "" where that cannot be read any more."""
    try:
        best, other = map(_effort, rows, names)
    except RunError:  # damaged or deleted meanwhile
        return ""
    return efforts_words(best, other)


def _effort(row: Row, label: str) -> Effort:
    about = _about(row)
    parameters = parameter_count(about.model, len(about.alphabet.vocabulary))
    read = row.recorded.characters
    begun = "" if about.origin is None else about.origin.words
    return Effort(
        label, row.listed.iteration, read, parameters, about.training.seconds, begun=begun
    )
