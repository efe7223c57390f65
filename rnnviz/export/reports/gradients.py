"""How far back the gradient of a loss reaches, and what is read off the curve."""

from __future__ import annotations

from functools import partial

from rnnviz.analysis.gradients.reach import reaches
from rnnviz.analysis.gradients.reach_change import change
from rnnviz.analysis.gradients.reach_words import basis, factor, sentences
from rnnviz.export.reports.markup import Section, chart, paragraphs, says
from rnnviz.export.reports.reported import Reported
from rnnviz.notation import counted
from rnnviz.plots import gradient_curves
from rnnviz.plots.still.ink import Palette
from rnnviz.runs.network.memory import memory_of, memory_words

_NONE = "No gradient norms by lag were recorded at this snapshot."


def gradients(one: Reported, palette: Palette) -> Section:
    """The gradient by lag of the snapshot, beside that of the network before training."""
    run, layer = one.run, one.run.model_config.num_layers - 1
    read = reaches(run.lag_norms(), layer)
    own = {path: reach for (at, path), reach in read.items() if at == one.iteration}
    key, title = f"gradients-{one.place}", "How far back a gradient reaches"
    if not own:
        return Section(key, title, paragraphs([_NONE]))
    first = min(at for at, _ in read)
    both = sorted({first, one.iteration})
    picture = partial(
        gradient_curves.by_lag,
        run.gradient_norms_by_lag(both),
        {(at, path): read[at, path] for at, path in read if at in both},
        layer=layer,
        sequence_length=run.window,
        bound_iteration=one.iteration,
        numbered=run.description.numbered,
    )
    layers = f", in layer {layer}" * (layer > 0)
    names = {path: f"Path {path}: " * (len(own) > 1) for path in own}
    factors = [names[path] + factor(reach) for path, reach in own.items() if reach.norm > 0]
    notes = [basis(next(iter(own.values())), run.description.judged_words), *factors]
    told = sentences(one.where + layers, own), change(read, one.iteration), _memory(one)
    body = f"{chart(picture, palette)}{paragraphs(notes, 'note')}"
    return Section(key, title, body + says(*(said for each in told for said in each)), "Gradients")


def _memory(one: Reported) -> list[str]:
    """How far back the network uses what it has read, by what resets cost; or why nobody knows."""
    try:
        found = memory_of(one.run, one.iteration)
    except ValueError as error:
        return [f"What forgetting costs is not to be measured here: {error}"]
    places = counted(found.losses.shape[1], "place")
    return [
        f"What forgetting costs: this network, {one.subject.origin.at}, {memory_words(found)}. "
        f"These are losses at {places} alone, and not quite those over the whole of what is read."
    ]
