"""Networks in PyTorch's files (.pt, .pth, .bin): state dicts, and nothing that needs code."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from rnnviz.models.adopted import NetworkError
from rnnviz.models.files.bounded import MOST_BYTES, read_bytes
from rnnviz.models.files.tuples import MOST, largest_tuple

_MOST_INSTRUCTIONS = 1 << 20  # bytes that say what a file holds, beside its numbers
_DEEP = 4  # a checkpoint keeps the state dict in a dict, or in one of that
_MARK = re.compile(r"(.*\.)?weight_hh(_l0)?")


def read_pytorch(path: Path) -> Mapping[str, Any]:
    """The state dict in a file, which may stand in a checkpoint beside an optimizer's.

    It is read by `torch.load(weights_only=True)` alone, which runs nothing that a file says.

    Raises:
        NetworkError: it is no such file, needs code, or holds no network, or several.
    """
    data = read_bytes(path)
    _check_archive(path, data)
    try:
        held = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a stranger's file makes it raise
        raise _needs_code(path) from error
    found = dict(_state_dicts(held))
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise NetworkError(
            f"{path} holds {len(found)} networks ({', '.join(found)}); save the state dict of one."
        )
    raise NetworkError(
        f"{path} holds no state dict with a weight_hh_l0, as that of an RNN, GRU or LSTM of "
        "torch.nn has; save `network.state_dict()`."
    )


def conversion(path: Path) -> list[str]:
    """Three lines that make a file which needs code one that needs none.

    Example:
        >>> print(*conversion(Path("old.pth")), sep=chr(10))
        import torch  # of a checkpoint, held is the part that is the network, as held["model"]
        held = torch.load('old.pth', weights_only=False)  # runs what is in it: trust who made it
        torch.save(held.state_dict() if hasattr(held, "state_dict") else held, 'old-weights.pt')
    """
    made = str(path.with_name(f"{path.stem}-weights.pt"))
    return [
        'import torch  # of a checkpoint, held is the part that is the network, as held["model"]',
        f"held = torch.load({str(path)!r}, weights_only=False)  "
        "# runs what is in it: trust who made it",
        f'torch.save(held.state_dict() if hasattr(held, "state_dict") else held, {made!r})',
    ]


def _needs_code(path: Path) -> NetworkError:
    return NetworkError(
        f"{path} is damaged, older than PyTorch 1.6, or needs code to be read, as a whole module "
        "does; nothing in it was run. Where you trust it, these three lines write its weights "
        "alone:",
        conversion(path),
    )


def _check_archive(path: Path, data: bytes) -> None:
    """Refuse what is no archive as PyTorch writes them: nothing in one is compressed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            told = [
                archive.read(each)
                for each in members
                if each.filename.endswith(".pkl")
                and each.compress_type == zipfile.ZIP_STORED
                and each.file_size <= _MOST_INSTRUCTIONS
            ]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise _needs_code(path) from error
    instructions = [each.file_size for each in members if each.filename.endswith(".pkl")]
    packed = any(each.compress_type != zipfile.ZIP_STORED for each in members)
    large = sum(each.file_size for each in members) > MOST_BYTES
    if packed or large or max(instructions, default=0) > _MOST_INSTRUCTIONS:
        raise NetworkError(
            f"{path} is no file that `torch.save` writes of a state dict: its parts are "
            "compressed, or claim to be larger than they can be."
        )
    try:
        woven = any(largest_tuple(each) >= MOST for each in told)
    except (ValueError, LookupError) as error:
        raise _needs_code(path) from error
    if woven or len({each.filename.lower() for each in members}) < len(members):
        raise NetworkError(
            f"{path} is no file that `torch.save` writes of a state dict: it holds tuples of more "
            "than can be counted, or two parts of one name."
        )


def _state_dicts(held: Any) -> Iterator[tuple[str, Any]]:
    """The mappings that hold the weights of a recurrence, each once, by where they stand.

    A few bytes can say that a mapping stands in itself, or a thousand times in another.
    """
    seen, level = set[int](), [("", held)]
    for _ in range(_DEEP + 1):
        below = list[tuple[str, Any]]()
        for name, found in level:
            if not isinstance(found, Mapping) or id(found) in seen:
                continue
            seen.add(id(found))
            if any(isinstance(key, str) and _MARK.fullmatch(key) for key in found):
                yield name or "the whole", found
            else:
                below += [(f"{name}.{key}".lstrip("."), value) for key, value in found.items()]
        level = below
