"""How things show themselves: in one line, and in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from pkgutil import resolve_name
from typing import Any

_LONGEST, _BEGINNING = 48, 40  # characters of a text that are shown whole, and of a longer one
_MOST = 6  # entries that are shown, all of them
_FEW = 3  # of more

# What makes HTML of a record, by the record's name. Pictures are made above records, which cannot
# know of them: the package says so.
PICTURES: dict[str, str] = {}


class Record:
    """What says in one short line what it holds: of an array its type and shape.

    Fields that are as usual are left out.

    Example:
        >>> import numpy as np
        >>> from rnnviz.records import Sample
        >>> blank = np.zeros((2, 0))
        >>> Sample("a", "bc", np.array([0.5, 0.25]), blank.astype(int), blank)
        Sample(prompt='a', text='bc', probability=float64 (2,), likeliest=int64 (2, 0), ...)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return line_of(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: the line, and a picture where there is one."""
        home = PICTURES.get(type(self).__name__)
        if home is None:
            return {"text/plain": repr(self)}
        picture: Callable[[Record], str] = resolve_name(home)
        return {"text/plain": repr(self), "text/html": picture(self)}


def line_of(record: Any) -> str:
    """A frozen dataclass as what would make it, in short, and without what is as usual."""
    told = []
    for field in fields(record):
        value = getattr(record, field.name)
        usual = field.default if field.default_factory is MISSING else field.default_factory()
        if field.repr and (type(value) is not type(usual) or value != usual):
            told.append(f"{field.name}={brief(value)}")
    return f"{type(record).__name__}({', '.join(told)})"


def brief(value: Any) -> str:
    """A value in a few words: whole where it is short.

    Example:
        >>> import numpy as np
        >>> brief(np.zeros((2, 3))), brief({"h": np.zeros(2)}), brief(0.5)
        ('float64 (2, 3)', '{h}', '0.5')
        >>> print(brief("to be " * 20))
        'to be to be to be to be to be to be to b…' (120 characters)
        >>> brief(tuple("abcdefgh")), brief((0.5,)), brief(())
        ("('a', 'b', 'c', ..., 8 in all)", '(0.5,)', '()')
    """
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return f"{value.dtype} {tuple(value.shape)}"
    match value:
        case str() if len(value) > _LONGEST:
            return f"{value[:_BEGINNING] + '…'!r} ({len(value):,} characters)"
        case Mapping():
            return f"{{{_listed(map(str, value), len(value))}}}"
        case [only]:
            return f"({brief(only)},)"
        case tuple() | list():
            return f"({_listed(map(brief, value), len(value))})"
    return repr(value)


def _listed(entries: Iterable[str], count: int) -> str:
    found = list(entries)
    if count <= _MOST:
        return ", ".join(found)
    return ", ".join([*found[:_FEW], "...", f"{count:,} in all"])
