"""In which encoding bytes may be written, where nothing in them says so: guesses, ranked."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from rnnviz.text import frequent
from rnnviz.text.plausibility import likelihoods

# What people call an encoding. Of those that read some bytes alike, the first is named.
KNOWN = {
    "utf-8": "UTF-8",
    "cp949": "CP949, Korean",
    "cp1252": "Windows-1252, Western European",
    "gb18030": "GB18030, simplified Chinese (GB2312, GBK)",
    "big5hkscs": "Big5-HKSCS, traditional Chinese",
    "cp950": "Big5 (CP950), traditional Chinese",
    "cp932": "Shift-JIS (CP932), Japanese",
    "shift_jis_2004": "Shift-JIS 2004, Japanese",
    "euc_jp": "EUC-JP, Japanese",
    "euc_jis_2004": "EUC-JP 2004, Japanese",
    "iso2022_jp_2": "ISO-2022-JP, Japanese",
    "iso2022_kr": "ISO-2022-KR, Korean",
    "hz": "HZ, simplified Chinese",
    "johab": "Johab, Korean",
    "utf-16-le": "UTF-16, little-endian",
    "utf-16-be": "UTF-16, big-endian",
    "utf-32-le": "UTF-32, little-endian",
    "utf-32-be": "UTF-32, big-endian",
    "cp1251": "Windows-1251, Cyrillic",
    "koi8-r": "KOI8-R, Russian",
    "koi8-u": "KOI8-U, Ukrainian",
    "cp866": "CP866, Cyrillic (DOS)",
    "iso8859-5": "ISO 8859-5, Cyrillic",
    "mac-cyrillic": "Mac Cyrillic",
    "cp1250": "Windows-1250, Central European",
    "iso8859-2": "ISO 8859-2, Central European",
    "iso8859-16": "ISO 8859-16, Romanian",
    "cp852": "CP852, Central European (DOS)",
    "cp1253": "Windows-1253, Greek",
    "iso8859-7": "ISO 8859-7, Greek",
    "cp1254": "Windows-1254, Turkish",
    "iso8859-3": "ISO 8859-3, South European",
    "cp1255": "Windows-1255, Hebrew",
    "iso8859-8": "ISO 8859-8, Hebrew",
    "cp1256": "Windows-1256, Arabic",
    "iso8859-6": "ISO 8859-6, Arabic",
    "cp1257": "Windows-1257, Baltic",
    "iso8859-13": "ISO 8859-13, Baltic",
    "iso8859-4": "ISO 8859-4, North European",
    "cp1258": "Windows-1258, Vietnamese",
    "cp874": "Windows-874, Thai",
    "iso8859-15": "ISO 8859-15, Western European",
    "mac-roman": "Mac Roman, Western European",
    "cp850": "CP850, Western European (DOS)",
    "cp437": "CP437, United States (DOS)",
    "iso8859-1": "ISO 8859-1, Western European",
}

# Wide characters and those that switch by a sequence are read from one place on, in one piece.
_WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
_SWITCHING = frozenset({"iso2022_jp_2", "iso2022_kr", "hz"})
_SWITCH = re.compile(rb"\x1b\$|~\{")

_SAMPLE_BYTES, _WINDOWS = 32_768, 16
_LIKELY = 6
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_CHARACTER_ENDS = re.compile(rb"[\n -/]")  # no encoding has these inside a character
_LINE_CHARACTERS = 60

# In nats. A byte that fits nothing is about as unlikely as a character that no language has;
# of random bytes each takes log 256 = 5.5, of a text 1 to 4; ties go to the first of the list.
_BAD_BYTE, _RANDOM, _LATER = 12.0, 5.2, 0.1
_BEYOND_DOUBT = 50.0
_FREQUENT_SHARE = 0.7
_KOREAN = frozenset(frequent.KOREAN + frequent.EASTERN_PUNCTUATION + frequent.PUNCTUATION)

# Eight letters on end that are rare in Korean, other than those of laughing and weeping;
# or Chinese or Japanese between two Latin ones.
_FOREIGN = re.compile(
    f"[^\\Wa-zA-Z0-9_ㅋㅎㅠㅜ{frequent.KOREAN}]{{8}}|[a-zA-Z][\u3041-\u9fff][a-zA-Z]"
)
_SYLLABLES = ("가", "힣")


@dataclass(frozen=True, slots=True)
class Guess:
    """One likely reading of some bytes.

    Attributes:
        encoding: what it takes them for.
        language: the one in which the reading is likeliest.
        likelihood: its log, in nats; only differences count.
        sample: parts of the text as it reads them.
        bad_bytes: how many places of the sample fit no character.
    """

    encoding: str
    language: str
    likelihood: float
    sample: str
    bad_bytes: int

    @property
    def title(self) -> str:
        """What people call the encoding."""
        return KNOWN[self.encoding]

    @property
    def line(self) -> str:
        """The first line that is not ASCII alone, from which a person sees whether it is right."""
        lines = [line.strip() for line in self.sample.splitlines()]
        telling = (line for line in lines if not line.isascii())
        return next(telling, next(filter(None, lines), ""))[:_LINE_CHARACTERS]


def guesses(data: bytes) -> list[Guess]:
    """The likely readings of bytes, the likeliest first; empty where they are no text.

    Readings that are alike stand as one. A few places that fit no character make a reading less
    likely, not impossible.

    Example:
        >>> found = guesses("Съешь же ещё этих мягких булок".encode("koi8_r"))
        >>> found[0].encoding, found[0].line
        ('koi8-r', 'Съешь же ещё этих мягких булок')
    """
    wide, sample = data[:_SAMPLE_BYTES], _windows(data)
    found: dict[str, Guess] = {}
    switching = switches(data)
    for place, encoding in enumerate(KNOWN):
        if encoding in _SWITCHING and not switching:
            continue
        part = wide if encoding in _WIDE else sample
        guess = _guess(part, encoding, _LATER * place)
        if guess is not None and guess.likelihood > -_RANDOM * len(part):
            found.setdefault(guess.sample, guess)
    ranked = sorted(found.values(), key=lambda guess: -guess.likelihood)
    return _of_text(ranked, b"\0" in data)[:_LIKELY]


def _of_text(ranked: list[Guess], zeros: bool) -> list[Guess]:
    """The guesses that read no NUL character, which no text has.

    Every zero byte is one, but to wide characters; where these are not the likeliest, the bytes are
    no text.
    """
    if not zeros:
        return ranked
    wide = [guess for guess in ranked if guess.encoding in _WIDE and "\0" not in guess.sample]
    return wide if wide[:1] == ranked[:1] else []


def is_certain_korean(ranked: list[Guess]) -> bool:
    """Whether the first guess is CP949 and Korean beyond doubt, so that nobody need be asked.

    It must be e^50 times likelier than the second, all bytes must fit, and seven in ten of the
    characters beyond ASCII must be frequent syllables or punctuation of Korean.
    """
    if not ranked or ranked[0].encoding != "cp949" or ranked[0].language != "Korean":
        return False
    best, *others = ranked
    lead = best.likelihood - others[0].likelihood if others else _BEYOND_DOUBT
    beyond = [character for character in best.sample if not character.isascii()]
    frequent_ones = sum(character in _KOREAN for character in beyond)
    sure = lead >= _BEYOND_DOUBT and frequent_ones >= _FREQUENT_SHARE * len(beyond)
    return sure and not best.bad_bytes


def is_korean_throughout(text: str) -> bool:
    """Whether no part of a text looks as if it had been in another language and encoding.

    Nor as if it had quotation marks of Windows-1252: these and the letter behind them turn into
    syllables that are next to never written, those that the Korean standard KS X 1001 leaves out.

    Example:
        >>> is_korean_throughout("아주 좋다 ㅋㅋㅋㅋㅋㅋㅋㅋㅋ")
        True
        >>> is_korean_throughout("뺐綱莖苟댕覺롸씹")
        False
        >>> is_korean_throughout("“It’s late”".encode("cp1252").decode("cp949", "replace"))
        False
    """
    return _FOREIGN.search(text) is None and not any(map(_is_left_out, set(text)))


def _is_left_out(character: str) -> bool:
    """Whether it is a syllable that KS X 1001 has not, by its bytes in CP949, which has all."""
    first, last = _SYLLABLES
    return first <= character <= last and min(character.encode("cp949")) < 0xA1


def switches(data: bytes) -> bool:
    """Whether ASCII bytes hold a sequence that makes other characters of those behind it."""
    return _SWITCH.search(data) is not None


def _guess(data: bytes, encoding: str, handicap: float) -> Guess | None:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    try:
        text = decoder.decode(data).removeprefix("\ufeff")  # a character cut at the end is none
    except UnicodeError:  # some do not replace everything
        return None
    if not text:
        return None
    bad = text.count("\ufffd")
    by_language = likelihoods(text)
    language = max(by_language, key=by_language.__getitem__)
    likelihood = by_language[language] - _BAD_BYTE * bad - handicap
    return Guess(encoding, language, likelihood, text, bad)


def _windows(data: bytes) -> bytes:
    """Pieces of the bytes from all over, each from where something beyond ASCII stands."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    stride, size = len(data) // _WINDOWS, _SAMPLE_BYTES // _WINDOWS
    first = _SWITCH.search(data)
    pieces = [] if first is None else [data[first.start() : first.start() + size]]
    for start in range(0, stride * _WINDOWS, stride):
        found = _BEYOND_ASCII.search(data, start, start + stride)
        if found is not None:
            pieces.append(_window(data, max(start, found.start() - size // 4), size))
    return b"\n".join(pieces) or data[:_SAMPLE_BYTES]


def _window(data: bytes, start: int, size: int) -> bytes:
    """A piece that begins and ends between characters, if that can be seen."""
    piece = data[start : start + size]
    ends = [found.start() for found in _CHARACTER_ENDS.finditer(piece)]
    if len(ends) < 2:
        return piece if start == 0 else b""
    return piece[ends[0] if start else 0 : ends[-1]]
