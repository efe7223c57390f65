"""One to many: a picture of 8 x 8 pixels in, a caption out, word by word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from random import Random

import torch
from torch import Tensor, nn

from rnnviz.lessons.tasks.score import Score, judge
from rnnviz.lessons.tasks.settings import COLOURS
from rnnviz.lessons.tasks.task_network import (
    Reading,
    loss_at_every_timestep,
    to_write,
    train,
    write,
)
from rnnviz.lessons.tasks.words import UnknownInputError, Words

SIDE = 8
SHAPES = {
    "square": ("###", "###", "###"),
    "ring": ("###", "#.#", "###"),
    "plus": (".#.", "###", ".#."),
    "bar": ("...", "###", "..."),
}
PLACES = tuple(product(("top", "bottom"), ("left", "right")))
WORDS = Words(
    ("<start>", "<end>", "a", "an", *COLOURS.values(), *SHAPES, "top", "bottom", "left", "right")
)
_UNITS = 48
_DETECTORS = 24
_LONGEST = 10
_HELD_OUT = 144
_ITERATIONS = 500

Thing = tuple[str, str, tuple[str, str]]


def draw(thing: Thing, down: int = 0, right: int = 0) -> str:
    """A picture in letters: colour letters and points, 8 lines of 8.

    Args:
        thing: colour letter, shape, and where: (top or bottom, left or right).
        down: pixels moved down within its quarter, 0 to 2.
        right: pixels moved to the right likewise.

    Example:
        >>> print(draw(("b", "plus", ("top", "left")))[:26])
        .b......
        bbb.....
        .b......
    """
    colour, shape, (vertical, horizontal) = thing
    rows = [["."] * SIDE for _ in range(SIDE)]
    top, left = 3 * (vertical == "bottom") + down, 3 * (horizontal == "right") + right
    for row, column in product(range(3), range(3)):
        if SHAPES[shape][row][column] == "#":
            rows[top + row][left + column] = colour
    return "\n".join(map("".join, rows))


def caption(thing: Thing) -> list[str]:
    """What is to be said.

    Example:
        >>> " ".join(caption(("o", "bar", ("top", "right"))))
        'an orange bar top right'
    """
    colour, shape, place = thing
    article = "an" if COLOURS[colour] == "orange" else "a"
    return [article, COLOURS[colour], shape, *place]


def pixels(picture: str) -> Tensor:
    """A picture as numbers (colour, row, column): 1 where a pixel has the colour, else 0.

    Raises:
        UnknownInputError: it is not 8 lines of 8 known letters.
    """
    rows = picture.strip("\n").split("\n")
    known = f"a point, or {', '.join(f'{k} ({v})' for k, v in COLOURS.items())}"
    if not picture.strip():
        raise UnknownInputError(
            f"there is no picture yet: write {SIDE} lines of {SIDE} characters, each {known}."
        )
    if len(rows) != SIDE or any(len(row) != SIDE for row in rows):
        sizes = ", ".join(str(len(row)) for row in rows[:12])
        raise UnknownInputError(
            f"a picture has {SIDE} lines of {SIDE} characters; these are {len(rows)} lines of "
            f"{sizes}."
        )
    unknown = sorted(set("".join(rows)) - {".", *COLOURS})
    if unknown:
        raise UnknownInputError(f"“{unknown[0]}” is no pixel; each is {known}.")
    return torch.tensor([[[float(pixel == c) for pixel in row] for row in rows] for c in COLOURS])


class CaptionNetwork(nn.Module):
    """Sees a picture, then says it in words.

    It sees through 3 x 3 detectors, the strongest answer in each quarter; from these comes
    h_0 = tanh(W seen + b). Then a GRU reads the words it has said and says the next.
    """

    def __init__(self) -> None:
        super().__init__()
        self.detect = nn.Conv2d(len(COLOURS), _DETECTORS, 3)
        self.look = nn.Linear(4 * _DETECTORS, _UNITS)
        self.word = nn.Embedding(len(WORDS), _UNITS)
        self.gru = nn.GRU(_UNITS, _UNITS)
        self.out = nn.Linear(_UNITS, len(WORDS))

    def begin(self, pictures: Tensor) -> Tensor:
        """h_0 (1, batch, unit) from pictures (batch, colour, row, column)."""
        seen = nn.functional.max_pool2d(self.detect(pictures), 3).flatten(1)
        return torch.tanh(self.look(seen)).unsqueeze(0)

    def forward(self, pictures: Tensor, said: Tensor) -> Tensor:
        """Logits (time, batch, word) from pictures and words said (time, batch)."""
        h, _ = self.gru(self.word(said), self.begin(pictures))
        logits: Tensor = self.out(h)
        return logits

    @torch.inference_mode()
    def say(self, picture: str) -> Reading:
        """What it says of a picture in letters."""
        h = self.begin(pixels(picture)[None])
        said = write(WORDS, self.word, self.gru, self.out, h, _LONGEST)
        return replace(said, inputs=("picture", *said.inputs[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class Captions:
    """A trained network with its score, and what it was never shown."""

    network: CaptionNetwork
    score: Score
    held_out: tuple[str, ...]

    def read(self, picture: str) -> Reading:
        """Let it say what it sees: each word it says is the next it reads.

        Raises:
            UnknownInputError: the picture is none.
        """
        return self.network.say(picture)


def learn(seed: int = 0) -> Captions:
    """Train on 432 of the 576 pictures it can be shown; the other 144 it never saw."""
    things = list(product(COLOURS, SHAPES, PLACES))
    shown = [
        (draw(thing, *s), caption(thing)) for thing in things for s in product(range(3), range(3))
    ]
    Random(seed).shuffle(shown)
    tests, known = shown[:_HELD_OUT], shown[_HELD_OUT:]
    pictures = torch.stack([pixels(picture) for picture, _ in known])
    said, target = to_write(WORDS, [words for _, words in known])
    network = CaptionNetwork()

    def loss(rows: Tensor) -> Tensor:
        logits = network(pictures[rows], said[:, rows])
        return loss_at_every_timestep(logits, target[:, rows])

    train(network, loss, len(known), seed=seed, iterations=_ITERATIONS)
    answers = [network.say(picture).said for picture, _ in tests]
    truth, trained = ([tuple(words) for _, words in part] for part in (tests, known))
    score = judge(answers, truth, trained, seed)
    return Captions(network, score, tuple(picture for picture, _ in tests))
