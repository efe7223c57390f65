"""How a report is written as HTML: words are escaped here, and nowhere trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from rnnviz.notation import unbroken
from rnnviz.plots.still.figure import still
from rnnviz.plots.still.ink import Palette
from rnnviz.plots.still.markup import seen
from rnnviz.text.marks import mark


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report.

    Attributes:
        key: what the address calls it.
        title: in words.
        body: in HTML.
        link: what leads to it is called; "" calls it by its title.
    """

    key: str
    title: str
    body: str
    link: str = ""

    @property
    def html(self) -> str:
        """All of it."""
        return f'<section id="{self.key}"><h2>{words(self.title)}</h2>{self.body}</section>'


def words(text: object) -> str:
    r"""Any text, to be read as it is: what acts becomes its picture, units stay at their numbers.

    Example:
        >>> words("<b> & 5 bits\x00")
        '&lt;b&gt; &amp; 5\xa0bits␀'
    """
    return escape(seen(unbroken(str(text))))


def written(text: str) -> str:
    r"""What a network wrote or read, ends of lines marked.

    Example:
        >>> written("to <be>\n")
        'to &lt;be&gt;<i>↵</i>\n'
    """
    return escape(seen(text)).replace("\n", f"<i>{mark(chr(10))}</i>\n")


def paragraphs(said: Iterable[str], kind: str = "") -> str:
    """A paragraph a sentence, or a few; those that say nothing are left out."""
    named = f' class="{kind}"' if kind else ""
    return "".join(f"<p{named}>{words(each)}</p>" for each in said if each)


def says(*said: str) -> str:
    """What a section ends in: sentences that can be repeated."""
    told = paragraphs(said)
    return f'<div class="says"><h3>What this says</h3>{told}</div>' if told else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], kind: str = "") -> str:
    """A table, each row led by its first cell.

    Example:
        >>> table(["a", "b"], [[1, "<"]])[-73:]
        '<tbody><tr><th scope="row">1</th><td>&lt;</td></tr></tbody></table></div>'
    """
    head = "".join(f'<th scope="col">{words(name)}</th>' for name in heads)
    top = f"<thead><tr>{head}</tr></thead>" if heads else ""
    body = "".join(
        f'<tr><th scope="row">{words(first)}</th>'
        + "".join(f"<td>{words(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return f'<div class="wide"><table class="{kind}">{top}<tbody>{body}</tbody></table></div>'


def chart(draw: partial[Any], palette: Palette, *, titled: bool = True) -> str:
    """A figure of `plots` that stands still, between its title and what it shows."""
    found = still(draw, palette)
    title = f"<h3>{found.title}</h3>" * titled
    hint = f"<figcaption>{unbroken(found.hint)}</figcaption>" if found.hint else ""
    return f"<figure>{title}{found.svg}{found.legend}{hint}</figure>"
