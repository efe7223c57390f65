"""The view of Jacobians says what was measured, of the snapshot and the text chosen."""

from __future__ import annotations

import numpy as np

from dashboard.gradients.jacobian import exponents_said
from dashboard.gradients.measuring import (
    exponents_over_training,
    fixed_points_of,
    spectra_of,
    steps_of,
)
from rnnviz.analysis.gradients.fixed_points import fixed_points
from rnnviz.analysis.gradients.jacobian import step_jacobians
from rnnviz.analysis.gradients.jacobian_records import LyapunovSpectrum
from rnnviz.analysis.gradients.jacobian_words import (
    largest_words,
    lyapunov_words,
    matrix_words,
    singular_words,
)
from rnnviz.analysis.gradients.lyapunov import lyapunov
from rnnviz.analysis.gradients.singular_values import singular_values
from rnnviz.analysis.gradients.stillness_words import plane_words, stillness_words
from rnnviz.runs.run import Run
from tests.dashboard.conftest import TEXT, Open, words

READ = 150


def test_the_view_says_what_jacobians_do_over_the_text_chosen(
    finished_run: Run, open_app: Open
) -> None:
    run, text = finished_run, TEXT[:READ]
    choices = {"iteration": "12", "text": "beginning", "length": str(READ), "exponents": "yes"}
    app = open_app("gradient_flow", run=run.id, view="jacobian", gate="forget-gate-f", **choices)
    measured = spectra_of(run, run.subject(12), text, 0).finish().latest
    over = exponents_over_training(run, text, 0).finish().latest
    assert measured is not None and over is not None
    app.run()
    assert not app.exception
    said = words(app)
    assert "hourglass" not in said
    found, steps = measured.now, step_jacobians(run.model(12), run.vocabulary, text)
    assert found.lyapunov is not None
    np.testing.assert_array_equal(found.singular.values, singular_values(steps).values)
    np.testing.assert_array_equal(found.lyapunov.exponents, lyapunov(steps).exponents)
    before = lyapunov(step_jacobians(run.model(0), run.vocabulary, text))
    two = {name: found.matrices[name] for name in ("forget gate f", "mean Jacobian")}
    for sentences in (
        singular_words(found.singular, "the state s = (h, c)"),
        matrix_words(two),
        lyapunov_words(found.lyapunov, before),
        largest_words(over),
    ):
        assert " ".join(sentences) in said
    assert set(over) == set(run.folder.snapshots_there())
    np.testing.assert_allclose(over[12].exponents[0], found.lyapunov.exponents[0], atol=0.05)
    assert "Lyapunov exponents** · speech, iteration 12" in said


def test_a_change_of_the_exponent_is_told_only_where_it_exceeds_its_error() -> None:
    """A tenth of a standard error was told as a change, and what lay between was left out."""
    noise = np.array([0.03, -0.03, 0.02, -0.02])
    found = {
        at: LyapunovSpectrum((mean + sign * noise)[:, None], 100, 50)
        for at, mean, sign in ((0, -0.268, 1), (10, -0.11, 1), (90, -0.25, -1), (100, -0.267, -1))
    }
    said, between = largest_words(found)
    assert "went from −0.2680 to −0.2670 a character: no change that is more than chance" in said
    assert between == "Between them it is highest at iteration 10 (−0.1100)."
    same = LyapunovSpectrum((-0.2 + noise)[:, None], 100, 50)
    (said,) = largest_words({0: found[0], 100: same})
    assert "no change" not in said, "block by block, all of them are as much higher"


def test_nothing_is_said_of_exponents_before_all_of_them_are_known(finished_run: Run) -> None:
    subject, before = finished_run.subject(12), finished_run.subject(0)
    known = list(steps_of(subject, before, TEXT[:30], 0))
    assert [exponents_said(one) != [] for one in known] == [one.now.done for one in known]
    *early, last = known
    assert last.before is not None and len(last.before.by_block) == 10
    assert all(one.before is None for one in early)
    assert exponents_said(last)[-1].startswith("Before training ")


def test_fixed_points_are_those_of_the_character_chosen(finished_run: Run, open_app: Open) -> None:
    run, text = finished_run, TEXT[:READ]
    subject = run.subject(12)
    place = run.vocabulary.characters.index(" ")
    choices = {"iteration": "12", "text": "beginning", "length": str(READ)}
    app = open_app("gradient_flow", run=run.id, view="jacobian", character=str(place), **choices)
    spectra_of(run, subject, text, 0).finish()
    found = fixed_points_of(subject, text, " ").finish().latest
    assert found is not None
    app.run()
    assert not app.exception
    said = words(app)
    assert " ".join([*stillness_words(found, "“␣”"), plane_words(found)]) in said
    expected = fixed_points(run.model(12), run.vocabulary, text, " ")
    assert [point.radius for point in found.found] == [point.radius for point in expected.found]
    assert app.query_params["character"] == str(place)
