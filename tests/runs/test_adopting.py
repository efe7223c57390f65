"""A network trained elsewhere is a run on which everything works but what training records."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz import plots
from rnnviz.analysis.gradients.reach import reaches
from rnnviz.models.adopted import NetworkError
from rnnviz.runs.compared import courses
from rnnviz.runs.compared.comparison import compare
from rnnviz.runs.compared.courses import Side
from rnnviz.runs.compared.differences import alike_but_for_the_seed, called
from rnnviz.runs.compared.effort import effort_of, efforts_words
from rnnviz.runs.documents import RunError
from rnnviz.runs.extending import extend
from rnnviz.runs.imported import Imported
from rnnviz.runs.made_with import settings_of
from rnnviz.runs.network.health_remarks import remarks
from rnnviz.runs.network.imported_check import Check, check_of
from rnnviz.runs.network.unit_health import health_alone
from rnnviz.runs.network.unit_search import passage_of
from rnnviz.runs.run import Run
from rnnviz.runs.verdicts.pictured import losses_of
from rnnviz.runs.verdicts.verdict import verdict_of
from rnnviz.text.reading import TextError
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.workers import supervisor
from rnnviz.workers.worker import work

CYCLE = "abcde\n"
TEXT = CYCLE * 1700


def follower(sure: float = 9.0) -> nn.ModuleDict:
    """Knows what follows in the cycle, by how much is chosen: h_t is all but the character read."""
    size = len(CYCLE)
    rnn, decoder = nn.RNN(size, size, bias=False), nn.Linear(size, size, bias=False)
    order = sorted(CYCLE)
    after = {c: CYCLE[(CYCLE.index(c) + 1) % size] for c in CYCLE}
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(5 * torch.eye(size))
        rnn.weight_hh_l0.zero_()
        decoder.weight.zero_()
        for character, following in after.items():
            decoder.weight[order.index(following), order.index(character)] = sure
    return nn.ModuleDict({"rnn": rnn, "decoder": decoder})


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Run:
    given = {900: follower(1.0), 0: follower(0.0), 500: follower()}
    folder = tmp_path_factory.mktemp("adopted")
    return Run.adopt(given, sorted(CYCLE), text=TEXT, name="Cycle", runs=folder)


def test_its_snapshots_are_measured_as_any(adopted: Run) -> None:
    assert adopted.status.state == "imported" and not adopted.status.alive
    assert adopted.status.iteration == 900
    assert adopted.snapshots["iteration"].tolist() == [0, 500, 900]
    expected = [np.log(6), np.log1p(5 * np.exp(-9)), np.log1p(5 * np.exp(-1))]
    losses = adopted.snapshots["validation_loss_nats"].to_numpy()
    np.testing.assert_allclose(losses, expected, rtol=1e-3)  # tanh(5) is all but 1
    assert adopted.best_iteration == 500
    assert adopted.status.validation_loss == pytest.approx(losses[1], rel=1e-5)
    assert adopted.baseline is not None and adopted.history.empty
    assert adopted.snapshots["sample"].iloc[1].startswith(CYCLE[:5])
    assert adopted.lag_norms() and adopted.units_moved(500) is not None


def test_it_is_the_network_that_was_given_and_opens_again(adopted: Run) -> None:
    again = Run.open(adopted.folder.path)
    given = follower().state_dict()
    np.testing.assert_array_equal(
        again.subject(500).read_weights()["decoder.weight"], given["decoder.weight"].numpy()
    )
    trace = again.trace(CYCLE)
    np.testing.assert_allclose(trace.h[0, 0, 1], np.tanh(5), rtol=1e-6)  # "a" is the second
    assert again.sample().text and again.gradients(TEXT[:20]).h.matrix.shape == (1, 19, 19)


def test_what_it_lacks_is_said_and_nothing_is_made_up(adopted: Run) -> None:
    verdict = verdict_of(adopted)
    assert verdict.kind == "imported" and verdict.warnings == ()
    assert "There is no training curve" in verdict.by_heart
    assert "Whether it was trained on the text that is read here is not known" in verdict.by_heart
    told = settings_of(adopted)
    assert told["trained"] == "elsewhere (PyTorch)"
    assert not {"seed", "budget", "learning rate", "dropout"} & told.keys()
    assert (
        adopted.description.judged_words == "on the last tenth of the text that was given with it"
    )
    assert passage_of(adopted).held_out is None
    assert json.loads(adopted.folder.json.read_text())["training"] is None


def test_a_series_is_a_curve_whose_losses_are_called_what_they_are(adopted: Run) -> None:
    figure = plots.loss(**losses_of(adopted))
    curve, best = figure.data[:2]
    assert (curve.name, curve.customdata[:, 0].tolist()) == (
        "loss on the given text",
        [0, 500, 900],
    )
    losses = adopted.snapshots["validation_loss_nats"].to_numpy() / np.log(2)
    np.testing.assert_array_equal(curve.y, losses)
    assert best.name.startswith("best snapshot, iteration 500:")
    said = figure.to_json()
    assert "guessing" in said and "alidation" not in said and "untrained" not in said
    side = Side(0, "A", (adopted,))
    found = courses.validation(side, "iterations")
    assert found is not None and found.at.tolist() == [0, 500, 900]
    compared = plots.compared_losses([found], [], judged_as=courses.judged_words([side]))
    assert "loss on the given text, of the snapshots" in compared.to_json()
    assert "raining loss" not in compared.to_json()


def test_a_network_without_iterations_is_no_point_of_a_curve(tmp_path: Path) -> None:
    run = Run.adopt(follower(), sorted(CYCLE), text=TEXT, runs=tmp_path)
    assert courses.validation(Side(0, "A", (run,)), "iterations") is None
    figure = plots.by_lag(
        run.gradient_norms_by_lag(), reaches(run.lag_norms()), bound=1.0, numbered=False
    )
    names = [curve.name for curve in figure.data if curve.name]
    assert names[0].startswith("trained elsewhere: ") and names[-1].endswith("per character")
    assert "teration 1" not in figure.to_json()
    begun = Run.create(TEXT, runs=tmp_path)
    sides = [Side(0, "A", (run,)), Side(1, "B", (begun,))]
    assert courses.judged_words(sides) == "loss on the last tenth of the text"
    assert courses.judged_words(sides[1:]) == "validation loss"


def test_a_wrong_order_of_characters_shows_at_once(tmp_path: Path) -> None:
    run = Run.adopt(follower(), "\nbacde", text=TEXT, runs=tmp_path)
    assert run.description.imported is not None
    found = check_of(run, run.description.imported, len(run.vocabulary))
    assert found is not None and found.is_wrong and found.baseline is not None
    assert found.loss > found.guessing == pytest.approx(np.log(6))
    assert found.frequencies == pytest.approx(np.log(6), rel=1e-3)
    _, warning, missing = verdict_of(run).sentences
    assert "another order than in training" in warning and "no training curve" in missing


def test_without_a_text_the_network_writes_one(tmp_path: Path) -> None:
    run = Run.adopt(follower().state_dict(), sorted(CYCLE), runs=tmp_path, nonlinearity="tanh")
    assert (CYCLE * 3) in run.text and run.description.text_name == "written by the network itself"
    assert run.baseline is None and run.status.validation_loss is None
    verdict = verdict_of(run)
    assert verdict.measured == () and "the network wrote the one that is read" in verdict.by_heart
    assert "it is called 1" in verdict.by_heart


def test_a_short_text_has_a_loss_all_the_same(tmp_path: Path) -> None:
    run = Run.adopt(follower(), sorted(CYCLE), text=CYCLE * 4, runs=tmp_path)
    assert run.description.imported is not None
    found = check_of(run, run.description.imported, 6)
    assert found is not None and found.characters == 23 and found.baseline is None
    assert found.loss == pytest.approx(np.log1p(5 * np.exp(-9)), rel=1e-2)


def test_nothing_goes_on_with_it_but_a_new_run_with_its_weights(adopted: Run) -> None:
    for act in (work, supervisor.start, lambda run: extend(run.folder, iterations=9)):
        with pytest.raises(
            RunError, match=r"trained elsewhere.*`python -m rnnviz train TEXT --from"
        ):
            act(adopted)
    assert adopted.status.state == "imported"
    begun = Run.create(TEXT, runs=adopted.folder.path.parent, begin=adopted.subject())
    assert begun.description.origin is not None and begun.description.imported is None
    words = efforts_words(effort_of(adopted, label="A"), effort_of(begun, label="B"))
    assert words.startswith("A came from elsewhere: how long it was trained")


def test_it_is_compared_on_the_same_characters(adopted: Run) -> None:
    other = Run.adopt(follower(3.0), sorted(CYCLE), text=TEXT, runs=adopted.folder.path.parent)
    found = compare(adopted, other)
    assert found.is_real and found.losses[0] < found.losses[1]
    assert "is not known" in found.efforts
    begun = Run.create(TEXT, runs=adopted.folder.path.parent, begin=adopted.subject())
    assert called([adopted, begun])[0] == "A (trained elsewhere)"
    assert "usual" not in " ".join(called([adopted, other, begun]))
    assert alike_but_for_the_seed([adopted, other]) == [(0,), (1,)]


def test_nothing_is_said_of_a_training_that_nobody_knows(tmp_path: Path) -> None:
    torch.manual_seed(1)
    parts = {"rnn": nn.LSTM(6, 5), "decoder": nn.Linear(5, 6)}
    parts["rnn"].bias_ih_l0.data.fill_(6.0)  # keeps what it holds for longer than any window
    run = Run.adopt(nn.ModuleDict(parts), sorted(CYCLE), text=TEXT, runs=tmp_path)
    found = health_alone(run)
    assert run.window is None and found.training is None
    said = [word for each in remarks(found, 0) for word in (each.said, each.advice)]
    assert not [one for one in said if "sequence_length" in one or "was used" in one]


OTHER = nn.ModuleDict({"rnn": nn.GRU(6, 2), "decoder": nn.Linear(2, 6)})


@pytest.mark.parametrize(
    ("given", "vocabulary", "text", "said"),
    [
        (nn.Linear(3, 6), "abcdef", "ab", "holds 0 of torch.nn.RNNBase"),
        (follower(), "abcde", TEXT, "has 5 characters, but the network tells 6"),
        ({}, "abcdef", TEXT, "0 networks were given"),
        ({-1: follower()}, "abcdef", TEXT, "by iterations from 0"),
        ({1: follower(), 2: OTHER}, "abcdef", TEXT, "the networks differ: "),
        (follower(), sorted(CYCLE), "abcXe", "'X' .* at position 3"),
        (follower(), sorted(CYCLE), "a", "at least 2"),
    ],
)
def test_what_cannot_be_taken_over_leaves_nothing(
    tmp_path: Path, given: object, vocabulary: str, text: str, said: str
) -> None:
    with pytest.raises((NetworkError, TextError), match=said):
        Run.adopt(given, vocabulary, text=text, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_network_that_exploded_is_said_to_have_done_so() -> None:
    found = Check(math.nan, 900, 20, 2.9, None)
    assert found.is_wrong and "–" not in found.words
    assert found.words.startswith("It has a loss that is no number on 900 characters of this text")
    assert "it exploded in training, or was trained with another nonlinearity" in found.warning


def test_a_file_may_be_named_by_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = os.fsdecode(b"a\xff-7.pt")
    run = Run.adopt(
        follower(), sorted(CYCLE), text=TEXT, runs=tmp_path, source=Imported("x", (file,))
    )
    about = Run.open(run.folder.path).description
    assert about.name == "a?-7" and about.imported is not None
    assert about.imported.files == ("a?-7.pt",)


@pytest.mark.parametrize(("name", "said"), [("x" * 101, "has 101 char"), ("\udcff", "half a char")])
def test_a_name_is_one_that_a_run_may_be_given_later(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Run.adopt(follower(), "abcdef", text=TEXT, name=name, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_unknown_characters_are_read_as_the_symbol_for_them(tmp_path: Path) -> None:
    run = Run.adopt(follower(), ["\n", "[UNK]", *"bcde"], text="bc?d!\n", runs=tmp_path)
    assert run.vocabulary.rare is not None
    assert (run.vocabulary.rare.distinct, run.vocabulary.rare.characters) == (2, 2)
    assert (
        isinstance(run.vocabulary, Vocabulary) and Run.open(run.folder.path).characters[2] == "〓"
    )
