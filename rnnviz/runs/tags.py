"""Words that a person puts on runs, to find them again: tags, and the group a run belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from rnnviz.runs.description import RunDescription, change_by
from rnnviz.runs.paths import RunFolder
from rnnviz.text.control import acts

MOST = 20
_LONGEST = 40


def checked(tag: str, called: str = "tag") -> str:
    """A tag as it is kept: without spaces around it.

    Args:
        tag: as it was typed.
        called: what it is.

    Raises:
        ValueError: it is empty, longer than 40 characters, or holds a comma, which stands between
            tags, a line end or another character that acts, or half a character.

    Example:
        >>> checked("  window 64 ")
        'window 64'
        >>> checked("a,b")
        Traceback (most recent call last):
        ValueError: the tag 'a,b' holds U+002C; leave out commas and what is not seen as itself.
    """
    plain = tag.strip()
    if not 1 <= len(plain) <= _LONGEST:
        raise ValueError(f"the {called} has {len(plain)} characters; 1 to {_LONGEST} are allowed.")
    for character in plain:
        if character == "," or acts(character):
            raise ValueError(
                f"the {called} {plain!r} holds U+{ord(character):04X}; leave out commas and what "
                "is not seen as itself."
            )
    return plain


def retag(
    folder: RunFolder, *, put: Iterable[str] = (), take: Iterable[str] = ()
) -> RunDescription:
    """Put tags on a run and take others off. What `run.json` says now.

    Args:
        folder: of the run.
        put: which it gets; those it has stay where they are.
        take: which it has, and loses.

    Raises:
        ValueError: a tag cannot be one, or is to be taken that is not there; or there would be
            more than 20.
        RunError: `run.json` is damaged, or cannot be written.
    """
    new, gone = [checked(tag) for tag in put], {checked(tag) for tag in take}

    def changed(now: RunDescription) -> tuple[str, ...]:
        if missing := sorted(gone - {*now.tags}):
            raise ValueError(f"run {folder.id} has no tag {missing[0]!r}; {_has(now)}.")
        tags = tuple(dict.fromkeys([tag for tag in now.tags if tag not in gone] + new))
        if len(tags) > MOST:
            raise ValueError(f"a run may have {MOST} tags; this one would have {len(tags)}.")
        return tags

    return change_by(folder, lambda now: {"tags": changed(now)})


def _has(now: RunDescription) -> str:
    return f"it has {', '.join(map(repr, now.tags))}" if now.tags else "it has none"
