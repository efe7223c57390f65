"""Arrays and plain values as the bytes of a safetensors file, under a digest of all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from safetensors import SafetensorError

from rnnviz.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Tensors: TypeAlias = "Mapping[str, NDArray[Any]]"

_LENGTH = 8  # bytes that say how long the header is
_ABOUT, _VALUES, _DIGEST = "__metadata__", "values", "sha256"
_UNKNOWN = "0" * sha256().digest_size * 2


class Sealed(NamedTuple):
    """What a file holds.

    Attributes:
        arrays: by name.
        values: plain ones.
        digest: SHA-256 of the whole file, its own place in it taken as zeros; None in files that
            were written before there were any.
    """

    arrays: dict[str, NDArray[Any]]
    values: dict[str, Any]
    digest: str | None


def seal(tensors: Tensors, values: Mapping[str, Any]) -> tuple[bytes, str]:
    """The bytes of a file, the same for the same contents, and their digest.

    Example:
        >>> data, digest = seal({"h": np.zeros(2)}, {"iteration": 7})
        >>> unseal(data).values, unseal(data).digest == digest
        ({'iteration': 7}, True)
    """
    from safetensors.numpy import save

    plain = save({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()})
    header, payload = _divide(plain)
    about = {_DIGEST: _UNKNOWN, _VALUES: json.dumps(values)}
    written = json.dumps({_ABOUT: about, **header}, separators=(",", ":")).encode()
    written += b" " * (-len(written) % _LENGTH)
    data = len(written).to_bytes(_LENGTH, "little") + written + payload
    at = data.index(_UNKNOWN.encode())
    digest = _digest(data, at)
    return data[:at] + digest.encode() + data[at + len(digest) :], digest


def unseal(data: bytes) -> Sealed:
    """What a file holds, if it is what was written.

    Raises:
        ValueError: it is cut short, or a bit of it was changed.

    Example:
        >>> data, _ = seal({"h": np.zeros(2)}, {})
        >>> unseal(data[:-1] + b"x")
        Traceback (most recent call last):
        ValueError: it is not what was written: its digest differs
    """
    from safetensors.numpy import load

    try:
        header, _ = _divide(data)
        about = header.get(_ABOUT, {})
        digest = _checked(data, about)
        values = json.loads(about.get(_VALUES, "{}"))
        arrays = dict(sorted(load(data).items()))
    except (SafetensorError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error) or repr(error)) from error
    if not isinstance(values, dict):
        raise ValueError("its values are no object")
    return Sealed(arrays, values, digest)


def _divide(data: bytes) -> tuple[dict[str, Any], bytes]:
    end = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
    try:
        header = json.loads(data[_LENGTH:end])
    except ValueError as error:
        raise ValueError("it is no safetensors file: its header is no JSON") from error
    if not isinstance(header, dict):
        raise ValueError("its header is no object")
    return header, data[end:]


def _checked(data: bytes, about: dict[str, Any]) -> str | None:
    """The digest, if it is right; None where the file has none, and is of the kind without."""
    if set(about) <= {_VALUES}:
        return None
    if set(about) != {_VALUES, _DIGEST}:
        raise ValueError("its header says what none says")
    digest = str(about[_DIGEST])
    if len(digest) != len(_UNKNOWN) or _digest(data, data.index(digest.encode())) != digest:
        raise ValueError("it is not what was written: its digest differs")
    return digest


def _digest(data: bytes, at: int) -> str:
    """Of all bytes but those of the digest itself, which begins there."""
    whole, view = sha256(), memoryview(data)
    for part in (view[:at], _UNKNOWN.encode(), view[at + len(_UNKNOWN) :]):
        whole.update(part)
    return whole.hexdigest()
