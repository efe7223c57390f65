"""An uploaded file is kept without a name, and gone with who holds it."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from dashboard.train.upload import Upload
from rnnviz.text.reading import TextError

DATA = bytes(range(256)) * 99


def given() -> UploadedFile:
    return UploadedFile(UploadedFileRec("id", "../../x.txt", "text/plain", DATA), FileURLs())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are read from /proc")
def test_it_is_read_again_and_again_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    upload = Upload.of(given())
    assert (upload.key, upload.name) == ("id", "../../x.txt")
    assert upload.read() == upload.read() == DATA
    assert list(tmp_path.iterdir()) == []
    assert held(tmp_path)
    del upload
    assert not held(tmp_path)


def test_a_disk_that_refuses_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(TextError, match=r"No space left on device\); make room in /"):
        Upload.of(given())


def held(folder: Path) -> list[str]:
    """The files of a folder this process has open, those without a name too."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [str(link.readlink()) for link in links if str(link.readlink()).startswith(str(folder))]
