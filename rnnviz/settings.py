"""Settings that are checked at birth, and go to and from JSON."""

from __future__ import annotations

from dataclasses import fields
from numbers import Integral, Real
from typing import Any, ClassVar, Self

from rnnviz.notation import shortened

_PLAIN = (str, int, float, type(None))


class Settings:
    """A frozen dataclass that goes to and from a plain JSON object.

    Numbers of other libraries, NumPy's for one, are taken as the plain ones they are.

    Attributes:
        NEWER: fields that older versions do not know, which are written only where they are not as
            usual.
    """

    __slots__ = ()
    NEWER: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if not isinstance(value, _PLAIN) and isinstance(value, Real):
                plain = int(value) if isinstance(value, Integral) else float(value)
                object.__setattr__(self, field.name, plain)
        self._check()

    def __repr__(self) -> str:
        """What would make it, without what is left to the program."""
        told = (
            f"{field.name}={value!r}"
            for field in fields(self)  # type: ignore[arg-type]
            if (value := getattr(self, field.name)) is not None or field.default is not None
        )
        return f"{type(self).__name__}({', '.join(told)})"

    def _check(self) -> None:
        """Refuse what is out of range."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """All fields by name as JSON values, but for newer ones that are as usual."""
        return {
            field.name: value
            for field in fields(self)  # type: ignore[arg-type]
            if (value := getattr(self, field.name)) != field.default or field.name not in self.NEWER
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The settings written by `to_json`.

        Raises:
            ValueError: a field is unknown, or a value is out of range.
        """
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        if unknown := sorted(set(values) - known):
            require("setting", unknown, "one of " + ", ".join(sorted(known)), False)
        return cls(**values)


def require(name: str, value: object, allowed: str, fine: bool) -> None:
    """Refuse a value that is not fine, in a sentence with what is allowed.

    Example:
        >>> require("prompt", 7, "text", isinstance(7, str))
        Traceback (most recent call last):
        ValueError: prompt is 7; it must be text.
    """
    if not fine:
        raise ValueError(f"{name} is {shortened(repr(value))}; it must be {allowed}.")


def require_number(name: str, value: object, low: float, high: float, allowed: str) -> None:
    """Refuse what is no number from `low` to `high`.

    Example:
        >>> require_number("dropout", 1.5, 0.0, 0.9, "a number from 0 to 0.9")
        Traceback (most recent call last):
        ValueError: dropout is 1.5; it must be a number from 0 to 0.9.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    require(name, value, allowed, is_number and low <= value <= high)  # type: ignore[operator]


def require_whole(name: str, value: object, low: int, high: int) -> None:
    """Refuse what is no whole number from `low` to `high`.

    Example:
        >>> require_whole("num_layers", 5, 1, 4)
        Traceback (most recent call last):
        ValueError: num_layers is 5; it must be a whole number from 1 to 4.
    """
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not (is_whole and low <= value <= high):  # type: ignore[operator]
        require(name, value, f"a whole number from {low:,} to {high:,}", False)


def require_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse what is none of some words.

    Example:
        >>> require_choice("device", "tpu", ("auto", "cpu", "cuda"))
        Traceback (most recent call last):
        ValueError: device is 'tpu'; it must be one of auto, cpu, cuda.
    """
    if value not in choices:  # sentences take longer than all else that is checked
        require(name, value, "one of " * (len(choices) > 1) + ", ".join(choices), False)
