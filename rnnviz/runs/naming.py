"""What a run is called, after its text."""

from __future__ import annotations

from pathlib import Path

from rnnviz.corpora.catalogue import titled
from rnnviz.corpora.corpus import PREFIX


def first_name(text_name: str) -> str:
    """What a run is called until a person renames it.

    Example:
        >>> first_name("King Lear.txt"), first_name("corpus:play")
        ('King Lear', 'A verse drama')
    """
    return titled(Path(text_name).stem).removeprefix(PREFIX) or "text"


def name_of(stored: str, text_name: str) -> str:
    """What a run is called: its stored name, but the title of a corpus where that is the name of
    the corpus, as it once was for all runs that nobody had renamed.

    Example:
        >>> name_of("play", "corpus:play"), name_of("my best", "corpus:play")
        ('A verse drama', 'my best')
    """
    once = Path(text_name).stem.removeprefix(PREFIX)
    return first_name(text_name) if stored == once else stored
