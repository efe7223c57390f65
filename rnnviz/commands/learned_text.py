"""The text that a command learns: a file, or one of the catalogue."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from rnnviz.commands.corpora import read_corpus
from rnnviz.commands.progress_bar import ProgressBar
from rnnviz.commands.texts import read_file
from rnnviz.corpora.corpus import PREFIX
from rnnviz.runs.truth import Truth
from rnnviz.text.composition import composed
from rnnviz.text.reading import PLAINLY, Reading


def text_to_learn(
    options: argparse.Namespace, bar: ProgressBar
) -> tuple[str, str, Truth, Reading | None]:
    """The text, its name, what is known to be true of it, and how its file was read."""
    source: Path = options.text
    if str(source).startswith(PREFIX):
        corpus = read_corpus(str(source), bar)
        return corpus.text, str(source), corpus.truth, None
    decoded = read_file(source, options)
    if decoded.words != PLAINLY:
        bar.say(f"The text was {decoded.words}.")
    text, shorter = composed(decoded.text)
    if shorter and not options.nfc:
        bar.say(f"Its letters stand apart from their marks; --nfc saves {shorter:,} characters.")
    if options.nfc:
        return text, source.name, {}, replace(decoded.reading, composed=shorter)
    return decoded.text, source.name, {}, decoded.reading
