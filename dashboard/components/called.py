"""Options whose names change while they are chosen: a browser says what it last drew.

What was chosen is sent back as it was called then, even where it is called otherwise by now:

    hear("runs")
    key = state.linked("runs", ...)
    st.multiselect("Runs", options, key=key, format_func=say("runs", labels))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard import state

_CALLED = "{} were called".format


def hear(key: str) -> None:
    """Let a widget that is drawn next have the options themselves, not what they were called."""
    called: dict[str, str] = state.kept(_CALLED(key), {})
    said: Any = state.value_of(key)
    if isinstance(said, list):
        state.put(key, [called.get(each, each) for each in said])
    elif said in called:
        state.put(key, called[said])


def say(key: str, labels: Mapping[str, str]) -> Callable[[str], str]:
    """What each option is called in the widget, which is remembered.

    Args:
        key: of the widget.
        labels: by option, all different.
    """
    called = {label: option for option, label in labels.items()}
    state.keep(_CALLED(key), state.kept(_CALLED(key), {}) | called)
    return lambda option: labels.get(option, option)
