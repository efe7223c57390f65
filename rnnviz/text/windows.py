"""How a text is cut for training: held-out part, parallel streams, BPTT windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rnnviz.arrays import np
from rnnviz.notation import counted
from rnnviz.records import Ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIN_CHARACTERS_TO_HOLD_OUT = 10_000

# The most held-out characters that snapshots are compared on, and that a final loss is measured
# on, the same ones for a network and its baseline.
VALIDATION_CHARACTERS = 8_192
FINAL_VALIDATION_CHARACTERS = 200_000

_STRETCHES = 64


@dataclass(frozen=True, slots=True)
class Split:
    """A text's ids, the last tenth held out.

    Attributes:
        training: ids to learn from (time).
        held_out: ids never trained on (time); empty for texts under 10,000 characters.
    """

    training: Ids
    held_out: Ids

    @staticmethod
    def held_out_of(characters: int) -> int:
        """How many characters at the end of so many are held out."""
        return characters // 10 if characters >= MIN_CHARACTERS_TO_HOLD_OUT else 0

    @classmethod
    def judged_words(cls, characters: int) -> str:
        """Of which part of a text of so many characters the losses are that snapshots measure.

        Example:
            >>> Split.judged_words(10_000)
            'on the held-out part of the text, which it never trained on'
        """
        if cls.held_out_of(characters):
            return "on the held-out part of the text, which it never trained on"
        return "on the text it was trained on, because no part of that is held out"

    @classmethod
    def of(cls, ids: Ids) -> Split:
        """Hold out the last tenth, if the text is long enough to spare it.

        Example:
            >>> len(Split.of(np.zeros(10_000, np.uint8)).held_out)
            1000
            >>> len(Split.of(np.zeros(9_999, np.uint8)).held_out)
            0
        """
        held_out = cls.held_out_of(len(ids))
        return cls(ids[: len(ids) - held_out], ids[len(ids) - held_out :])


def stretches(begin: int, end: int, characters: int) -> tuple[NDArray[np.int64], int]:
    """Up to 64 stretches of a text that hold so many characters, spread evenly.

    Args:
        begin: position of the first character that may be taken.
        end: position after the last one.
        characters: how many to take; more than there are take all, each once.

    Returns:
        The first position of each stretch (stretch), and how many positions each has; those of
        the last one may go on beyond the end, where there is nothing to take.

    Example:
        >>> firsts, length = stretches(100, 300, 10**6)
        >>> firsts[:3].tolist(), len(firsts), length
        ([100, 104, 108], 50, 4)
        >>> stretches(0, 6400, 640)[1]
        10
    """
    apart = -(-(end - begin) // _STRETCHES)
    return np.arange(begin, end, apart), min(apart, -(-characters // _STRETCHES))


def judged_of(characters: int, most: int) -> int:
    """How many held-out characters of a text a loss is measured on.

    Args:
        characters: of the whole text.
        most: about how many are to be taken, see `stretches`; of fewer, all.

    Example:
        >>> judged_of(50_000, VALIDATION_CHARACTERS), judged_of(500_000, VALIDATION_CHARACTERS)
        (5000, 8192)
        >>> judged_of(9_999, VALIDATION_CHARACTERS)
        0
    """
    held_out = Split.held_out_of(characters)
    if not held_out:
        return 0
    firsts, length = stretches(0, held_out, most)
    return int(np.minimum(length, held_out - firsts).sum())


@dataclass(frozen=True, slots=True)
class Window:
    """One BPTT window over all streams.

    Attributes:
        inputs: ids read (time, batch).
        targets: ids to predict, each the character after its input (time, batch).
        counted: which targets count (time, batch), or None where all do. Only the last timestep
            of an epoch can hold targets that do not: the streams' lengths may differ by one.
        first: whether the streams start here, so that the state before it is zero.
    """

    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    counted: NDArray[np.bool_] | None
    first: bool

    @property
    def characters(self) -> int:
        """How many targets count."""
        return self.inputs.size if self.counted is None else int(self.counted.sum())


@dataclass(frozen=True)
class Windows:
    """A text read by `batch_size` streams side by side, `sequence_length` timesteps at a time.

    The text has n = len(ids) - 1 targets. Stream b owns those from b*n//B up to (b+1)*n//B, so
    over one epoch every target is learned exactly once. The state at the end of a window is the
    state before the next one; the gradient stops there (truncated BPTT, Williams & Peng 1990).

    Example:
        >>> windows = Windows.fitting(np.array([1, 0, 2, 2, 3], np.uint8), 24, 64)
        >>> windows.batch_size, windows.sequence_length, len(windows)
        (1, 4, 1)
        >>> windows[0].targets.ravel()
        array([0, 2, 2, 3])
    """

    ids: Ids
    batch_size: int
    sequence_length: int
    _starts: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    _lengths: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.batch_size <= self.targets:
            raise ValueError(
                f"batch_size is {self.batch_size} for a text of "
                f"{counted(len(self.ids), 'character')}; it must be from 1 to {self.targets}."
            )
        borders = np.arange(self.batch_size + 1, dtype=np.int64) * self.targets // self.batch_size
        object.__setattr__(self, "_starts", borders[:-1])
        object.__setattr__(self, "_lengths", np.diff(borders))

    @classmethod
    def fitting(cls, ids: Ids, batch_size: int, sequence_length: int) -> Windows:
        """Windows of the size asked for, or smaller where the ids (time) are too few."""
        return cls(ids, *fitted(len(ids), batch_size, sequence_length))

    @property
    def targets(self) -> int:
        """How many characters are predicted in one epoch."""
        return len(self.ids) - 1

    def __len__(self) -> int:
        longest = -(-self.targets // self.batch_size)
        return -(-longest // self.sequence_length)

    def __iter__(self) -> Iterator[Window]:
        return (self[position] for position in range(len(self)))

    def __getitem__(self, position: int) -> Window:
        if not 0 <= position < len(self):
            raise IndexError(f"window {position} of {len(self)}")
        begin = position * self.sequence_length
        end = min(begin + self.sequence_length, int(self._lengths.max()))
        timesteps = np.arange(begin, end)[:, None]
        places = np.minimum(self._starts + timesteps, self.targets - 1)
        counted = timesteps < self._lengths
        return Window(
            self.ids[places].astype(np.int64),
            self.ids[places + 1].astype(np.int64),
            None if counted.all() else counted,
            first=position == 0,
        )


def fitted(characters: int, batch_size: int, sequence_length: int) -> tuple[int, int]:
    """How many streams a text has room for, and how long a window: as asked, or less.

    Args:
        characters: of the text that is trained on, 2 at least.
        batch_size: as asked for.
        sequence_length: as asked for.

    Example:
        >>> fitted(40, 16, 64), fitted(200, 16, 64), fitted(9_000, 16, 64)
        ((1, 39), (3, 64), (16, 64))
    """
    targets = characters - 1
    length = min(sequence_length, targets)
    return max(1, min(batch_size, targets // length)), length


def short_window(characters: int, batch_size: int, sequence_length: int) -> tuple[int, int] | None:
    """The last window of a pass over a text: which it is, and how many timesteps it has.

    None where it is as long as the others.

    Args:
        characters: of the text that is trained on, 2 at least.
        batch_size: as asked for.
        sequence_length: as asked for.

    Example:
        >>> short_window(33_205, 16, 64), short_window(16 * 64 + 1, 16, 64)
        ((33, 28), None)
    """
    streams, length = fitted(characters, batch_size, sequence_length)
    longest = -(-(characters - 1) // streams)
    rest = longest % length
    return (-(-longest // length), rest) if rest else None


def characters_a_window(characters: int, batch_size: int, sequence_length: int) -> float:
    """How many characters a window has on average over a pass, the last one being shorter.

    Args:
        characters: of the text that is trained on, 2 at least.
        batch_size: as asked for.
        sequence_length: as asked for.

    Example:
        >>> characters_a_window(16 * 64 + 1, 16, 64), characters_a_window(16 * 96 + 1, 16, 64)
        (1024.0, 768.0)
    """
    streams, length = fitted(characters, batch_size, sequence_length)
    longest = -(-(characters - 1) // streams)
    return (characters - 1) / -(-longest // length)


def describe_fit(windows: Windows, batch_size: int, sequence_length: int) -> str | None:
    """One sentence if the windows are smaller than asked for, else None."""
    if (windows.batch_size, windows.sequence_length) == (batch_size, sequence_length):
        return None
    fitted = {"batch_size": windows.batch_size, "sequence_length": windows.sequence_length}
    asked = {"batch_size": batch_size, "sequence_length": sequence_length}
    changes = (f"{n} {asked[n]} became {fitted[n]}" for n in asked if asked[n] != fitted[n])
    return (
        f"The text has only {windows.targets + 1:,} characters to train on: {', '.join(changes)}."
    )
