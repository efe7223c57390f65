"""A text on the colours of what each of its characters cost the network that wrote it."""

from __future__ import annotations

from dashboard import cache
from dashboard.components.heatmaps import surprise_payload
from dashboard.components.text_heatmap import text_heatmap
from rnnviz.models.subject import Subject
from rnnviz.notation import bits_words, nats_words
from rnnviz.records import Surprise


def coloured(subject: Subject, prompt: str, text: str, *, key: str, height: int) -> Surprise:
    """Show what a network wrote after a prompt; gives what it cost.

    Args:
        subject: the network.
        prompt: what it read first, in its own characters.
        text: what it wrote, likewise; at least one character.
        key: of the picture.
        height: of the text at most, in CSS pixels.

    Raises:
        ValueError: a cost is not finite.
    """
    written = cache.surprise(subject, prompt, text)
    text_heatmap(
        surprise_payload(written, subject.alphabet.vocabulary), key=key, unit=0, height=height
    )
    return written


def cost_words(nats: float) -> str:
    """What a character cost on average.

    Example:
        >>> cost_words(1.669)
        '2.408 bits (1.669 nats)'
    """
    return f"{bits_words(nats)} ({nats_words(nats)})"
