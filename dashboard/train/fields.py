"""Fields of a form that stay the same widgets, whatever is usual for them.

What is usual changes with the preset, the text, the cell. Another widget in the place of one would
close its menu while somebody chooses from it, and lose what is being typed.
"""

from __future__ import annotations

from typing import Any

from dashboard import state


def field(name: str, usual: Any, of: str = "") -> str:
    """The key of a field's widget, which is given its value here where that is another.

    What a person chose stays; what was left as usual follows what is usual.

    Args:
        name: of the setting.
        usual: its value where nobody chooses another.
        of: the preset; what is chosen holds for it alone.
    """
    key = _key(name)
    if state.kept(key) != (of, usual):
        _put_away(key)
        own = state.kept(_own(key, of))
        state.put(key, usual if own is None else own)
        state.keep(key, (of, usual))
    return key


def fill(name: str, value: Any, of: str = "") -> None:
    """Let a field have a value when it is drawn next, as if a person had chosen it."""
    key = _key(name)
    _put_away(key)
    state.keep(_own(key, of), value)


def as_usual(name: str) -> None:
    """Let a field have what is usual when it is drawn next."""
    state.keep(_key(name), None)
    state.keep(_own(_key(name), ""), None)


def _put_away(key: str) -> None:
    """Remember what a person chose in a field, where it is not what was usual."""
    if (known := state.kept(key)) is not None:
        of, usual = known
        chosen = state.value_of(key)
        state.keep(_own(key, of), None if chosen == usual else chosen)
        state.keep(key, None)


def _key(name: str) -> str:
    return f"field {name}"


def _own(key: str, of: str) -> str:
    return f"{key} chosen for {of}"
