"""Every setting that made a run, in words: what a person needs to make it again."""

from __future__ import annotations

from datetime import datetime

from rnnviz.cells import CELLS
from rnnviz.config import CHRONO, ModelConfig
from rnnviz.notation import counted, share_words
from rnnviz.runs.run import Run
from rnnviz.storage import followed


def settings_of(run: Run) -> dict[str, str]:
    """What made a run, by what each is called, the text first.

    Example:
        >>> import tempfile
        >>> from rnnviz.config import TrainingConfig
        >>> folder = tempfile.mkdtemp()
        >>> run = Run.create("to be", runs=folder, training=TrainingConfig(iterations=40, seed=3))
        >>> found = settings_of(run)
        >>> found["budget"], found["seed"], found["learning rate"]
        ('40 iterations', '3', '0.008 at its peak, as usual for LSTM (chosen by measurement)')
    """
    return {**choices_of(run), **_made(run)}


def choices_of(run: Run) -> dict[str, str]:
    """What was chosen of them, not when and where it was made; nothing but `run.json` is read."""
    trained = {} if run.description.imported else _training(run)
    return {**_text(run), **_network(run), **trained}


def _text(run: Run) -> dict[str, str]:
    about = run.description
    alphabet = "Hangul as jamo" if run.alphabet.hangul == "jamo" else "as written"
    rare, how = run.vocabulary.rare, about.reading.words
    return {
        "text": about.text_name,
        "length": f"{about.text_characters:,} {run.alphabet.unit}, "
        f"{len(run.vocabulary):,} distinct",
        "sha256 of the text": about.text_sha256,
        "encoding of its file": how.removeprefix("read as ") or "none, or not known",
        "alphabet": alphabet + ("" if rare is None else f", {rare.words(about.text_characters)}"),
    }


def _network(run: Run) -> dict[str, str]:
    model, origin = run.model_config, run.description.origin
    shape = {
        "cell": model.kind,
        "units of a layer (hidden_size)": f"{model.hidden_size:,}",
        "layers (num_layers)": f"{model.num_layers}",
    }
    if (imported := run.description.imported) is not None:
        return {**shape, "trained": imported.words.removeprefix("trained ")}
    return {
        **shape,
        "dropout": f"{model.dropout:g}",
        **({"begins with": origin.words} if origin else _beginning(model)),
    }


def _beginning(model: ModelConfig) -> dict[str, str]:
    """What the weights that carry the state on begin with."""
    usual = f"as usual for {model.kind}"
    as_usual = "orthogonal"
    if model.nonlinearity == "relu":
        as_usual = "half orthogonal, half identity in the lowest layer, orthogonal above it"
    facts = CELLS[model.cell]
    gain = model.usual_gain if model.recurrent_gain is None else model.recurrent_gain
    recurrent = {
        "first recurrent weights (recurrent_init)": model.recurrent_init or f"{as_usual}, {usual}",
        "multiplied by (recurrent_gain)": f"{gain:g}"
        + (f", {usual}" if model.recurrent_gain is None else ""),
    }
    said = recurrent if facts.reads_state else {}
    if facts.keeping is None:
        return said
    bias = f"{model.forget_bias}"
    if model.forget_bias is None:
        bias = f"{facts.forget_bias:g}, {usual}"
    elif model.forget_bias == CHRONO:
        bias = f"chrono: spread for memories of 2 to {model.chrono_memory:,} timesteps"
    elif isinstance(model.forget_bias, int | float):
        bias = f"{model.forget_bias:g}"
    return said | {f"first bias {facts.keeping.bias_words} (forget_bias)": bias}


def _training(run: Run) -> dict[str, str]:
    training, model = run.training_config, run.model_config
    best = CELLS[model.cell].learning_rates[model.nonlinearity]
    rate = f"{training.learning_rate or best:g} at its peak"
    if training.learning_rate is None:
        rate += f", as usual for {model.kind} (chosen by measurement)"
    clip, patience = training.clip_norm, training.patience
    raised = [each.words for each in run.description.amendments]
    return {
        "window (sequence_length)": f"{training.sequence_length:,} timesteps",
        "streams side by side (batch_size)": f"{training.batch_size:,}",
        "learning rate": rate,
        "schedule": "up within 20 iterations, then down to 1 % of the peak at the end: slowly "
        "at first, quickly in the middle, slowly again (half a cosine)",
        "longest gradient norm (clip_norm)": "any" if clip is None else f"{clip:g}",
        "weight decay": f"{training.weight_decay:g}",
        "snapshots keep": _kept(training.averaging),
        "budget": ", ".join([training.budget_words, *raised[::-1]]),
        "patience": f"{counted(patience, 'snapshot')} without a lower validation loss"
        if patience
        else "off",
        "seed": f"{training.seed}",
        "device": training.device,
    }


def _kept(averaging: float) -> str:
    """Which weights a snapshot has."""
    if not averaging:
        return "the weights as they were in training"
    share = share_words(averaging)
    return f"the weights averaged over the last {share} of the iterations made (averaging)"


def _made(run: Run) -> dict[str, str]:
    about = run.description
    made, computing = datetime.fromisoformat(about.created), run.computing
    return {
        **({"group": about.group} if about.group else {}),
        **({"tags": ", ".join(about.tags)} if about.tags else {}),
        **({"computing": computing} if computing else {}),
        "made": f"{made:%Y-%m-%d %H:%M:%S %Z}".strip(),
        "with": ", ".join(f"{name} {version}" for name, version in about.packages.items()),
        "where": str(followed(run.folder.path)),
    }
