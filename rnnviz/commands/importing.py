"""The command `import`: a network trained elsewhere becomes a run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from rnnviz.commands.speaking import DONE, WRONG, complain, say, tell
from rnnviz.commands.texts import read_file
from rnnviz.models.adopted import NetworkError
from rnnviz.models.files.reading import Foreign, read_networks
from rnnviz.models.vocabularies import read_vocabulary
from rnnviz.runs.imported import Imported
from rnnviz.runs.run import Run
from rnnviz.runs.verdict import verdict_of
from rnnviz.text.alphabet import Alphabet, left_out_words
from rnnviz.text.reading import Reading
from rnnviz.text.vocabulary import Vocabulary


class _Text(NamedTuple):
    """What is read, where it came from, and how it was read."""

    text: str | None
    name: str | None
    reading: Reading | None


def import_networks(options: argparse.Namespace) -> int:
    """Make a run of files; what cannot be taken over is said, and leaves nothing."""
    try:
        run = _import(options)
    except NetworkError as error:
        code = complain(error.sentence, WRONG)
        for line in error.lines:
            tell(f"  {line}")
        return code
    say("\n".join(_words(run)))
    return DONE


def _import(options: argparse.Namespace) -> Run:
    found = read_networks(options.files, options.nonlinearity)
    vocabulary, text = _characters(options, found)
    return Run.adopt(
        found.networks,
        vocabulary,
        text=text.text,
        text_name=text.name,
        reading=text.reading,
        name=options.name,
        runs=options.runs,
        source=Imported(found.kind, found.names, found.numbered),
    )


def _characters(options: argparse.Namespace, found: Foreign) -> tuple[Vocabulary, _Text]:
    """The vocabulary, and the text: that of the vocabulary where no other is given."""
    given = options.vocabulary or (found.vocabulary and str(found.vocabulary))
    if not given:
        raise NetworkError(
            "no vocabulary was given; give --vocabulary, the characters in the order of their ids."
        )
    size = next(iter(found.networks.values())).vocab_size
    vocabulary, own = read_vocabulary(given, size)
    if options.text is None:
        return vocabulary, _Text(own, None if own is None else Path(given).name, None)
    decoded = read_file(options.text, options)
    text = decoded.text
    if options.skip_unknown and vocabulary.rare is None:
        text, unknown = Alphabet(vocabulary).known(text)
        if unknown:
            tell(left_out_words(unknown))
    return vocabulary, _Text(text, options.text.name, decoded.reading)


def _words(run: Run) -> list[str]:
    """What was made, how its network does on the text, and what it lacks."""
    model, there = run.model_config, run.folder.snapshots_there()
    layers = f" in each of {model.num_layers} layers" if model.num_layers > 1 else ""
    snapshots = "a snapshot" if len(there) == 1 else f"{len(there)} snapshots"
    verdict = verdict_of(run)
    return [
        f"{run.id}: {model.kind} of {model.hidden_size:,} units{layers}, {len(run.vocabulary):,} "
        f"characters, {snapshots}",
        *verdict.measured,
        *verdict.warnings,
        verdict.by_heart,
    ]
