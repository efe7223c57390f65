"""The catalogue of texts to learn from: the command that lists it, and `train corpus:NAME`."""

from __future__ import annotations

import argparse

from rnnviz.commands.progress_bar import ProgressBar
from rnnviz.commands.speaking import DONE, say, table
from rnnviz.corpora.catalogue import CATALOGUE, find_corpus
from rnnviz.corpora.corpus import PREFIX, Corpus
from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.notation import bits


def list_corpora(options: argparse.Namespace) -> int:
    """One line a text: name, title, size, lowest loss, where it comes from."""
    heads = ("name", "title", "characters", "lowest loss, bits/char (nats)", "comes from")
    table([heads, *map(_row, CATALOGUE)])
    say("\n`python -m rnnviz train corpus:NAME` trains on one.")
    return DONE


def read_corpus(given: str, bar: ProgressBar) -> CorpusText:
    """The text of `corpus:NAME`; a download says how far it is.

    Raises:
        ValueError: no such corpus, or nothing on this machine provides it.
        DownloadError: it cannot be fetched.
    """
    corpus = find_corpus(given.removeprefix(PREFIX))
    found = corpus.read(_Fetching(bar))
    bar.say(f"{corpus.title} from {found.provider}, {found.version}; sha256 {found.sha256[:12]}.")
    return found


class _Fetching:
    """Says every tenth of a download."""

    def __init__(self, bar: ProgressBar) -> None:
        self._bar, self._tenths = bar, -1

    def __call__(self, done: int, total: int) -> None:
        tenths = 10 * done // total
        if tenths > self._tenths:
            self._tenths = tenths
            self._bar.say(f"{done:,} of {total:,} bytes fetched")


def _row(corpus: Corpus) -> tuple[str, ...]:
    provider, characters = corpus.provider, corpus.characters
    return (
        corpus.name,
        corpus.title,
        "" if characters is None else f"{characters:,}",
        "" if corpus.floor is None else f"{bits(corpus.floor):.4f} ({corpus.floor:.4f})",
        f"not here: {corpus.missing}" if provider is None else provider.name,
    )
