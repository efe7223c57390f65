"""After New run, picks, Back and Forward in any order, picker, page and address agree.

A browser and a server are played through in every order of what can happen. As Streamlit's browser
does, this one changes its address only where it is told another; it adds a step to its history, but
replaces the step it is at while it waits for an answer to Back or Forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashboard.looking import NEW_RUN, Looking, Opened, after
from dashboard.walking import to_write

RUNS = ("hamlet", "lear")
ACTS, MOMENTS = 3, 8


@dataclass(frozen=True)
class Message:
    """What the browser sends: what is to be opened, its address, whether it went back to that."""

    opened: str
    says: str
    walks: bool = False


@dataclass(frozen=True)
class World:
    """One browser, one server, and what is under way between them.

    Attributes:
        looked: the run that the server looks at; told: the address it has told last.
        steps: addresses of the browser's history; at: which of them it has.
        asked: how many messages it has sent; walked: the last that went back or forward and has no
            answer yet.
        sent: messages the server has not read; answers the browser has not.
        meant: the run that a person chose last; acts: how often they did something.
    """

    looked: str = RUNS[0]
    told: str = RUNS[0]
    steps: tuple[str, ...] = (RUNS[1], RUNS[0])
    at: int = 1
    asked: int = 0
    walked: int | None = None
    sent: tuple[Message, ...] = ()
    answers: tuple[str | None, ...] = ()
    meant: str = RUNS[0]
    acts: int = 0


def nexts(world: World) -> Iterator[World]:
    """Whatever can happen next."""
    if world.sent:
        yield answered(world)
    if world.answers:
        yield displayed(world)
    if world.acts == ACTS:
        return
    world = replace(world, acts=world.acts + 1, asked=world.asked + 1)
    for run in (NEW_RUN, *RUNS):
        message = Message(run, world.steps[world.at])
        yield replace(world, sent=(*world.sent, message), meant=run)
    for at in (world.at - 1, world.at + 1):
        if 0 <= at < len(world.steps):
            run = world.steps[at]
            sent = (*world.sent, Message(run, run, walks=True))
            yield replace(world, at=at, walked=world.asked, sent=sent, meant=run)


def answered(world: World) -> World:
    """The server has read a message, and has drawn the page."""
    message, *rest = world.sent
    run = str(after(Looking(world.looked), Opened(message.opened)).run)
    says, told = {"run": message.says}, {"run": world.told}
    news = to_write({"run": run}, says, told, walks=message.walks)
    answer = None if news is None else news["run"]
    answers = (*world.answers, answer)
    return replace(world, looked=run, told=answer or world.told, sent=tuple(rest), answers=answers)


def displayed(world: World) -> World:
    """The browser has read an answer, from the beginning of a drawing to its end."""
    run, *rest = world.answers
    world = replace(world, answers=tuple(rest))
    waits = world.walked == world.asked
    if run is not None and run != world.steps[world.at]:
        kept, at = world.steps[: world.at + (not waits)], world.at + (not waits)
        ahead = world.steps[world.at + 1 :] if waits else ()
        world = replace(world, steps=(*kept, run, *ahead), at=at)
    return replace(world, walked=None)


def settled(world: World) -> World:
    """Nothing is under way any more."""
    while world.sent or world.answers:
        world = answered(world) if world.sent else displayed(world)
    return world


def test_page_and_address_agree_on_what_was_chosen_last_in_every_order() -> None:
    worlds, seen = {World()}, set[World]()
    for _ in range(MOMENTS):
        seen |= worlds
        worlds = {later for world in worlds for later in nexts(world)} - seen
    assert len(seen) > 700
    for world in seen:
        end = settled(world)
        assert (end.looked, end.steps[end.at]) == (world.meant, world.meant), world
