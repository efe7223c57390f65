"""A text gets the same network and training everywhere, and none that it would be drilled with."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from rnnviz import Run
from rnnviz.cli import main
from rnnviz.config import PRESETS, USUAL
from rnnviz.training.presets import PATIENCE, seconds_of, suited, why

NAMES = (None, *PRESETS)


@pytest.mark.parametrize("preset", NAMES)
def test_large_texts_take_a_preset_as_it_is_but_for_patience(preset: str | None) -> None:
    model, training = PRESETS[preset] if preset else USUAL
    found = suited(preset, 2_000_000)
    assert found[0] == model and found[1].weight_decay == training.weight_decay > 0
    assert (found[1].seconds, found[1].patience) == (training.seconds, PATIENCE)


@pytest.mark.parametrize("preset", NAMES)
def test_the_smaller_a_text_the_fewer_characters_are_read_and_the_more_is_dropped(
    preset: str | None,
) -> None:
    lengths = [9_999, 10_000, 37_000, 59_999, 60_000, 199_999, 200_000, 1_000_000, 9_000_000]
    found = [suited(preset, length) for length in lengths]
    dropouts = [model.dropout for model, _ in found]
    assert dropouts == sorted(dropouts, reverse=True)
    assert dropouts[0] == 0.7 and dropouts[5] >= 0.5
    iterations = [training.iterations or 10**9 for _, training in found]
    assert iterations == sorted(iterations) and iterations[2] < 1000


@pytest.mark.parametrize("preset", NAMES)
def test_no_preset_reads_a_small_text_too_often(preset: str | None) -> None:
    model, training = suited(preset, 37_000)
    assert training.iterations is not None and training.seconds is None
    assert training.weight_decay == 0
    read = training.iterations * training.batch_size * training.sequence_length
    assert read / 33_300 * model.hidden_size == pytest.approx(5_000, rel=0.01)


@pytest.mark.parametrize("preset", NAMES)
def test_nothing_leaps_where_a_text_becomes_long_enough_to_hold_a_part_out(
    preset: str | None,
) -> None:
    (below, shorter), (above, longer) = suited(preset, 9_999), suited(preset, 10_000)
    assert below == above and shorter.iterations == longer.iterations
    assert (shorter.patience, longer.patience) == (None, PATIENCE)
    assert seconds_of(preset, 9_999) == seconds_of(preset, 10_000)
    dropouts = [suited(preset, length)[0].dropout for length in range(0, 10_001, 500)]
    assert dropouts == sorted(dropouts) and dropouts[0] == 0
    assert max(after - before for before, after in pairwise(dropouts)) < 0.05


@pytest.mark.parametrize("preset", PRESETS)
def test_what_was_chosen_is_given_a_reason_and_a_time(preset: str) -> None:
    assert why(preset, 2_000_000) == ""
    assert seconds_of(preset, 2_000_000) == PRESETS[preset][1].seconds
    assert "learned by heart: it gets " in why(preset, 37_000)
    assert "Under 10,000 characters nothing is held out" in why(preset, 300)
    for length in (300, 37_000):
        assert f"{suited(preset, length)[1].iterations:,} iterations instead" in why(preset, length)
    times = [seconds_of(name, 37_000) for name in PRESETS]
    assert times == sorted(times) and times[-1] < 60


def test_the_library_and_the_command_line_choose_alike(tmp_path: Path) -> None:
    text = "to be or not to be, that is the question;\n" * 700
    (path := tmp_path / "text.txt").write_text(text)
    made = Run.create(text, runs=tmp_path / "library")
    command = ["train", str(path), "--iterations", "1", "--runs", str(tmp_path / "commands")]
    assert main(command) == 0
    (folder,) = (tmp_path / "commands").glob("text-*")
    typed = Run.open(folder)
    assert made.model_config == typed.model_config == suited(None, len(text))[0]
    assert made.training_config == suited(None, len(text))[1]
    assert (typed.training_config.iterations, typed.training_config.patience) == (1, PATIENCE)
