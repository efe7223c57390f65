"""What stands in a JSON object of a run, held to what belongs there: words, numbers, moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from rnnviz.notation import shortened

T = TypeVar("T")

_MOST_WORDS = 5000  # no file has a longer name


def words(value: Any) -> str:
    """A string that can be written anywhere.

    Raises:
        TypeError: it is none, or longer than any name.
        UnicodeEncodeError: it holds half a character.

    Example:
        >>> words("Hamlet")
        'Hamlet'
        >>> words(7)
        Traceback (most recent call last):
        TypeError: 7 where a few words belong
    """
    if not isinstance(value, str) or len(value) > _MOST_WORDS:
        raise TypeError(f"{shortened(repr(value))} where a few words belong")
    value.encode()
    return value


def optional(read: Callable[[Any], T], found: Any) -> T | None:
    """What may be missing, read where it is there: runs from before say less.

    Example:
        >>> optional(whole, None), optional(whole, 3)
        (None, 3)
    """
    return None if found is None else read(found)


def each_words(found: Any) -> tuple[str, ...]:
    """A list of words.

    Example:
        >>> each_words(["dropout", "second try"])
        ('dropout', 'second try')
    """
    if not isinstance(found, list):
        raise TypeError(f"{shortened(repr(found))} where a list of words belongs")
    return tuple(map(words, found))


def whole(value: Any) -> int:
    """A whole number from 0.

    Example:
        >>> whole(True)
        Traceback (most recent call last):
        TypeError: True where a whole number belongs
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} where a whole number belongs")
    return value


def truth(value: Any) -> bool:
    """True or False.

    Example:
        >>> truth(1)
        Traceback (most recent call last):
        TypeError: 1 where true or false belongs
    """
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} where true or false belongs")
    return value


def moment(value: Any) -> str:
    """A date and time in ISO format.

    Example:
        >>> moment("2026-01-02T03:04:05+00:00")
        '2026-01-02T03:04:05+00:00'
    """
    datetime.fromisoformat(words(value))
    return str(value)
