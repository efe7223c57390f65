"""A person's own hypothesis as a regular expression: inside a match, and how long ago one was.

Some expressions, such as (a+)+b, take longer than anybody lives over a text that nearly matches.
Python cannot be interrupted while it looks, so another process looks, and is ended in time. What
it takes to begin does not count: on a busy machine that alone can be longer than the looking.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Timer

import numpy as np

from rnnviz.analysis.units.hypotheses.characters import since, spans
from rnnviz.analysis.units.hypotheses.hypothesis import Labels

SECONDS = 1.5
LONGEST = 1000
_SECONDS_TO_BEGIN = 60.0

_LOOK = r"""
import json, re, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
except (ImportError, ValueError, OSError):
    pass
asked = json.load(sys.stdin)
print(flush=True)  # from here on time counts
try:
    found = [match.span() for match in re.finditer(asked["pattern"], asked["text"], re.MULTILINE)]
except re.error as error:
    found = str(error)
except (MemoryError, OverflowError, RecursionError):
    found = "it needs too much memory"
json.dump(found, sys.stdout)
"""


class PatternError(ValueError):
    """A regular expression that cannot be read, or takes too long."""


def pattern_labels(pattern: str, text: str) -> list[Labels]:
    """Inside a match of a regular expression, and characters since one ended.

    A match without any character, as of a* where no a stands, is none.

    Args:
        pattern: as in Python's `re`; ^ and $ stand for the ends of lines.
        text: what is looked through; the looking may take 1.5 seconds.

    Raises:
        PatternError: the expression is empty, not one, or takes too long.

    Example:
        >>> inside, ago = pattern_labels("[0-9]+", "a 12 b")
        >>> inside.values.tolist(), ago.values.tolist()
        ([0.0, 0.0, 1.0, 1.0, 0.0, 0.0], [nan, nan, nan, 0.0, 1.0, 2.0])
    """
    found = matches(pattern, text)
    ended = np.zeros(len(text), np.bool_)
    ended[[end - 1 for start, end in found if start < end]] = True
    shown = f"/{pattern}/"
    return [
        Labels(f"inside {shown}", f"Inside a match of {shown}", "yes/no", spans(found, len(text))),
        Labels(
            f"since {shown}",
            f"Characters since the last one of a match of {shown}",
            "counter",
            since(ended),
        ),
    ]


def matches(pattern: str, text: str, seconds: float = SECONDS) -> list[tuple[int, int]]:
    """From where to where an expression matches, one match after the other.

    Raises:
        PatternError: as `pattern_labels`.
    """
    if not pattern or len(pattern) > LONGEST:
        raise PatternError(
            f"the regular expression has {len(pattern):,} characters; give one of 1 to {LONGEST:,}."
        )
    asked = json.dumps({"pattern": pattern, "text": text}).encode()
    answer, in_time = _look(asked, seconds)
    if not in_time:
        raise PatternError(
            f"the regular expression {pattern!r} was not through {len(text):,} characters after "
            f"{seconds:g} s, so it was stopped; repetitions within repetitions, as in (a+)+, are "
            "what takes so long. Give a simpler one."
        )
    found = "looking for it failed" if answer is None else json.loads(answer)
    if isinstance(found, str):
        raise PatternError(f"{pattern!r} is no regular expression that can be used: {found}.")
    return [(start, end) for start, end in found]


def matches_words(found: Sequence[tuple[int, int]], characters: int) -> str:
    """How much of a text is inside a match.

    Args:
        found: as `matches` gives it.
        characters: of the text.

    Example:
        >>> matches_words([(2, 4)], 6)
        'It matches at 1 place: 2 of the 6 characters read are inside a match.'
        >>> matches_words([], 6)
        'It matches nowhere in the 6 characters read, so that no unit can follow it there.'
    """
    places = [(start, end) for start, end in found if start < end]
    inside = sum(end - start for start, end in places)
    read = f"the {characters:,} characters read"
    if found and not places:
        return f"It matches no character of {read}, only places between them, which do not count."
    if not places:
        return f"It matches nowhere in {read}, so that no unit can follow it there."
    if inside == characters:
        return f"It matches everywhere: each of {read} is inside a match."
    count = "1 place" if len(places) == 1 else f"{len(places):,} places"
    return f"It matches at {count}: {inside:,} of {read} are inside a match."


def _look(asked: bytes, seconds: float) -> tuple[bytes | None, bool]:
    """What the other process answers, None where it fails, and whether that was in time."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-I", "-S", "-c", _LOOK]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as looking:
        assert looking.stdin is not None and looking.stdout is not None
        with _ended_after(_SECONDS_TO_BEGIN, looking), contextlib.suppress(BrokenPipeError):
            looking.stdin.write(asked)
            looking.stdin.close()
            looking.stdout.readline()
        with _ended_after(seconds, looking) as too_late:
            answer = looking.stdout.read()
    return answer if looking.returncode == 0 else None, not too_late.is_set()


@contextmanager
def _ended_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[Event]:
    """Meanwhile the process has so long; the event says whether it was ended."""
    ended = Event()

    def end() -> None:
        ended.set()
        process.kill()

    timer = Timer(seconds, end)
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()
