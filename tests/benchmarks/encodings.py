"""Which texts in which encodings are read rightly: `python -m tests.benchmarks.encodings`.

One line a language and encoding: how many texts were tried, how many of them were taken without
asking, how many had the right reading as first guess and as second, how many were lost, and how
many were taken as something else in silence.
"""

from __future__ import annotations

import sys
from collections import Counter

from rnnviz.text.reading import EncodingError, decode_text
from tests.text.sentences import SENTENCES, WIDE, fitted, texts_of

_KINDS = ("tried", "taken", "first", "second", "lost", "silently wrong")


def outcome(text: str, encoding: str) -> str:
    """What becomes of a text that is written in an encoding."""
    data = text.encode(encoding)
    try:
        return "taken" if decode_text(data).text == text else "silently wrong"
    except EncodingError as error:
        readings = [
            decode_text(data, encoding=guess.encoding, replace=True).text for guess in error.guesses
        ]
    place = readings.index(text) if text in readings else len(readings)
    return ("first", "second")[place] if place < 2 else "lost"


def main() -> None:
    """Print the table and its sums."""
    total: Counter[str] = Counter()
    sys.stdout.write(f"{'language':20}{'encoding':13}{'  '.join(_KINDS)}\n")
    for language, (own, _) in SENTENCES.items():
        for encoding in ("utf-8", *own, *WIDE):
            texts = [fitted(text, encoding) for text in texts_of(language)]
            found = Counter(outcome(text, encoding) for text in texts)
            found["tried"] = len(texts)
            total += found
            sys.stdout.write(_row(language, encoding, found))
    sys.stdout.write(_row("all", "", total))


def _row(language: str, encoding: str, found: Counter[str]) -> str:
    counts = "  ".join(str(found[kind]).rjust(len(kind)) for kind in _KINDS)
    return f"{language:20}{encoding:13}{counts}\n"


if __name__ == "__main__":
    main()
