"""How numbers are written: signs, digits, losses, times; how names are listed, sentences begin."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

Losses = TypeVar("Losses", bound=Any)

NOTHING = "–"  # where there is no number
_QUOTED = 80
_EXPONENT = re.compile(r"e\+?(-?)0*")
_UNIT = re.compile(r"(?<=\d) (?=%|(?:bits?|nats?|times|s|min|ms|kB|MB|GB|TB)\b)")


def fixed(value: float, decimals: int = 2) -> str:
    """A number to so many decimals, with a true minus sign and without a negative zero.

    Example:
        >>> fixed(-0.5), fixed(-0.001), fixed(1234.5, 3), fixed(math.nan), fixed(-math.inf)
        ('−0.50', '0.00', '1234.500', '–', '−∞')
    """
    return _written(value, f".{decimals}f")


def signed(value: float, decimals: int = 2) -> str:
    """The same with its sign, a plus too; a zero has none.

    Example:
        >>> signed(0.5), signed(-0.5), signed(-0.001), signed(math.nan)
        ('+0.50', '−0.50', '0.00', '–')
    """
    written = fixed(value, decimals)
    return f"+{written}" if value > 0 and written.strip("0.") else written


def significant(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, zeros at the end left out.

    Example:
        >>> significant(-0.25), significant(99.96), significant(123456.0), significant(-2e-7)
        ('−0.25', '100', '1.23e5', '−2e−7')
        >>> significant(100.0, 2), significant(99.6, 2), significant(990.0, 2), significant(5.0, 1)
        ('100', '100', '990', '5')
    """
    if abs(value) < 1000:  # without a power of ten, however few digits are significant
        value, digits = float(f"{value:.{digits}g}"), max(digits, 3)
    return _written(value, f".{digits}g")


def magnitude(value: float) -> str:
    """A number of any size to two digits or more: what is not zero is never written as zero.

    Example:
        >>> [magnitude(value) for value in (0.0, -0.126, 0.0156, 3e-5, 12.3, 1e7)]
        ['0', '−0.13', '0.016', '3.0e−5', '12.3', '1.0e7']
    """
    size = abs(value)
    if size == 0:
        return "0"
    if size < 1e-4 or size >= 1000:
        return _written(value, ".1e")
    if size < 0.1:
        return _written(value, "#.2g")
    return fixed(value, 2 if size < 10 else 1)


def short(value: float) -> str:
    """A number among others that are added and multiplied: two decimals, large ones shorter.

    Example:
        >>> short(-0.5), short(-0.001), short(512.3), short(-1234.5)
        ('−0.50', '0.00', '512.3', '−1.2e3')
    """
    return magnitude(value) if abs(value) >= 99.995 else fixed(value)


def bits(nats: Losses) -> Losses:
    """A loss in bits: nats / ln 2; of a number, an array or a table's column, and again one.

    Example:
        >>> bits(math.log(8))
        3.0
    """
    found: Losses = nats / math.log(2)
    return found


def nats_words(nats: float) -> str:
    """A loss, or a difference of two, in nats.

    Example:
        >>> nats_words(1.6694), nats_words(math.nan)
        ('1.669 nats', '– nats')
    """
    return f"{_loss(nats)} nats"


def bits_words(nats: float) -> str:
    """A loss, or a difference of two, which is kept in nats, in bits.

    Example:
        >>> bits_words(1.669)
        '2.408 bits'
    """
    return f"{_loss(bits(nats))} bits"


def loss_words(nats: float) -> str:
    """A loss per character, wherever both units are given.

    Example:
        >>> loss_words(1.669), loss_words(84_000.0)
        ('2.408 bits/char (1.669 nats)', '1.2e5 bits/char (8.4e4 nats)')
    """
    return f"{bits_words(nats)}/char ({nats_words(nats)})"


def share_words(share: float) -> str:
    """How much there is of something, in per cent; what has grown, in times.

    What is not nothing is never written as nothing, and what is not all never as all.

    Example:
        >>> [share_words(share) for share in (0.174, 0.0034, 0.999, 1.0, 4.621, 2e-9, math.nan)]
        ['17 %', '0.34 %', '99 %', '100 %', '4.62 times', 'less than 0.0001 %', '–']
    """
    if math.isnan(share):
        return NOTHING
    if share < 1e-6:
        return "less than 0.0001 %"
    if share >= 1.005:
        return f"{significant(share)} times"
    if share > 0.99:
        return f"{int(100 * share + 1e-9)} %"
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{significant(100 * share, 2)} %"


def percent(share: float, decimals: int = 1) -> str:
    """A share in per cent among others that differ little.

    Example:
        >>> percent(0.2841), percent(0.995, 0), percent(math.nan)
        ('28.4 %', '100 %', '–')
    """
    return NOTHING if math.isnan(share) else f"{100 * share:.{decimals}f} %"


def probability_words(nats: float) -> str:
    """The chance that a loss per character stands for.

    Example:
        >>> [probability_words(nats) for nats in (math.log(4), 1e-4, 20.0)]
        ['25.0 %', 'nearly 100 %', 'below 0.1 %']
    """
    share = math.exp(-nats)
    if 0.9995 <= share < 1:
        return "nearly 100 %"
    return "below 0.1 %" if share < 0.0005 else percent(share)


def unbroken(words: str) -> str:
    """Words in which no line ends between a number and its unit.

    Example:
        >>> unbroken("17 % of 2.408 bits in 30 s; 3 lines").replace(chr(0xA0), "_")
        '17_% of 2.408_bits in 30_s; 3 lines'
    """
    return _UNIT.sub("\u00a0", words)


def half_life_words(half_life: float) -> str:
    """A half-life in characters as it is said.

    Example:
        >>> half_life_words(3.4), half_life_words(99.96)
        ('3.40 characters', '100 characters')
    """
    return f"{half_life:,.0f} characters" if half_life >= 99.95 else f"{half_life:#.3g} characters"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number of things; the plural is the noun with an s where no other is given.

    Example:
        >>> counted(1, "loss", "losses"), counted(2_000, "loss", "losses"), counted(0, "run")
        ('1 loss', '2,000 losses', '0 runs')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(names: Iterable[object], most: int | None = None, last: str = "and") -> str:
    """Names as a sentence has them; of many the first, and how many more there are.

    Args:
        names: any number of them.
        most: so many stand there, the number of those left out as one of them; None: all.
        last: the word before the last.

    Example:
        >>> listed([3]), listed("ab"), listed("abc", last="or"), listed("abcdefgh", 4)
        ('3', 'a and b', 'a, b or c', 'a, b, c and 5 more')
    """
    said = [*map(str, names)]
    if most is not None and len(said) > most:
        said[most - 1 :] = [f"{len(said) - most + 1:,} more"]
    return f" {last} ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))


def numbered(noun: str, numbers: Sequence[object], most: int | None = None) -> str:
    """Things by their numbers, as a sentence has them; see `listed`.

    Example:
        >>> numbered("unit", [3]), numbered("unit", [0, 1, 7])
        ('unit 3', 'units 0, 1 and 7')
    """
    return f"{noun}{'s' * (len(numbers) > 1)} {listed(numbers, most)}"


def an(noun: str) -> str:
    """A kind of network after its article, as it is spoken.

    Example:
        >>> an("LSTM"), an("RNN (relu)"), an("minGRU")
        ('an LSTM', 'an RNN (relu)', 'a minGRU')
    """
    return f"{'an' if noun[0] in 'RL' else 'a'} {noun}"


def are(count: int) -> str:
    """The verb after so many things: "is" after one, else "are".

    Example:
        >>> f"1 of 9 {are(1)} seen, 2 of 9 {are(2)}"
        '1 of 9 is seen, 2 of 9 are'
    """
    return "is" if count == 1 else "are"


def capitalised(words: str) -> str:
    """Words as a sentence begins.

    Example:
        >>> capitalised("read from K. to Z."), capitalised("")
        ('Read from K. to Z.', '')
    """
    return words[:1].upper() + words[1:]


def shortened(said: str) -> str:
    """What somebody gave, as far as a sentence can show it.

    Example:
        >>> shortened("hamlet-1"), len(shortened("a" * 5000))
        ('hamlet-1', 81)
    """
    return said if len(said) <= _QUOTED else f"{said[:_QUOTED]}…"


def clock(seconds: float) -> str:
    """A time in minutes and seconds; in letters that every terminal has.

    Example:
        >>> clock(59.6), clock(4521.0), clock(math.nan)
        ('1:00', '75:21', '-:--')
    """
    if math.isnan(seconds):
        return "-:--"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def bytes_words(count: float) -> str:
    """A number of bytes in the unit that suits it, to two digits or more.

    Example:
        >>> bytes_words(446e6), bytes_words(2.94e10), bytes_words(1.2e12)
        ('446 MB', '29 GB', '1.2 TB')
    """
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if count >= unit:
            return f"{count / unit:.{1 if count < 10 * unit else 0}f} {name}"
    return f"{count / 1e3:,.0f} kB"


def _loss(value: float) -> str:
    """To three decimals; one that has exploded in its size alone."""
    return magnitude(value) if abs(value) >= 10_000 else fixed(value, 3)


def _written(value: float, form: str) -> str:
    """The number in a format of Python's, as people write it."""
    if math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    written = _EXPONENT.sub(r"e\1", format(value, form))
    if not float(written):
        written = written.removeprefix("-")
    return written.replace("-", "−")
