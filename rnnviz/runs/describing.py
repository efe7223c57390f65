"""What a new run is described by, wherever its network comes from."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.description import RunDescription, format_of
from rnnviz.runs.imported import Imported
from rnnviz.runs.naming import first_name
from rnnviz.text.alphabet import Alphabet
from rnnviz.text.reading import Reading, TextError
from rnnviz.text.seen import Seen

_PACKAGES = ("torch", "numpy")


def described(
    text: str,
    text_name: str,
    alphabet: Alphabet,
    model: ModelConfig,
    training: TrainingConfig,
    created: datetime,
    *,
    name: str | None = None,
    reading: Reading | None = None,
    imported: Imported | None = None,
    **more: Any,
) -> RunDescription:
    """A description of a run that is being made now.

    Args:
        text: as a person gave it.
        text_name: where it came from; a file's name may hold any bytes.
        alphabet: how the network reads it.
        model: the network.
        training: how it is trained.
        created: when the run is made.
        name: what it is called; None calls it after the text.
        reading: how the text was read.
        imported: where the network was trained, where that was not here; of its files likewise.
        more: other attributes of the description, by name.

    Raises:
        TextError: the text holds half a character.
    """
    read = alphabet.characters(text)
    text_name = _plain(text_name)
    if imported is not None:
        imported = replace(imported, files=tuple(map(_plain, imported.files)))
    return RunDescription(
        name=_plain(name or first_name(text_name)),
        model=model,
        training=training,
        alphabet=alphabet,
        text_name=text_name,
        text_sha256=hashlib.sha256(utf8(text)).hexdigest(),
        text_characters=len(read),
        created=created.isoformat(timespec="seconds"),
        packages=_versions(),
        reading=reading or Reading(),
        seen=Seen.of(read),
        imported=imported,
        format=format_of(model, imported=imported is not None),
        **more,
    )


def utf8(text: str) -> bytes:
    """A text as it is kept.

    Raises:
        TextError: it holds half a character.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise TextError(
            f"the text holds half a character (U+{ord(text[error.start]):04X}) at position "
            f"{error.start:,}; leave it out."
        ) from error


def _versions() -> dict[str, str]:
    """Of Python and of the packages that numbers depend on."""
    from importlib.metadata import version  # slow to load, and needed for new runs alone

    python = ".".join(map(str, sys.version_info[:3]))
    return {"python": python} | {name: version(name) for name in _PACKAGES}


def _plain(name: str) -> str:
    """The name of a file, whose bytes may be no text: a question mark stands for what is none."""
    return name.encode("utf-8", "replace").decode()
