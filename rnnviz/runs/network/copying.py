"""What a run's network copies from its training text when it writes."""

from __future__ import annotations

from collections.abc import Sequence

from rnnviz.runs.run import Run
from rnnviz.text.copied import Control, Copied, control, copied, repeated
from rnnviz.text.windows import Split


def copied_by(run: Run, samples: Sequence[str]) -> list[Copied]:
    """Which passages of samples stand in the text that a run learned from.

    Both are as a person sees them, in syllables where the network reads jamo.

    Args:
        run: the run.
        samples: what its network wrote, as `Run.snapshots` has it.

    Raises:
        RunError: the text is damaged or gone.

    Example:
        >>> import tempfile
        >>> run = Run.create("to be or not to be, that is it. " * 9, runs=tempfile.mkdtemp())
        >>> [found.share for found in copied_by(run, ["not to be, that is it", "nothing so long"])]
        [1.0, 0.0]
    """
    return copied(samples, _parts(run)[0])


def copying_control(run: Run, characters: int) -> Control | None:
    """The same of passages of so many characters that no network wrote, to compare with.

    They are of the held-out text or, where there is none, of the training text, looked for in the
    rest of it; None where that is too short.

    Raises:
        RunError: the text is damaged or gone.
    """
    learned, held_out = _parts(run)
    return control(held_out, learned, characters) if held_out else repeated(learned, characters)


def _parts(run: Run) -> tuple[str, str]:
    """What was learned from, and what was held out."""
    characters = run.characters
    begin = len(characters) - Split.held_out_of(len(characters))
    return run.alphabet.shown(characters[:begin]), run.alphabet.shown(characters[begin:])
