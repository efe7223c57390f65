"""Powers of ten: what numbers share, and how they are written in letters, for Plotly and KaTeX."""

from __future__ import annotations

import math
from typing import Literal

from rnnviz.notation import NOTHING

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shared_power(largest: float) -> int:
    """The power of ten that numbers shown together are divided by, so that sums can be followed.

    It is 0 where two or three decimals show them well.

    Args:
        largest: of their sizes.

    Example:
        >>> [shared_power(largest) for largest in (0.0, 0.02, 0.1, 99.0, 512.0)]
        [0, -2, 0, 0, 2]
    """
    if not 0 < largest < math.inf or 0.1 <= largest < 100:
        return 0
    return max(-300, math.floor(math.log10(largest)))


def ten_to(power: float, markup: Literal["", "html", "latex"] = "") -> str:
    """A power of ten: in plain letters, for Plotly, or for KaTeX.

    Args:
        power: whole, or to one decimal in markup; plain letters have no raised point.
        markup: of what shows it.

    Example:
        >>> ten_to(-12), ten_to(-12, "html"), ten_to(-12, "latex"), ten_to(0), ten_to(1)
        ('10⁻¹²', '10<sup>−12</sup>', '10^{-12}', '1', '10')
        >>> ten_to(-5.31, "html"), ten_to(-0.04, "html")
        ('10<sup>−5.3</sup>', '1')
    """
    power = round(power, 1)
    if power in (0, 1):
        return str(10 ** int(power))
    written = f"{power:.1f}".removesuffix(".0")
    if markup == "latex":
        return f"10^{{{written}}}"
    if markup == "html":
        return f"10<sup>{written.replace('-', '−')}</sup>"
    return f"10{written.translate(_RAISED)}"


def typeset(value: float) -> str:
    r"""A number as `typeset_power` writes it, with its sign; for KaTeX.

    Example:
        >>> typeset(-0.25), typeset(24_200.0), typeset(0.0)
        ('-0.25', '{2.42 \\times 10^{4}}', '0')
    """
    log = math.log10(abs(value)) if value else -math.inf
    return ("-" if value < 0 else "") + typeset_power(log)


def typeset_power(log: float) -> str:
    r"""10^log as a number or, where it is very small or large, as a power; for KaTeX.

    The braces keep a line from ending within it.

    Example:
        >>> typeset_power(0.0), typeset_power(math.log10(2.5e-7)), typeset_power(400.3)
        ('1', '{2.50 \\times 10^{-7}}', '{2.00 \\times 10^{400}}')
        >>> typeset_power(-math.inf), typeset_power(math.inf), typeset_power(math.nan)
        ('0', '\\infty', '\\text{–}')
    """
    if math.isnan(log):
        return rf"\text{{{NOTHING}}}"
    if math.isinf(log):
        return r"\infty" if log > 0 else "0"
    if -3 <= log < 4 and "e" not in (plain := f"{10**log:.4g}"):
        return plain
    power = math.floor(log)
    mantissa = 10 ** (log - power)
    if f"{mantissa:.2f}" == "10.00":
        power, mantissa = power + 1, 1.0
    return rf"{{{mantissa:.2f} \times {ten_to(power, 'latex')}}}"
