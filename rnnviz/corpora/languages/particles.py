"""Korean particles, which follow from the last sound of the noun before them."""

from __future__ import annotations

from rnnviz.corpora.languages.automaton import Automaton
from rnnviz.corpora.languages.phrases import Phrases, Place, phrases, spell

# Particles by role: after a vowel, after a consonant.
PARTICLES = {"topic": "는은", "subject": "가이", "object": "를을"}

_PEOPLE = ("선생님", "고양이", "할머니", "학생", "친구", "동생", "아버지", "토끼", "곰", "의사")
_FOOD = ("사과", "빵", "밥", "고기", "떡", "국수", "수박", "배추", "과일", "우유")
_THINGS = ("책", "편지", "집", "바다", "신문", "그림", "나무", "산", "구름", "영화")
_EATING = ("먹는다", "산다", "나눈다")
_LOOKING = ("본다", "그린다", "좋아한다")
_ALONE = ("웃는다", "잔다", "노래한다")

_FIRST, _LAST, _ENDINGS = 0xAC00, 0xD7A3, 28


def final_consonant(character: str) -> bool:
    """Whether a Hangul syllable ends in a consonant; False for every other character.

    Example:
        >>> final_consonant("책"), final_consonant("나"), final_consonant("x")
        (True, False, False)
    """
    code = ord(character)
    return _FIRST <= code <= _LAST and (code - _FIRST) % _ENDINGS > 0


def with_particle(noun: str, role: str) -> str:
    """A noun and the particle of a role that fits its last sound.

    Example:
        >>> with_particle("책", "object"), with_particle("나무", "object")
        ('책을', '나무를')
    """
    return noun + PARTICLES[role][final_consonant(noun[-1])]


def _with(nouns: tuple[str, ...], roles: tuple[str, ...], then: str, weight: float) -> Phrases:
    return phrases((f"{with_particle(n, role)} " for n in nouns for role in roles), then, weight)


GRAMMAR: dict[str, Phrases] = {
    "person": _with(_PEOPLE, ("topic", "subject"), "rest", 1.0),
    "rest": _with(_FOOD, ("object",), "eating", 0.4)
    + _with(_THINGS, ("object",), "looking", 0.4)
    + phrases((f"{verb}.\n" for verb in _ALONE), "person", 0.2),
    "eating": phrases((f"{verb}.\n" for verb in _EATING), "person"),
    "looking": phrases((f"{verb}.\n" for verb in _LOOKING), "person"),
}


def korean_particles() -> Automaton:
    r"""Sentences with 은/는, 이/가 and 을/를; which of the two follows from the noun's last sound.

    Truth:
        final_consonant: 1 where the character read is a syllable that ends in a consonant.
        particle: 1 where it is a topic particle (은/는), 2 subject (이/가), 3 object (을/를).

    Example:
        >>> print(korean_particles().generate(35, seed=2).text)
        할머니가 노래한다.
        할머니는 산을 좋아한다.
        곰은 고기를 산다.
    """
    return Automaton.explore(
        Place("person"),
        lambda place: spell(GRAMMAR, place),
        {
            "final_consonant": lambda place: int(final_consonant(place.written[-1:] or " ")),
            "particle": _particle,
        },
    )


def _particle(place: Place) -> int:
    if not any(phrase.text == f"{place.written} " for phrase in GRAMMAR[place.slot]):
        return 0
    roles = enumerate(PARTICLES.values(), start=1)
    return next(number for number, pair in roles if place.written[-1] in pair)
