"""A text on the colours of what each of its characters cost the network that wrote it."""

from __future__ import annotations

from dashboard import cache
from dashboard.components.heatmaps import surprise_payload
from rnnviz.models.subject import Subject
from rnnviz.notation import bits_words, nats_words


def coloured(subject: Subject, prompt: str, text: str) -> tuple[bytes, float]:
    """The picture of what a network wrote after a prompt, and what it cost.

    Args:
        subject: the network.
        prompt: what it read first, in its own characters.
        text: what it wrote, likewise; at least one character.

    Returns:
        What the text heatmap shows, and the nats that the average character cost.

    Raises:
        ValueError: a cost is not finite, or there is no character.
    """
    written = cache.surprise(subject, prompt, text)
    return surprise_payload(written, subject.alphabet.vocabulary), written.mean_loss


def cost_words(nats: float) -> str:
    """What a character cost on average.

    Example:
        >>> cost_words(1.669)
        '2.408 bits (1.669 nats)'
    """
    return f"{bits_words(nats)} ({nats_words(nats)})"
