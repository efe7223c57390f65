"""Which run and which of its snapshots every page looks at, and how that changes.

Everything that decides it is an event, and `after` says what follows: nothing else changes it.

A browser sends the values of its widgets with every message, those of the widget before too, while
it has not drawn the newer one yet: to tell such an echo from a choice, the picker and the scrubber
are another widget whenever the program gives them a value, and of each it is remembered what the
browser has in it: what was put there, or what a person chose there last. Only what differs is a
choice.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

NEW_RUN = "new"

# A browser has at most a few drawings of a widget in flight.
_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget to which both a person and the program give values, over all its drawings.

    Attributes:
        number: of the drawing that stands now; a widget's key is made of it.
        offers: what it offers.
        said: what the browser has in each of the last drawings.

    Example:
        >>> drawn = Widget().drawn("a or b", "a").drawn("a or b", "b")
        >>> drawn.number, drawn.said
        (2, {1: 'a', 2: 'b'})
        >>> [drawn.is_news(1, "a"), drawn.is_news(1, "b"), drawn.is_news(2, "b")]
        [False, True, False]
    """

    number: int = 0
    offers: Hashable = None
    said: Mapping[int, Any] = field(default_factory=dict)

    def drawn(self, offers: Hashable, value: Any) -> Widget:
        """As it is drawn: the same widget only where the browser has this value in it already."""
        if offers == self.offers and self.said.get(self.number) == value:
            return self
        number = (self.number + 1) % _REMEMBERED
        return Widget(number, offers, {**self.said, number: value})

    def is_news(self, number: int, value: Any) -> bool:
        """Whether a person chose what a drawing says, and it is no echo."""
        return number in self.said and self.said[number] != value

    def heard(self, number: int, value: Any) -> Widget:
        """After the browser has said what it has in a drawing."""
        return replace(self, said={**self.said, number: value})


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked at.

    Attributes:
        run: its id; `NEW_RUN` while a new one is set up, None before anything was decided.
        iteration: of the snapshot; None leaves it to the dashboard.
        picker: of runs.
        scrubber: of the snapshots of one run.
    """

    run: str | None = None
    iteration: int | None = None
    picker: Widget = Widget()
    scrubber: Widget = Widget()


@dataclass(frozen=True, slots=True)
class Opened:
    """A run is to be looked at: an address says so, Start began it, or a new visitor finds it.

    New run opens `NEW_RUN`.
    """

    run: str | None


@dataclass(frozen=True, slots=True)
class Deleted:
    """A run was deleted here. One that vanishes otherwise is looked at, and is said to be gone."""

    run: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A drawing of the picker says which run is chosen in it."""

    number: int
    run: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A drawing of the scrubber of a run's snapshots says which is chosen in it."""

    number: int
    run: str
    iteration: int


@dataclass(frozen=True, slots=True)
class Turned:
    """Another snapshot of the same run is to be looked at; None follows the newest or the best."""

    iteration: int | None


Event = Opened | Deleted | Chosen | Scrubbed | Turned


def after(looking: Looking, event: Event) -> Looking:
    """What is looked at after an event.

    Example:
        >>> looking = after(Looking(), Opened("hamlet"))
        >>> looking, number = picker(looking, ("hamlet", "lear"), "hamlet")
        >>> looking = after(looking, Opened(NEW_RUN))
        >>> after(looking, Chosen(number, "hamlet")).run, after(looking, Chosen(number, "lear")).run
        ('new', 'lear')
    """
    match event:
        case Opened(run):
            return replace(looking, run=run, iteration=None)
        case Deleted(run):
            return replace(looking, run=None, iteration=None) if run == looking.run else looking
        case Turned(iteration):
            return replace(looking, iteration=iteration)
        case Chosen(number, run):
            if not looking.picker.is_news(number, run):
                return looking
            heard = replace(looking, picker=looking.picker.heard(number, run))
            return heard if run == looking.run else replace(heard, run=run, iteration=None)
        case Scrubbed(number, run, iteration):
            if not looking.scrubber.is_news(number, (run, iteration)):
                return looking
            scrubber = looking.scrubber.heard(number, (run, iteration))
            chosen = iteration if run == looking.run else looking.iteration
            return replace(looking, scrubber=scrubber, iteration=chosen)


def picker(looking: Looking, offers: Hashable, run: str) -> tuple[Looking, int]:
    """The picker as it is drawn, and the number of its drawing.

    Args:
        looking: what is looked at.
        offers: the runs it offers, as they are called in it.
        run: which it shows.
    """
    widget = looking.picker.drawn(offers, run)
    return replace(looking, picker=widget), widget.number


def scrubber(looking: Looking, run: str, offers: Hashable, iteration: int) -> tuple[Looking, int]:
    """The scrubber as it is drawn, and the number of its drawing.

    Args:
        looking: what is looked at.
        run: whose snapshots it offers.
        offers: their iterations.
        iteration: which it shows.
    """
    widget = looking.scrubber.drawn((run, offers), (run, iteration))
    return replace(looking, scrubber=widget), widget.number
