"""One true sentence for every way a run can stand."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest

from rnnviz import ModelConfig, Run, TrainingConfig
from rnnviz.runs.history import History
from rnnviz.runs.states import State
from rnnviz.runs.status import RunStatus
from rnnviz.runs.store import find_folders
from rnnviz.runs.verdicts.headlines import Verdict
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.ngram import Baseline

TEXT = "to be or not to be, that is the question;\n" * 300
GUESSING = math.log(len(set(TEXT)))


def stands(
    runs: Path,
    validation: list[float],
    training: list[float],
    state: State = "finished",
    text: str = TEXT,
    baseline: float | None = 1.5,
    sample: str = "x",
    apart: float | None = None,
    **settings: object,
) -> Verdict:
    """The verdict on a run whose snapshots, ten iterations apart, had these losses.

    Where `apart` is given, the losses of 64 stretches scatter so much about their mean, those of
    the n-gram not at all.
    """
    how = TrainingConfig(iterations=100, **settings)  # type: ignore[arg-type]
    run = Run.create(text, model=ModelConfig(hidden_size=5), training=how, runs=runs)
    rows = [
        (10 * place + step + 1, loss, 1.0, 1.0, 0.01, 100, 1.0)
        for place, loss in enumerate(training)
        for step in range(10)
    ]
    with History(run.folder.history) as history:
        history.add("iterations", rows)
        history.add(
            "snapshots",
            [
                (10 * at, None if math.isnan(loss) else loss, "", sample)
                for at, loss in enumerate(validation)
            ],
        )
        history.set_status(state, len(rows), len(rows) / 100)
        if state in ("finished", "stopped") and not math.isnan(min(validation)):
            history.set_validation_loss(min(validation))
        if baseline is not None:
            by_stretch = None if apart is None else np.full(64, baseline)
            history.set_baseline(Baseline(4, baseline, 1000, by_stretch))
        if apart is not None:
            nats = min(validation) + apart * np.tile([1.0, -1.0, 1.0, -1.0, 2.0, -2.0], 11)[:64]
            best = 10 * validation.index(min(validation))
            history.measure(best, "held_out", {"nats": nats, "characters": np.full(64, 20.0)})
    return verdict_of(run)


def test_before_anything_is_learned(runs: Path) -> None:
    assert verdict_of(Run.create(TEXT, runs=runs)).kind == "not begun"


@pytest.mark.parametrize(
    ("state", "begins"),
    [("running", "Training, at"), ("paused", "Paused at"), ("queued", "Waiting, at")],
)
def test_only_what_trains_now_is_said_to_train(runs: Path, state: State, begins: str) -> None:
    stands(runs, [2.5, 2.0, 1.2], [2.5, 2.0, 1.1])
    (folder,) = find_folders(runs)
    found = verdict_of(Run.open(folder.path), RunStatus(state, 30, 0.3, ""))
    assert found.kind == "training"
    assert found.headline.startswith(f"{begins} iteration 30: validation loss 1.731 bits/char")


@pytest.mark.parametrize("state", ["finished", "stopped"])
def test_an_end_says_what_was_reached_and_when(runs: Path, state: State) -> None:
    found = stands(runs, [2.5, 2.0, 1.2], [2.5, 2.0, 1.1], state)
    assert found.kind == state
    ended = "Finished" if state == "finished" else "Ended early"
    assert found.headline == (
        f"{ended} at iteration 30: validation loss 1.731 bits/char (1.200 nats) at iteration 20, "
        "better than counting does (4-gram: 2.164 bits/char (1.500 nats))."
    )
    assert "has been beaten: the validation loss at iteration 20 is" in found.measured[0]
    assert found.warnings == ()
    assert found.by_heart == (
        "Overfitting: no. The validation loss, that on text the network never trains on, is lowest "
        "at iteration 20, the newest snapshot: it has not risen."
    )


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (1.2, "better than counting does (4-gram: 2.164 bits/char (1.500 nats)) by 0."),
        (1.49, "; from 1,260 characters it cannot be told whether that is better than counting d"),
        (1.9, "where a 4-gram, which only counts characters, reaches 2.164 bits/char: lower by 0."),
    ],
)
def test_better_and_worse_have_an_interval(runs: Path, loss: float, said: str) -> None:
    found = stands(runs, [2.5, 2.0, loss], [2.5, 2.0, 1.1], apart=0.4)
    assert said in found.headline
    assert ("bits/char (95 % interval)." in found.headline) == (loss != 1.49)
    assert "as many stretches of these characters, some taken several times" in found.measured[0]
    assert (found.kind == "worse than counting") == (loss > 1.5)


def test_worse_than_counting(runs: Path) -> None:
    found = stands(runs, [2.5, 2.0, 1.9], [2.5, 2.0, 1.8])
    assert found.kind == "worse than counting"
    assert "where a 4-gram, which only counts characters, reaches 2.164 bits/char" in found.headline


@pytest.mark.parametrize("apart", [-2e-4, 0.0, 2e-4])
def test_headline_and_reason_agree_where_losses_are_written_alike(runs: Path, apart: float) -> None:
    found = stands(runs, [2.5, 2.0, 1.5 + apart], [2.5, 2.0, 1.4])
    assert found.kind == "finished"
    assert "better than counting" not in found.headline
    assert "is reached: the validation loss at iteration 20 is the same" in found.measured[0]


def test_learned_by_heart(runs: Path) -> None:
    found = stands(runs, [2.5, 1.2, 1.6, 1.8, 2.0], [2.4, 1.4, 0.9, 0.6, 0.3])
    assert found.kind == "memorising"
    assert found.headline.startswith("Learning by heart (overfitting) since iteration 10, ")
    assert "from 3.462 bits/char to 0.866 bits/char" in found.warnings[0]  # 2.4 and 0.6 nats
    assert "Iteration 10 is kept" in found.warnings[1]
    assert found.warnings[2].startswith("Try a dropout of 0.7 (none was used); a patience of 10 ")
    assert "1 % of it, or five times the scatter" in found.measured[-1]
    assert found.by_heart.startswith("Overfitting: yes, since iteration 10. The validation loss, ")


@pytest.mark.parametrize("clip_norm", [None, 1.0])
def test_worse_than_guessing_names_what_was_set(runs: Path, clip_norm: float | None) -> None:
    losses = [GUESSING, 5.0, 6.0, 6.0]
    found = stands(runs, losses, losses, learning_rate=0.4, clip_norm=clip_norm)
    assert found.kind == "exploded"
    assert found.headline.startswith("Worse than guessing at iteration 40: the training loss is")
    assert "bits/char (6.000 nats), a mean over iterations 37 to 40, where gu" in found.headline
    assert f"costs {GUESSING / math.log(2):.3f} bits/char" in found.headline
    assert "The learning rate of 0.4 is 50 times the usual" in found.warnings[0]
    assert ("not clipped" in found.warnings[0]) == (clip_norm is None)


def test_a_leap(runs: Path) -> None:
    found = stands(runs, [2.7, 1.2, 1.3, 2.3], [2.5, 1.0, 2.2, 2.2])
    assert found.kind == "exploded"
    assert "bits/char at iteration 20." in found.headline
    assert found.headline.startswith("The loss has leapt: ")
    assert found.by_heart.startswith("Overfitting: no. ")


@pytest.mark.parametrize("validation", [2.0, 1e9])
def test_a_loss_that_leapt_and_came_back_is_named_with_what_was_set(
    runs: Path, validation: float
) -> None:
    training = [2.5, 1e15 if validation == 2.0 else 2.5, 2.5, 1.1]
    found = stands(runs, [2.5, validation, 2.0, 2.0, 1.2], training, learning_rate=0.5)
    assert found.kind == "finished"
    spike, cause = found.warnings
    assert spike.startswith(
        "The training loss has leapt and come back: at 10 iterations, first at iteration 11 "
        "and last at iteration 20, it was"
        if validation == 2.0
        else "The validation loss has leapt and come back: it was half a bit or more above that of"
    )
    assert "The learning rate of 0.5 is 62 times the usual for an LSTM" in cause
    assert stands(runs, [2.5, 2.0, 1.2], [2.5, 2.0, 1.1]).warnings == ()


def test_a_loss_that_rises_with_that_of_training_is_not_learned_by_heart(runs: Path) -> None:
    found = stands(runs, [2.5, 1.2, 1.3, 1.4, 1.5], [1.1, 1.2, 1.3, 1.4])
    assert found.by_heart.startswith("Overfitting: no. The validation loss, that on text ")
    assert found.by_heart.endswith(
        "the training loss has not fallen: the network got worse at both."
    )


def test_the_lowest_loss_is_told_once(runs: Path) -> None:
    found = stands(runs, [2.5, 2.0, 1.2, 1.201], [2.5, 2.0, 1.1, 1.0])
    assert found.headline.count("1.200 nats) at iteration 20") == 1
    assert found.warnings == ()
    assert "since, the newest lies highest, 0.001 bits/char above that" in found.by_heart
    assert "count as a rise" not in found.by_heart


def test_while_it_trains_is_said_what_would_count_as_a_rise(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.runs.status.is_held", lambda _: True)
    found = stands(runs, [2.5, 2.0, 1.2, 1.201], [2.5, 2.0, 1.1, 1.0], "running")
    assert found.by_heart.endswith("bits/char above the lowest make it count as a rise.")


def test_no_longer_a_number(runs: Path) -> None:
    found = stands(runs, [2.7, 1.2], [2.5, 1.0], "diverged")
    assert found.kind == "exploded" and "no longer a finite number" in found.headline
    at_once = stands(runs, [math.nan], [], "diverged")
    assert at_once.headline.startswith("Exploded: after iteration 0 ")
    assert at_once.by_heart.endswith("because no validation loss is a number.")


NOTHING = [math.nan] * 3
PROSE = "".join(random.Random(1).choices("abcdefgh .", k=600))


@pytest.mark.parametrize(("state", "ended"), [("finished", "Finished"), ("stopped", "Ended early")])
def test_where_nothing_is_held_out_the_copied_share_tells(
    runs: Path, state: State, ended: str
) -> None:
    losses = [2.0, 1.0, 0.1]
    found = stands(runs, NOTHING, losses, state, PROSE, None, sample=PROSE[100:300])
    assert found.kind == "memorising"
    assert found.headline == (
        "It writes from memory: 100 % of its newest sample stands in the training text in passages "
        f"of 20 characters or more; the longest has 200. {ended} at iteration 30: training loss "
        "0.144 bits/char (0.100 nats)."
    )
    assert found.warnings == (
        "To compare: of 3 passages of the text itself, of 200 characters each, 0 % on average and "
        "0 % at most stand in the rest of it too.",
        "Try a dropout of 0.04 (none was used); a smaller network than 5 units; or more text.",
    )
    assert found.by_heart.startswith("Overfitting: yes, by what its newest sample copied ")


def test_a_sample_that_is_copied_in_part_is_memory_in_part(runs: Path) -> None:
    sample = PROSE[100:180] + "x" * 120
    found = stands(runs, NOTHING, [2.0, 1.0, 0.1], text=PROSE, baseline=None, sample=sample)
    assert found.kind == "memorising"
    assert found.headline.startswith("It writes in part from memory: 40 % of its newest sample ")


def test_a_sample_that_is_not_copied_is_no_memory(runs: Path) -> None:
    found = stands(runs, NOTHING, [2.0, 1.0, 0.1], text=PROSE, baseline=None, sample="x" * 200)
    assert found.kind == "finished" and found.warnings == ()
    assert found.headline.endswith(
        ". Nothing is held out; no passage of 20 or more characters of its newest sample stands in "
        "the training text."
    )
    assert found.by_heart.startswith("Overfitting: it cannot be told, because no part of the text ")


def test_of_a_text_that_repeats_itself_copying_tells_nothing(runs: Path) -> None:
    sample = "hello " * 33
    found = stands(runs, NOTHING, [2.0, 1.0, 0.1], text="hello " * 90, baseline=None, sample=sample)
    assert found.kind == "finished"
    assert "but the text repeats itself: whether it was learned by heart" in found.headline
    assert "100 % on average and 100 % at most stand in the rest" in found.warnings[0]
    assert found.by_heart.endswith("held out and the text repeats itself.")


def test_of_a_few_words_nothing_can_be_told(runs: Path) -> None:
    found = stands(runs, NOTHING, [2.0, 1.0, 0.1], text="hello world", baseline=None)
    assert found.kind == "finished" and "cannot be told" in found.headline


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1.1, ", and worse at its best than counting (4-gram"),
        (1.5, ", after it did better than counting does (4-"),
        (None, ": the network got better at the text it reads"),
    ],
)
def test_learned_by_heart_is_compared_with_counting_too(
    runs: Path, number: float | None, said: str
) -> None:
    losses = [2.5, 1.2, 1.6, 1.8, 2.0], [2.4, 1.4, 0.9, 0.6, 0.3]
    headline = stands(runs, *losses, baseline=number).headline
    assert headline.startswith(f"Learning by heart (overfitting) since iteration 10{said}")
