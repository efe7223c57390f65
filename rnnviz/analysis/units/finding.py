"""What was found of one hypothesis: its best unit, and everything that stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from rnnviz.analysis.units.hypotheses.hypothesis import Kind
from rnnviz.analysis.units.parts import Parts
from rnnviz.records import Array
from rnnviz.showing import Record

if TYPE_CHECKING:
    from rnnviz.analysis.units.cause import Cause  # which needs torch; figures do without

Verdict = Literal["one unit", "spread", "absent"]
Control = Literal["chance", "current character", "two characters", "untrained"]
Explanation = Control | Literal["all untrained units", "mixtures of units"]

ABOVE_CHANCE = 0.05
CLEARLY = 0.05
MOST_OF_IT = 0.8


@dataclass(frozen=True, slots=True)
class Place:
    """A unit among all signals and layers.

    Attributes:
        signal: "h", "c" or a gate, as a trace names it.
        layer: from 0, the lowest.
        unit: from 0.
    """

    signal: str
    layer: int
    unit: int


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """What takes longer to know of a finding.

    Attributes:
        within_character: the unit's score among characters that are equal, with its sign; NaN where
            the character decides what the hypothesis says.
        probe: the scores of linear probes of "1", "2", "4", "8" and "all" units.
        probe_control: of all units, on a label drawn for each kind of character.
        probe_untrained: of all units of the untrained network; NaN without one.
        rotated: the best score of a direction of five random rotations of the units.
    """

    within_character: float
    probe: Mapping[str, float]
    probe_control: float
    probe_untrained: float
    rotated: float


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """The best unit of one hypothesis, and its controls.

    Scores lie between -1 and 1: 2 AUC - 1 of a yes/no, or of one class against the rest, and
    Spearman's rank correlation of a counter. The unit is chosen on the first part of a text, and
    its score measured on the second; those of controls are without their sign.

    Attributes:
        hypothesis: its name.
        marks: what it marks.
        kind: "yes/no", "counter" or "class".
        against_rest: of a class, which; else "".
        place: of the unit.
        score: with its sign, on text the unit was not chosen on.
        discovery: its score where it was chosen.
        within_blocks: the same score from ranks within blocks, which `p` and `chance_95` are of.
        p: how often the largest of all units reaches as much in re-paired blocks.
        chance_95: what the largest of all units stays below in 95 of 100 re-pairings.
        chance_95_table: the same for the largest of all hypotheses of the table, which is what
            sentences and charts show as chance.
        untrained: the largest score of any unit of the untrained network; NaN without one.
        current_character: the score of the best predictor from the current character alone.
        two_characters: from that and the one before.
        share: of a yes/no or class, at which share of characters it holds; else NaN.
        alike: other properties of the table that are nearly the same over this text, the clearest
            first; see `likeness.nearly_the_same`.
        examined: what takes longer; None before it is known.
        cause: what holding the unit costs; None before it is known.
    """

    hypothesis: str
    marks: str
    kind: Kind
    against_rest: str
    place: Place
    score: float
    discovery: float
    within_blocks: float
    p: float
    chance_95: float
    chance_95_table: float
    untrained: float
    current_character: float
    two_characters: float
    share: float
    alike: tuple[str, ...] = ()
    examined: Examined | None = None
    cause: Cause | None = None

    @property
    def followed(self) -> str:
        """What is followed: the hypothesis; of a class, which."""
        return f"{self.hypothesis}: {self.against_rest}" if self.against_rest else self.hypothesis

    @property
    def measure(self) -> Literal["auc", "rho"]:
        """How the score is shown."""
        return "rho" if self.kind == "counter" else "auc"

    @property
    def controls(self) -> dict[Control, float]:
        """What is reached without the unit, without signs, the simplest first; what is known."""
        reached: dict[Control, float] = {
            "chance": self.chance_95_table,
            "current character": abs(self.current_character),
            "two characters": abs(self.two_characters),
            "untrained": self.untrained,
        }
        return {name: score for name, score in reached.items() if not np.isnan(score)}

    @property
    def control(self) -> float:
        """The largest control: chance, characters alone, or untrained."""
        return max(self.controls.values())

    @property
    def explained_by(self) -> Explanation | None:
        """What reaches as much as the unit, or nearly, without it; None where nothing does.

        That is the largest control, and of controls that are equal to two digits the simplest,
        where it is less than 0.05 below the score; chance wherever the finding is not beyond it.
        Where a unit is above all of these and its verdict is "absent", it is all units of the
        untrained network together, or else mixtures of units.
        """
        reached = self.controls
        if not self.beyond_all:
            return "chance"
        if self.margin < CLEARLY:
            return max(reached, key=lambda name: round(reached[name], 2))
        if self.examined is None or self.verdict != "absent":
            return None
        before, whole = abs(self.examined.probe_untrained), abs(self.examined.probe["all"])
        return "all untrained units" if before > whole - CLEARLY else "mixtures of units"

    @property
    def stands(self) -> bool:
        """Whether it is clearly above all controls, and nothing known retracts it."""
        return self.beyond_all and self.margin >= CLEARLY and self.verdict != "absent"

    @property
    def margin(self) -> float:
        """How far the score, without its sign, is above the largest control."""
        return abs(self.score) - self.control

    @property
    def above_chance(self) -> bool:
        """Whether fewer than 5 in 100 re-pairings reach as much, and the sign is as chosen."""
        return self.p < ABOVE_CHANCE and self.score * self.discovery > 0

    @property
    def beyond_all(self) -> bool:
        """Whether it is above chance though it is the best of all hypotheses of the table."""
        return self.above_chance and abs(self.within_blocks) > self.chance_95_table

    @property
    def verdict(self) -> Verdict | None:
        """Whether the property is in one unit, spread over several, or absent.

        "one unit": above chance, 0.05 above the largest control, at least 0.8 of what the probe of
        all units reaches, and above every direction of the random rotations. "spread": the probe of
        all units is 0.05 above the largest control and above that of the untrained network.
        "absent": neither, so that nothing shows that training put it there. None before it is
        examined.
        """
        if self.examined is None:
            return None
        whole, score = abs(self.examined.probe["all"]), abs(self.score)
        most = score >= MOST_OF_IT * whole and score > self.examined.rotated
        if self.beyond_all and self.margin >= CLEARLY and most:
            return "one unit"
        known = float(np.nanmax([self.control, abs(self.examined.probe_untrained)]))
        return "spread" if whole >= known + CLEARLY else "absent"


def shown(score: float, measure: Literal["auc", "rho"]) -> float:
    """A score as it is shown: AUC = (1 + score) / 2, or rho itself.

    Example:
        >>> shown(-0.5, "auc"), shown(-0.5, "rho")
        (0.25, -0.5)
    """
    return (1 + score) / 2 if measure == "auc" else score


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Findings(Record):
    """All that was found over one text, the clearest finding first.

    Attributes:
        findings: one of each hypothesis that occurs, by falling `margin` in hundredths; of equal
            ones the first in the catalogue comes first.
        silent: why each other hypothesis was not asked, by its name.
        parts: of the text.
        scores: of every unit, on text it was not chosen on, by signal and layer (finding, unit).
    """

    findings: tuple[Finding, ...]
    silent: Mapping[str, str]
    parts: Parts
    scores: Mapping[tuple[str, int], Array] = field(repr=False)

    @property
    def clearest(self) -> Finding | None:
        """The first that stands; where none does, the first; None where there is none."""
        standing = (one for one in self.findings if one.stands)
        return next(standing, next(iter(self.findings), None))
