"""What a new run is called: its id, which stays, and its name until a person gives another."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime
from pathlib import Path

RUN_ID = re.compile(r"[a-z0-9-]{8,64}")
_DATED = len("20260102-030405-123abcd")
_MAKING, _DELETING = ".new", ".gone"
# Earlier versions had none of these endings.
_HIDDEN = re.compile(rf"\.([a-z0-9-]+)({re.escape(_MAKING)}|{re.escape(_DELETING)})?")
_MADE = re.compile(r"[a-z0-9-]+-[a-z]+-[0-9]{8}-[0-9]{6}-[0-9]{3}[0-9a-f]{4}")


def new_run_id(name: str, cell: str, created: datetime) -> str:
    """A readable id that no other run has.

    Example:
        >>> new_run_id("King Lear.txt", "lstm", datetime(2026, 1, 2, 3, 4, 5))[:-4]
        'king-lear-lstm-20260102-030405-000'
    """
    plain = unicodedata.normalize("NFKD", Path(name).stem).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:24].strip("-") or "text"
    milliseconds = created.microsecond // 1000
    return f"{slug}-{cell}-{created:%Y%m%d-%H%M%S}-{milliseconds:03d}{secrets.token_hex(2)}"


def is_made(name: str) -> bool:
    """Whether a name is an id in full, as only this program makes them.

    Example:
        >>> is_made("king-lear-lstm-20260102-030405-000abcd"), is_made("king-lear")
        (True, False)
    """
    return RUN_ID.fullmatch(name) is not None and _MADE.fullmatch(name) is not None


def while_made(run_id: str) -> str:
    """What the folder of a run is called before others may see it.

    Example:
        >>> while_made("king-lear-lstm-20260102-030405-000abcd")
        '.king-lear-lstm-20260102-030405-000abcd.new'
    """
    return f".{run_id}{_MAKING}"


def while_deleted(run_id: str) -> str:
    """What the folder of a run is called once others may see it no more.

    Example:
        >>> while_deleted("king-lear-lstm-20260102-030405-000abcd")
        '.king-lear-lstm-20260102-030405-000abcd.gone'
    """
    return f".{run_id}{_DELETING}"


def hidden_run(name: str) -> tuple[str, bool] | None:
    """Whose folder has a name that hides it, and whether no other folder has such a name.

    Example:
        >>> hidden_run(".king-lear-lstm-20260102-030405-000abcd.gone")
        ('king-lear-lstm-20260102-030405-000abcd', True)
        >>> hidden_run(".git") is None
        True
    """
    found = _HIDDEN.fullmatch(name)
    return None if found is None or not is_made(found[1]) else (found[1], found[2] is not None)


def made_at(run_id: str) -> str:
    """The end of an id, by which runs sort from the oldest to the newest.

    Example:
        >>> made_at("king-lear-lstm-20260102-030405-000abcd")
        '20260102-030405-000abcd'
    """
    return run_id[-_DATED:]


def first_name(text_name: str) -> str:
    """What a run is called until a person renames it.

    Example:
        >>> first_name("King Lear.txt"), first_name("corpus:play"), first_name("corpus:play.txt")
        ('King Lear', 'A verse drama', 'play')
    """
    from rnnviz.corpora.catalogue import titled  # who looks at runs needs no catalogue of texts
    from rnnviz.corpora.corpus import PREFIX

    title = titled(text_name)
    return title if title != text_name else Path(text_name).stem.removeprefix(PREFIX) or "text"
