"""What can give a text: a sample file, a generator, an installed package, the network."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from rnnviz.corpora import downloads
from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.corpora.downloads import Download, Report
from rnnviz.corpora.sample_files import SampleFile
from rnnviz.text.reading import TextError, decode_text

PYTHON, PYTHON_HEADERS = "<python>", "<python headers>"


class Provider(Protocol):
    """One way to a text."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def missing(self) -> str:
        """What to do where it is not available."""

    @property
    def fetches(self) -> bool:
        """Whether it can get from the network, when asked, what is not available."""

    @property
    def characters(self) -> int | None:
        """How long the text is; None where only reading it would tell."""

    def is_available(self) -> bool:
        """Whether the text is on this machine: quick, nothing is imported, never fails."""

    def read(self, report: Report | None = None) -> CorpusText:
        """The text.

        Raises:
            TextError: it cannot be read.
            DownloadError: it cannot be fetched.
        """


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of the project's own."""

    file: SampleFile
    name: str = "sample_texts"
    missing: str = "get the whole project"
    fetches: bool = False

    @property
    def characters(self) -> int | None:
        """See `Provider`."""
        try:
            return len(self.file.read())
        except TextError:
            return None

    def is_available(self) -> bool:
        """See `Provider`."""
        return self.file.path.is_file()

    def read(self, report: Report | None = None) -> CorpusText:
        """See `Provider`."""
        return CorpusText(self.file.read(), self.file.file, _own_version())


@dataclass(frozen=True, slots=True)
class Generator:
    """A generated language, always with the same seed.

    Attributes:
        language: its name in `LANGUAGES`.
        characters: how many are generated.
    """

    language: str
    characters: int
    name: str = "generator"
    missing: str = ""
    fetches: bool = False

    def is_available(self) -> bool:
        """See `Provider`."""
        return True

    def read(self, report: Report | None = None) -> CorpusText:
        """See `Provider`."""
        from rnnviz.corpora.languages import LANGUAGES

        made = LANGUAGES[self.language]().generate(self.characters)
        name = f"the generator of {self.language}, seed 0"
        return CorpusText(made.text, name, _own_version(), made.truth, made.nll)


@dataclass(frozen=True, slots=True)
class Package:
    """Files that come with a package, found by path: the package is not imported.

    Attributes:
        name: what it is called.
        folders: each a package and folders in it, joined by /; or PYTHON, the standard library,
            or PYTHON_HEADERS.
        extract: folders -> text.
        missing: what to install.
        distributions: whose versions it has; none for Python's.
    """

    name: str
    folders: tuple[str, ...]
    extract: Callable[..., str]
    missing: str
    distributions: tuple[str, ...] = ()
    fetches: bool = False
    characters: None = None

    def is_available(self) -> bool:
        """See `Provider`."""
        return len(self.paths) == len(self.folders)

    @property
    def paths(self) -> list[Path]:
        """Where the files are: those of the folders that are there."""
        located = (_locate(folder) for folder in self.folders)
        return [path for path in located if path is not None]

    def read(self, report: Report | None = None) -> CorpusText:
        """See `Provider`."""
        text = self.extract(*self.paths) if self.is_available() else ""
        if not text:
            raise TextError(f"{self.name} has no such text here; to get it: {self.missing}.")
        return CorpusText(text, self.name, _version(self.distributions))


@dataclass(frozen=True, slots=True)
class Network:
    """A file that is fetched when it is read, and kept."""

    download: Download
    name: str
    fetches: bool = True

    @property
    def missing(self) -> str:
        """See `Provider`."""
        return f"fetched when used ({self.download.bytes / 1e6:.1f} MB)"

    @property
    def characters(self) -> int | None:
        """See `Provider`: that of an ASCII file."""
        return self.download.bytes

    def is_available(self) -> bool:
        """See `Provider`."""
        return downloads.cached(self.download) is not None

    def read(self, report: Report | None = None) -> CorpusText:
        """See `Provider`."""
        data = downloads.fetch(self.download, report=report)
        text = decode_text(data, self.download.name).text
        return CorpusText(text, self.download.url, self.download.sha256[:12])


def _locate(folder: str) -> Path | None:
    """The folder, if it is there; a broken installation is none."""
    try:
        path = _path_of(folder)
        return path if path is not None and path.is_dir() else None
    except (ImportError, AttributeError, ValueError, OSError):
        return None


def _path_of(folder: str) -> Path | None:
    if folder == PYTHON_HEADERS:
        from sysconfig import get_path

        return Path(get_path("include"))
    if folder == PYTHON:
        return Path(platform.__file__).parent
    package, *inside = folder.split("/")
    module = sys.modules.get(package)
    spec = find_spec(package) if module is None else module.__spec__
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places)), *inside) if places else None


def _version(distributions: tuple[str, ...]) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return " and ".join(map(version, distributions)) or platform.python_version()
    except PackageNotFoundError:
        return "unknown"


def _own_version() -> str:
    from rnnviz import __version__

    return __version__
