"""Everything the text heatmap shows, as one block of bytes that the browser reads without copying.

    u32    length of the header in bytes, little-endian, a multiple of 4
    UTF-8  the header, JSON, padded with spaces
    arrays little-endian, each at a multiple of 4; the header's "arrays" says type, count and place

Arrays: ids (time), values (unit, time) int16, peak (unit), limits (scale, unit), orders (order,
unit), loss (time), likeliest (time, rank), probability (time, rank), track (time; empty for none).
Times a unit's peak / 32767, an entry of values is the recorded number, to within peak / 65534.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.units.order import MEANS
from rnnviz.plots.coloured_text import SURPRISE_BITS
from rnnviz.plots.theme import THEMES
from rnnviz.records import Floats, Ids, Scale, Surprise, Trace
from rnnviz.text.layout import glyph, has_right_to_left
from rnnviz.text.vocabulary import Vocabulary

STEPS = 32767
MAX_CHARACTERS = 50_000

Hues = Literal["value", "surprise", "change"]


@dataclass(frozen=True, slots=True, eq=False)
class Guesses:
    """What a network expected, as the inspector lists it for each character of a text.

    Attributes:
        loss: of predicting the next character in nats (time); NaN where none was measured.
        likeliest: ids of the likeliest characters, best first (time, rank).
        probability: their probabilities (time, rank).
        alternatives: whether they could stand in a character's own place, and not after it.
    """

    loss: Floats
    likeliest: Ids
    probability: Floats
    alternatives: bool

    @classmethod
    def after(cls, trace: Trace) -> Self:
        """What could follow each character that was read."""
        return cls(trace.loss, trace.likeliest, trace.likeliest_probability, False)

    @classmethod
    def instead_of(cls, written: Surprise) -> Self:
        """What could have come in each character's place."""
        unmeasured = np.full(len(written.text), np.nan)
        return cls(unmeasured, written.likeliest, written.likeliest_probability, True)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Something else of each character: bars in a line of their own under each row.

    Attributes:
        name: what the picture calls it.
        values: of each character (time).
        ends: the values without a bar, and with the highest.
        colour: which of a theme's.
        means: what a bar says, in a sentence.
        height: of the highest bar, in CSS pixels.
        words: what the values from 0 on are called; none where they are numbers.
    """

    name: str
    values: NDArray[Any]
    ends: tuple[float, float]
    colour: Literal["truth", "copied"]
    means: str
    height: int = 10
    words: tuple[str, ...] = ()


def heatmap_payload(
    text: str,
    values: Floats,
    guesses: Guesses,
    *,
    signal_name: str,
    scales: Sequence[Scale],
    vocabulary: Vocabulary,
    layer: int = 0,
    orders: Mapping[str, Ids] | None = None,
    start: int = 0,
    hues: Hues = "value",
    track: Track | None = None,
    named: Mapping[int, str] | None = None,
) -> bytes:
    """What `text_heatmap` shows: one signal of one layer over a text.

    Args:
        text: the network's characters.
        values: the signal (time, unit).
        guesses: what was expected.
        signal_name: what the picture calls it.
        scales: to choose from, the usual one first.
        vocabulary: the characters in the order of the ids.
        layer: where it was recorded.
        orders: units in the order shown, by name (unit), the usual one first; None: as they are.
        start: position of the first character in the whole text.
        hues: what the values are, and so which colours they have: a signal, surprises in bits, or
            changes of them.
        track: what stands under the characters.
        named: what stands beside the number of a unit.

    Raises:
        ValueError: shapes that do not fit, numbers that are not finite, a text of over 50,000
            characters.
    """
    if orders is None:
        orders = {"index": np.arange(np.shape(values)[-1])}
    _check(text, values, scales, orders, track)
    about = {
        "signal": signal_name,
        "layer": layer,
        "start": start,
        "alternatives": guesses.alternatives,
        "never_negative": bool(values.min() >= 0),
        "ranks": guesses.likeliest.shape[1],
        **_about_choices(scales, orders),
        "hues": hues,
        "under": None if track is None else _track_fields(track),
        "named": {str(unit): words for unit, words in (named or {}).items()},
        **_about_text(text, vocabulary),
    }
    limits = np.stack([scale.limit for scale in scales])
    shown = _arrays_of_values(values, limits, np.stack(list(orders.values())), track)
    return _pack(about, shown | _arrays_of_text(text, guesses, vocabulary))


def _about_choices(scales: Sequence[Scale], orders: Mapping[str, Ids]) -> dict[str, Any]:
    """What the header says of scales and orders to choose from."""
    return {
        "scales": [
            {"name": scale.name, "centre": scale.centre, "means": scale.means} for scale in scales
        ],
        "orders": list(orders),
        "order_means": {name: MEANS.get(name, "") for name in orders},
    }


def _about_text(text: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """What the header says of the text, and of how it is drawn."""
    return {
        "right_to_left": has_right_to_left(text),
        "surprise": SURPRISE_BITS,
        "glyphs": [_glyph_fields(character) for character in vocabulary.characters],
        "themes": {name: asdict(theme) for name, theme in THEMES.items()},
        "text": _digest(text.encode("utf-32-le", "surrogatepass")),
    }


def _arrays_of_values(
    values: Floats, limits: Floats, orders: Ids, track: Track | None
) -> dict[str, NDArray[Any]]:
    quantised, peak = quantise(values)
    return {
        "values": quantised,
        "peak": peak,
        "limits": limits.astype("<f4"),
        "orders": orders.astype("<u4"),
        "track": np.zeros(0, "<f4") if track is None else track.values.astype("<f4"),
    }


def _arrays_of_text(text: str, guesses: Guesses, vocabulary: Vocabulary) -> dict[str, NDArray[Any]]:
    return {
        "loss": guesses.loss.astype("<f4"),
        "probability": guesses.probability.astype("<f4"),
        "ids": vocabulary.encode(text).astype("<u2"),
        "likeliest": guesses.likeliest.astype("<u2"),
    }


def quantise(values: Floats) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Numbers as multiples of their unit's largest size / 32767.

    Args:
        values: (time, unit), finite.

    Returns:
        The multiples (unit, time) and the largest sizes (unit).

    Example:
        >>> quantise(np.array([[0.5, 0.0], [-0.25, 0.0]]))[0].tolist()
        [[32767, -16384], [0, 0]]
    """
    peak = np.abs(values).max(axis=0).astype("<f4")
    divisor = np.where(peak > 0, peak, 1)[:, np.newaxis]
    # Rounding the largest to single precision may leave it a little beyond 1.
    share = np.clip(values.T / divisor, -1, 1)
    return np.rint(share * STEPS).astype("<i2"), peak


def read_header(payload: bytes) -> dict[str, Any]:
    """The header of a payload."""
    length = int.from_bytes(payload[:4], "little")
    header: dict[str, Any] = json.loads(payload[4 : 4 + length])
    return header


def json_block(content: Mapping[str, Any]) -> bytes:
    """JSON behind its length in bytes, padded so that what follows stands at a multiple of 4."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    encoded = text.encode("utf-8", "backslashreplace")
    encoded += b" " * (-len(encoded) % 4)
    return len(encoded).to_bytes(4, "little") + encoded


def _pack(about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    places, blocks, offset = {}, [], 0
    for name, array in arrays.items():
        block = np.ascontiguousarray(array).tobytes()
        places[name] = [array.dtype.name, array.size, offset]
        block += b"\0" * (-len(block) % 4)
        blocks.append(block)
        offset += len(block)
    content = {**about, "arrays": places}
    digest = _digest(json_block(content), *blocks)
    return json_block({"digest": digest, **content}) + b"".join(blocks)


def _digest(*blocks: bytes) -> str:
    found = hashlib.blake2b(digest_size=16)
    for block in blocks:
        found.update(block)
    return found.hexdigest()


def _glyph_fields(character: str) -> list[str | int]:
    """Code point, what is shown, columns, name, whether it only stands in."""
    found = glyph(character)
    return [ord(character), found.shown, found.columns, found.name, int(found.stands_in)]


def _track_fields(track: Track) -> dict[str, Any]:
    return {name: value for name, value in asdict(track).items() if name != "values"}


def _check(
    text: str,
    values: Floats,
    scales: Sequence[Scale],
    orders: Mapping[str, Ids],
    track: Track | None,
) -> None:
    count = len(text)
    if track is not None and np.shape(track.values) != (count,):
        raise ValueError(f"the track has shape {np.shape(track.values)}; give ({count},).")
    if values.ndim != 2 or len(values) != count or not values.size:
        raise ValueError(f"the values have shape {values.shape}; give ({count}, units).")
    if count > MAX_CHARACTERS:
        raise ValueError(
            f"the text has {count:,} characters; at most {MAX_CHARACTERS:,} are shown. "
            "Give a part of it."
        )
    if not np.isfinite(values).all():
        raise ValueError("the values hold NaN or infinity; give finite numbers.")
    units = values.shape[1]
    if not scales or any(np.shape(scale.limit) != (units,) for scale in scales):
        raise ValueError(f"give at least one scale, each with a limit for all {units} units.")
    every = list(range(units))
    if not orders or any(sorted(order.tolist()) != every for order in orders.values()):
        raise ValueError(f"give at least one order, each with all {units} units once.")
