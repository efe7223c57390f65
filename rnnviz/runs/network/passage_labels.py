"""What a unit of a run might follow over a part of a text: every property of it, as labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.analysis.units.hypotheses.catalogue import all_labels, chosen
from rnnviz.analysis.units.hypotheses.hypothesis import Kind, Labels
from rnnviz.analysis.units.hypotheses.label_files import file_labels
from rnnviz.analysis.units.hypotheses.patterns import pattern_labels
from rnnviz.corpora.languages.properties import CLASSES, MEANINGS
from rnnviz.records import Array, Trace
from rnnviz.runs.run import Run
from rnnviz.text.windows import Split

SURPRISE, TRUTH = "surprise", "truth: "

# What is read, besides, to know how a passage begins: in a comment, a quotation; and how it ends.
_BEFORE, _BEHIND = 20_000, 1_000


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of a text that units are looked for in.

    Attributes:
        text: the characters, as the network reads them.
        held_out: whether the network was never trained on them; None where nobody knows.
        whole: the text that it is a part of.
        start: where in that it begins.
    """

    text: str
    held_out: bool | None
    whole: str
    start: int

    @property
    def end(self) -> int:
        """Where in the whole text it ends."""
        return self.start + len(self.text)

    @property
    def words(self) -> str:
        """What was read, in words.

        Example:
            >>> Passage("abc", True, "xabc", 1).words
            '3 characters that the network was not trained on'
            >>> Passage("abc", False, "xabc", 1).words
            "3 characters of the run's text, all of which the network was trained on"
        """
        count = f"{len(self.text):,} characters"
        if self.held_out is None:
            return f"{count} of a text that was given"
        if self.held_out:
            return f"{count} that the network was not trained on"
        of_run = f"{count} of the run's text, "
        if not (held_out := Split.held_out_of(len(self.whole))):
            return f"{of_run}all of which the network was trained on"
        trained = min(self.end, len(self.whole) - held_out) - self.start
        return (
            f"{of_run}{trained:,} of which the network was trained on, for the {held_out:,} that "
            "are held out are too few alone"
        )


@dataclass(frozen=True, slots=True)
class Own:
    """Properties of a person's own.

    Attributes:
        pattern: a regular expression.
        table: what a file of labels holds; positions count a person's characters of the text, from
            0.
    """

    pattern: str | None = None
    table: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the properties are called.

        Example:
            >>> Own(pattern="[0-9]").names, Own(table="3,1").names
            (('inside /[0-9]/', 'since /[0-9]/'), ('labels',))
        """
        of_pattern = (f"inside /{self.pattern}/", f"since /{self.pattern}/")
        return (*of_pattern * (self.pattern is not None), *("labels",) * (self.table is not None))


NOTHING = Own()


def labels_over(
    run: Run,
    passage: Passage,
    trained: Trace,
    names: Sequence[str] = (),
    own: Own = NOTHING,
) -> list[Labels]:
    """Every hypothesis over a passage; those of a person first, then the named, or all.

    Raises:
        ValueError: a hypothesis, pattern or table is none.
    """
    begin = max(0, passage.start - _BEFORE)
    text = passage.whole[begin : passage.end + _BEHIND]
    places = slice(passage.start - begin, passage.end - begin)
    given = [] if own.pattern is None else pattern_labels(own.pattern, text)
    known = [*all_labels(text), *truth_labels(run, passage, begin)]
    known = [labels.part(places) for labels in known]
    known.append(surprise_labels(trained))
    given = [labels.part(places) for labels in given]
    if own.table is not None:
        given.append(_from_table(run, own.table, passage))
    return [*given, *(chosen(names, [*known, *given]) if names else known)]


def labels_of(run: Run, passage: Passage, read: Trace, name: str, own: Own) -> Labels:
    """One of these, by its name.

    Raises:
        ValueError: there is none of that name, or what is a person's own is none.
    """
    names = () if name in own.names else (name,)
    found = labels_over(run, passage, read, names, own)
    return next(one for one in found if one.name == name)


def truth_labels(run: Run, passage: Passage, begin: int) -> list[Labels]:
    """What is known to be true of a generated text, from some character on."""
    if passage.held_out is None:
        return []
    found = []
    for name, numbers in run.truth.items():
        values = numbers[begin:].astype(np.float64)
        marks = MEANINGS.get(name, "what the run's truth says of it")
        found.append(Labels(f"{TRUTH}{name}", marks, _kind(name, values), values))
    return found


def surprise_labels(trained: Trace) -> Labels:
    """How little the network expected the character it has just read, in nats."""
    values = np.concatenate([[np.nan], trained.loss[:-1].astype(np.float64)])
    marks = "How little this network expected the character, in nats"
    return Labels(SURPRISE, marks, "counter", values)


def _kind(name: str, values: Array) -> Kind:
    if name in CLASSES:
        return "class"
    return "yes/no" if set(np.unique(values)) <= {0.0, 1.0} else "counter"


def _from_table(run: Run, table: str, passage: Passage) -> Labels:
    """A person's positions are those of what a person sees: a syllable is one, not its jamo."""
    seen = run.alphabet.shown(passage.whole)
    labels = file_labels(table, len(seen))
    each = np.repeat(labels.values, run.alphabet.timesteps(seen))
    return replace(labels, values=each).part(slice(passage.start, passage.end))
