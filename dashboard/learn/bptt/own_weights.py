"""One weight of the person's own network as a sum over timesteps, and what differences measure."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from dashboard import appearance, charts
from dashboard.learn import choices, readings
from dashboard.learn.bptt import own_words
from dashboard.learn.bptt.check import ask_power, say_how
from dashboard.learn.bptt.own import Own
from dashboard.learn.bptt.symbols import (
    KATEX,
    listed,
    own_symbol,
    relative_error,
    table,
    tick,
)
from dashboard.learn.bptt.word import REMARKS, SUM, TERMS, marks
from dashboard.learn.formulas import ROUNDED
from dashboard.learn.gates import choose_gate
from rnnviz import plots
from rnnviz.cells import CELLS
from rnnviz.lessons.by_hand.gradient_check import Check
from rnnviz.lessons.by_hand.unrolled_check import SAMPLE
from rnnviz.notation import magnitude
from rnnviz.powers import ten_to, typeset
from rnnviz.records import Array

_USUAL_POWER = -5


def own_weight(own: Own) -> None:
    """The gradient of one weight, term by term."""
    st.markdown(SUM)
    name = _choose(own)
    if name == "decoder.weight":
        st.latex(TERMS["w_hy"])
        letters = _distinct(own.text)
        ids = [int(one) for one in own.subject.alphabet.encode("".join(letters))]
        _draw_terms(own, name, "W_hy", (ids, marks(letters)), _units(own))
    else:
        kind, layer = name.removeprefix("rnn.weight_").split("_l")
        gate = choose_gate(own.network.cells[0].cell)
        st.latex(own_words.sum_of_terms(kind, gate))
        start = own.network.cells[0].block(gate).start
        rows = [start + unit for unit in own.units], _units(own)[1]
        shown = own_words.weight_of(kind, gate)
        _draw_terms(own, name, shown, rows, _met(own, kind, int(layer)))
    st.markdown(_checked(len(own.counted), _checks(own, _USUAL_POWER)[name]))
    st.caption(f"{_remark(own, name)} {ROUNDED}")


def _choose(own: Own) -> str:
    layers = len(own.network.cells)
    return choices.one_of(
        "weight",
        "Weight",
        [name for name in own.found.terms if "weight" in name],
        "rnn.weight_hh_l0",
        named=str,
        of=f"of {layers} layers",
        format_func=lambda name: own_symbol(name, layers),
        label_visibility="collapsed",
    )


def _checked(terms: int, check: Check) -> str:
    """Whether so many terms add up to what is measured, in a sentence."""
    sign, error = tick(check.passed), typeset(check.relative_error)
    if check.passed:
        return (
            f"{sign} The {terms} terms add up to what central differences measure at "
            f"{check.analytic.size} numbers of this weight: relative error ${error}$."
        )
    return (
        f"{sign} What the {terms} terms add up to, and what central differences measure at "
        f"$ε = {ten_to(_USUAL_POWER, 'latex')}$, have the relative error ${error}$: small "
        "gradients drown in rounding. The next section has other ε."
    )


def _units(own: Own) -> tuple[list[int], list[str]]:
    return own.units, [f"unit {unit}" for unit in own.units]


def _distinct(text: str) -> list[str]:
    return list(dict.fromkeys(text))


def _met(own: Own, kind: str, layer: int) -> tuple[list[int], list[str]]:
    """The columns shown: characters read in layer 0, else units."""
    if kind == "hh" or layer:
        return _units(own)
    letters = _distinct(own.text[:-1])
    return [int(one) for one in own.subject.alphabet.encode("".join(letters))], marks(letters)


def _remark(own: Own, name: str) -> str:
    if name == "decoder.weight":
        return f"Shown are the rows of the word's characters. {REMARKS['w_hy']}"
    kind = "w_hh" if "hh" in name else "w_xh"
    remark = REMARKS[kind]
    if kind == "w_xh" and not name.endswith("l0"):
        remark = "Here x_t is the hidden state of the layer below."
    if not CELLS[own.network.cells[0].cell].gates:
        return remark
    return f"${KATEX[kind]}$ holds the blocks of all gates, one below the other. {remark}"


def _draw_terms(
    own: Own,
    name: str,
    symbol: str,
    rows: tuple[list[int], list[str]],
    columns: tuple[list[int], list[str]],
) -> None:
    """The block shown of every term, and the norms of the whole terms."""
    terms = own.found.terms[name]
    block = terms.block(rows[0], columns[0])
    read = marks(own.text[:-1])
    drawn = plots.gradient_terms(block, symbol, rows[1], columns[1], read, theme=appearance.theme())
    appearance.drawing(drawn)
    tall, wide = terms.total.shape
    timesteps = " | ".join(f"t = {t}" for t in range(1, len(block) + 1))
    norms = " | ".join(magnitude(float(norm)) for norm in terms.norms)
    whole = magnitude(float(np.linalg.norm(terms.total)))
    st.markdown(
        f"| norm | sum | {timesteps} |\n|:--|{'--:|' * (len(block) + 1)}\n"
        f"| all {tall:,} × {wide:,} numbers | **{whole}** | {norms} |"
    )


def own_check(own: Own) -> None:
    """Backpropagation against central differences, on a sample of every weight."""
    say_how()
    st.caption("What a mistake does to the check can be tried with the small network.")
    power = ask_power()
    checks = _checks(own, power)
    symbols = {name: own_symbol(name, len(own.network.cells)) for name in checks}
    left, right = appearance.pair()
    with left:
        _verdict(own, checks, symbols, power)
    with right:
        figure = partial(
            plots.gradient_check,
            _pairs(checks),
            f"At most {SAMPLE} numbers of every weight",
            theme=appearance.theme(),
        )
        charts.show(figure, key="bptt own check")


def _verdict(own: Own, checks: dict[str, Check], symbols: dict[str, str], power: int) -> None:
    failed = [name for name, check in checks.items() if not check.passed]
    if failed:
        relu = own.subject.model.nonlinearity == "relu"
        kink = " A relu has no derivative at 0, and a move may cross it." * relu
        st.error(
            f"Gradient and measurement differ at $ε = {ten_to(power, 'latex')}$: "
            f"{listed(failed, symbols)}. Where another ε makes them agree, the gradient is right "
            "and this measurement is not." + kink,
            icon=":material/cancel:",
        )
    else:
        st.success("Every gradient measured is right.", icon=":material/check_circle:")
    st.markdown(table(checks, symbols))
    st.caption(
        f"Of a weight with more than {SAMPLE} numbers, half of those measured have the largest "
        "gradients, the others are drawn at random. The network is computed in 64 bits here. "
        + relative_error("those measured")
    )


def _pairs(checks: dict[str, Check]) -> dict[str, tuple[Array, Array]]:
    """The numbers of all layers together, by what the weight does."""
    groups = {
        "W<sub>xh</sub>": "weight_ih",
        "W<sub>hh</sub>": "weight_hh",
        "W<sub>hy</sub>": "decoder.weight",
        "b<sub>ih</sub>, b<sub>hh</sub>": "rnn.bias",
        "b<sub>y</sub>": "decoder.bias",
    }
    found = {}
    for symbol, part in groups.items():
        own = [check for name, check in checks.items() if part in name]
        found[symbol] = (
            np.concatenate([check.analytic for check in own]),
            np.concatenate([check.numeric for check in own]),
        )
    return found


def _checks(own: Own, power: int) -> dict[str, Check]:
    return readings.gradient_check(own.subject, own.text, own.which, power)
