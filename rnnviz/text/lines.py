"""Lines that end in LF, whatever ended them before."""

from __future__ import annotations

# Unicode's newline functions (The Unicode Standard, section 5.8), and the CR CR LF that programs
# leave which turn LF into CRLF twice. Where one holds another, the longer stands first.
LINE_ENDS = {
    "CR CR LF": "\r\r\n",
    "CRLF": "\r\n",
    "CR": "\r",
    "VT": "\v",
    "form feed": "\f",
    "NEL": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
}


def ended_by_lf(text: str) -> tuple[str, tuple[tuple[str, int], ...]]:
    r"""The text with every line end as LF, and how many of which kind were replaced.

    Example:
        >>> ended_by_lf("a\r\nb\rc")
        ('a\nb\nc', (('CRLF', 1), ('CR', 1)))
    """
    replaced = []
    for name, end in LINE_ENDS.items():
        if count := text.count(end):
            text = text.replace(end, "\n")
            replaced.append((name, count))
    return text, tuple(replaced)
