"""What the page about a word says of the word that was typed."""

from __future__ import annotations

from dashboard import appearance
from rnnviz.config import ModelConfig
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


def below_chart(floor: float) -> str:
    """What the least loss possible without memory means for the two curves."""
    if floor:
        return (
            "However long it is trained, the curve without memory cannot go below the dotted "
            f"line at {floor:.3f} nats; the curve with memory can."
        )
    return "The least possible loss is 0 here, with memory and without: both curves can near it."


def what_differs(name: str, model: ModelConfig) -> str:
    """How the network of a run differs from the one on the page.

    Args:
        name: of the run, as Markdown.
        model: its network.
    """
    differs = [f"in its size, {model.hidden_size:,} unit{'s' if model.hidden_size > 1 else ''}"]
    if model.num_layers > 1:
        differs.append(f"in having {model.num_layers} layers, each reading the one below")
    if model.cell != "rnn":
        article = "an" if model.cell == "lstm" else "a"
        differs.append(
            f"in its cell, {article} {model.cell.upper()}, whose gates decide what is kept"
        )
    elif model.nonlinearity != "tanh":
        differs.append(f"in its nonlinearity, {model.nonlinearity} in place of tanh")
    return f"The network of **{name}** differs from the one above " + "; ".join(differs) + "."


def _quoted(word: Word, place: int) -> str:
    return f"“{appearance.plain(mark(word.vocabulary[place]))}”"
