"""Networks in Keras' files: .keras archives, and whole models in .h5."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.models.adopted import Adopted, NetworkError
from rnnviz.models.files.bounded import MOST_BYTES, parsed, read_bytes
from rnnviz.models.keras_layers import Layer, adopted, chain_of

if TYPE_CHECKING:
    import h5py

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_MOST_CONFIG = 4 << 20
_BFLOAT16 = np.dtype("V2")  # of which HDF5 knows no more than its two bytes
_SAID = 120  # characters of what a library complains of

Arrays = list[NDArray[Any]]
Finder = Callable[[Layer, Sequence[Layer]], Arrays]


def read_keras(path: Path) -> Adopted:
    """The network in a .keras archive or a whole model in an .h5 file.

    Of an archive two members are read by their names, into memory; nothing is unpacked. Python code
    that a model may carry (Lambda, classes of one's own) is refused by the layer's name.

    Raises:
        NetworkError: h5py is missing, the file is none, or a layer is not understood.
    """
    data = read_bytes(path)
    if not data.startswith(b"PK"):
        return _read_h5(path, data)
    config, weights = _members(path, data)
    with _opened(path, weights) as file:
        return _of(path, parsed(config, f"{_CONFIG} of {path}"), _by_number(file))


def _read_h5(path: Path, data: bytes) -> Adopted:
    with _opened(path, data) as file:
        told = file.attrs.get("model_config")
        if told is None:
            raise NetworkError(
                f"{path} holds weights without the model they belong to; save the whole model, "
                '`model.save("model.keras")`.'
            )
        text = told if isinstance(told, bytes) else str(told).encode()
        return _of(path, parsed(text, f"model_config of {path}"), _by_name(file))


def _of(path: Path, config: Any, weights_of: Finder) -> Adopted:
    try:
        chain = chain_of(config)
        return adopted([(layer, weights_of(layer, chain)) for layer in chain])
    except NetworkError as error:
        raise NetworkError(f"{path}: {error}") from error
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise NetworkError(f"{path} is no model as Keras saves it ({error!r}).") from error


def _members(path: Path, data: bytes) -> tuple[bytes, bytes]:
    """The two parts of an archive that are needed, no more of each than is allowed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            config = _limited(archive, _CONFIG, _MOST_CONFIG)
            return config, _limited(archive, _WEIGHTS, MOST_BYTES)
    except KeyError as error:
        raise NetworkError(
            f"{path} has no {_CONFIG} and {_WEIGHTS} in it, as archives of Keras 3 have."
        ) from error
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError) as error:
        if isinstance(error, NetworkError):
            raise
        raise NetworkError(f"{path} is no whole .keras archive ({error}).") from error


def _limited(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    about = archive.getinfo(name)
    if about.file_size > most or about.compress_type != zipfile.ZIP_STORED:
        raise NetworkError(
            f"{name} in it is compressed, or claims {about.file_size:,} bytes; Keras compresses "
            f"nothing, and {most:,} bytes are allowed."
        )
    return archive.read(about)


@contextmanager
def _opened(path: Path, data: bytes) -> Iterator[h5py.File]:
    try:
        import h5py
    except ImportError as error:
        raise NetworkError(
            f"{path} is one of Keras' files, which are read with the package h5py; install it: "
            "`pip install h5py`."
        ) from error
    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            yield file
    except NetworkError:
        raise
    except Exception as error:  # whatever a damaged file makes HDF5 say, when it is read at last
        why = str(error)[:_SAID]
        raise NetworkError(f"{path} is no whole HDF5 file of Keras ({why}).") from error


def _by_number(file: h5py.File) -> Finder:
    """Weights of a .keras archive: numbered, in folders named after kinds of layer."""

    def found(layer: Layer, chain: Sequence[Layer]) -> Arrays:
        group = _walked(file, f"layers/{layer.folder_in(chain)}/vars")
        return [_numbers(group, str(number)) for number in range(len(group))]

    return found


def _by_name(file: h5py.File) -> Finder:
    """Weights of an .h5 file: each layer lists the names of its own, in order."""

    def found(layer: Layer, chain: Sequence[Layer]) -> Arrays:
        group = _walked(file, f"model_weights/{layer.name}")
        names = [_word(name) for name in group.attrs["weight_names"]]
        return [_numbers(group, name) for name in names]

    return found


def _word(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def _walked(group: h5py.Group, path: str) -> Any:
    """What stands at a path, all of it in this file: links to others are refused."""
    import h5py

    found: Any = group
    for part in path.split("/"):
        if not isinstance(found, h5py.Group) or part not in found:
            raise NetworkError(f"the weights {path} are missing.")
        if not isinstance(found.get(part, getlink=True), h5py.HardLink):
            raise NetworkError(f"{path} is a link to something else, which is not followed.")
        found = found[part]
    return found


def _numbers(group: h5py.Group, path: str) -> NDArray[Any]:
    """An array that lies in the file as it is: nothing that is unpacked, or stands elsewhere."""
    found = _walked(group, path)
    if found.external or found.is_virtual or found.chunks or found.compression:
        raise NetworkError(f"{path} is packed, or lies in another file; Keras writes neither.")
    if found.dtype.kind != "f" and found.dtype != _BFLOAT16:
        raise NetworkError(f"{path} holds {found.dtype}; weights must be floats.")
    if found.id.get_storage_size() != found.size * found.dtype.itemsize:
        raise NetworkError(f"{path} claims {found.size:,} numbers, and has not as many.")
    numbers = np.asarray(found[()])
    return _widened(numbers) if numbers.dtype == _BFLOAT16 else numbers


def _widened(numbers: NDArray[Any]) -> NDArray[np.float32]:
    r"""Numbers of bfloat16, which are the upper halves of those of float32.

    Example:
        >>> _widened(np.array([b"\x80\xbf"], _BFLOAT16)).tolist()
        [-1.0]
    """
    return (numbers.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
