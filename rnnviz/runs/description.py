"""What `run.json` says of a run: how it was made, and what a person calls it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rnnviz.cells import CELLS
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.amendments import Amendment
from rnnviz.runs.digests import digest_of_values
from rnnviz.runs.documents import RunError, damaged, read_json, write_json
from rnnviz.runs.imported import Imported
from rnnviz.runs.json_values import each_words, moment, optional, whole, words
from rnnviz.runs.locks import hold
from rnnviz.runs.origin import Origin
from rnnviz.runs.paths import RunFolder
from rnnviz.text.alphabet import Alphabet
from rnnviz.text.reading import Reading
from rnnviz.text.seen import Seen
from rnnviz.text.vocabulary import Rare, Vocabulary
from rnnviz.text.windows import Split

# Of runs that are trained here; of those that were trained elsewhere, and of those of other cells
# than were there at first, which earlier versions would take for damaged.
FORMAT, FORMAT_IMPORTED, FORMAT_NEWER_CELL = 3, 4, 5
_FIRST_CELLS = ("rnn", "gru", "lstm")
_DIGEST = "digest"
_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What `run.json` says. While the run trains, nothing in it changes but its name and tags.

    Attributes:
        name: what a person calls the run.
        model: the network.
        training: how it is trained.
        alphabet: how text becomes characters, and these become ids.
        text_name: where the text came from.
        text_sha256: of the text in UTF-8.
        text_characters: its length in characters of the alphabet.
        created: when, in ISO format.
        packages: versions it was made with.
        lesson: the lesson that made it for itself; None where a person did.
        tags: words that a person put on it, see `rnnviz.runs.tags`.
        group: what the runs it was made with have in common; None where it was made alone.
        origin: the snapshot it began with; None where its first weights were drawn.
        imported: where its network was trained, where that was not here; `training` is then what a
            training here would have, of which pages take the usual window.
        amendments: changes of its budget, the first one first; `training` has what it is now.
        reading: how the text came out of its file, as far as that is known.
        seen: how many characters a person sees of the part that losses are measured on; None where
            runs from before do not say it, see `rnnviz.runs.seen`.
        format: of the files; that of an old run until it goes on.
    """

    name: str
    model: ModelConfig
    training: TrainingConfig
    alphabet: Alphabet
    text_name: str
    text_sha256: str
    text_characters: int
    created: str
    packages: dict[str, str]
    lesson: str | None = None
    tags: tuple[str, ...] = ()
    group: str | None = None
    origin: Origin | None = None
    imported: Imported | None = None
    amendments: tuple[Amendment, ...] = ()
    reading: Reading = field(default_factory=Reading)
    seen: Seen | None = None
    format: int = field(default=FORMAT, compare=False)

    @property
    def text_words(self) -> str:
        """The text in words: where it came from, its length, and how it was read."""
        rare = self.alphabet.vocabulary.rare
        said = [
            f"{self.text_name}: {self.text_characters:,} {self.alphabet.unit}",
            f"{len(self.alphabet.vocabulary):,} distinct",
            *([rare.words(self.text_characters)] if rare else []),
            *([self.reading.words] if self.reading.words else []),
        ]
        return ", ".join(said)

    @property
    def numbered(self) -> bool:
        """Whether the iterations of its snapshots are known."""
        return self.imported is None or self.imported.numbered

    @property
    def judged_words(self) -> str:
        """Of which part of the text the losses are that snapshots measure."""
        if self.imported is None:
            return Split.judged_words(self.text_characters)
        part = "the last tenth of " * (Split.held_out_of(self.text_characters) > 0)
        return f"on {part}the text that was given with it"

    @property
    def loss_name(self) -> str:
        """What the losses that snapshots measure are called."""
        return "validation loss" if self.imported is None else "loss on the given text"

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        rare = self.alphabet.vocabulary.rare
        return {
            "format": self.format,
            "name": self.name,
            "model": self.model.to_json(),
            "training": None if self.imported else self.training.to_json(),
            "vocabulary": list(self.alphabet.vocabulary.characters),
            "text": {
                "name": self.text_name,
                "sha256": self.text_sha256,
                "characters": self.text_characters,
                "hangul": self.alphabet.hangul,
                **{name: found for name, found in asdict(self.reading).items() if found},
                **({"rare": asdict(rare)} if rare else {}),
                **({"seen": asdict(self.seen)} if self.seen else {}),
            },
            "created": self.created,
            "packages": self.packages,
            "lesson": self.lesson,
            **({"tags": list(self.tags)} if self.tags else {}),
            **({"group": self.group} if self.group else {}),
            **({"origin": self.origin.to_json()} if self.origin else {}),
            **({"imported": asdict(self.imported)} if self.imported else {}),
            **({"amendments": list(map(asdict, self.amendments))} if self.amendments else {}),
        }


def read_description(folder: RunFolder) -> RunDescription:
    """What `run.json` says.

    Raises:
        RunError: it is missing, damaged, or of a newer format.
    """
    values = read_json(folder.json)
    try:
        _check_known(folder, values)
        found = _description(values)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise damaged(folder.json, repr(error)) from error
    _check_digest(folder, values)
    return found


def write_description(folder: RunFolder, description: RunDescription) -> None:
    """Write `run.json`, under a digest of all it says.

    Raises:
        RunError: the folder cannot be written.
    """
    values = description.to_json()
    write_json(folder.json, {_DIGEST: digest_of_values(values), **values})


def rename(folder: RunFolder, name: str) -> RunDescription:
    """Give a run another name; its id stays. What `run.json` says now.

    Raises:
        ValueError: see `check_name`.
        RunError: the file is damaged, or the folder cannot be written.
    """
    return change(folder, name=check_name(name))


def check_name(name: str) -> str:
    """What a person calls a run, without blanks around it.

    Raises:
        ValueError: the name is empty, longer than 100 characters, or holds half a character.
    """
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise ValueError(f"the name has {len(name)} characters; 1 to 100 are allowed.")
    if half := re.search("[\ud800-\udfff]", name):
        raise ValueError(
            f"the name holds half a character (U+{ord(half[0]):04X}) at position {half.start()}; "
            "leave it out."
        )
    return name


def change(folder: RunFolder, **values: Any) -> RunDescription:
    """Write `run.json` with other values, one who writes at a time. What it says now.

    Raises:
        RunError: the file is damaged, the folder cannot be written, or somebody else writes.
    """
    return change_by(folder, lambda now: values)


def change_by(
    folder: RunFolder, values_of: Callable[[RunDescription], dict[str, Any]]
) -> RunDescription:
    """The same with values that follow from what it says; an error of theirs changes nothing."""
    lock = hold(folder.json_lock, _WAIT_SECONDS)
    if lock is None:
        raise RunError(f"{folder.json} is being changed by another process; try again.")
    try:
        before = read_description(folder)
        description = replace(before, **values_of(before))
        write_description(folder, description)
    finally:
        lock.release()
    return description


def format_of(model: ModelConfig, *, imported: bool = False) -> int:
    """The format that a run of this network has.

    Example:
        >>> format_of(ModelConfig("gru")), format_of(ModelConfig("gru"), imported=True)
        (3, 4)
        >>> format_of(ModelConfig("mingru"))
        5
    """
    if model.cell not in _FIRST_CELLS:
        return FORMAT_NEWER_CELL
    return FORMAT_IMPORTED if imported else FORMAT


def _check_known(folder: RunFolder, values: dict[str, Any]) -> None:
    """Refuse what a newer version wrote, which is no damage."""
    if (number := whole(values["format"])) > FORMAT_NEWER_CELL:
        raise RunError(
            f"{folder.json} has format {number}; this version reads up to {FORMAT_NEWER_CELL}. "
            "Update rnnviz."
        )
    if number == FORMAT_NEWER_CELL and (cell := words(values["model"]["cell"])) not in CELLS:
        raise RunError(
            f"{folder.json} is of a network of the cell {cell!r}, which this version does not "
            f"know; it knows {', '.join(CELLS)}. Update rnnviz."
        )


def _check_digest(folder: RunFolder, values: dict[str, Any]) -> None:
    """Refuse what was changed since it was written; an earlier version wrote no digest.

    It comes first in the file, so that whoever changed something on purpose can take its line out.
    """
    digest = values.pop(_DIGEST, None)
    if digest is not None and digest != digest_of_values(values):
        raise RunError(
            f"{folder.json} is not what was written: it is damaged, or somebody changed it. "
            f'Restore it from a copy; who changed it on purpose takes out its line "{_DIGEST}", '
            "and what it says is taken as it is."
        )


def _description(values: dict[str, Any]) -> RunDescription:
    text = {"hangul": "syllables", **values["text"]}  # there was no choice once
    imported = optional(Imported.from_json, values.get("imported"))
    return RunDescription(
        name=words(values["name"]),
        model=ModelConfig.from_json(values["model"]),
        training=TrainingConfig.from_json(
            values["training"] or {} if imported else values["training"]
        ),
        alphabet=Alphabet(
            Vocabulary(tuple(values["vocabulary"]), optional(_rare, text.get("rare"))),
            text["hangul"],
        ),
        text_name=words(text["name"]),
        text_sha256=words(text["sha256"]),
        text_characters=whole(text["characters"]),
        created=moment(values["created"]),
        packages={words(name): words(of) for name, of in values["packages"].items()},
        lesson=optional(words, values.get("lesson"))
        or _lesson_before(values["format"], text["name"]),
        tags=each_words(values.get("tags", [])),
        group=optional(words, values.get("group")),
        origin=optional(Origin.from_json, values.get("origin")),
        imported=imported,
        amendments=tuple(map(Amendment.from_json, values.get("amendments", []))),
        reading=Reading(
            optional(words, text.get("encoding")),
            *(whole(text.get(name, 0)) for name in ("bad_bytes", "composed")),
        ),
        seen=optional(_seen, text.get("seen")),
        format=values["format"],
    )


def _lesson_before(number: int, text_name: str) -> str | None:
    """Runs of the first format have no mark; a lesson's said of their text which lesson it was."""
    return "tanh" if number == 1 and text_name.startswith("Why tanh? ") else None


def _rare(found: dict[str, Any]) -> Rare:
    return Rare(words(found["symbol"]), whole(found["distinct"]), whole(found["characters"]))


def _seen(found: dict[str, Any]) -> Seen:
    seen = Seen(whole(found["timesteps"]), whole(found["characters"]))
    if not 0 < seen.characters <= seen.timesteps:
        raise ValueError(f"{found!r} where numbers of characters belong")
    return seen
