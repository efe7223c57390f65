"""A visitor without a browser: what a page is made of over its websocket, and clicks in it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

_CLICKABLE = ("checkbox", "slider", "selectbox", "radio", "button_group", "number_input")
_DONE = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
)
_PATIENCE = 90.0


class Visitor:
    """One session of the dashboard: what it shows now, and what was chosen in it.

    Attributes:
        received: bytes that came over the websocket so far.
        errors: what went wrong, a sentence each.
    """

    def __init__(self, socket: ClientConnection, query: str, seed: int) -> None:
        self.received = 0
        self.errors: list[str] = []
        self._socket, self._query, self._random = socket, query, random.Random(seed)
        self._page = ""
        self._widgets: dict[str, tuple[str, Any, str]] = {}
        self._chosen: dict[str, WidgetState] = {}
        self._polls: dict[str, tuple[float, float]] = {}
        self._known: list[str] = []

    async def open(self, page: str) -> float:
        """Go to a page; the seconds until it is there, as all the others give."""
        self._page = page
        return await self._ask()

    async def again(self) -> float:
        """The whole page once more, nothing changed."""
        return await self._ask()

    async def click(self) -> float:
        """Change one thing at random, in its own part of the page where it has one."""
        if not self._widgets:
            return await self._ask()
        widget = self._random.choice(sorted(self._widgets))
        kind, element, fragment = self._widgets[widget]
        self._chosen[widget] = _changed(kind, element, self._chosen.get(widget), self._random)
        return await self._ask(fragment)

    async def poll(self) -> float | None:
        """What the page asks for by itself; None where nothing is due."""
        now = time.monotonic()
        for fragment, (interval, due) in self._polls.items():
            if due <= now:
                self._polls[fragment] = interval, now + interval
                return await self._ask(fragment, by_itself=True)
        return None

    async def _ask(self, fragment: str = "", *, by_itself: bool = False) -> float:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_name = self._query, self._page
        asked.fragment_id, asked.is_auto_rerun = fragment, by_itself
        asked.context_info.color_scheme = "light"
        asked.widget_states.widgets.extend(self._chosen.values())
        asked.cached_message_hashes.extend(self._known)
        before = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        try:
            async with asyncio.timeout(_PATIENCE):
                while not self._hear(await self._socket.recv()):
                    pass
        except TimeoutError:
            self.errors.append(f"{self._page} was not there after {_PATIENCE:.0f} s.")
        return time.perf_counter() - before

    def _hear(self, data: str | bytes) -> bool:
        """Take in a message; whether it is the last of a redraw."""
        assert isinstance(data, bytes)
        self.received += len(data)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if message.metadata.cacheable:
            self._known.append(message.hash)
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            # What stands in the sidebar leads elsewhere.
            self._note(message.delta, clickable=message.metadata.delta_path[0] == 0)
        elif kind == "new_session" and not message.metadata.run.fragment_ids:
            # The page anew, asked for or not; a part that is gone would never answer.
            self._widgets, self._polls = {}, {}
        elif kind == "stop_auto_rerun":
            for gone in message.stop_auto_rerun.fragment_ids:
                self._polls.pop(gone, None)
        elif kind == "auto_rerun":
            every = message.auto_rerun.interval
            self._polls[message.auto_rerun.fragment_id] = every, time.monotonic() + every
        return kind == "script_finished" and message.script_finished in _DONE

    def _note(self, delta: Delta, *, clickable: bool) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        if kind == "exception":
            self.errors.append(f"{self._page}: {element.exception.message}")
        elif clickable and kind in _CLICKABLE:
            found = getattr(element, kind)
            if not found.disabled and not found.form_id:
                self._widgets[found.id] = kind, found, delta.fragment_id


@asynccontextmanager
async def visitor(url: str, query: str = "", seed: int = 0) -> AsyncIterator[Visitor]:
    """A new session of the dashboard at an address; `seed` decides what is clicked."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        yield Visitor(socket, query, seed)


def _changed(
    kind: str, element: Any, before: WidgetState | None, chance: random.Random
) -> WidgetState:
    """Another value of a widget."""
    state = WidgetState(id=element.id)
    if kind == "checkbox":
        state.bool_value = not (before.bool_value if before else element.default)
    elif kind in ("selectbox", "radio"):
        state.string_value = chance.choice(list(element.options))
    elif kind == "button_group":
        chosen = chance.choice([option.content for option in element.options])
        state.string_array_value.data.append(chosen)
    elif kind == "number_input":
        value = before.double_value if before else element.default
        way = chance.choice((-1, 1)) * element.step
        inside = element.min <= value + way <= element.max or not element.has_max
        state.double_value = value + (way if inside else -way)
    elif element.options:  # a slider over named values
        state.string_array_value.data.append(chance.choice(list(element.options)))
    else:
        places = int((element.max - element.min) / element.step)
        values = sorted(
            element.min + element.step * chance.randint(0, places) for _ in element.default
        )
        state.double_array_value.data.extend(values)
    return state
