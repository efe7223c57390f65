"""Training: it learns what can be learned, resumes bit for bit, and reports what it did."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.recurrent.product import Ways
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training import trainer as trainer_module
from rnnviz.training.advice import advice
from rnnviz.training.evaluation import CONTEXT, validation_loss
from rnnviz.training.progress import Diverged, Iteration, Snapshot
from rnnviz.training.ranks import Ranks
from rnnviz.training.schedule import EARLY_ITERATIONS, learning_rate, rate_share, snapshot_due
from rnnviz.training.trainer import Trainer
from tests.networks import CELLS

pytestmark = pytest.mark.usefixtures("short_samples")

TEXT = "the cat sat on the mat. " * 30
VOCABULARY = Vocabulary.of(TEXT)


def make_trainer(
    training: TrainingConfig | None = None,
    model: ModelConfig | None = None,
    text: str = TEXT,
    ranks: Ranks | None = None,
) -> Trainer:
    vocabulary = Vocabulary.of(text)
    training = training or TrainingConfig(
        iterations=9, batch_size=5, sequence_length=10, learning_rate=0.01
    )
    model = model or ModelConfig(hidden_size=13)
    return Trainer(vocabulary, vocabulary.encode(text), model, training, ranks)


def iterations_of(trainer: Trainer) -> list[Iteration]:
    return [made for made in trainer.run() if isinstance(made, Iteration)]


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_a_repeated_sentence(cell: tuple[str, str]) -> None:
    """All but the first words can be known from what came before: the loss falls near zero."""
    model = ModelConfig(cell[0], cell[1], 32)  # type: ignore[arg-type]
    rate = 0.003 if cell[1] == "relu" else 0.01
    training = TrainingConfig(iterations=150, batch_size=6, sequence_length=24, learning_rate=rate)
    losses = [made.loss for made in iterations_of(make_trainer(training, model))]
    assert losses[0] > 2.0
    assert np.mean(losses[-10:]) < 0.25


def test_two_characters_train() -> None:
    steps = iterations_of(make_trainer(TrainingConfig(iterations=40), text="hi"))
    assert steps[-1].characters == 40
    assert steps[-1].loss < 0.1


@pytest.mark.parametrize("units", [13, 32])
def test_one_iteration_equals_the_usual_loop(units: int) -> None:
    """Loss, total norm, clip factor, weights: torch.nn, clip_grad_norm_, AdamW at these rates."""
    trainer = make_trainer(
        TrainingConfig(
            iterations=5, batch_size=5, sequence_length=10, clip_norm=0.05, weight_decay=0.1
        ),
        ModelConfig(hidden_size=units),
    )
    weights = {name: w.clone() for name, w in trainer.network.parameters.items()}
    window = trainer.windows[0]
    made = trainer.iterate()
    assert isinstance(made, Iteration)
    rnn, decoder = nn.LSTM(len(VOCABULARY), units), nn.Linear(units, len(VOCABULARY))
    modules = nn.ModuleDict({"rnn": rnn, "decoder": decoder})
    modules.load_state_dict(weights)
    inputs, targets = torch.tensor(window.inputs), torch.tensor(window.targets)
    output, _ = modules["rnn"](nn.functional.one_hot(inputs, len(VOCABULARY)).float())
    loss = nn.functional.cross_entropy(modules["decoder"](output).flatten(0, 1), targets.flatten())
    loss.backward()
    norm = nn.utils.clip_grad_norm_(modules.parameters(), 0.05)
    groups = [
        {
            "params": [parameter],
            "lr": made.learning_rate * rate_share(name),
            "weight_decay": 0.1 if parameter.dim() > 1 else 0.0,
        }
        for name, parameter in modules.named_parameters()
    ]
    torch.optim.AdamW(groups, betas=(0.9, 0.99)).step()
    assert made.loss == pytest.approx(loss.item(), rel=1e-5)
    assert made.total_gradient_norm == pytest.approx(norm.item(), rel=1e-4)
    assert made.clip_factor == pytest.approx(0.05 / norm.item(), rel=1e-4)
    for name, parameter in modules.named_parameters():
        found = trainer.network.parameters[name]
        torch.testing.assert_close(found, parameter.detach(), rtol=1e-3, atol=2e-5)


def test_recorded_norms_are_of_the_summed_loss_by_sequence() -> None:
    """|d (sum of l_t) / d h_k| with retain_grad on every cell output, mean over the batch."""
    trainer = make_trainer(model=ModelConfig("rnn", hidden_size=13))
    weights = {name: w.clone() for name, w in trainer.network.parameters.items()}
    window = trainer.windows[0]
    made = trainer.iterate()
    assert isinstance(made, Iteration)
    cell, decoder = nn.RNNCell(len(VOCABULARY), 13), nn.Linear(13, len(VOCABULARY))
    cell.load_state_dict({k[4:-3]: w for k, w in weights.items() if k.startswith("rnn.")})
    decoder.load_state_dict({k[8:]: w for k, w in weights.items() if k.startswith("decoder.")})
    inputs, targets = torch.tensor(window.inputs), torch.tensor(window.targets)
    h, states, total = torch.zeros(5, 13), [], torch.zeros(())
    for x, target in zip(inputs, targets, strict=True):
        h = cell(nn.functional.one_hot(x, len(VOCABULARY)).float(), h)
        h.retain_grad()
        states.append(h)
        total = total + nn.functional.cross_entropy(decoder(h), target, reduction="sum")
    total.backward()
    expected = [h.grad.norm(dim=1).mean().item() for h in states]  # type: ignore[union-attr]
    np.testing.assert_allclose(made.gradient_norms["h"], [expected], rtol=1e-4)


def test_snapshots_differ_by_the_weights_alone() -> None:
    """Same probe, same prompt, same seed: an unchanged network gives an unchanged snapshot."""
    trainer = make_trainer(TrainingConfig(iterations=20, batch_size=5, learning_rate=0.05))
    first, second = trainer.snapshot(), trainer.snapshot()
    assert first.sample.text == second.sample.text
    for path in ("h", "c"):
        np.testing.assert_array_equal(
            *(found.measurements["by_passage"][path] for found in (first, second))
        )
    iterations_of(trainer)
    assert trainer.snapshot().sample.text != first.sample.text
    found = (taken.measurements["by_passage"]["h"] for taken in (trainer.snapshot(), first))
    assert not np.array_equal(*found)


def test_looking_does_not_change_training() -> None:
    """Snapshots at every iteration, or none: the same weights in the end."""
    quiet, watched = make_trainer(), make_trainer()
    for _ in range(9):
        quiet.iterate()
        watched.snapshot()
        watched.iterate()
    assert torch.equal(quiet.network.flat, watched.network.flat)


@pytest.mark.parametrize("cell", [CELLS[0], CELLS[3], CELLS[4]])
def test_restored_training_goes_on_bit_for_bit(cell: tuple[str, str]) -> None:
    model = ModelConfig(cell[0], cell[1], 16, 2, dropout=0.4)  # type: ignore[arg-type]
    straight, before, after = (make_trainer(model=model) for _ in range(3))
    for _ in range(9):
        straight.iterate()
    for _ in range(4):
        before.iterate()
    arrays, values = before.state()
    before.iterate()  # what was saved must not change with what goes on
    after.restore(arrays, values)
    for _ in range(5):
        after.iterate()
    assert torch.equal(after.network.flat, straight.network.flat)
    ours, theirs = after.state(), straight.state()
    clock = {"seconds": 0, "looking": 0}
    assert ours[1] | clock == theirs[1] | clock
    for name, array in theirs[0].items():
        np.testing.assert_array_equal(ours[0][name], array)


def test_training_that_goes_on_computes_as_it_did() -> None:
    """What was timed is kept: timed anew it might differ, and with it the last bits."""
    training = TrainingConfig(seconds=60.0, batch_size=5, sequence_length=10)
    before, after = make_trainer(training), make_trainer(training)
    before.iterate()
    assert before.ways is not None and len(before.ways.chosen) == 6
    opposite = {"torch": "onednn", "onednn": "torch"}
    before.ways = Ways({shape: opposite[way] for shape, way in before.ways.chosen.items()})  # type: ignore[misc]
    after.restore(*before.state())
    after.iterate()
    assert after.ways == after.network.ways == before.ways


def test_what_began_in_pytorchs_operations_goes_on_in_them() -> None:
    """Resume points of before there was code of our own do not say what ran their timesteps."""
    before, after = (make_trainer(model=ModelConfig(hidden_size=16)) for _ in range(2))
    before.iterate()
    arrays, values = before.state()
    assert values.pop("steps") == "fused"
    after.restore(arrays, values)
    assert after.network.steps == "torch"
    assert after.computing.startswith("A layer's timesteps: PyTorch's operations.")


def test_a_number_of_iterations_leaves_nothing_to_the_clock() -> None:
    trainer = make_trainer()
    trainer.iterate()
    assert trainer.ways == Ways()


def test_a_snapshot_that_was_due_is_taken_after_going_on() -> None:
    """Killed between an iteration and its snapshot, training takes the snapshot first."""
    before, after = make_trainer(), make_trainer()
    for progress in before.run():
        if isinstance(progress, Iteration) and progress.iteration == 5:
            break
    after.restore(*before.state())
    rest = list(after.run())
    assert isinstance(rest[0], Snapshot)
    assert rest[0].iteration == 5
    assert isinstance(rest[-1], Snapshot)
    finished = make_trainer()
    finished.restore(*after.state())
    assert list(finished.run()) == []


def test_a_seed_fixes_everything() -> None:
    one, two = make_trainer(), make_trainer()
    other = make_trainer(replace(one.config, seed=1))
    assert [s.loss for s in iterations_of(one)] == [s.loss for s in iterations_of(two)]
    assert [s.loss for s in iterations_of(one)] != [s.loss for s in iterations_of(other)]


def test_divergence_is_found_before_it_reaches_the_weights() -> None:
    training = TrainingConfig(iterations=60, learning_rate=10.0, clip_norm=None, batch_size=5)
    trainer = make_trainer(training, ModelConfig("rnn", "relu", 13))
    *steps, last = (made for made in trainer.run() if not isinstance(made, Snapshot))
    assert isinstance(last, Diverged)
    assert last.iteration == len(steps) + 1
    assert last.norm_before == steps[-1].total_gradient_norm  # type: ignore[union-attr]
    largest = trainer.network.parameters[last.largest_parameter].abs().max()
    assert last.largest_value == trainer.network.flat.abs().max() == largest
    assert bool(torch.isfinite(trainer.network.flat).all())
    assert str(last).endswith(advice(trainer.network.config, training))


def test_time_is_a_budget_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that ticks a second a look: iterations and snapshots take one each."""
    ticks = itertools.count()
    monkeypatch.setattr(trainer_module.time, "perf_counter", lambda: float(next(ticks)))
    trainer = make_trainer(TrainingConfig(seconds=20.0, batch_size=5, sequence_length=10))
    trainer.ways = Ways()  # nothing is left to be timed
    progress = list(trainer.run())
    assert 20 <= trainer.seconds == len(progress) <= 21
    assert isinstance(progress[-1], Snapshot)
    steps = [made for made in progress if isinstance(made, Iteration)]
    assert steps[-1].fraction > 0.9
    assert steps[-1].learning_rate < 0.1 * max(made.learning_rate for made in steps)


def test_snapshots_are_early_even_and_few() -> None:
    for budget in (1, 7, 60, 1000, 250_000):
        taken = [0]
        for i in range(1, budget + 1):
            if snapshot_due(i, (i - 1) / budget, i / budget):
                taken.append(i)
        assert len(taken) <= 60
        assert taken[-1] == budget
        early = [i for i in sorted(EARLY_ITERATIONS) if i <= budget]
        assert set(early) <= set(taken)
        late = np.diff([i for i in taken if i not in EARLY_ITERATIONS])
        assert budget < 1000 or late.max() <= 2 * late.min() + 1


def test_the_rate_warms_up_and_falls_to_a_hundredth() -> None:
    rates = [learning_rate(2.0, i, i / 400) for i in range(401)]
    assert np.all(np.diff(rates[:20]) > 0)
    assert np.all(np.diff(rates[25:]) < 0)
    assert max(rates) < 2.0
    assert rates[-1] == pytest.approx(0.02)


def test_validation_loss_is_the_mean_over_all_held_out_characters() -> None:
    """One stream, read naively with the same context, gives the same number."""
    generator = np.random.default_rng(5)
    text = "".join(generator.choice(list("abcde "), 10_300))
    trainer = make_trainer(text=text)
    ids, begin = trainer.vocabulary.encode(text), len(trainer.split.training)
    assert begin == 10_300 - 1030
    found = validation_loss(trainer.network, ids, begin, 10**9)
    network, losses = trainer.network, []
    from rnnviz.analysis.states.trace import trace

    apart = math.ceil(1030 / 64)
    for first in range(begin, len(text), apart):
        last = min(first + apart, len(text))
        record = trace(network, trainer.vocabulary, text[first - CONTEXT - 1 : last])
        losses += list(record.loss[:-1][CONTEXT:])
    assert len(losses) == 1030
    assert found == pytest.approx(np.mean(losses), rel=1e-5)


def test_short_texts_have_no_validation() -> None:
    assert make_trainer().snapshot().validation_loss is None
    assert make_trainer(text=TEXT * 15).snapshot().validation_loss is not None


def test_patience_ends_training_once_snapshots_bring_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With validation losses that are given: it goes on counting after it was restored."""
    given = iter([[3.0], [2.0], [2.5], [1.0], [1.5], [1.0], [1.2], [9.0]])
    losses = "rnnviz.training.snapshot.held_out_losses"
    monkeypatch.setattr(losses, lambda *_: (np.array(next(given)), np.ones(1)))
    training = TrainingConfig(iterations=400, patience=3, batch_size=5)
    first, second = make_trainer(training), make_trainer(training)
    run = first.run()
    while first.iteration < 12:
        next(run)
    second.restore(*first.state())
    kept = [made for made in second.run() if isinstance(made, Snapshot)]
    assert kept[-1].validation_loss == 1.2 and second.patience.spent and second.over
    assert second.iteration == 30 and list(second.run()) == []
