"""Many to many, aligned: a part of speech for every word, as soon as it is read."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from rnnviz.lessons.tasks.score import Score, accuracy, judge
from rnnviz.lessons.tasks.task_network import (
    IGNORED,
    AlignedNetwork,
    Reading,
    answered,
    loss_at_every_timestep,
    padded,
    train,
)
from rnnviz.lessons.tasks.words import Words, words_of

BOTH = ("walk", "play", "watch", "book", "answer", "plan", "dance", "paint")
LEXICON: dict[str, tuple[str, ...]] = {
    "DET": ("the", "a", "this", "every"),
    "PRON": ("i", "you", "we", "they"),
    "NOUN": ("dog", "teacher", "river", "garden", "letter", "child", "can", "will", "light", *BOTH),
    "VERB": ("see", "find", "like", "need", "light", *BOTH),
    "ADJ": ("small", "old", "happy", "light"),
    "AUX": ("can", "will", "must"),
    "ADV": ("slowly", "often", "today"),
    "PREP": ("in", "near", "with"),
}
TAGS = tuple(LEXICON)
WORDS = Words(tuple(dict.fromkeys(word for words in LEXICON.values() for word in words)))
AMBIGUOUS = frozenset(
    word for word in WORDS.known if sum(word in words for words in LEXICON.values()) > 1
)
_UNITS = 32
_SENTENCES = 2000
_HELD_OUT = 400
_ITERATIONS = 250

Tagged = tuple[tuple[str, str], ...]


def sentence(random: Random) -> Tagged:
    """A sentence as (word, tag) pairs.

    Example:
        >>> " ".join(f"{word}/{tag}" for word, tag in sentence(Random(5)))
        'the/DET plan/NOUN can/AUX plan/VERB'
    """
    if random.random() < 0.5:
        tags = ["PRON", *random.choice((["AUX"], [])), "VERB"]
    else:
        tags = [*_thing(random), "AUX", "VERB"]
    tags += _thing(random) if random.random() < 0.6 else []
    tags += ["PREP", *_thing(random)] if random.random() < 0.3 else []
    tags += ["ADV"] if random.random() < 0.3 else []
    return tuple((random.choice(LEXICON[tag]), tag) for tag in tags)


def _thing(random: Random) -> list[str]:
    return ["DET", *(["ADJ"] if random.random() < 0.3 else []), "NOUN"]


@dataclass(frozen=True, slots=True, eq=False)
class Tagger:
    """A trained network with its scores: all words, and those with more than one possible tag."""

    network: AlignedNetwork
    score: Score
    ambiguous: Score

    @torch.inference_mode()
    def read(self, text: str) -> Reading:
        """Tag every word from what was read up to it.

        Raises:
            UnknownInputError: a word is new to it, or there is none.
        """
        words = words_of(text)
        h, logits = self.network(torch.tensor(WORDS.ids(words))[:, None])
        return answered(words, h[:, 0], logits[:, 0], TAGS)


def learn(seed: int = 0) -> Tagger:
    """Train on generated sentences; those held out are not among them."""
    random = Random(seed)
    made = dict.fromkeys(sentence(random) for _ in range(4000))
    examples = list(made)[: _SENTENCES + _HELD_OUT]
    ids = padded([WORDS.ids([word for word, _ in row]) for row in examples])
    tags = padded([[TAGS.index(tag) for _, tag in row] for row in examples], IGNORED)
    network = AlignedNetwork(len(WORDS), _UNITS, len(TAGS))
    count = len(examples) - _HELD_OUT

    def loss(rows: Tensor) -> Tensor:
        return loss_at_every_timestep(network(ids[:, rows])[1], tags[:, rows])

    train(network, loss, count, seed=seed, iterations=_ITERATIONS)
    with torch.inference_mode():
        best = network(ids[:, count:])[1].argmax(-1).T.tolist()
    held_out = examples[count:]
    answers = [
        TAGS[tag]
        for row, found in zip(held_out, best, strict=True)
        for tag, _ in zip(found, row, strict=False)
    ]
    return Tagger(network, *_scores(examples[:count], held_out, answers, seed))


def _scores(
    known: list[Tagged], held_out: list[Tagged], answers: list[str], seed: int
) -> tuple[Score, Score]:
    pairs = [pair for row in held_out for pair in row]
    commonest = _commonest(known)
    scores = []
    for only in (WORDS.known, AMBIGUOUS):
        places = [place for place, (word, _) in enumerate(pairs) if word in only]
        given, truth = [answers[i] for i in places], [pairs[i][1] for i in places]
        trained = [tag for row in known for word, tag in row if word in only]
        alone = accuracy([commonest[pairs[i][0]] for i in places], truth)
        score = judge(given, truth, trained, seed)
        scores.append(score.beside("each word's commonest tag", alone))
    return scores[0], scores[1]


def _commonest(known: list[Tagged]) -> dict[str, str]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in known:
        for word, tag in row:
            counts[word][tag] += 1
    return {word: tags.most_common(1)[0][0] for word, tags in counts.items()}
