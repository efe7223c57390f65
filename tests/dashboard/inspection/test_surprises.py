"""What a sample cost is told per character as a person sees it, and its marks stand on jamo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from dashboard import cache
from dashboard.inspection.surprises import written_by
from rnnviz.config import ModelConfig, TrainingConfig
from rnnviz.plots.text_heatmap.payload import read_header
from rnnviz.runs.run import Run
from rnnviz.workers.worker import work

KOREAN = "나는 오늘 학교에 가고 내일은 할머니 집에 간다. 바다가 조용하다.\n" * 12


def test_syllables_cost_what_their_jamo_cost_together(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_resource.clear()
    training = TrainingConfig(iterations=2, sequence_length=20, batch_size=4)
    run = Run.create(KOREAN, model=ModelConfig(hidden_size=5), training=training, hangul="jamo")
    work(run)
    passage = KOREAN[4:28]
    prompt, text = run.alphabet.characters("\n"), run.alphabet.characters(passage)
    assert len(text) > 1.5 * len(passage)
    found = written_by(run.subject(2), prompt, text)
    total = np.sum(run.trace(prompt + text, 2).loss[:-1], dtype=float)
    assert found.cost == pytest.approx(total / len(passage), rel=1e-6)
    assert found.copied is not None
    assert found.copied.passages == ((0, len(passage)),)
    header = read_header(found.payload)
    assert header["under"]["words"] == ["no", "yes"]
    assert header["arrays"]["track"][1] == len(text)
    monkeypatch.setattr(cache, "QUICKLY_SEARCHED", len(KOREAN))
    untold = written_by(run.subject(2), prompt, text)
    assert untold.copied is None and read_header(untold.payload)["under"] is None
