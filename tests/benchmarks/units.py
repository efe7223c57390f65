"""Finding units: the search beside a loop over scikit-learn and SciPy, and how often it is fooled.

Speed: 12 hypotheses (9 yes/no, 3 counters), 256 units, 100,000 characters, the trace excluded.

ours  rnnviz.analysis.units.search.search: best units where they are chosen, scores where they are
      judged, 999 re-pairings, the untrained network, predictors from counts.
loop  sklearn.metrics.roc_auc_score or scipy.stats.spearmanr for the same scores of the same
      characters and both networks, and nothing else; measured on some units and scaled.

How far they differ on what both give is in the table.

False alarms: labels of one slow signal and the states of others, which have nothing to do with it:
how often the best of 16 units is above chance, at 5 %, with its 95 % interval.

    python -m tests.benchmarks.units [--quick] [--json] [--threads N]
"""

from __future__ import annotations

import time
from math import sqrt

import numpy as np
import torch

from rnnviz.analysis.units.hypotheses.hypothesis import Labels
from rnnviz.analysis.units.ranks import levels
from rnnviz.analysis.units.scores import Question, questions, scores
from rnnviz.analysis.units.search import search
from rnnviz.records import Array, Floats, Trace
from tests.benchmarks.measure import Row, Table, in_turn, parser, random_text, report, vocabulary

BINARY, COUNTERS = 9, 3
TIMED_UNITS = 2

SPEED_COLUMNS = {
    "hypotheses": "",
    "units": "",
    "characters": ",",
    "rounds": "",
    "ours_seconds": ".2f",
    "loop_seconds": ".1f",
    "loop/ours": ".0f",
    "largest_difference": ".1e",
}
ALARM_COLUMNS = {"draws": "", "alarms": "", "share": ".3f", "from": ".3f", "to": ".3f"}


def states(characters: int, units: int, seed: int) -> Floats:
    """States that change slowly (time, unit)."""
    kept = np.random.default_rng(seed).normal(size=(characters, units)).astype(np.float32)
    for t in range(1, characters):
        kept[t] += 0.9 * kept[t - 1]
    return np.tanh(kept / 3)


def trace_of(text: str, values: Floats) -> Trace:
    """A trace with these states in one layer."""
    nothing = np.zeros((len(text), 0))
    ids = vocabulary().encode(text)
    loss = np.zeros(len(text), np.float32)
    return Trace(text, ids, values[np.newaxis], None, {}, loss, nothing.astype(int), nothing)


def hypotheses(characters: int) -> list[Labels]:
    """Slow labels, nine of them yes or no."""
    drawn = states(characters, BINARY + COUNTERS, seed=9)
    yes = [Labels(f"yes {n}", "", "yes/no", (drawn[:, n] > 0.3).astype(float)) for n in range(9)]
    counts = [
        Labels(f"count {n}", "", "counter", np.rint(30 * drawn[:, BINARY + n]).astype(float))
        for n in range(COUNTERS)
    ]
    return [*yes, *counts]


def compare(characters: int, units: int, seconds: float) -> Row:
    """Speed: one line of the table."""
    text, labels = random_text(characters), hypotheses(characters)
    trained = trace_of(text, states(characters, units, seed=1))
    untrained = trace_of(text, states(characters, units, seed=2))
    parts = search(trained, untrained, labels[:1]).parts
    asked = [questions(one)[0] for one in labels]
    passes = [
        (trained, parts.discovery),
        (trained, parts.confirmation),
        (untrained, parts.confirmation),
    ]
    taken, off = loop_seconds(passes, asked)
    rounds = in_turn({"ours": lambda: search(trained, untrained, labels)}, seconds)
    ours = rounds.median("ours")
    return {
        "hypotheses": len(labels),
        "units": units,
        "characters": characters,
        "rounds": len(rounds),
        "ours_seconds": ours,
        "loop_seconds": taken * units,
        "loop/ours": taken * units / ours,
        "largest_difference": off,
    }


def loop_seconds(passes: list[tuple[Trace, slice]], asked: list[Question]) -> tuple[float, float]:
    """Seconds the loop takes for one unit, and how far its scores are from ours at most."""
    taken, off = 0.0, 0.0
    plain_score(np.arange(2.0), np.arange(2.0), asked[0])  # loads what is loaded once
    for trace, places in passes:
        values = trace.h[0, places, :TIMED_UNITS]
        own = scores(levels(values), [question.part(places) for question in asked])
        for question, found in zip(asked, own, strict=True):
            labels = question.values[places]
            started = time.perf_counter()
            theirs = [plain_score(values[:, unit], labels, question) for unit in range(TIMED_UNITS)]
            taken += time.perf_counter() - started
            off = max(off, float(np.abs(found - theirs).max()))
    return taken / TIMED_UNITS, off


def plain_score(values: Floats, labels: Array, question: Question) -> float:
    """2 AUC - 1, or Spearman's rho."""
    from scipy.stats import spearmanr
    from sklearn.metrics import roc_auc_score

    if question.binary:
        return float(2 * roc_auc_score(labels, values) - 1)
    return float(spearmanr(labels, values).statistic)


def false_alarms(draws: int, characters: int = 8_000) -> Row:
    """How often labels of something else are above chance."""
    text = random_text(characters)
    found = 0
    for seed in range(draws):
        label = states(characters, 1, seed=10_000 + seed)[:, 0]
        values = (label > 0.3).astype(float) if seed % 2 else label.astype(float)
        labels = [Labels("other", "", "yes/no" if seed % 2 else "counter", values)]
        trace = trace_of(text, states(characters, 16, seed=20_000 + seed))
        found += search(trace, None, labels, seed).findings[0].above_chance
    share = found / draws
    low, high = interval(found, draws)
    return {"draws": draws, "alarms": found, "share": share, "from": low, "to": high}


def interval(found: int, draws: int) -> tuple[float, float]:
    """Between which shares the true one lies, with 95 % confidence (Wilson 1927).

    Example:
        >>> [round(end, 3) for end in interval(10, 200)]
        [0.027, 0.09]
    """
    z, share = 1.96, found / draws
    middle = (share + z * z / (2 * draws)) / (1 + z * z / draws)
    half = z * sqrt(share * (1 - share) / draws + z * z / (4 * draws**2)) / (1 + z * z / draws)
    return middle - half, middle + half


def main() -> None:
    """Time the search, then try to fool it."""
    options = parser(__doc__).parse_args()
    torch.set_num_threads(options.threads)
    if options.quick:
        speed, alarms = compare(20_000, 32, 0.0), false_alarms(10)
    else:
        speed, alarms = compare(100_000, 256, 5.0), false_alarms(200)
    report(options, speed=Table([speed], SPEED_COLUMNS), alarms=Table([alarms], ALARM_COLUMNS))


if __name__ == "__main__":
    main()
