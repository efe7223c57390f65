"""What can be said of a run in a table of many: a value to sort by, and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from rnnviz.analysis.gradients.reach import read_mean
from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import bits, bytes_words, fixed, signed
from rnnviz.records import Floats
from rnnviz.recurrent.shapes import parameter_count
from rnnviz.runs import tables
from rnnviz.runs.documents import RunError, within
from rnnviz.runs.history import History
from rnnviz.runs.index import Listed
from rnnviz.runs.left_overs import disk_used
from rnnviz.runs.run import Run
from rnnviz.runs.seen import seen_of

Value = str | int | float | list[str] | None
USUAL = ("run", "state", "cell", "units", "iterations", "bits", "nats", "name")


class Row:
    """One run of a table; what its files say is read when a column asks for it."""

    def __init__(self, listed: Listed) -> None:
        self.listed = listed

    @property
    def whole(self) -> bool:
        """Whether what it is made of can be read."""
        return self.listed.error is None and self.listed.description is not None

    @property
    def model(self) -> ModelConfig | None:
        """The network's configuration; None where `run.json` is damaged."""
        about = self.listed.description
        return None if about is None else about.model

    @property
    def training(self) -> TrainingConfig | None:
        """The training's, likewise; None too where it was elsewhere."""
        about = self.listed.description
        return None if about is None or about.imported else about.training

    @cached_property
    def size(self) -> int:
        """Bytes on the disk."""
        return disk_used([self.listed.folder])

    @cached_property
    def recorded(self) -> Recorded:
        """What stands in its history."""
        return _recorded(self.listed) if self.whole else Recorded()

    @cached_property
    def judged(self) -> tuple[Floats, Floats] | None:
        """What its best snapshot was judged by, stretch by stretch, once training had ended.

        Mean losses in nats per character as a person sees it, and how many characters the network
        read in each; None where that was not kept.
        """
        return _judged(self.listed) if self.whole else None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a table reads in the history of a run.

    Attributes:
        seconds: of training; None before the first iteration.
        characters: that it has learned from, as a person sees them.
        distance: the validation loss less that of the number to beat, in bits per character as a
            person sees it, both measured on the same characters; None until both are known.
        half: the half-way lag of the best snapshot: after how many characters the gradient of a
            loss has halved, in the top layer, through h; None where it does not within those that
            are measured.
        hundredth: the 1 % lag, likewise.
    """

    seconds: float | None = None
    characters: float = 0.0
    distance: float | None = None
    half: int | None = None
    hundredth: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is said of every run.

    Attributes:
        head: what stands above it.
        about: what it is, in words.
        value: of a run; None where there is none.
        words: how a value is written.
    """

    head: str
    about: str
    value: Callable[[Row], Value]
    words: Callable[[Any], str] = str

    def said(self, row: Row) -> str:
        """What stands in the table; "" where there is nothing."""
        value = self.value(row)
        return "" if value is None else self.words(value)


def sorted_by(name: str, rows: Iterable[Row], *, descending: bool = False) -> list[Row]:
    """Rows by the values of a column, those without one last.

    Raises:
        ValueError: there is no such column.
    """
    (column,) = columns_of([name]).values()
    known, unknown = list[tuple[Any, Row]](), list[Row]()
    for row in rows:
        value = column.value(row)
        if value is None:
            unknown.append(row)
        else:
            known.append((value.casefold() if isinstance(value, str) else value, row))
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in known] + unknown


def columns_of(names: Sequence[str]) -> dict[str, Column]:
    """The columns of these names, each once.

    Raises:
        ValueError: there is no such column.

    Example:
        >>> [column.head for column in columns_of(["cell", "bits"]).values()]
        ['cell', 'bits/char']
        >>> columns_of(["loss"])
        Traceback (most recent call last):
        ValueError: there is no column 'loss'; there are run, name, text, cell, ...
    """
    for name in names:
        if name not in COLUMNS:
            raise ValueError(f"there is no column {name!r}; there are {', '.join(COLUMNS)}.")
    return {name: COLUMNS[name] for name in names}


def _recorded(listed: Listed) -> Recorded:
    run = Run(listed.folder)
    with within(run.folder.path), History(run.folder.history, reading=True) as history:
        characters, seconds = history.spent or (0, None)
        best = tables.best_recorded(history)
        found = [] if best is None else tables.lag_norms(history, [best])
        baseline = history.baseline
    curves = [read_mean(each.mean[-1], each.losses) for each in found if each.path == "h"]
    seen, distance = seen_of(run), None
    if baseline is not None and listed.validation_loss is not None:
        distance = bits(listed.validation_loss - baseline.as_seen(seen).loss)
    falls = (curves[0].half.lag, curves[0].hundredth.lag) if curves else (None, None)
    return Recorded(seconds, characters / seen.ratio, distance, *falls)


def _judged(listed: Listed) -> tuple[Floats, Floats] | None:
    run = Run(listed.folder)
    with within(run.folder.path), History(run.folder.history, reading=True) as history:
        best = tables.best_recorded(history)
        found = {} if best is None else history.measured_at(best, "held_out")
    return (seen_of(run).loss(found["nats"]), found["characters"]) if found else None


def _name(row: Row) -> str:
    """What a person calls it; what is wrong, where that is all there is to say."""
    about = row.listed.description
    return about.name if row.whole and about is not None else str(row.listed.error)


def _of_model(value: Callable[[ModelConfig], Value]) -> Callable[[Row], Value]:
    return lambda row: None if row.model is None else value(row.model)


def _of_training(value: Callable[[TrainingConfig], Value]) -> Callable[[Row], Value]:
    return lambda row: None if row.training is None else value(row.training)


def _about(name: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        about = row.listed.description
        return None if about is None else getattr(about, name)

    return value


def _parameters(row: Row) -> int | None:
    about = row.listed.description
    if about is None:
        return None
    return parameter_count(about.model, len(about.alphabet.vocabulary))


def _rate(row: Row) -> float | None:
    if row.model is None or row.training is None:
        return None
    usual = CELLS[row.model.cell].learning_rates[row.model.nonlinearity]
    return row.training.learning_rate or usual


def _iterations(row: Row) -> int | None:
    """As far as the names of the files told, where it was trained elsewhere."""
    about = row.listed.description
    unknown = about is None or not about.numbered
    return None if unknown or not row.whole else row.listed.iteration


def _bits(row: Row) -> float | None:
    nats = row.listed.validation_loss
    return None if nats is None else bits(nats)


def _tags(row: Row) -> list[str] | None:
    about = row.listed.description
    return list(about.tags) or None if about is not None else None


def _read(name: str) -> Callable[[Row], Value]:
    def value(row: Row) -> Value:
        try:
            found: Value = getattr(row.recorded, name)
        except RunError:  # damaged or deleted meanwhile: the other columns say what there is
            return None
        return found

    return value


_LOSS = (
    "validation loss of the best snapshot, once training has ended, in {}; of a network trained "
    "elsewhere, its loss on the last tenth of the text that was given with it"
)
_whole, _given = "{:,}".format, "{:g}".format


def _loss(value: float) -> str:
    return fixed(value, 3)


COLUMNS = MappingProxyType(
    {
        "run": Column("run", "its id", lambda row: row.listed.folder.id),
        "name": Column("name", "what a person calls it", _name),
        "text": Column("text", "where its text came from", _about("text_name")),
        "cell": Column("cell", "with φ of a plain RNN", _of_model(lambda model: model.kind)),
        "units": Column("units", "of a layer", _of_model(lambda model: model.hidden_size), _whole),
        "layers": Column("layers", "how many", _of_model(lambda model: model.num_layers)),
        "parameters": Column("parameters", "weights and biases", _parameters, _whole),
        "rate": Column("rate", "peak learning rate", _rate, _given),
        "window": Column(
            "window", "timesteps of a BPTT window", _of_training(lambda how: how.sequence_length)
        ),
        "batch": Column("batch", "parallel streams", _of_training(lambda how: how.batch_size)),
        "dropout": Column(
            "dropout",
            "share of units dropped",
            lambda row: None if row.training is None or row.model is None else row.model.dropout,
            _given,
        ),
        "seed": Column(
            "seed", "of initial weights and dropout", _of_training(lambda how: how.seed)
        ),
        "iterations": Column(
            "iterations",
            "made so far",
            _iterations,
            _whole,
        ),
        "seconds": Column("seconds", "of training", _read("seconds"), "{:,.0f}".format),
        "bits": Column("bits/char", _LOSS.format("bits per character"), _bits, _loss),
        "nats": Column("nats", _LOSS.format("nats"), lambda row: row.listed.validation_loss, _loss),
        "distance": Column(
            "to beat",
            "that loss less the number to beat, in bits per character: below 0 it is beaten",
            _read("distance"),
            lambda bits: signed(bits, 3),
        ),
        "half": Column(
            "half-way lag by h",
            "characters after which the gradient of a loss has halved on its way back through h, "
            "at the best snapshot, as the network reads them: of jamo, two or three are a "
            "syllable; none where it has not within 64. An LSTM has a way back through c as well, "
            "by which it may reach farther than its lags here, which Compare shows",
            _read("half"),
        ),
        "hundredth": Column(
            "1 % lag by h",
            "likewise, after which 1 % is left; none where more is within 64",
            _read("hundredth"),
        ),
        "state": Column("state", "how it stands", lambda row: row.listed.standing),
        "made": Column("made", "when", _about("created"), lambda at: at[:16].replace("T", " ")),
        "size": Column("size", "bytes on the disk", lambda row: row.size, bytes_words),
        "tags": Column("tags", "put on it by a person", _tags, ", ".join),
        "group": Column("group", "what it was made with", _about("group")),
    }
)
