"""Runs of networks that were trained elsewhere: made whole, their snapshots measured as any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnnviz.config import SamplingConfig, TrainingConfig
from rnnviz.models.adopted import Adopted, NetworkError, check_alike
from rnnviz.models.vocabularies import vocabulary_for
from rnnviz.records import Ids
from rnnviz.runs.describing import described, utf8
from rnnviz.runs.description import RunDescription, check_name, write_description
from rnnviz.runs.documents import write_bytes
from rnnviz.runs.history import History
from rnnviz.runs.imported import Imported
from rnnviz.runs.naming import first_name, new_run_id
from rnnviz.runs.network.imported_check import CHECK, entropy
from rnnviz.runs.paths import RunFolder
from rnnviz.runs.snapshots import record_snapshot, write_weights
from rnnviz.runs.store import make_whole
from rnnviz.text.alphabet import Alphabet
from rnnviz.text.ngram import ngram_baseline
from rnnviz.text.reading import Reading, check_text
from rnnviz.text.vocabulary import Rare, Vocabulary
from rnnviz.text.windows import FINAL_VALIDATION_CHARACTERS

if TYPE_CHECKING:
    from rnnviz.recurrent.char_rnn import CharRNN
    from rnnviz.training.progress import Snapshot

# Too few to hold any out: a network's own writing says nothing of what it has not seen.
_WRITTEN = 5_000
_CHECKED = 20_000
_TEMPERATURE = 1.0
_MOST_SNAPSHOTS = 200


class Learned(NamedTuple):
    """A text that is read by a network from elsewhere.

    Attributes:
        text: the text; None where the network shall write it.
        name: where it came from.
        reading: how it was read.
    """

    text: str | None
    name: str | None = None
    reading: Reading | None = None


def networks_of(
    given: Any, vocabulary: Any, nonlinearity: str | None
) -> tuple[dict[int, Adopted], Vocabulary]:
    """What was handed over, as networks by iteration; and their vocabulary.

    Args:
        given: a module, a state dict or an `Adopted`; or several by their iterations.
        vocabulary: see `models.vocabularies.vocabulary_for`.
        nonlinearity: of a plain RNN that does not say it.

    Raises:
        NetworkError: one is not understood, or they differ in more than their weights.
    """
    several = isinstance(given, Mapping) and all(isinstance(key, int) for key in given)
    by_iteration = dict(sorted(given.items())) if several else {1: given}
    if not 1 <= len(by_iteration) <= _MOST_SNAPSHOTS or min(by_iteration) < 0:
        raise NetworkError(
            f"{len(by_iteration)} networks were given; give 1 to {_MOST_SNAPSHOTS}, by iterations "
            "from 0."
        )
    found = {at: _adopted(each, nonlinearity) for at, each in by_iteration.items()}
    check_alike(found.values())
    return found, vocabulary_for(vocabulary, next(iter(found.values())).vocab_size)


def _adopted(given: Any, nonlinearity: str | None) -> Adopted:
    import torch

    from rnnviz.models.state_dicts import from_state_dict
    from rnnviz.models.torch_modules import as_char_rnn

    if isinstance(given, Adopted):
        return given
    if isinstance(given, Mapping):
        return from_state_dict(given, nonlinearity)
    try:
        network = as_char_rnn(given, None, torch.float64)
    except ValueError as error:
        raise NetworkError(str(error)) from error
    weights = {name: w.cpu().double().numpy() for name, w in network.parameters.items()}
    return Adopted.of(network.config, weights)


def adopt(
    runs: Path,
    networks: Mapping[int, Adopted],
    vocabulary: Vocabulary,
    imported: Imported,
    learned: Learned,
    name: str | None = None,
) -> RunFolder:
    """Make a run of networks by iteration: others see it whole or not at all.

    Every snapshot is measured as those of training are; the best is judged on the last tenth of the
    text, and the n-gram that it is compared with counts the rest. Without a text, the last network
    writes one.

    Raises:
        TextError: the text is too short, or has characters that the network does not know.
        ValueError: the name is longer than 100 characters, or holds half a character.
        RunError: the folder cannot be written.
    """
    created, last = datetime.now(UTC).astimezone(), networks[max(networks)]
    if learned.text is None:
        learned = Learned(_written(network_of(last), vocabulary), "written by the network itself")
    text, text_name = check_text(learned.text or ""), learned.name or "text"
    alphabet = _alphabet(vocabulary, text)
    called = first_name(imported.files[-1] if imported.files else "network")
    description = described(
        text,
        text_name,
        alphabet,
        last.model,
        TrainingConfig(),
        created,
        name=check_name(name) if name else called,
        reading=learned.reading,
        imported=imported,
    )
    ids = alphabet.encode(text)
    taken = _snapshots(networks, alphabet.vocabulary, ids)
    folder = RunFolder(runs / new_run_id(description.name, last.model.cell, created))
    make_whole(folder, lambda hidden: _fill(hidden, utf8(text), description, taken, networks))
    return folder


def network_of(adopted: Adopted) -> CharRNN:
    """The network itself."""
    from rnnviz.recurrent.char_rnn import CharRNN

    network = CharRNN(adopted.model, adopted.vocab_size)
    network.parameters.load(adopted.weights)
    return network


def _snapshots(networks: Mapping[int, Adopted], vocabulary: Vocabulary, ids: Ids) -> list[Snapshot]:
    from rnnviz.training.snapshot import take_snapshot

    return [
        take_snapshot(network_of(each), vocabulary, ids, iteration)
        for iteration, each in networks.items()
    ]


def _written(network: CharRNN, vocabulary: Vocabulary) -> str:
    """A text of the network's own."""
    from rnnviz.recurrent.sampling import sample

    asked = SamplingConfig(length=_WRITTEN - 1, temperature=_TEMPERATURE)
    written = sample(network, vocabulary, asked)
    return Alphabet.knowing(vocabulary).shown(written.prompt + written.text)


def _alphabet(vocabulary: Vocabulary, text: str) -> Alphabet:
    """What reads the text, with how many characters it lacks where a symbol stands for them."""
    plain = Alphabet.knowing(Vocabulary(vocabulary.characters))
    if vocabulary.rare is None:
        return plain
    read = plain.characters(text)
    unknown = set(vocabulary.unknown(read))
    places = sum(character in unknown for character in read)
    rare = Rare(vocabulary.rare.symbol, len(unknown), places)
    return Alphabet(Vocabulary(vocabulary.characters, rare), plain.hangul)


def _fill(
    folder: RunFolder,
    data: bytes,
    description: RunDescription,
    taken: Sequence[Snapshot],
    networks: Mapping[int, Adopted],
) -> None:
    write_bytes(folder.text, data)
    write_description(folder, description)
    for snapshot in taken:
        write_weights(folder, snapshot)
    with History(folder.history, create=True) as history:
        for snapshot in taken:
            record_snapshot(history, snapshot)
        best = _best(taken)
        text = description.alphabet.characters(data.decode())
        _judge(history, network_of(networks[best]), best, description, text)
        history.set_status("imported", taken[-1].iteration, 1.0, "")


def _judge(
    history: History, network: CharRNN, iteration: int, about: RunDescription, text: str
) -> None:
    """Keep what the best snapshot loses, and what simpler models do; see `imported_check`."""
    from rnnviz.analysis.states.trace import trace
    from rnnviz.training.evaluation import overall
    from rnnviz.training.snapshot import held_out_losses

    vocabulary = about.alphabet.vocabulary
    ids = vocabulary.encode(text)
    found = held_out_losses(network, ids, FINAL_VALIDATION_CHARACTERS)
    baseline = ngram_baseline(ids, network.vocab_size)
    if found is None or baseline is None:
        read = text[:_CHECKED]
        loss, characters = trace(network, vocabulary, read).mean_loss, len(read) - 1
    else:
        history.measure(iteration, "held_out", {"nats": found[0], "characters": found[1]})
        loss, characters = overall(*found), int(found[1].sum())
        history.set_validation_loss(loss)
        history.set_baseline(baseline)
    measured = [loss, characters, entropy(ids, len(vocabulary))]
    history.measure(iteration, CHECK, {"loss": np.array(measured, np.float32)})


def _best(taken: Sequence[Snapshot]) -> int:
    """The iteration of the lowest validation loss; of the last snapshot, where there is none."""
    judged = [
        (each.validation_loss, each.iteration) for each in taken if each.validation_loss is not None
    ]
    return min(judged)[1] if judged else taken[-1].iteration
