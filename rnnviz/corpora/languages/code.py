"""Indented blocks of code with comments and strings."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.corpora.languages.automaton import Automaton
from rnnviz.corpora.languages.phrases import Phrases, Place, phrases, spell

INDENT = 2
CLOSING = 0.35
BLOCK = 0.3

_FUNCTIONS = ("start", "measure", "print_all", "walk", "repair")
_VARIABLES = ("count", "total", "left", "right", "speed")
_DIGITS = "0123456789"
# Signs of code that mean nothing inside a comment or a string.
_NOTED = ("check", "this", "later", "slow", "because", "the", '"old"', "{brace}", "don't", "moves")
_SAID = ("ready", "done", "wait", "error", "//", "{", "}", "open", "lights")

GRAMMAR: dict[str, Phrases] = {
    "function": phrases((f"fn {name}(" for name in _FUNCTIONS), "argument"),
    "argument": phrases((f"{name}) {{\n" for name in _VARIABLES), "line"),
    "statement": phrases((f"{name} = " for name in _VARIABLES), "value", 0.5)
    + phrases(('print("', 'send("', 'warn("'), "said", 0.3)
    + phrases(("// ",), "noted", 0.2),
    "value": phrases((f"{digit};" for digit in _DIGITS), "end", 0.5)
    + phrases((f"{name};" for name in _VARIABLES), "end", 0.5),
    "said": phrases((f"{word} " for word in _SAID), "said", 0.6)
    + phrases((f'{word}");' for word in _SAID), "end", 0.4),
    "end": phrases(("\n",), "line", 0.8) + phrases((" // ",), "noted", 0.2),
    "noted": phrases((f"{word} " for word in _NOTED), "noted", 0.7)
    + phrases((f"{word}\n" for word in _NOTED), "line", 0.3),
    "block": phrases((f"if {name} < " for name in _VARIABLES), "limit", 0.5)
    + phrases((f"while {name} < " for name in _VARIABLES), "limit", 0.5),
    "limit": phrases((f"{digit} {{\n" for digit in _DIGITS), "line"),
    "closed": phrases(("\n",), "line"),
}
GRAMMAR["statement or block"] = tuple(
    phrase._replace(weight=phrase.weight * share)
    for slot, share in (("statement", 1 - BLOCK), ("block", BLOCK))
    for phrase in GRAMMAR[slot]
)


class _Written(NamedTuple):
    """Where the text stands.

    `reading` is "code", "/" (a slash that will open a comment), "comment" or "string"; `fresh`
    says that the innermost block has no line yet; `column` counts spaces while a line has nothing
    else, and is -1 after that.
    """

    place: Place
    depth: int
    reading: str
    fresh: bool
    column: int


def code(deepest: int = 4) -> Automaton:
    r"""Functions of statements and nested blocks, indented by two spaces a block.

    A block has at least one line; before each further line it closes with probability 0.35.
    Comments and strings hold words and signs that would mean something in code.

    Truth:
        depth: blocks open.
        inside_comment: 1 from the second slash of // up to the line break, itself left out.
        inside_string: 1 from an opening quote mark up to the character before the closing one.

    Example:
        >>> print(code().generate(100, seed=0).text)
        fn walk(total) {
          while speed < 5 {
            count = 2;
            total = right;
            send("ready done");
          }
        }
    """

    def follow(state: _Written) -> list[tuple[str, float, _Written]]:
        if state.column >= 0 and state.depth:
            return _indentation(state, deepest)
        return [
            (character, probability, _read(state, character, place))
            for character, probability, place in spell(GRAMMAR, state.place)
        ]

    return Automaton.explore(
        _Written(Place("function"), 0, "code", False, 0),
        follow,
        {
            "depth": lambda s: s.depth,
            "inside_comment": lambda s: int(s.reading == "comment"),
            "inside_string": lambda s: int(s.reading == "string"),
        },
    )


def _indentation(state: _Written, deepest: int) -> list[tuple[str, float, _Written]]:
    """At the start of a line inside a block: spaces, then a closing brace or a statement."""
    whole = INDENT * state.depth
    if state.column == whole:
        slot = "statement or block" if state.depth < deepest else "statement"
        begun = state._replace(place=Place(slot), fresh=False, column=-1)
        return [
            (character, probability, _read(begun, character, place))
            for character, probability, place in spell(GRAMMAR, begun.place)
        ]
    space = (" ", 1.0, state._replace(column=state.column + 1))
    if state.fresh or state.column != whole - INDENT:
        return [space]
    outer = _Written(Place("closed"), state.depth - 1, "code", False, -1)
    return [("}", CLOSING, outer), (" ", 1 - CLOSING, space[2])]


def _read(state: _Written, character: str, place: Place) -> _Written:
    depth, reading, fresh = state.depth, state.reading, state.fresh
    if reading == "code" and character == "{":
        depth, fresh = depth + 1, True
    reading = _reading(reading, character)
    if character == "\n":
        place = Place("line") if depth else Place("function")
        return _Written(place, depth, "code", fresh, 0)
    return _Written(place, depth, reading, fresh, -1)


def _reading(before: str, character: str) -> str:
    if before == "comment":
        return before
    if before == "string":
        return "code" if character == '"' else before
    if character == "/":
        return "comment" if before == "/" else "/"
    return "string" if character == '"' else "code"
