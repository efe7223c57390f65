"""What follows for a new run from the snapshot that it begins with."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.config import ModelConfig
from rnnviz.models.subject import Subject
from rnnviz.runs.origin import Origin
from rnnviz.text.alphabet import Alphabet, unknown_words
from rnnviz.text.reading import TextError


def origin_of(begin: Subject) -> Origin:
    """What is kept of it in the new run."""
    at = begin.origin
    return Origin(at.run, at.iteration, begin.name, at.changed)


def alphabet_for(begin: Subject, text: str) -> Alphabet:
    """Its alphabet, which the new run has, if it has every character of the text.

    Raises:
        TextError: the network has never seen some; which.
    """
    unknown = begin.alphabet.vocabulary.unknown(begin.alphabet.characters(text))
    if not unknown:
        return begin.alphabet
    count = "a character" if len(unknown) == 1 else f"{len(unknown):,} characters"
    raise TextError(
        f"the text has {count} that the network of {begin.name} has never seen: "
        f"{unknown_words(unknown)}; leave out what it lacks, or train a new network."
    )


def network_for(begin: Subject, model: ModelConfig) -> ModelConfig:
    """The new run's network, which is that of the snapshot but for the dropout.

    Raises:
        ValueError: another one was given.
    """
    expected = replace(begin.model, dropout=model.dropout)
    if model != expected:
        raise ValueError(
            f"the network was given as {model}, but a run that begins with a snapshot of "
            f"{begin.name} has its network, {begin.model}; give that, or none."
        )
    return model
