"""A file that a visitor uploaded, kept on the disk until the visitor has left."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import Self

from streamlit.runtime.uploaded_file_manager import UploadedFile

from rnnviz.text.reading import TextError


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """An uploaded file.

    Its bytes lie in a file without a name, which is gone when nobody holds it any more, however
    the server ends: sessions of visitors who left are held for long, and shall hold no memory.

    Attributes:
        key: names the upload.
        name: what the visitor's file is called; never part of a path.
    """

    key: str
    name: str
    _number: int

    @classmethod
    def of(cls, given: UploadedFile) -> Self:
        """Keep what a visitor gave.

        Raises:
            TextError: the disk refuses.
        """
        return cls.holding(given.file_id, given.name, given.getbuffer())

    @classmethod
    def holding(cls, key: str, name: str, data: bytes | memoryview) -> Self:
        """Keep bytes as if a visitor had given them.

        Raises:
            TextError: the disk refuses.
        """
        try:
            with tempfile.TemporaryFile() as file:
                file.write(data)
                file.flush()
                return cls(key, name, os.dup(file.fileno()))
        except OSError as error:
            raise TextError(
                f"the file cannot be kept while you are here ({error.strerror or error}); make "
                f"room in {tempfile.gettempdir()}."
            ) from error

    def read(self) -> bytes:
        """All bytes."""
        with os.fdopen(os.dup(self._number), "rb") as file:
            file.seek(0)
            return file.read()

    def __del__(self) -> None:
        os.close(self._number)
