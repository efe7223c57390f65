"""Networks that differ in what was asked, and in nothing else: the settings of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any, Literal, NamedTuple, get_args

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.notation import share_words
from rnnviz.recurrent.shapes import parameter_count
from rnnviz.text.windows import Split, characters_a_window

MOST = 24
WITHIN = 0.02  # of the parameters that were to be matched
_MOST_SPENT = 1e12
_ONE_BUDGET = 0.01  # of the characters read: whole iterations seldom come nearer
BudgetKind = Literal["iterations", "characters", "seconds"]

# What may vary, in the order in which runs follow each other: the last one changes first.
VARIED = (
    *("cell", "nonlinearity", "num_layers", "hidden_size", "dropout", "recurrent_gain"),
    *("sequence_length", "seed"),
)
_WORDS = {
    "num_layers": "layers",
    "hidden_size": "units",
    "recurrent_gain": "gain",
    "sequence_length": "window",
}
_MODEL = tuple(field.name for field in fields(ModelConfig))
_VECTORS = 16, 8, 1  # units that fill a processor's vectors are computed soonest
_MOST_UNITS = 2048


@dataclass(frozen=True, slots=True)
class Budget:
    """What every run may spend, the same for all.

    Attributes:
        kind: what is counted.
        amount: of it.

    Example:
        >>> Budget("characters", 100_000).words, Budget("seconds", 60).words
        ('100,000 characters', '60 s')
    """

    kind: BudgetKind
    amount: float

    def __post_init__(self) -> None:
        counted = self.kind == "seconds" or self.amount % 1 == 0
        spent = 0 < self.amount <= _MOST_SPENT
        if self.kind not in get_args(BudgetKind) or not (spent and counted):
            raise ValueError(
                f"the budget is {self.amount:g} {self.kind}; it must be more than 0 iterations, "
                f"characters or seconds, up to {_MOST_SPENT:g}, the first two in whole numbers."
            )

    @property
    def words(self) -> str:
        """How much that is."""
        return f"{self.amount:g} s" if self.kind == "seconds" else f"{self.amount:,.0f} {self.kind}"

    def given(self, training: TrainingConfig, characters: int) -> TrainingConfig:
        """The training with this budget, all of which is spent: no patience ends it before.

        Characters are those that are learned from: as many iterations as come nearest, the last
        window of every pass over the text being shorter than the others.

        Args:
            training: whose own budget and patience do not count.
            characters: of the text, held-out part and all.

        Example:
            >>> budget = Budget("characters", 100_000)
            >>> budget.given(TrainingConfig(sequence_length=50, batch_size=8), 10**6).iterations
            250
        """
        if self.kind == "seconds":
            return replace(training, iterations=None, seconds=float(self.amount), patience=None)
        iterations = self.amount
        if self.kind == "characters":
            learned = characters - Split.held_out_of(characters)
            sizes = training.batch_size, training.sequence_length
            iterations /= characters_a_window(learned, *sizes)
        made = max(1, round(iterations))
        return replace(training, iterations=made, seconds=None, patience=None)


def is_one_budget(first: float, second: float) -> bool:
    """Whether runs that read so many characters each had as much to learn from, within 1 %.

    Example:
        >>> is_one_budget(100_000, 100_352), is_one_budget(100_000, 120_000)
        (True, False)
    """
    return abs(first - second) <= _ONE_BUDGET * max(first, second)


class TextSize(NamedTuple):
    """How many characters a text has, as the network reads it, and how many are distinct."""

    characters: int
    distinct: int


@dataclass(frozen=True, slots=True)
class Planned:
    """One run of a comparison.

    Attributes:
        model: its network.
        training: how it is trained.
        values: what of it varies, by name.
        parameters: weights and biases.
    """

    model: ModelConfig
    training: TrainingConfig
    values: Mapping[str, Any]
    parameters: int

    @property
    def name(self) -> str:
        """What tells it from the others.

        Example:
            >>> run = Planned(ModelConfig("gru"), TrainingConfig(), {"cell": "gru", "seed": 3}, 9)
            >>> run.name
            'GRU, seed 3'
        """
        return ", ".join(_told(name, value) for name, value in self.values.items())


def expand(
    model: ModelConfig,
    training: TrainingConfig,
    varied: Mapping[str, Sequence[Any]],
    budget: Budget,
    text: TextSize,
    *,
    matched: bool = False,
) -> list[Planned]:
    """Every combination of values, once.

    A nonlinearity is the plain RNN's alone, a forget bias that of gated cells, and recurrent
    weights are those of cells that read their state: where a cell has none, it is left out, and
    what then is the same network is one run.

    Args:
        model: what all networks share but for what varies.
        training: likewise, of their training; its own budget and patience do not count.
        varied: the values of each setting that varies, see `VARIED`.
        budget: what each may spend.
        text: what all learn, as far as it matters here.
        matched: whether the units of each are chosen so that it has as many parameters, within
            2 %, as the network with the same `hidden_size` and the first value of all else.

    Raises:
        ValueError: a setting cannot vary, or takes no such value; there are more than 24 runs, or
            less than two; or parameters cannot be matched.

    Example:
        >>> asked = {"cell": ["rnn", "lstm"], "nonlinearity": ["tanh", "relu"]}
        >>> text, budget = TextSize(characters=9_000, distinct=30), Budget("iterations", 50)
        >>> runs = expand(ModelConfig(), TrainingConfig(), asked, budget, text)
        >>> [run.model.kind for run in runs]
        ['RNN (tanh)', 'RNN (relu)', 'LSTM']
    """
    names = [name for name in VARIED if varied.get(name)]
    apart = [name for name in names if len(varied[name]) > 1]
    if unknown := sorted(set(varied) - set(VARIED)):
        raise ValueError(f"{unknown[0]} cannot vary; {', '.join(VARIED)} can.")
    found: dict[tuple[ModelConfig, TrainingConfig], Planned] = {}
    for combination in product(*(varied[name] for name in names)):
        values = dict(zip(names, combination, strict=True))
        network = _network(model, values)
        if matched:
            like = {name: varied[name][0] for name in names} | _only(values, "hidden_size")
            network = _matched(network, _network(model, like), text.distinct)
        how = replace(training, **_only(values, "sequence_length", "seed"))
        how = budget.given(how, text.characters)
        told = {name: getattr(network if name in _MODEL else how, name) for name in apart}
        run = Planned(network, how, _of_cell(told), parameter_count(network, text.distinct))
        found.setdefault((network, how), run)
        if len(found) > MOST:
            raise ValueError(f"that makes more than {MOST} runs; take some values away.")
    if len(found) < 2:
        raise ValueError("that makes one run; give two values or more of something.")
    return list(found.values())


def matched_units(model: ModelConfig, vocab_size: int, parameters: int) -> int:
    """The units with which a network has so many parameters, within 2 %.

    Units that fill the vectors of a processor are taken where that suffices, because they are
    computed sooner; else as many as come nearest.

    Args:
        model: the network, whatever its units.
        vocab_size: distinct characters of the text.
        parameters: wanted.

    Raises:
        ValueError: no number of units brings it so near.

    Example:
        >>> units = matched_units(ModelConfig("rnn"), 65, 330_000)
        >>> units, parameter_count(ModelConfig("rnn", hidden_size=units), 65)
        (512, 329793)
    """

    def off(units: int) -> float:
        sized = replace(model, hidden_size=units)
        return abs(parameter_count(sized, vocab_size) / parameters - 1)

    for width in _VECTORS:
        nearest = min(range(width, _MOST_UNITS + 1, width), key=off)
        if off(nearest) <= WITHIN:
            return nearest
    raise ValueError(
        f"{model.kind} comes to within {share_words(off(nearest))} of {parameters:,} parameters at "
        f"best, with {nearest:,} units; choose a larger network to match, or do not match them."
    )


def _matched(network: ModelConfig, like: ModelConfig, vocab_size: int) -> ModelConfig:
    """The network with as many parameters as another."""
    wanted = parameter_count(like, vocab_size)
    return replace(network, hidden_size=matched_units(network, vocab_size, wanted))


def varied_words(planned: Sequence[Planned]) -> str:
    """What varies, in few words.

    Example:
        >>> like = ModelConfig(), TrainingConfig()
        >>> varied_words([Planned(*like, {"cell": "lstm", "hidden_size": 9}, 5)])
        'cell x units'
    """
    names = dict.fromkeys(name for each in planned for name in each.values)
    return " x ".join(_WORDS.get(name, name) for name in names)


def _network(model: ModelConfig, values: Mapping[str, Any]) -> ModelConfig:
    """The network with these values, and without what its cell does not have."""
    asked = model.to_json() | _only(values, *_MODEL)
    facts = CELLS.get(asked["cell"])
    if facts is not None and asked["nonlinearity"] not in facts.learning_rates:
        asked["nonlinearity"] = next(iter(facts.learning_rates))
    if facts is not None and facts.keeping is None:
        asked |= {"forget_bias": None, "chrono_memory": None}
    if facts is not None and not facts.reads_state:
        asked |= {"recurrent_init": None, "recurrent_gain": None}
    found = ModelConfig(**asked)
    usual = found.recurrent_gain == found.usual_gain
    return replace(found, recurrent_gain=None) if usual else found


def _of_cell(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of them that the cell lets one choose."""
    if "cell" not in values:
        return dict(values)
    facts = CELLS[values["cell"]]
    lacks = {
        "nonlinearity": len(facts.learning_rates) == 1,
        "recurrent_gain": not facts.reads_state,
    }
    return {name: value for name, value in values.items() if not lacks.get(name)}


def _only(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _told(name: str, value: Any) -> str:
    if name == "cell":
        return CELLS[value].title
    if name == "recurrent_gain":
        return "usual gain" if value is None else f"gain {value:g}"
    word = _WORDS.get(name, name)
    return f"{value} {word}" if word in ("layers", "units") else f"{word} {value}"
