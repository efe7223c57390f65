"""An HTML file as a reader of it takes it apart."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "input", "br", "img", "link", "hr"}


class Page(HTMLParser):
    """The elements of a document, and what stands in them."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside.setdefault(tag, []).append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        shown = {*self.open} if self.open[-1:] != ["script"] else {"script"}
        for tag in shown:
            self.inside[tag][-1] += data

    def elements_of(self, tag: str) -> list[dict[str, str | None]]:
        return [held for name, held in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join("".join(self.inside["body"]).replace("\u00a0", " ").split())
