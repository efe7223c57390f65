"""What differs between the settings of runs, what they are called by it, and which share all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from rnnviz.notation import NOTHING, counted
from rnnviz.runs.labels import shortened
from rnnviz.runs.made_with import choices_of
from rnnviz.runs.run import Run
from rnnviz.text.control import escaped

Words = Mapping[str, str]  # of each setting, by its name

_TEXT, _SEED = "text", "seed"
_LONGEST = 26


@dataclass(frozen=True, slots=True)
class Differences:
    """The settings of several runs, in words.

    Attributes:
        runs: their ids.
        differing: by what each setting is called, what it is in each run; "–" where a run has no
            such setting.
        equal: those that all have alike.
    """

    runs: tuple[str, ...]
    differing: Mapping[str, tuple[str, ...]]
    equal: Mapping[str, str]


def differences_of(runs: Sequence[Run]) -> Differences:
    """What differs between the settings of runs, the text first.

    That a value is the usual one for its cell is left out: the value is what is compared.

    Example:
        >>> import tempfile
        >>> from rnnviz.config import TrainingConfig
        >>> home, how = tempfile.mkdtemp(), TrainingConfig(iterations=9)
        >>> make = lambda seed: Run.create(
        ...     "to be", runs=home, training=TrainingConfig(iterations=9, seed=seed))
        >>> found = differences_of([make(0), make(1)])
        >>> found.differing, found.equal["budget"]
        ({'seed': ('0', '1')}, '9 iterations')
    """
    chosen = [_values(run) for run in runs]
    names = list(dict.fromkeys(name for each in chosen for name in each))
    said = {name: tuple(each.get(name, NOTHING) for each in chosen) for name in names}
    differing = {name: values for name, values in said.items() if len(set(values)) > 1}
    equal = {name: values[0] for name, values in said.items() if name not in differing}
    return Differences(tuple(run.id for run in runs), differing, equal)


def called(runs: Sequence[Run], groups: Sequence[Sequence[int]] | None = None) -> list[str]:
    """What each of several runs is called: a letter, and in brackets by what it differs.

    Args:
        runs: which; where nothing differs that can be said shortly, it is their name.
        groups: which of them are called together, by their places; None calls each alone. How many
            there are is said of more than one.

    Example:
        >>> import tempfile
        >>> from rnnviz.config import TrainingConfig
        >>> home, how = tempfile.mkdtemp(), [TrainingConfig(seed=seed) for seed in (1, 2)]
        >>> runs = [Run.create("to be", runs=home, training=each) for each in how]
        >>> called(runs), called(runs, [[0, 1]])
        (['A (seed 1)', 'B (seed 2)'], ['A (text, 2 seeds)'])
    """
    together = [[place] for place in range(len(runs))] if groups is None else groups
    said = [_said(runs[own[0]]) for own in together]
    names = [name for name in _SHORT if len({each[name] for each in said}) > 1]
    one_text = len({run.description.text_sha256 for run in runs}) == 1
    left_out = {*[_TEXT] * one_text, *[_SEED] * (groups is not None)}
    names = [name for name in names if name not in left_out]
    found = []
    for place, (letter, own) in enumerate(zip(ascii_uppercase, together, strict=False)):
        others = [each for other, each in enumerate(said) if other != place]
        told = _few(said[place], others, names) or shortened(escaped(runs[own[0]].description.name))
        found.append(f"{letter} ({told}{_count([runs[each] for each in own])})")
    return found


def _said(run: Run) -> dict[str, str]:
    """What it can be called by; of a network from elsewhere no more is known than its sizes."""
    if run.description.imported is None:
        return {name: tell(run) for name, tell in _SHORT.items()}
    return dict.fromkeys(_SHORT, "usual") | {name: _SHORT[name](run) for name in _KNOWN}


def alike_but_for_the_seed(runs: Sequence[Run]) -> list[tuple[int, ...]]:
    """The places of runs that share every other setting, in the order of the first of each.

    Example:
        >>> alike_but_for_the_seed([])
        []
    """
    found: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for place, run in enumerate(runs):
        chosen = {name: said for name, said in _values(run).items() if name != _SEED}
        found.setdefault(tuple(chosen.items()), []).append(place)
    return [tuple(places) for places in found.values()]


def _values(run: Run) -> dict[str, str]:
    """Every setting, without the words that it is usual for this cell."""
    kind = run.model_config.kind
    usual = (f", as usual for {kind} (chosen by measurement)", f", as usual for {kind}")
    found = choices_of(run)
    if run.description.imported is not None:  # whose seed is not known: each is by itself
        found |= {"run": run.id}
    for words in usual:
        found = {name: said.replace(words, "") for name, said in found.items()}
    return found


def _few(words: Words, others: Sequence[Words], names: Sequence[str]) -> str:
    """As many of the words as have room, before all those that tell this one from others.

    That something is as usual is left out, unless it tells.

    Example:
        >>> one, other = ({"cell": "LSTM", "bias": "usual bias", "seed": f"seed {k}"} for k in "12")
        >>> _few(one, [other], ["cell", "bias", "seed"]), _few(one, [], [])
        ('LSTM, seed 1', '')
    """
    telling, alike = [], list(others)
    for name in names:
        if any(each[name] != words[name] for each in alike):
            telling.append(name)
            alike = [each for each in alike if each[name] == words[name]]
    more = [name for name in names if name not in telling and not words[name].startswith("usual")]
    chosen: list[str] = []
    for name in (*telling, *more):
        said = ", ".join(words[each] for each in names if each in (*chosen, name))
        if not chosen or len(said) <= _LONGEST:
            chosen.append(name)
    return ", ".join(words[name] for name in names if name in chosen)


def _count(runs: Sequence[Run]) -> str:
    """How many runs a name is of, where it is more than one; seeds, where no two have the same."""
    if len(runs) == 1:
        return ""
    seeds = {run.training_config.seed for run in runs}
    return f", {len(runs)} {'seeds' if len(seeds) == len(runs) else 'runs'}"


def _rate(run: Run) -> str:
    rate = run.training_config.learning_rate
    return "usual rate" if rate is None else f"rate {rate:g}"


def _begun(run: Run) -> str:
    """Whose weights it begins with, and what of them was changed, or else their name."""
    origin = run.description.origin
    if origin is None:
        return "begun afresh"
    return f"from {shortened(escaped(origin.name))}{', ' * bool(origin.changed)}{origin.changed}"


def _gain(run: Run) -> str:
    gain = run.model_config.recurrent_gain
    return "usual gain" if gain is None else f"gain {gain:g}"


def _bias(run: Run) -> str:
    model = run.model_config
    if model.chrono_memory is not None:
        return f"chrono {model.chrono_memory:,}"
    return "usual bias" if model.forget_bias is None else f"bias {model.forget_bias:g}"


# What is known wherever a network was trained.
_KNOWN = (_TEXT, "alphabet", "cell", "units", "layers", "trained")
# What runs are called by, what matters most first.
_SHORT: Mapping[str, Callable[[Run], str]] = {
    _TEXT: lambda run: shortened(escaped(run.description.text_name)),
    "alphabet": lambda run: run.alphabet.hangul,
    "cell": lambda run: run.model_config.kind,
    "units": lambda run: counted(run.model_config.hidden_size, "unit"),
    "layers": lambda run: counted(run.model_config.num_layers, "layer"),
    "trained": lambda run: f"trained {'elsewhere' if run.description.imported else 'here'}",
    "begun": _begun,
    "dropout": lambda run: f"dropout {run.model_config.dropout:g}",
    "init": lambda run: run.model_config.recurrent_init or "usual weights",
    "gain": _gain,
    "bias": _bias,
    "window": lambda run: f"window {run.training_config.sequence_length:,}",
    "batch": lambda run: f"batch {run.training_config.batch_size:,}",
    "rate": _rate,
    "decay": lambda run: f"decay {run.training_config.weight_decay:g}",
    "averaging": lambda run: f"averaging {run.training_config.averaging:g}",
    "budget": lambda run: run.training_config.budget_words,
    _SEED: lambda run: f"seed {run.training_config.seed}",
}
