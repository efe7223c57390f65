"""A description as somebody edits it who means to, and as earlier versions wrote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def without_digest(path: Path) -> dict[str, Any]:
    """What `run.json` says, to be written again with other values."""
    values: dict[str, Any] = json.loads(path.read_text())
    del values["digest"]
    return values
