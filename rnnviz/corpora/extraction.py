"""Texts out of the files of installed packages, which are read and never run."""

from __future__ import annotations

import ast
import re
import warnings
import zlib
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from pathlib import Path

from rnnviz.text.reading import TextError, read_text

MAX_CHARACTERS = 1_000_000

_LATEX = re.compile(r"\\[a-zA-Z]{2,}|math\s?::$")
_IN_SOURCE = ("math::", "math ::", ":math:", "\\frac", "\\sum")
_STRONG = re.compile(r"\*\*(.+?)\*\*")


def c_sources(folder: Path) -> str:
    """C out of a folder: whole files (.c, .cc, .h) picked evenly, about a million characters."""
    found = [path for ending in ("c", "cc", "h") for path in folder.rglob(f"*.{ending}")]
    return _joined(_texts(_shuffled(found, folder)))


def python_sources(folder: Path) -> str:
    """Python out of a folder, its subfolders left out; see `c_sources`."""
    return _joined(_texts(_shuffled(folder.glob("*.py"), folder)))


def latex_docstrings(*folders: Path) -> str:
    """The paragraphs with LaTeX in what modules say of themselves, folder after folder."""
    modules = (
        path
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if "tests" not in path.relative_to(folder).parts
    )
    return _joined(part for source in _texts(modules) for part in _mathematics(source))


def python_topics(folder: Path) -> str:
    """English: the topics of Python's help, by name.

    Raises:
        TextError: the file is not what it was.
    """
    path = folder / "topics.py"
    for node in _parsed(read_text(path).text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            topics = ast.literal_eval(node.value)
            return _joined(topics[name].strip() + "\n" for name in sorted(topics))
    raise TextError(f"{path} holds no topics; choose another text.")


def plays(folder: Path) -> str:
    """A million characters of plays in Markdown as plain text: NAME:, lines, an empty line."""
    found = _shuffled(folder.rglob("*.md"), folder)
    return _joined(plain_play(text) for text in _texts(found))


def plain_play(markdown: str) -> str:
    r"""A play as plain text: titles and stage directions are left out.

    Example:
        >>> print(plain_play("## ACT I\n\n_Enter X_\n\n**ANNA**  \n_\\[Aside]_  \nHo, _he_!  \n"))
        ANNA:
        Ho, he!
        <BLANKLINE>
    """
    speeches = []
    for block in re.split(r"\n\s*\n", markdown):
        named = _STRONG.match(block.strip())
        if named:
            lines = _lines_of(block.strip()[named.end() :])
            speeches.append(f"{named[1]}:\n" + "".join(f"{line}\n" for line in lines))
        elif speeches and not block.lstrip().startswith(("#", "_", "*")):
            speeches[-1] += "".join(f"{line}\n" for line in _lines_of(block))
    return "\n".join(speech for speech in speeches if speech.count("\n") > 1)


def dialogues(folder: Path) -> str:
    r"""Conversations of a folder of YAML lists, a line each, an empty line between two."""
    return _joined(plain_dialogues(text) for text in _texts(sorted(folder.glob("*.yml"))))


def plain_dialogues(listed: str) -> str:
    r"""Conversations out of a YAML list of lists of plain lines.

    Example:
        >>> plain_dialogues("categories:\n- food\nconversations:\n- - Eat?\n  - Yes.\n- - Bye.\n")
        'Eat?\nYes.\n\nBye.\n'
    """
    _, _, body = listed.partition("conversations:\n")
    said: list[str] = []
    for line in body.splitlines():
        first, entry = line.startswith("- - "), re.match(r"(?:- - |  - )(.*)", line)
        if entry:
            said += [""] * (first and bool(said)) + [_unquoted(entry[1].strip())]
        elif said and line.strip():
            said[-1] += " " + line.strip()  # a long line folded by YAML
    return "\n".join(said) + "\n" if said else ""


def _unquoted(entry: str) -> str:
    quoted = len(entry) > 1 and entry[0] == entry[-1] and entry[0] in "\"'"
    return entry[1:-1] if quoted and entry[0] not in entry[1:-1] else entry


def _lines_of(speech: str) -> list[str]:
    """Its lines without stage directions; emphasised words stay."""
    lines = []
    for line in re.sub(r"\\(?=[^\w\s])", "", speech).splitlines():
        spoken = re.sub(r"\[[^\]]*\]", "", line)
        if spoken.strip().startswith("_") and spoken.strip().endswith("_"):
            continue
        spoken = " ".join(re.sub(r"[_*]", "", spoken).split())
        if spoken:
            lines.append(spoken)
    return lines


def _mathematics(source: str) -> Iterator[str]:
    """The paragraphs with LaTeX in a module's strings, which hold its documentation."""
    if any(sign in source for sign in _IN_SOURCE):
        for node in ast.walk(_parsed(source)):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and "\n" in value:
                paragraphs = re.split(r"\n\s*\n", cleandoc(value))
                yield "\n\n".join(p for p in paragraphs if _is_latex(p))


def _parsed(source: str) -> ast.Module:
    """A module's tree; an empty one where it is for another version of Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about backslashes in strings, which are not ours
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError):
            return ast.Module(body=[], type_ignores=[])


def _is_latex(paragraph: str) -> bool:
    return bool(_LATEX.search(paragraph)) and not paragraph.lstrip().startswith(">>>")


def _shuffled(paths: Iterable[Path], folder: Path) -> list[Path]:
    """An order that mixes names but is the same everywhere."""
    return sorted(paths, key=lambda path: zlib.crc32(path.relative_to(folder).as_posix().encode()))


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    """The texts of those files that can be read."""
    for path in paths:
        try:
            yield read_text(path).text
        except TextError:
            continue


def _joined(texts: Iterable[str]) -> str:
    """Texts with an empty line between two, until there are about a million characters."""
    found: list[str] = []
    characters = 0
    for text in texts:
        if found and characters + len(text) > MAX_CHARACTERS:
            break
        if text.strip():
            found.append(text if text.endswith("\n") else text + "\n")
            characters += len(text)
    return "\n".join(found)
