"""The texts that come with the project, in `sample_texts/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rnnviz.text.reading import read_text

_FOLDER = Path(__file__).parents[2] / "sample_texts"


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A text of the project's own.

    Attributes:
        file: its name in `sample_texts/`.
        title: what a person calls it.
        description: what it holds, in one sentence.
        look_for: what a hidden unit may learn to follow.
    """

    file: str
    title: str
    description: str
    look_for: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return _FOLDER / self.file

    def read(self) -> str:
        """The text.

        Raises:
            TextError: the file is missing.

        Example:
            >>> SAMPLE_FILES[0].read()[:5]
            'hello'
        """
        return read_text(self.path).text


SAMPLE_FILES = (
    SampleFile(
        "hello.txt",
        "hello",
        "One word again and again: the smallest text worth training on.",
        "a unit that tells the first l from the second",
    ),
    SampleFile(
        "play.txt",
        "A verse drama",
        "Original verse in the manner of Shakespeare: names in capitals, lines of verse, "
        "blank lines between speeches.",
        "units that follow capitals, the length of a line, or the gap between speeches",
    ),
    SampleFile(
        "program.c",
        "A C program",
        "An original program in C: comments, strings, nested blocks, indentation.",
        "units inside comments or strings, and units that count the depth of blocks",
    ),
    SampleFile(
        "paper.tex",
        "A LaTeX paper",
        "An original mathematics paper: environments, formulas, references.",
        "units inside $...$, inside braces, or inside a \\begin ... \\end",
    ),
    SampleFile(
        "korean.txt",
        "Korean stories",
        "Original Korean prose and dialogue.",
        "units inside quoted speech, and units that tell whether a noun ends in a consonant, which "
        "decides between 은 and 는, 을 and 를, 이 and 가",
    ),
    SampleFile(
        "brackets.txt",
        "Nested brackets",
        "Generated lines of nested (), [] and {}, up to four deep.",
        "units that follow the depth, and units that remember the kind of the last open bracket",
    ),
    SampleFile(
        "quotes.txt",
        "Quoted speech",
        "Generated narration and quoted speech in lines of about forty characters.",
        "a unit that is on inside quotes, and one that follows the column up to the line break",
    ),
)
