"""The order of rooms: which of them each may import. A room is a folder, or a file beside them."""

from __future__ import annotations

from pathlib import PurePosixPath

from tests.law.imports import imports_of

_BASE = [
    "version",
    "arrays",
    "showing",
    "cells",
    "records",
    "notation",
    "powers",
    "settings",
    "config",
    "storage",
    "text",
]
_NETWORKS = [*_BASE, "recurrent", "models"]
_TRAINED = [*_NETWORKS, "analysis", "training"]
_RUNS = [*_TRAINED, "corpora", "runs", "workers"]
_ALL = [*_RUNS, "lessons", "plots", "widgets", "export"]

LIBRARY = {
    "version": [],
    "arrays": [],
    "showing": [],
    "cells": [],
    "records": ["arrays", "showing", "cells"],
    "notation": [],
    "powers": ["notation"],
    "settings": ["notation"],
    "config": ["cells", "notation", "settings"],
    "storage": [],
    "text": ["arrays", "showing", "records", "notation", "storage"],
    "corpora": _BASE,
    "recurrent": _BASE,
    "models": [*_BASE, "recurrent"],
    "analysis": _NETWORKS,
    "training": [*_NETWORKS, "analysis"],
    "lessons": _TRAINED,
    "plots": [*_BASE, "analysis"],
    "widgets": [*_BASE, "analysis", "plots"],
    "runs": [*_TRAINED, "corpora"],
    "workers": [*_TRAINED, "corpora", "runs"],
    "export": [*_RUNS, "lessons", "plots"],
    "commands": _ALL,
    "cli": [*_ALL, "commands"],
    "__main__": ["cli"],
    "__init__": _ALL,  # public names are looked up when they are used
}

_FRAME = [
    "navigation",
    "actions",
    "address",
    "looking",
    "state",
    "appearance",
    "charts",
    "turns",
    "components",
    "server",
    "cache",
    "view",
    "reports",
    "example",
    "sidebar",
]

# Besides, each may import all of the library but its command line.
DASHBOARD = {
    "__init__": [],
    "navigation": ["state"],
    "actions": ["state"],
    "address": [],
    "looking": [],
    "walking": [],
    "state": ["address", "looking", "walking"],
    "appearance": [],
    "charts": ["appearance"],
    "head": ["components", "reports"],
    "keys": [],
    "turns": [],
    "components": ["navigation", "address", "state", "appearance", "turns"],
    "memory": [],
    "server": ["memory"],
    "cache": ["state", "appearance", "components", "server"],
    "view": _FRAME[:-4],
    "reports": ["server", "state"],
    "example": _FRAME[:-2],
    "sidebar": _FRAME[:-1],
    "tour": [*_FRAME[:-1], "keys"],
    "train": _FRAME,
    "table": _FRAME,
    "inspection": _FRAME,
    "finding": [*_FRAME, "memory", "inspection"],
    "gradients": [*_FRAME, "inspection", "train", "finding"],
    "learn": [*_FRAME, "inspection"],
    "compare": [*_FRAME, "inspection", "finding"],
    "app_pages": [
        *_FRAME,
        *("train", "table", "inspection", "finding", "gradients", "compare", "learn"),
    ],
    "app": [*_FRAME, "head", "keys", "tour", "train"],
}

MAY_IMPORT = {
    **{f"rnnviz.{room}": {f"rnnviz.{other}" for other in below} for room, below in LIBRARY.items()},
    **{
        f"dashboard.{room}": {f"dashboard.{other}" for other in below}
        | {f"rnnviz.{other}" for other in _ALL}
        for room, below in DASHBOARD.items()
    },
}
_ALONE = {"dashboard.app_pages"}  # pages do not import each other


def room_of(name: str) -> str:
    """The room of a module.

    Example:
        >>> room_of("rnnviz.runs.run.Run"), room_of("dashboard.cache")
        ('rnnviz.runs', 'dashboard.cache')
    """
    return ".".join(name.split(".")[:2])


def imports_run_downwards(path: str, text: str) -> list[str]:
    """Imports from a room that this file's room may not know, or that is in no table.

    Example:
        >>> imports_run_downwards("rnnviz/runs/run.py", "from rnnviz import workers")
        ['line 1: rnnviz.runs imports rnnviz.workers']
    """
    room = room_of(".".join(PurePosixPath(path).with_suffix("").parts))
    if room not in MAY_IMPORT:
        return [f"no table says what {room} may import"]
    allowed = MAY_IMPORT[room] | {room} - _ALONE
    return [
        f"line {line}: {room} imports {room_of(name)}"
        for name, line in imports_of(path, text)
        if name.split(".")[0] in ("rnnviz", "dashboard") and room_of(name) not in allowed
    ]
