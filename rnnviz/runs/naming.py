"""What a run is called, after its text."""

from __future__ import annotations

from pathlib import Path

from rnnviz.corpora.catalogue import titled
from rnnviz.corpora.corpus import PREFIX


def first_name(text_name: str) -> str:
    """What a run is called until a person renames it.

    Example:
        >>> first_name("King Lear.txt"), first_name("corpus:play"), first_name("corpus:play.txt")
        ('King Lear', 'A verse drama', 'play')
    """
    title = titled(text_name)
    return title if title != text_name else Path(text_name).stem.removeprefix(PREFIX) or "text"
