"""Keras' files, read in a process of its own.

What reads HDF5 is a library in C, which one wrong byte can make go round for ever or crash, and no
other thread runs meanwhile. Here that ends a process that does nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from safetensors.numpy import load, save

from rnnviz.config import ModelConfig
from rnnviz.models.adopted import Adopted, NetworkError

_SECONDS = 60.0
_MOST_MEMORY = 16 << 30
_REFUSED = 3


def read_apart(path: Path) -> Adopted:
    """The network in a .keras archive or an .h5 file; see `models.files.keras.read_keras`.

    Raises:
        NetworkError: as there; or reading took too long, or crashed.
    """
    home = str(Path(__file__).parents[3])
    known = os.environ.get("PYTHONPATH")
    search = os.pathsep.join([home, known] if known else [home])
    try:
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, str(path)],
            env={**os.environ, "PYTHONPATH": search},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NetworkError(
            f"{path} could not be read in {_SECONDS:g} s; it is damaged, or larger than what is "
            "read here."
        ) from error
    if done.returncode == _REFUSED:
        raise NetworkError(done.stdout.decode(errors="replace"))
    if done.returncode:
        raise NetworkError(f"{path} is no whole HDF5 file of Keras: reading it crashed.")
    return _received(done.stdout)


def _received(data: bytes) -> Adopted:
    length = int.from_bytes(data[:8], "little")
    told = json.loads(data[8 : 8 + length])["__metadata__"]["model"]
    return Adopted.of(ModelConfig.from_json(json.loads(told)), load(data))


def _sent(found: Adopted) -> bytes:
    return save(dict(found.weights), {"model": json.dumps(found.model.to_json())})


def _main(path: Path) -> int:
    """Read it, and write what was found, or why nothing was."""
    from rnnviz.models.files.keras import read_keras

    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        longest = int(_SECONDS) + 1  # also where nobody is left who would end it
        resource.setrlimit(resource.RLIMIT_CPU, (longest, longest))
    try:
        said, code = _sent(read_keras(path)), 0
    except NetworkError as error:
        said, code = str(error).encode(errors="replace"), _REFUSED
    sys.stdout.buffer.write(said)
    return code


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
