"""What is looked at is what was chosen last, however late a browser is with what it says.

A browser and a server are played through in every order of what can happen: a person picks a run or
presses New run, a polling part of the page sends what all widgets hold, the server answers, and the
browser draws the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.looking import (
    NEW_RUN,
    Chosen,
    Deleted,
    Looking,
    Opened,
    Scrubbed,
    Turned,
    Widget,
    after,
    picker,
    scrubber,
)

RUNS = ("hamlet", "lear")
BEGUN = "macbeth"
MOMENTS = 6


@dataclass(frozen=True)
class Message:
    """What a browser sends: the value of every picker it has, and the button that was pressed."""

    held: frozenset[tuple[int, str]]
    opened: str | None = None


@dataclass(frozen=True)
class World:
    """One browser, one server, and what is under way between them.

    Attributes:
        run: that the server looks at; number, offers and said: of its picker.
        held: the value of every picker the browser has.
        current: the picker that it shows.
        sent: messages the server has not read.
        drawn: pickers the browser has not drawn, with their values.
        meant: the run that a person chose last.
        state: of the runs, a part of their names in the picker.
    """

    run: str
    number: int
    offers: tuple[str, ...]
    said: frozenset[tuple[int, str]]
    held: frozenset[tuple[int, str]]
    current: int
    sent: tuple[Message, ...] = ()
    drawn: tuple[tuple[int, str], ...] = ()
    meant: str = RUNS[0]
    state: str = "running"

    @property
    def looking(self) -> Looking:
        widget = Widget(self.number, self.offers, dict(self.said))
        return Looking(self.run, picker=widget)

    @property
    def shown(self) -> str:
        return dict(self.held)[self.current]


def beginning() -> World:
    """The first run is looked at, and the browser shows it."""
    _, number = picker(after(Looking(), Opened(RUNS[0])), offers("running"), RUNS[0])
    value = frozenset({(number, RUNS[0])})
    return World(RUNS[0], number, offers("running"), value, value, number)


def offers(state: str) -> tuple[str, ...]:
    return (NEW_RUN, *(f"{run} · {state}" for run in (*RUNS, BEGUN)))


def steps(world: World) -> Iterator[World]:
    """Whatever can happen next."""
    for run in (*RUNS, NEW_RUN):
        if run != world.shown:
            held = frozenset({**dict(world.held), world.current: run}.items())
            picked = replace(world, held=held, meant=run)
            yield replace(picked, sent=(*world.sent, Message(held)))
    for run in (NEW_RUN, BEGUN):  # New run and Start
        yield replace(world, meant=run, sent=(*world.sent, Message(world.held, run)))
    yield replace(world, sent=(*world.sent, Message(world.held)))
    if world.state == "running":
        yield replace(world, state="finished")
    if world.sent:
        yield answered(world)
    if world.drawn:
        yield displayed(world)


def answered(world: World) -> World:
    """The server has read a message, and has drawn the page."""
    message, *rest = world.sent
    looking = world.looking
    for number, run in sorted(message.held):
        looking = after(looking, Chosen(number, run))
    if message.opened is not None:
        looking = after(looking, Opened(message.opened))
    assert looking.run is not None
    looking, number = picker(looking, offers(world.state), looking.run)
    return replace(
        world,
        run=str(looking.run),
        number=number,
        offers=offers(world.state),
        said=frozenset(looking.picker.said.items()),
        sent=tuple(rest),
        drawn=(*world.drawn, (number, str(looking.run))),
    )


def displayed(world: World) -> World:
    """The browser has drawn an answer: a new picker holds what was put there, one it has stays."""
    (number, run), *rest = world.drawn
    held = {number: run} | dict(world.held)
    # Of pickers that are gone it forgets the values a moment later; here it keeps one too many.
    kept = {each: held[each] for each in {number, world.current}}
    return replace(world, held=frozenset(kept.items()), current=number, drawn=tuple(rest))


def settled(world: World) -> World:
    """Nothing is under way any more."""
    while world.sent or world.drawn:
        world = answered(world) if world.sent else displayed(world)
    return world


def test_the_last_choice_wins_in_every_order_of_messages() -> None:
    worlds, seen = {beginning()}, set[World]()
    for _ in range(MOMENTS):
        seen |= worlds
        worlds = {later for world in worlds for later in steps(world)} - seen
    assert len(seen) > 5_000
    for world in seen:
        end = settled(world)
        assert (end.run, end.shown) == (world.meant, world.meant), world


def test_an_old_echo_is_told_from_a_choice_after_very_many_drawings() -> None:
    looking = Looking()
    drawings: list[tuple[int, str]] = []
    for turn in range(200):
        run = RUNS[turn % 2]
        looking, number = picker(after(looking, Opened(run)), RUNS, run)
        drawings.append((number, run))
        for number, echo in drawings[-8:]:
            assert after(looking, Chosen(number, echo)) == looking
    assert len(looking.picker.said) < 50  # whoever stays for hours takes no more memory
    number, echo = drawings[-8]
    other = RUNS[echo == RUNS[0]]
    assert after(looking, Chosen(number, other)).run == other


def scrubbing(run: str, iterations: tuple[int, ...], shown: int) -> tuple[Looking, int]:
    return scrubber(after(Looking(), Opened(run)), run, iterations, shown)


def test_a_snapshot_is_followed_until_one_is_chosen() -> None:
    looking, first = scrubbing("hamlet", (0, 5), 5)
    looking, second = scrubber(looking, "hamlet", (0, 5, 9), 9)
    assert after(looking, Scrubbed(first, "hamlet", 5)) == looking  # an echo
    looking = after(looking, Scrubbed(first, "hamlet", 0))  # a choice, in the scrubber before
    assert looking.iteration == 0
    looking, third = scrubber(looking, "hamlet", (0, 5, 9), 0)
    assert len({first, second, third}) == 3
    assert after(looking, Scrubbed(second, "hamlet", 9)).iteration == 0
    assert after(looking, Turned(None)).iteration is None


def test_a_snapshot_of_one_run_is_not_looked_for_in_another() -> None:
    looking, number = scrubbing("hamlet", (0, 5), 5)
    looking = after(after(looking, Scrubbed(number, "hamlet", 0)), Opened("lear"))
    assert (looking.run, looking.iteration) == ("lear", None)
    assert after(looking, Scrubbed(number, "hamlet", 5)).iteration is None


def test_a_run_deleted_is_left_but_no_other() -> None:
    looking = after(after(Looking(), Opened("hamlet")), Turned(5))
    assert after(looking, Deleted("lear")) == looking
    assert after(looking, Deleted("hamlet")).run is None
