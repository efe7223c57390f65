"""What the page about a word says of the word that was typed."""

from __future__ import annotations

from dashboard import appearance
from rnnviz.lessons import hello
from rnnviz.lessons.hello import Word
from rnnviz.plots.characters import mark


def why_memory(word: Word, floor: float) -> str:
    """What a network without memory cannot know about this word."""
    followed = {
        read: dict.fromkeys(word.targets[word.inputs == read].tolist())
        for read in word.inputs.tolist()
    }
    torn = {read: nexts for read, nexts in followed.items() if len(nexts) > 1}
    if not torn:
        return (
            "In this word every character is always followed by the same one, so no memory is "
            "needed: both networks can learn it. Type “hello” to see the difference."
        )
    said = "; ".join(
        f"after {_quoted(word, read)} comes " + " or ".join(_quoted(word, n) for n in nexts)
        for read, nexts in torn.items()
    )
    return (
        f"In this word, {said}. Whoever sees only the character just read cannot know which: at "
        f"best {hello.right_without_memory(word)} of {len(word.inputs)} timesteps are right, and "
        f"the loss cannot fall below {floor:.3f} nats per character. "
        "$W_{hh}$ carries what came before. Here is the same network, trained for the same "
        "iterations, with $W_{hh}$ held at 0:"
    )


def _quoted(word: Word, place: int) -> str:
    return f"“{appearance.plain(mark(word.vocabulary[place]))}”"
