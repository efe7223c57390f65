"""How a run was trained: how it stands, its losses, and what it wrote by iteration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from rnnviz.config import SNAPSHOT_SAMPLING
from rnnviz.export.reports.colouring import LEVELS, surprises
from rnnviz.export.reports.markup import (
    Section,
    chart,
    paragraphs,
    says,
    words,
    written,
)
from rnnviz.export.reports.reported import Reported
from rnnviz.notation import bits, bits_words, loss_words, nats_words, unbroken
from rnnviz.plots import training
from rnnviz.plots.iterations import chosen_iterations
from rnnviz.plots.still.ink import Palette
from rnnviz.runs.documents import RunError
from rnnviz.runs.network.copying import copied_by, copying_control
from rnnviz.runs.seen import baseline_as_seen, seen_of, table_as_seen
from rnnviz.runs.verdicts.conclusion import conclusion
from rnnviz.runs.verdicts.kept_samples import NOTHING_DRAWN, Kept, copied_sentence, cost_sentence
from rnnviz.runs.verdicts.pictured import losses_of, short_windows
from rnnviz.runs.verdicts.validation import validation_of
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.marks import marked
from rnnviz.text.seen import Seen, seen_characters

MOST_SAMPLES, ON_PAPER = 24, 6
_SURPRISE = (
    "The more amber a character, the more it surprised the network after all before it. Surprise "
    "is counted in bits, −log₂ of the probability: 0 bits is certain, 1 bit one chance in 2, "
    "4 bits one in 16, 8 bits one in 256; the probability is the network's own, that at "
    f"temperature 1. The darkest amber is {LEVELS} bits and more."
)


def summary(one: Reported) -> str:
    """How the run stands: its sentence, others to be heeded, and its numbers."""
    verdict = verdict_of(one.run)
    first, *others = verdict.sentences
    lead = f'<p class="verdict">{words(first)}</p>'
    return f"{lead}{paragraphs(others)}{_numbers(one)}"


def leading(verdict: str) -> str:
    """A verdict, its first sentence large."""
    first, stop, rest = verdict.partition(". ")
    return f'<p class="verdict">{words(first + stop.strip())}</p>{paragraphs([rest])}'


def losses(one: Reported, palette: Palette) -> Section:
    """Losses by iteration, with the number to beat."""
    run = one.run
    picture = chart(partial(training.loss, **losses_of(run)), palette, titled=False)
    measured = (*verdict_of(run).measured, short_windows(run))
    body = f"{picture}{paragraphs(measured, 'note')}{says(conclusion(run))}"
    return Section(f"loss-{one.place}", "Loss", body)


def samples(one: Reported) -> Section:
    """What the network wrote at snapshots, to be leafed through; some of them on paper."""
    run = one.run
    table = table_as_seen(run, run.snapshots)
    best = run.best_iteration
    chosen = chosen_iterations(table["iteration"].to_numpy(), MOST_SAMPLES, [best])
    paper = {*chosen_iterations(np.array(chosen), ON_PAPER, [best])}
    rows = table[table["iteration"].isin(chosen)]
    prompt = str(rows["prompt"].iloc[0])
    kept = [
        Kept(
            int(row.iteration),
            float(row.validation_loss_nats),
            row.sample,
            training_loss=float(row.training_loss_nats),
            numbered=run.description.numbered,
            loss_name=run.description.loss_name,
        )
        for row in rows.itertuples()
    ]
    shown = [_one(one, prompt, each, each.iteration in paper, best) for each in kept]
    listed = "".join(html for _, html in shown)
    told = [each for each, _ in shown]
    body = (
        f"{paragraphs([_about(prompt), _left_out(len(kept), len(table)), _SURPRISE], 'note')}"
        f'<div class="scrub" data-best="{chosen.index(best)}"></div>'
        f'<ol class="samples">{listed}</ol>{says(*_told(one, told, best))}'
    )
    return Section(f"samples-{one.place}", "Samples by iteration", body, "Samples")


def _numbers(one: Reported) -> str:
    """What stands for the run, in large letters."""
    run, status = one.run, one.run.status
    found, baseline = validation_of(run, status, run.snapshots), baseline_as_seen(run)
    name, loss = "training loss", seen_of(run).loss(run.training_loss(status.iteration))
    if found is not None:
        name, loss = run.description.loss_name, found.loss
    tiles = [] if math.isnan(loss) else [(name, *_loss_tile(loss))]
    if baseline is not None:
        number, unit = _loss_tile(baseline.loss)
        tiles.append(("number to beat", number, f"{unit}, {baseline.name}"))
    model = run.model_config
    layers = f" in each of {model.num_layers} layers" * (model.num_layers > 1)
    tiles.append(("network", model.kind, f"{model.hidden_size:,} units{layers}"))
    if run.description.numbered:
        tiles.append(("looked at", f"{one.iteration:,}", f"of {status.iteration:,} iterations"))
    return '<dl class="tiles">' + "".join(map(_tile, tiles)) + "</dl>"


def _loss_tile(nats: float) -> tuple[str, str]:
    """A loss in bits, and its unit with the nats."""
    number, unit = bits_words(nats).split()
    return number, f"{unit}/char ({nats_words(nats)})"


def _tile(said: tuple[str, str, str]) -> str:
    name, number, unit = map(words, said)
    return f"<div><dt>{name}</dt><dd><b>{number}</b> <span>{unit}</span></dd></div>"


def _about(prompt: str) -> str:
    return (
        f"Every sample begins after the prompt “{marked(prompt)}”, with temperature "
        f"{SNAPSHOT_SAMPLING.temperature} and the same random numbers to draw with: only the "
        "weights changed."
    )


def _left_out(shown: int, there: int) -> str:
    return f"{shown} of {there} snapshots are shown." if shown < there else ""


def _one(one: Reported, prompt: str, kept: Kept, on_paper: bool, best: int) -> tuple[Kept, str]:
    """A sample, with what it cost where its network is there; and it in HTML."""
    kept, inside = _shown(one, prompt, kept)
    loss = "" if math.isnan(kept.validation_loss) else f": {loss_words(kept.validation_loss)}"
    at = f"iteration {kept.iteration:,}" if kept.numbered else "its only sample"
    named = f"{at}{loss}{', the best' * (bool(loss) and kept.iteration == best)}"
    paper = ' class="paper"' if on_paper else ""
    return kept, f"<li{paper}><h4>{words(unbroken(named))}</h4>{inside}</li>"


def _shown(one: Reported, prompt: str, kept: Kept) -> tuple[Kept, str]:
    """A sample on its colours, where its network is there; why there is none, where none is."""
    if not kept.text:
        return kept, paragraphs([NOTHING_DRAWN], "note")
    try:
        kept, inside = _coloured(one, prompt, kept)
    except (RunError, ValueError):
        inside = written(kept.text)
    return kept, f"<pre>{inside}</pre>"


def _coloured(one: Reported, prompt: str, kept: Kept) -> tuple[Kept, str]:
    """A sample on the colours of what each of its characters cost the network that wrote it."""
    from rnnviz.analysis.states.surprise import surprise

    subject, alphabet = one.run.subject(kept.iteration), one.run.alphabet
    read, text = map(alphabet.characters, (prompt, kept.text))
    found = surprise(subject.network(), alphabet.vocabulary, read, text)
    cost = Seen(len(text), seen_characters(text)).loss(found.mean_loss)
    return replace(kept, cost=cost), surprises(text, bits(found.loss))


def _told(one: Reported, shown: Sequence[Kept], best: int) -> list[str]:
    """What the first sample and the best say."""
    measured = [each for each in shown if not math.isnan(each.cost)]
    if one.run.description.imported:  # whose losses may be of text that it was trained on
        measured = [replace(each, validation_loss=math.nan) for each in measured]
    ends = [each for each in measured if each.iteration in (measured[0].iteration, best)]
    told = cost_sentence(ends).split("\n\n") if ends else []
    if ends and one.run.description.imported is None:
        told.append(_copied(one, ends))
    return told


def _copied(one: Reported, ends: Sequence[Kept]) -> str:
    found = copied_by(one.run, [each.text for each in ends])
    control = copying_control(one.run, max(len(each.text) for each in ends))
    told = [replace(each, copied=copied) for each, copied in zip(ends, found, strict=True)]
    return copied_sentence(told, "" if control is None else f"; {control.words}")
