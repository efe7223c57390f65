"""What a person should know of how a text suits what is asked of it."""

from __future__ import annotations

from rnnviz.config import TrainingConfig
from rnnviz.text.ngram import describe_counted
from rnnviz.text.windows import Split, Windows, describe_fit


def fit_words(windows: Windows, split: Split, training: TrainingConfig) -> list[str]:
    """In sentences: what became smaller, what is counted on a part only, that nothing is held out.

    Args:
        windows: as they are.
        split: of the text.
        training: what is asked for.
    """
    said = [
        describe_fit(windows, training.batch_size, training.sequence_length),
        describe_counted(len(split.training)),
    ]
    if not len(split.held_out):
        said.append(
            "The text has under 10,000 characters, so none are held out: there is no "
            "validation loss."
        )
    return [sentence for sentence in said if sentence is not None]
