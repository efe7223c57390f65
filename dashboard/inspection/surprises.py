"""A text on the colours of what each of its characters cost the network that wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import cache
from dashboard.view import run_of
from rnnviz.models.subject import Subject
from rnnviz.plots.text_heatmap.shown import surprise_payload
from rnnviz.plots.text_heatmap.tracks import copied_track
from rnnviz.text.copied import Copied
from rnnviz.text.seen import Seen, seen_characters


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What a network wrote.

    Attributes:
        payload: what the text heatmap shows: costs, and what was copied.
        cost: nats that the average character cost, as a person sees characters.
        copied: which passages stand in the training text; None where that is too long to tell.
    """

    payload: bytes
    cost: float
    copied: Copied | None


def written_by(subject: Subject, prompt: str, text: str) -> Written:
    """What a network wrote after a prompt, measured.

    Args:
        subject: the network.
        prompt: what it read first, in its own characters.
        text: what it wrote, likewise; at least one character.

    Raises:
        ValueError: a cost is not finite, or there is no character.
        RunError: the training text is gone.
    """
    alphabet = subject.alphabet
    costs, shown = cache.surprise(subject, prompt, text), alphabet.shown(text)
    (copied,) = cache.copied(run_of(subject), (shown,))
    track = None if copied is None else copied_track(copied, alphabet.timesteps(shown))
    payload = surprise_payload(costs, alphabet.vocabulary, track)
    seen = Seen(len(text), seen_characters(text))
    return Written(payload, seen.loss(costs.mean_loss), copied)
