"""The command `import`: a network trained elsewhere becomes a run."""

from __future__ import annotations

import argparse
from pathlib import Path

from rnnviz.commands.speaking import DONE, WRONG, complain, say, tell
from rnnviz.commands.texts import read_file
from rnnviz.models.adopted import NetworkError
from rnnviz.runs.adopting import Learned
from rnnviz.runs.importing import import_files, import_words


def import_networks(options: argparse.Namespace) -> int:
    """Make a run of files; what cannot be taken over is said, and leaves nothing."""
    learned = None
    if options.text is not None:
        decoded = read_file(options.text, options)
        learned = Learned(decoded.text, options.text.name, decoded.reading)
    try:
        run = import_files(
            options.files,
            _vocabulary(options.vocabulary),
            learned,
            nonlinearity=options.nonlinearity,
            name=options.name,
            runs=options.runs,
            skip_unknown=options.skip_unknown,
            notice=tell,
        )
    except NetworkError as error:
        code = complain(error.sentence, WRONG)
        for line in error.lines:
            tell(f"  {line}")
        return code
    say("\n".join(import_words(run)))
    return DONE


def _vocabulary(given: str | None) -> Path | str | None:
    """A file that is there, or has the name of one; else the characters themselves."""
    if given is None or given.endswith((".json", ".txt")):
        return None if given is None else Path(given)
    try:
        return Path(given) if Path(given).is_file() else given
    except (OSError, ValueError):  # characters that no path has
        return given
