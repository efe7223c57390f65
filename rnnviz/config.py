"""What a person can choose about a network, its training and its samples: checked at birth."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from numbers import Integral, Real
from typing import Any, Literal, Self, get_args

from rnnviz.cells import CELLS, LARGEST_SLOPE, Cell, Nonlinearity

RecurrentInit = Literal["orthogonal", "identity", "normal"]

MAX_SEED = 2**63 - 1
CHRONO = "chrono"

_PLAIN = (str, int, float, type(None))
_SAID = 80  # characters of what is refused
_NEWER = ("averaging", "patience")


def _require(name: str, value: object, allowed: str, fine: bool) -> None:
    if not fine:
        given = repr(value)
        given = f"{given[:_SAID]}…" if len(given) > _SAID else given
        raise ValueError(f"{name} is {given}; it must be {allowed}.")


def _number(name: str, value: object, low: float, high: float, allowed: str) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    _require(name, value, allowed, is_number and low <= value <= high)  # type: ignore[operator]


def _whole(name: str, value: object, low: int, high: int) -> None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not (is_whole and low <= value <= high):  # type: ignore[operator]
        _require(name, value, f"a whole number from {low:,} to {high:,}", False)


def _choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:  # sentences take longer than all else that is checked
        _require(name, value, "one of " * (len(choices) > 1) + ", ".join(choices), False)


class Settings:
    """A frozen dataclass that goes to and from a plain JSON object.

    Numbers of other libraries, NumPy's for one, are taken as the plain ones they are.
    """

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if not isinstance(value, _PLAIN) and isinstance(value, Real):
                plain = int(value) if isinstance(value, Integral) else float(value)
                object.__setattr__(self, field.name, plain)
        self._check()

    def __repr__(self) -> str:
        """What would make it, without what is left to the program."""
        told = (
            f"{field.name}={value!r}"
            for field in fields(self)  # type: ignore[arg-type]
            if (value := getattr(self, field.name)) is not None or field.default is not None
        )
        return f"{type(self).__name__}({', '.join(told)})"

    def _check(self) -> None:
        """Refuse what is out of range."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """All fields by name, as JSON values."""
        return asdict(self)  # type: ignore[call-overload,no-any-return]

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The settings written by `to_json`.

        Raises:
            ValueError: a field is unknown, or a value is out of range.
        """
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        if unknown := sorted(set(values) - known):
            _require("setting", unknown, "one of " + ", ".join(sorted(known)), False)
        return cls(**values)


@dataclass(frozen=True, slots=True, repr=False)
class ModelConfig(Settings):
    """The network: which cell, how many units, how many layers, and with what it begins.

    Attributes:
        cell: rnn, gru, lstm or mingru.
        nonlinearity: of the cell rnn.
        hidden_size: units of a layer.
        num_layers: layers.
        dropout: the share of a layer's outputs that is dropped in training.
        recurrent_init: what W_hh begins as, block by block for gates, before it is multiplied by
            the gain: "orthogonal"; "identity"; or "normal", independent entries of variance
            1 / hidden_size. None takes what is usual for the cell, see `recurrent.initialization`;
            a minGRU has no W_hh.
        recurrent_gain: what W_hh is multiplied by; None takes what is usual for the nonlinearity.
            All singular values of an orthogonal matrix or an identity are the gain. The
            eigenvalues of a large normal one fill a disk of this radius (circular law; Girko
            1985), its largest singular value is near twice the gain.
        forget_bias: the bias that the gate begins with which keeps the old state, f of the LSTM, z
            of the GRU (z of the minGRU, which lets the new in, begins with its negative); None
            takes the usual. With "chrono" each unit has one of its own, log(U(1, chrono_memory -
            1)), and the LSTM's input gate its negative (Tallec & Ollivier 2018): alone, they keep
            traces for 2 to `chrono_memory` timesteps.
        chrono_memory: that number of timesteps, with "chrono" alone.

    Example:
        >>> ModelConfig(cell="gru", hidden_size=64).num_layers
        1
        >>> ModelConfig(cell="lstn")
        Traceback (most recent call last):
        ValueError: cell is 'lstn'; it must be one of rnn, gru, lstm, mingru.
    """

    cell: Cell = "lstm"
    nonlinearity: Nonlinearity = "tanh"
    hidden_size: int = 256
    num_layers: int = 1
    dropout: float = 0.0
    recurrent_init: RecurrentInit | None = None
    recurrent_gain: float | None = None
    forget_bias: float | str | None = None
    chrono_memory: int | None = None

    def to_json(self) -> dict[str, Any]:
        """All fields by name but beginnings as usual, which older versions do not know."""
        values = Settings.to_json(self)
        return {name: v for name, v in values.items() if name not in BEGINNINGS or v is not None}

    @property
    def usual_gain(self) -> float:
        """The gain where none is given: with the largest slope of the nonlinearity it makes 1.

        Example:
            >>> ModelConfig().usual_gain, ModelConfig("rnn", "sigmoid").usual_gain
            (1.0, 4.0)
        """
        return 1 / LARGEST_SLOPE[self.nonlinearity]

    @property
    def kind(self) -> str:
        """The cell as it is said, with phi where that can be chosen.

        Example:
            >>> ModelConfig(cell="rnn", nonlinearity="relu").kind, ModelConfig(cell="gru").kind
            ('RNN (relu)', 'GRU')
        """
        facts = CELLS[self.cell]
        return facts.title + f" ({self.nonlinearity})" * (len(facts.learning_rates) > 1)

    @property
    def words(self) -> str:
        """Cell and size.

        Example:
            >>> ModelConfig(num_layers=2).words, ModelConfig(cell="gru", hidden_size=1).words
            ('LSTM of 2 layers of 256 units', 'GRU of 1 unit')
        """
        layers = f"{self.num_layers} layers of " * (self.num_layers > 1)
        return f"{self.kind} of {layers}{self.hidden_size:,} unit{'s' * (self.hidden_size > 1)}"

    def _check(self) -> None:
        _choice("cell", self.cell, tuple(CELLS))
        _choice("nonlinearity", self.nonlinearity, get_args(Nonlinearity))
        name = f"nonlinearity of cell {self.cell!r}"
        _choice(name, self.nonlinearity, tuple(CELLS[self.cell].learning_rates))
        _whole("hidden_size", self.hidden_size, 1, 2048)
        _whole("num_layers", self.num_layers, 1, 4)
        _number("dropout", self.dropout, 0.0, 0.9, "a number from 0 to 0.9")
        self._check_recurrent_weights()
        if self.forget_bias is not None:
            self._check_forget_bias()
        if (self.chrono_memory is None) == (self.forget_bias == CHRONO):
            raise ValueError(
                f"forget_bias is {self.forget_bias!r} and chrono_memory is {self.chrono_memory!r}; "
                f"{CHRONO!r} needs a number of timesteps to spread up to, and nothing else does."
            )
        if self.chrono_memory is not None:
            _whole("chrono_memory", self.chrono_memory, 3, 1_000_000)

    def _check_recurrent_weights(self) -> None:
        init, gain = self.recurrent_init, self.recurrent_gain
        if not CELLS[self.cell].reads_state and (init, gain) != (None, None):
            raise ValueError(
                f"recurrent_init is {init!r} and recurrent_gain {gain!r}, but the cell "
                f"{self.cell!r} has no W_hh: its gates do not read the state; leave both out."
            )
        if init is not None:
            _choice("recurrent_init", init, get_args(RecurrentInit))
        if gain is not None:
            _number("recurrent_gain", gain, 0.0, 10.0, "a number from 0 to 10")

    def _check_forget_bias(self) -> None:
        if CELLS[self.cell].keeping is None:
            having = " or ".join(name for name, facts in CELLS.items() if facts.keeping)
            raise ValueError(
                f"forget_bias is {self.forget_bias!r}, but the cell {self.cell!r} has no gate that "
                f"forgets; leave it out, or take {having}."
            )
        if self.forget_bias != CHRONO:
            allowed = "a number from -20 to 20, or 'chrono'"
            _number("forget_bias", self.forget_bias, -20.0, 20.0, allowed)


# Settings of what a network begins with.
BEGINNINGS = ("recurrent_init", "recurrent_gain", "forget_bias", "chrono_memory")


@dataclass(frozen=True, slots=True, repr=False)
class TrainingConfig(Settings):
    """How the network is trained. Exactly one of `iterations` and `seconds` is the budget.

    Attributes:
        sequence_length: timesteps of one BPTT window.
        batch_size: parallel streams through the text.
        learning_rate: peak of the schedule for the recurrent weights, of which input and output
            weights take a multiple (`training.schedule.rate_share`); None takes the cell's usual.
        clip_norm: the total gradient norm is scaled down to this; None never clips.
        weight_decay: decoupled decay of the weight matrices (Loshchilov & Hutter 2019).
        averaging: snapshots keep the mean of the weights over the last iterations, over about this
            share of all made so far; 0 keeps them as they are in training.
        iterations: optimizer updates to make.
        seconds: training time to spend, pauses not counted.
        patience: training ends before, once so many snapshots in a row have brought no lower
            validation loss; None never. The learning rate may still be high then.
        seed: of initial weights and dropout; snapshots' samples have their own.
        device: "auto" takes CUDA where there is one.

    """

    sequence_length: int = 64
    batch_size: int = 16
    learning_rate: float | None = None
    clip_norm: float | None = 1.0
    weight_decay: float = 0.0
    averaging: float = 0.0
    iterations: int | None = None
    seconds: float | None = None
    patience: int | None = None
    seed: int = 0
    device: str = "auto"

    def to_json(self) -> dict[str, Any]:
        """All fields by name but those left off that older versions do not know."""
        values = Settings.to_json(self)
        return {name: value for name, value in values.items() if name not in _NEWER or value}

    @property
    def budget_words(self) -> str:
        """How long it goes on.

        Example:
            >>> TrainingConfig(iterations=2000).budget_words, TrainingConfig().budget_words
            ('2,000 iterations', '60 s')
        """
        if self.iterations is not None:
            return f"{self.iterations:,} iteration" + "s" * (self.iterations != 1)
        return f"{self.seconds:g} s"

    @property
    def reading_words(self) -> str:
        """What an iteration reads.

        Example:
            >>> TrainingConfig().reading_words
            'each iteration reads 64 characters at each of 16 places of the text'
        """
        places = f"each of {self.batch_size:,} places" if self.batch_size > 1 else "one place"
        characters = f"{self.sequence_length:,} character" + "s" * (self.sequence_length != 1)
        return f"each iteration reads {characters} at {places} of the text"

    def _check(self) -> None:
        _whole("sequence_length", self.sequence_length, 1, 4096)
        _whole("batch_size", self.batch_size, 1, 4096)
        if self.learning_rate is not None:
            allowed = "a number from 1e-7 to 10"
            _number("learning_rate", self.learning_rate, 1e-7, 10.0, allowed)
        if self.clip_norm is not None:
            _number("clip_norm", self.clip_norm, 1e-6, 1e6, "a number from 1e-6 to 1e6, or None")
        _number("weight_decay", self.weight_decay, 0.0, 1.0, "a number from 0 to 1")
        _number("averaging", self.averaging, 0.0, 1.0, "a number from 0 to 1")
        if self.patience is not None:
            _whole("patience", self.patience, 1, 1000)
        _whole("seed", self.seed, 0, MAX_SEED)
        _choice("device", self.device, ("auto", "cpu", "cuda"))
        self._check_budget()

    def _check_budget(self) -> None:
        if self.iterations is not None and self.seconds is not None:
            raise ValueError(
                f"iterations is {self.iterations!r} and seconds is {self.seconds!r}; "
                "give one of them, the other follows."
            )
        if self.iterations is not None:
            _whole("iterations", self.iterations, 1, 100_000_000)
        elif self.seconds is None:
            object.__setattr__(self, "seconds", 60.0)
        else:
            _number("seconds", self.seconds, 0.1, 1e6, "a number of seconds from 0.1 to 1,000,000")


@dataclass(frozen=True, slots=True, repr=False)
class SamplingConfig(Settings):
    """How text is sampled: temperature 0 always takes the likeliest character (argmax).

    Attributes:
        prompt: characters the network reads before it writes; "" stands for that of a run's
            snapshots, or else a newline, or the vocabulary's first character.
        length: characters to write after the prompt.
        temperature: logits are divided by it before the softmax.
        top_k: only the k likeliest characters may be drawn; None allows all.
        seed: of the draws.
        rare: whether the symbol that stands for rare characters may be drawn, if there is one.

    Example:
        >>> SamplingConfig(temperature=0).length
        300
        >>> SamplingConfig(temperature=-1)
        Traceback (most recent call last):
        ValueError: temperature is -1; it must be a number from 0 to 10.
    """

    prompt: str = ""
    length: int = 300
    temperature: float = 0.8
    top_k: int | None = None
    seed: int = 0
    rare: bool = False

    def _check(self) -> None:
        _require("rare", self.rare, "True or False", isinstance(self.rare, bool))
        _require("prompt", self.prompt, "text", isinstance(self.prompt, str))
        _whole("length", self.length, 0, 1_000_000)
        _number("temperature", self.temperature, 0.0, 10.0, "a number from 0 to 10")
        if self.top_k is not None:
            _whole("top_k", self.top_k, 1, 4000)
        _whole("seed", self.seed, 0, MAX_SEED)


# What is trained where nothing is chosen. On Shakespeare, 3,300 iterations ended at 1.497 nats
# without weight decay and at 1.475 with 0.05 (products in bfloat16). On a third of it, 320 units
# with dropout 0.3 ended at 1.520 nats without (2,000 iterations), at 1.484 with 0.04.
USUAL = ModelConfig(), TrainingConfig(weight_decay=0.05)

# Budgets a person can choose by name, with the network that was best in that time on two cores;
# `training.presets` suits them to a text. 512 units with dropout 0.5 came within 15 minutes to
# 1.451 nats at the best, and the weights of three snapshots averaged to 1.410: "long" averages.
PRESETS: dict[str, tuple[ModelConfig, TrainingConfig]] = {
    "quick": (
        ModelConfig(hidden_size=192),
        TrainingConfig(batch_size=16, weight_decay=0.05, seconds=30.0),
    ),
    "good": (
        ModelConfig(hidden_size=320, dropout=0.3),
        TrainingConfig(batch_size=24, weight_decay=0.04, seconds=180.0),
    ),
    "long": (
        ModelConfig(hidden_size=512, dropout=0.5),
        TrainingConfig(batch_size=24, weight_decay=0.03, averaging=0.2, seconds=900.0),
    ),
}

# How every snapshot's sample is drawn: the weights alone make the difference between two.
SNAPSHOT_SAMPLING = SamplingConfig(length=200)
