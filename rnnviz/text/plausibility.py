"""How much a text looks like one that a person wrote: its likelihood by language."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from rnnviz.text import frequent

Masses = NDArray[np.float64]

_CODE_POINTS = 0x10000  # all beyond counts as the last, which is no character
_NEVER, _RARELY = 1e-10, 1e-7
_MIXED_WORD = 3.0  # nats, where two alphabets meet in a word
_ASCII = " etaoinshrdlu\ncmfwygpb,.vk'\"-ETAOINSHRDLUCMFWYGPBVK\rxjqz1023;:!?()456789XJQZ_*/&\t"


def likelihoods(text: str) -> dict[str, float]:
    """The log likelihood of a text in each language, in nats.

    Characters are drawn one by one: the share of ASCII is the text's own, and within ASCII and
    beyond it a character comes as often as it is frequent in the language, by Zipf's law of its
    rank. All readings of the same bytes are thus compared by one measure, however many characters
    each makes of them.

    Example:
        >>> found = likelihoods("мама мыла раму")
        >>> max(found, key=found.get) in ("Russian", "Bulgarian")
        True
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    plain = codes < 0x80
    beyond = np.minimum(codes[~plain], _CODE_POINTS - 1)
    points, counts = np.unique(beyond, return_counts=True)
    common = _share(int(plain.sum()), len(codes)) + float(_ascii()[codes[plain]].sum())
    common -= _MIXED_WORD * _mixed(codes)
    return {name: common + float(counts @ of[points]) for name, of in _languages().items()}


def _share(some: int, total: int) -> float:
    """log likelihood of which characters are ASCII, at the text's own share."""
    parts = np.array([some, total - some], dtype=float)
    parts = parts[parts > 0]
    return float((parts * np.log(parts / max(total, 1))).sum())


def _mixed(codes: NDArray[np.uint32]) -> int:
    """How often an ASCII letter and one of an alphabet from Greek to Thai are neighbours."""
    lower = codes | 0x20
    latin = (lower >= ord("a")) & (lower <= ord("z"))
    other = (codes >= 0x370) & (codes < 0xE80)
    return int((latin[1:] & other[:-1]).sum() + (latin[:-1] & other[1:]).sum())


@cache
def _ascii() -> Masses:
    masses = np.full(0x80, 2e-4)
    masses[:32] = masses[127] = _NEVER
    _add(masses, _ASCII, 0.97, 1)
    return _log(masses)


@cache
def _languages() -> dict[str, Masses]:
    """log of how often each character beyond ASCII comes, by language."""
    found = {name: _alphabetic(letters) for name, letters in frequent.ALPHABETS.items()}
    found["English"] = _language((frequent.ENGLISH, 0.95, 0), (frequent.PUNCTUATION, 0.05, 1))
    for name, (parts, rows) in frequent.EASTERN.items():
        known = [(characters, mass, 20) for characters, mass in parts]
        in_use = (_rows(*rows), 1 - sum(mass for _, mass in parts), 10_000)
        found[name] = _language(*known, in_use, (frequent.EASTERN_PUNCTUATION, 0.1, 1))
    return found


def _alphabetic(letters: str) -> Masses:
    return _language(
        (letters, 0.88, 1), (letters.upper(), 0.04, 1), (frequent.PUNCTUATION, 0.08, 1)
    )


def _language(*parts: tuple[str, float, int]) -> Masses:
    """The masses of some characters; any text may hold others once, but never controls."""
    masses = np.full(_CODE_POINTS, _NEVER)
    masses[0xA0:0x3400] = masses[0x4E00:0xD7A4] = _RARELY
    for characters, mass, before in parts:
        _add(masses, characters, mass, before)
    return _log(masses)


def _log(masses: Masses) -> Masses:
    logs: Masses = np.log(masses / masses.sum())
    return logs


def _add(masses: Masses, characters: str, mass: float, before: int) -> None:
    """Zipf's law: the r-th character has 1 / (before + r) of the mass, in proportion."""
    weights = 1 / (before + np.arange(1, len(characters) + 1))
    np.add.at(masses, [ord(c) for c in characters], mass * weights / weights.sum())


def _rows(encoding: str, first: int, last: int) -> str:
    """The characters of some rows of a national standard: those it takes to be in use."""
    low = range(0x40 if encoding == "big5" else 0xA1, 0xFF)
    data = (bytes((high, each)) for high in range(first, last + 1) for each in low)
    return "".join(each.decode(encoding, "ignore") for each in data)
