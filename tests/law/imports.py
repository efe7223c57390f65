"""What a source file imports, in full, and whether imports run in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Import(NamedTuple):
    """One import: the dotted name of what is imported, and the line that does it."""

    name: str
    line: int


@cache
def sources(folders: tuple[str, ...], suffixes: tuple[str, ...] = (".py",)) -> dict[str, str]:
    """The source files in some folders of the project: the text of each by its path."""
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*")))
    return {str(f.relative_to(ROOT)): f.read_text() for f in files if f.suffix in suffixes}


@cache
def nodes_of(text: str) -> list[ast.AST]:
    """Every node of a program, those inside functions and conditions too."""
    return list(ast.walk(ast.parse(text)))


def imports_of(path: str, text: str) -> list[Import]:
    r"""All imports of a file, wherever they stand; `from a import b` is one of `a.b`.

    Example:
        >>> program = "from rnnviz import plots\nif TYPE_CHECKING:\n    from ..text import ngram"
        >>> [found.name for found in imports_of("rnnviz/runs/run.py", program)]
        ['rnnviz.plots', 'rnnviz.text.ngram']
        >>> imports_of("rnnviz/cli.py", "def main():\n    import torch.nn as nn")
        [Import(name='torch.nn', line=2)]
    """
    return [Import(name, line) for node in nodes_of(text) for name, line in _imported(node, path)]


def _imported(node: ast.AST, path: str) -> Iterator[tuple[str, int]]:
    match node:
        case ast.Import(names=names):
            yield from ((name.name, node.lineno) for name in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            above = PurePosixPath(path).parts[:-level] if level else ()
            start = ".".join([*above, *filter(None, [module])])
            yield from ((f"{start}.{name.name}", node.lineno) for name in names)
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)) | ast.JoinedStr(values=[ast.Constant(name), *_])],
        ):
            yield str(name), node.lineno


def module_of(path: str) -> str:
    """The dotted name of the module in a file.

    Example:
        >>> module_of("rnnviz/text/ngram.py"), module_of("rnnviz/text/__init__.py")
        ('rnnviz.text.ngram', 'rnnviz.text')
    """
    return ".".join(PurePosixPath(path).with_suffix("").parts).removesuffix(".__init__")


def circle(files: Mapping[str, str]) -> list[str]:
    """Modules that import each other in a circle; an empty list where there is none.

    Example:
        >>> circle({"a.py": "import b", "b.py": "from c import d", "c.py": "from a import x"})
        ['a', 'c', 'b', 'a']
        >>> circle({"a.py": "import b", "b.py": ""})
        []
    """
    modules = {module_of(path) for path in files}
    needs = {
        module_of(path): {
            needed
            for found in imports_of(path, text)
            if (needed := _longest(found.name, modules)) not in (None, module_of(path))
        }
        for path, text in files.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _longest(name: str, modules: set[str]) -> str | None:
    """The module that a dotted name stands in; None where it is none of these."""
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name or None
