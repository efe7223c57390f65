"""A text of the catalogue: what it is, and the ways to it."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.corpora.downloads import Report
from rnnviz.corpora.providers import Provider
from rnnviz.text.reading import TextError

PREFIX = "corpus:"  # of a text's name where it could also be that of a file


@dataclass(frozen=True, slots=True)
class Corpus:
    """A text to learn from.

    Attributes:
        name: what it is called in commands: `corpus:NAME`.
        title: what a person calls it.
        description: what it holds, in one sentence.
        look_for: what a hidden unit may learn to follow.
        licence: of the text.
        providers: ways to it; the first that is present wins.
        floor: the lowest loss any predictor can have, in nats per character; None where it is not
            known, that is for every text but generated ones.
    """

    name: str
    title: str
    description: str
    look_for: str
    licence: str
    providers: tuple[Provider, ...]
    floor: float | None = None

    @property
    def provider(self) -> Provider | None:
        """The first that is present; None where none is. Quick, nothing is imported for it."""
        return next((p for p in self.providers if p.is_available()), None)

    @property
    def available(self) -> bool:
        """Whether the text is on this machine."""
        return self.provider is not None

    @property
    def missing(self) -> str:
        """What to do where it is not available."""
        return " or ".join(dict.fromkeys(provider.missing for provider in self.providers))

    @property
    def characters(self) -> int | None:
        """How long the text is; None where only reading it would tell."""
        return (self.provider or self.providers[0]).characters

    def read(self, report: Report | None = None) -> CorpusText:
        """The text; where it has to be fetched from the internet, now.

        Args:
            report: told how far a download is: bytes that have come, bytes in all.

        Raises:
            TextError: no provider is present; the message says what to install.
            DownloadError: the text cannot be fetched.
        """
        fetching = (provider for provider in self.providers if provider.fetches)
        provider = self.provider or next(fetching, None)
        if provider is None:
            raise TextError(
                f"corpus {self.name!r} is not on this machine; to get it: {self.missing}."
            )
        return provider.read(report)
