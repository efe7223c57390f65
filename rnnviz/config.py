"""What a person can choose about a network, its training and its samples: checked at birth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from rnnviz.cells import CELLS, LARGEST_SLOPE, Cell, Nonlinearity
from rnnviz.notation import counted
from rnnviz.settings import Settings, require, require_choice, require_number, require_whole

RecurrentInit = Literal["orthogonal", "identity", "normal"]

MAX_SEED = 2**63 - 1
CHRONO = "chrono"

# Settings of what a network begins with.
BEGINNINGS = ("recurrent_init", "recurrent_gain", "forget_bias", "chrono_memory")


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

    NEWER: ClassVar[tuple[str, ...]] = BEGINNINGS

    cell: Cell = "lstm"
    nonlinearity: Nonlinearity = "tanh"
    hidden_size: int = 256
    num_layers: int = 1
    dropout: float = 0.0
    recurrent_init: RecurrentInit | None = None
    recurrent_gain: float | None = None
    forget_bias: float | str | None = None
    chrono_memory: int | None = None

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
        return f"{self.kind} of {layers}{counted(self.hidden_size, 'unit')}"

    def _check(self) -> None:
        require_choice("cell", self.cell, tuple(CELLS))
        require_choice("nonlinearity", self.nonlinearity, get_args(Nonlinearity))
        name = f"nonlinearity of cell {self.cell!r}"
        require_choice(name, self.nonlinearity, tuple(CELLS[self.cell].learning_rates))
        require_whole("hidden_size", self.hidden_size, 1, 2048)
        require_whole("num_layers", self.num_layers, 1, 4)
        require_number("dropout", self.dropout, 0.0, 0.9, "a number from 0 to 0.9")
        self._check_recurrent_weights()
        if self.forget_bias is not None:
            self._check_forget_bias()
        if (self.chrono_memory is None) == (self.forget_bias == CHRONO):
            raise ValueError(
                f"forget_bias is {self.forget_bias!r} and chrono_memory is {self.chrono_memory!r}; "
                f"{CHRONO!r} needs a number of timesteps to spread up to, and nothing else does."
            )
        if self.chrono_memory is not None:
            require_whole("chrono_memory", self.chrono_memory, 3, 1_000_000)

    def _check_recurrent_weights(self) -> None:
        init, gain = self.recurrent_init, self.recurrent_gain
        if not CELLS[self.cell].reads_state and (init, gain) != (None, None):
            raise ValueError(
                f"recurrent_init is {init!r} and recurrent_gain {gain!r}, but the cell "
                f"{self.cell!r} has no W_hh: its gates do not read the state; leave both out."
            )
        if init is not None:
            require_choice("recurrent_init", init, get_args(RecurrentInit))
        if gain is not None:
            require_number("recurrent_gain", gain, 0.0, 10.0, "a number from 0 to 10")

    def _check_forget_bias(self) -> None:
        if CELLS[self.cell].keeping is None:
            having = " or ".join(name for name, facts in CELLS.items() if facts.keeping)
            raise ValueError(
                f"forget_bias is {self.forget_bias!r}, but the cell {self.cell!r} has no gate that "
                f"forgets; leave it out, or take {having}."
            )
        if self.forget_bias != CHRONO:
            allowed = "a number from -20 to 20, or 'chrono'"
            require_number("forget_bias", self.forget_bias, -20.0, 20.0, allowed)


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

    Example:
        >>> TrainingConfig(iterations=2000, clip_norm=None).batch_size
        16
        >>> TrainingConfig(iterations=2000, seconds=60.0)
        Traceback (most recent call last):
        ValueError: iterations is 2000 and seconds is 60.0; give one of them, the other follows.
    """

    NEWER: ClassVar[tuple[str, ...]] = ("averaging", "patience")

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

    @property
    def budget_words(self) -> str:
        """How long it goes on.

        Example:
            >>> TrainingConfig(iterations=2000).budget_words, TrainingConfig().budget_words
            ('2,000 iterations', '60 s')
        """
        if self.iterations is not None:
            return counted(self.iterations, "iteration")
        return f"{self.seconds:g} s"

    @property
    def reading_words(self) -> str:
        """What an iteration reads.

        Example:
            >>> TrainingConfig().reading_words
            'each iteration reads 64 characters at each of 16 places of the text'
        """
        places = f"each of {self.batch_size:,} places" if self.batch_size > 1 else "one place"
        characters = counted(self.sequence_length, "character")
        return f"each iteration reads {characters} at {places} of the text"

    def _check(self) -> None:
        require_whole("sequence_length", self.sequence_length, 1, 4096)
        require_whole("batch_size", self.batch_size, 1, 4096)
        if self.learning_rate is not None:
            allowed = "a number from 1e-7 to 10"
            require_number("learning_rate", self.learning_rate, 1e-7, 10.0, allowed)
        if self.clip_norm is not None:
            require_number(
                "clip_norm", self.clip_norm, 1e-6, 1e6, "a number from 1e-6 to 1e6, or None"
            )
        require_number("weight_decay", self.weight_decay, 0.0, 1.0, "a number from 0 to 1")
        require_number("averaging", self.averaging, 0.0, 1.0, "a number from 0 to 1")
        if self.patience is not None:
            require_whole("patience", self.patience, 1, 1000)
        require_whole("seed", self.seed, 0, MAX_SEED)
        require_choice("device", self.device, ("auto", "cpu", "cuda"))
        self._check_budget()

    def _check_budget(self) -> None:
        if self.iterations is not None and self.seconds is not None:
            raise ValueError(
                f"iterations is {self.iterations!r} and seconds is {self.seconds!r}; "
                "give one of them, the other follows."
            )
        if self.iterations is not None:
            require_whole("iterations", self.iterations, 1, 100_000_000)
        elif self.seconds is None:
            object.__setattr__(self, "seconds", 60.0)
        else:
            require_number(
                "seconds", self.seconds, 0.1, 1e6, "a number of seconds from 0.1 to 1,000,000"
            )


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
        require("rare", self.rare, "True or False", isinstance(self.rare, bool))
        require("prompt", self.prompt, "text", isinstance(self.prompt, str))
        require_whole("length", self.length, 0, 1_000_000)
        require_number("temperature", self.temperature, 0.0, 10.0, "a number from 0 to 10")
        if self.top_k is not None:
            require_whole("top_k", self.top_k, 1, 4000)
        require_whole("seed", self.seed, 0, MAX_SEED)


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
