"""What the page about a word says of the word that was typed."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import appearance
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig
from rnnviz.lessons.by_hand.readout import softmax
from rnnviz.lessons.pages.hello import word as hello
from rnnviz.lessons.pages.hello.word import Word
from rnnviz.notation import an, counted, loss_words, magnitude
from rnnviz.records import Array, Ids
from rnnviz.text.marks import mark

FRAMED = (
    "The target, the character that really comes next, is framed; the likeliest is bold, with ✓ "
    "where it is the target and ✗ where it is not. The loss is the mean of $-\\ln p_t$ of the "
    "target, in nats; divided by ln 2 it is in bits."
)


MEMORY = (
    "Where one character is followed by several others, only memory of what came before can tell "
    "which comes next."
)


def how_far(iteration: int, loss: float, right: int, count: int) -> str:
    """How well a network does on the word at an iteration.

    Args:
        iteration: of the network.
        loss: mean over the word in nats.
        right: at how many timesteps the likeliest character is the target.
        count: of timesteps.
    """
    return (
        f"**Iteration {iteration:,}**: loss {loss_words(loss)}; the likeliest "
        f"character is the target at **{right} of {count}** timesteps."
    )


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
        f"the loss cannot fall below {loss_words(floor)}. "
        "$W_{hh}$ carries what came before. Here is the same network, trained for the same "
        "iterations, with $W_{hh}$ held at 0:"
    )


def worth_of_memory(word: Word, iteration: int, right: int, without: int) -> str:
    """The page in one sentence.

    Args:
        word: that both networks read.
        iteration: of both.
        right: of the characters, with memory.
        without: likewise, without.
    """
    count, most = len(word.inputs), hello.right_without_memory(word)
    quoted = f"“{appearance.plain(''.join(map(mark, word.text)))}”"
    if most == count:
        return (
            f"In {quoted} every character is always followed by the same one, so that even a "
            f"network without memory can have all {count} right."
        )
    said = (
        f"Without memory no network can have more than {most} of the {count} characters of "
        f"{quoted} that come next right"
    )
    if not iteration:
        return (
            f"{said}. This one is not trained yet, so what it has right is by chance, with memory "
            "and without: train it above first."
        )
    return (
        f"{said}; after {counted(iteration, 'iteration')} this one has {right} with memory, and "
        f"{without} without."
    )


def below_chart(floor: float) -> str:
    """What the least loss possible without memory means for the two curves."""
    if floor:
        return (
            "However long it is trained, the curve without memory cannot go below the dotted "
            f"line at {loss_words(floor)}; the curve with memory can."
        )
    return "The least possible loss is 0 here, with memory and without: both curves can near it."


def what_differs(name: str, model: ModelConfig) -> str:
    """How the network of a run differs from the one on the page.

    Args:
        name: of the run, as Markdown.
        model: its network.
    """
    differs = [f"in its size, {counted(model.hidden_size, 'unit')}"]
    if model.num_layers > 1:
        differs.append(f"in having {model.num_layers} layers, each reading the one below")
    if CELLS[model.cell].gates:
        cell = an(CELLS[model.cell].title)
        differs.append(f"in its cell, {cell}, whose gates decide what is kept")
    elif model.nonlinearity != "tanh":
        differs.append(f"in its nonlinearity, {model.nonlinearity} in place of tanh")
    return (
        f"The network of **{name}** differs from the small network of this page "
        + "; ".join(differs)
        + "."
    )


def below_own(
    model: ModelConfig, vocabulary: int, rows: int, count: int, shown: slice, limit: float
) -> str:
    """What the figure leaves out of a network of a run.

    Args:
        model: its network.
        vocabulary: how many characters it knows.
        rows: how many of them have a row.
        count: timesteps of the word.
        shown: those drawn.
        limit: the value of h with full colour.
    """
    said = []
    if shown.stop - shown.start < count:
        said.append(
            f"Timesteps {shown.start + 1} to {shown.stop} of {count} are drawn, so that few rows "
            "suffice."
        )
    if more := vocabulary - rows:
        said.append(
            f"Softmax is over all {vocabulary:,} characters; {rows} are drawn, and their "
            f"probabilities do not add up to 1, because {more:,} more "
            f"character{'s share' if more > 1 else ' takes'} the rest."
        )
    if model.num_layers > 1:
        said.append(
            f"$h_t$ is that of the top layer, layer {model.num_layers - 1}: on its way there $x_t$ "
            f"goes through all {model.num_layers} layers, each with its own memory."
        )
    if CELLS[model.cell].gates:
        matrices = "$W_{hh}$ stands" if model.num_layers > 1 else "$W_{xh}$ and $W_{hh}$ stand"
        carried = "$h_t$ and $c_t$" if CELLS[model.cell].has_cell_state else "$h_t$"
        said.append(
            f"{matrices} for the matrices of all gates, and the arrow to the right carries "
            f"{carried}."
        )
    if limit > 1:
        said.append(f"Red and blue are full at ±{limit:.2f}.")
    return " ".join(said)


def table_of_memory(
    names: Sequence[str], inputs: Ids, targets: Ids, memory: Array, without: Array
) -> str:
    """The likeliest character at each timestep with memory and without, as a Markdown table.

    Args:
        names: of all characters (vocab).
        inputs: ids read (time).
        targets: ids that come next (time).
        memory: logits (time, vocab).
        without: logits where nothing is carried on (time, vocab).
    """
    lines = [
        "| $t$ | reads | target | with | $p$ | without | $p$ |",
        "|--:|:-:|:-:|:-:|--:|:-:|--:|",
    ]
    for t, (read, target) in enumerate(zip(inputs, targets, strict=True)):
        cells = [str(t + 1), appearance.plain(names[read]), appearance.plain(names[target])]
        for logits in (memory[t], without[t]):
            best = int(logits.argmax())
            cells.append(f"{appearance.plain(names[best])} {'✓' if best == target else '✗'}")
            cells.append(magnitude(float(softmax(logits)[target])))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _quoted(word: Word, place: int) -> str:
    return f"“{appearance.plain(mark(word.vocabulary[place]))}”"
