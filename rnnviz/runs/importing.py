"""Files of a network trained elsewhere, with a vocabulary and a text, to a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rnnviz.models.adopted import NetworkError
from rnnviz.models.files.reading import Foreign, read_networks
from rnnviz.models.vocabularies import read_vocabulary, vocabulary_for
from rnnviz.notation import counted
from rnnviz.runs.adopting import Learned
from rnnviz.runs.imported import Imported
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.alphabet import Alphabet, left_out_words
from rnnviz.text.vocabulary import Vocabulary


def import_files(
    paths: Sequence[Path],
    vocabulary: Path | str | None,
    learned: Learned | None = None,
    *,
    nonlinearity: str | None = None,
    name: str | None = None,
    runs: Path | None = None,
    skip_unknown: bool = False,
    notice: Callable[[str], None] = lambda sentence: None,
) -> Run:
    """Make a run of files; see `Run.adopt`.

    Args:
        paths: see `models.files.reading.read_networks`.
        vocabulary: the characters in the order of their ids, or the path of a file of them, see
            `models.vocabularies.read_vocabulary`; None takes one that lies beside the weights.
        learned: a text to read; None takes the vocabulary's, where that is a text, or lets the
            network write.
        nonlinearity: of a plain RNN, where the files do not say it.
        name: what the run is called.
        runs: the folder of all runs.
        skip_unknown: leave out characters of the text that the network does not know.
        notice: told which were left out, in a sentence.

    Raises:
        NetworkError: a file or the vocabulary cannot be used.
        TextError: the text cannot.
        RunError: the folder of all runs cannot be written.
    """
    found = read_networks(paths, nonlinearity)
    known, own = _characters(vocabulary or found.vocabulary, found)
    if learned is None:
        learned = own
    elif skip_unknown and known.rare is None and learned.text is not None:
        text, unknown = Alphabet.knowing(known).known(learned.text)
        learned = learned._replace(text=text)
        if unknown:
            notice(left_out_words(unknown))
    return Run.adopt(
        found.networks,
        known,
        text=learned.text,
        text_name=learned.name,
        reading=learned.reading,
        name=name,
        runs=runs,
        source=Imported(found.kind, found.names, found.numbered),
    )


def _characters(given: Path | str | None, found: Foreign) -> tuple[Vocabulary, Learned]:
    """The vocabulary, and its text where it is that of one."""
    size = next(iter(found.networks.values())).vocab_size
    if not given:
        raise NetworkError(
            f"no vocabulary was given: its {size:,} characters, in the order of their ids."
        )
    if isinstance(given, str):
        return vocabulary_for(given, size), Learned(None)
    known, text = read_vocabulary(given, size)
    return known, Learned(text, None if text is None else given.name)


def import_words(run: Run) -> list[str]:
    """What was made, how its network does on the text, and what it lacks, in sentences."""
    model, there = run.model_config, run.folder.snapshots_there()
    layers = f" in each of {model.num_layers} layers" if model.num_layers > 1 else ""
    snapshots = "a snapshot" if len(there) == 1 else f"{len(there)} snapshots"
    verdict = verdict_of(run)
    return [
        f"{run.id}: {model.kind} of {counted(model.hidden_size, 'unit')}{layers}, "
        f"{counted(len(run.vocabulary), 'character')}, {snapshots}",
        *verdict.measured,
        *verdict.warnings,
        verdict.by_heart,
    ]
