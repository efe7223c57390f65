"""What `run.json` says of a run: how it was made, and what a person calls it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.runs.documents import RunError, read_json, write_json
from rnnviz.runs.paths import RunFolder
from rnnviz.text.alphabet import Alphabet
from rnnviz.text.vocabulary import Rare, Vocabulary

FORMAT = 2


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What `run.json` says: nothing in it changes while the run trains, but its name.

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
        text_encoding: of the file the text was in; None where it was in none, or is not known.
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
    text_encoding: str | None = None

    @property
    def text_words(self) -> str:
        """The text in words: where it came from, its length, and how it was read."""
        rare = self.alphabet.vocabulary.rare
        said = [
            f"{self.text_name}: {self.text_characters:,} characters",
            f"{len(self.alphabet.vocabulary):,} distinct",
            *(["Hangul as jamo"] if self.alphabet.hangul == "jamo" else []),
            *([rare.words(self.text_characters)] if rare else []),
            *([f"read as {self.text_encoding.upper()}"] if self.text_encoding else []),
        ]
        return ", ".join(said)

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        rare = self.alphabet.vocabulary.rare
        return {
            "format": FORMAT,
            "name": self.name,
            "model": self.model.to_json(),
            "training": self.training.to_json(),
            "vocabulary": list(self.alphabet.vocabulary.characters),
            "text": {
                "name": self.text_name,
                "sha256": self.text_sha256,
                "characters": self.text_characters,
                "hangul": self.alphabet.hangul,
                **({"encoding": self.text_encoding} if self.text_encoding else {}),
                **({"rare": asdict(rare)} if rare else {}),
            },
            "created": self.created,
            "packages": self.packages,
            "lesson": self.lesson,
        }


def read_description(folder: RunFolder) -> RunDescription:
    """What `run.json` says.

    Raises:
        RunError: it is missing, damaged, or of a newer format.
    """
    values = read_json(folder.json)
    try:
        if values["format"] > FORMAT:
            raise RunError(
                f"{folder.json} has format {values['format']}; this version reads up to "
                f"{FORMAT}. Update rnnviz."
            )
        return _description(values)
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"{folder.json} is damaged ({error!r}); delete the run.") from error


def write_description(folder: RunFolder, description: RunDescription) -> None:
    """Write `run.json`.

    Raises:
        RunError: the folder cannot be written.
    """
    write_json(folder.json, description.to_json())


def rename(folder: RunFolder, name: str) -> RunDescription:
    """Give a run another name; its id stays. What `run.json` says now.

    Raises:
        ValueError: the name is empty or longer than 100 characters.
        RunError: the file is damaged, or the folder cannot be written.
    """
    if not 1 <= len(name.strip()) <= 100:
        raise ValueError(f"the name has {len(name.strip())} characters; 1 to 100 are allowed.")
    description = replace(read_description(folder), name=name.strip())
    write_description(folder, description)
    return description


def _description(values: dict[str, Any]) -> RunDescription:
    text = {"hangul": "syllables", **values["text"]}  # there was no choice once
    rare = text.get("rare")
    return RunDescription(
        name=values["name"],
        model=ModelConfig.from_json(values["model"]),
        training=TrainingConfig.from_json(values["training"]),
        alphabet=Alphabet(
            Vocabulary(tuple(values["vocabulary"]), Rare(**rare) if rare else None), text["hangul"]
        ),
        text_name=text["name"],
        text_sha256=text["sha256"],
        text_characters=text["characters"],
        created=values["created"],
        packages=values["packages"],
        lesson=_name_or_none(values, "lesson"),
        text_encoding=_name_or_none(text, "encoding"),
    )


def _name_or_none(values: dict[str, Any], key: str) -> str | None:
    """A name that may be missing: runs from before do not say it."""
    name = values.get(key)
    if name is not None and not isinstance(name, str):
        raise TypeError(f"{key} is {name!r}")
    return name
