"""Files of others, read whole or refused: no more than so many bytes, whatever they claim."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnnviz.models.adopted import NetworkError
from rnnviz.storage import followed, read_file

MOST_BYTES = 1 << 30
_MOST_JSON = 16 << 20


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """All bytes of a file; links are followed, pipes and devices are refused.

    Raises:
        NetworkError: it is missing, too large, or none.

    Example:
        >>> read_bytes(Path("nowhere.pt"))
        Traceback (most recent call last):
        rnnviz.models.adopted.NetworkError: nowhere.pt cannot be read: No such file ...
    """
    with speaking_of(path):
        return read_file(followed(path), most)


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into one sentence.

    Raises:
        NetworkError: instead of OSError, and of what is said of a name that no file has.
    """
    try:
        yield
    except NetworkError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NetworkError(f"{path} cannot be read: {reason}; give another file.") from error


def read_object(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        NetworkError: it cannot be read, or is none.
    """
    return parsed(read_bytes(path, _MOST_JSON), str(path))


def parsed(data: bytes, name: str) -> Any:
    """The value that JSON says.

    Raises:
        NetworkError: it is none.

    Example:
        >>> parsed(b'["a", "b"]', "vocabulary.json")
        ['a', 'b']
        >>> parsed(b"[" * 100_000, "deep.json")
        Traceback (most recent call last):
        rnnviz.models.adopted.NetworkError: deep.json is no JSON that can be read (...
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NetworkError(f"{name} is no JSON that can be read ({error}).") from error
