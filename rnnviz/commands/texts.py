"""Texts that are given as files: read in the encoding that was named, or refused with guesses."""

from __future__ import annotations

import argparse
from pathlib import Path

from rnnviz.commands.speaking import DONE, WRONG, complain, tell
from rnnviz.runs.run import Run
from rnnviz.text.alphabet import left_out_words
from rnnviz.text.reading import DecodedText, EncodingError, read_text


def read_file(path: Path, options: argparse.Namespace) -> DecodedText:
    """The text of a file, by `--encoding` and `--replace-bad-bytes`.

    Raises:
        TextError: it cannot be read.
        EncodingError: its encoding is not certain; see `ask_for_encoding`.
    """
    return read_text(path, options.encoding, replace=bool(options.replace_bad_bytes))


def ask_for_encoding(error: EncodingError) -> int:
    """Say on stderr what is wrong with a file, and which options would read it; the exit code."""
    code = complain(error, WRONG)
    for way in _ways_on(error):
        tell(way)
    return code


def read_by(run: Run, text: str, options: argparse.Namespace) -> str:
    """A text in the network's characters; with `--skip-unknown` less those it never saw.

    Which these are is said on stderr; without the option they are refused when they are read.
    """
    if not options.skip_unknown:
        return run.alphabet.characters(text)
    known, unknown = run.alphabet.known(text)
    if unknown:
        complain(left_out_words(unknown), DONE)
    return known


def _ways_on(error: EncodingError) -> list[str]:
    """Options that read the file, each with a line as it would be read."""
    if not error.guesses or error.guesses[0].encoding == "utf-8":
        return ["  --replace-bad-bytes"]
    return [f"  --encoding {guess.encoding:<14}{guess.line}" for guess in error.guesses]
