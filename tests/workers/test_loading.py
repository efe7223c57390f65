"""Processes of this program load PyTorch without what only its compilers ask."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec

import pytest

from rnnviz.cli import main
from rnnviz.workers.loading import leave_out_compilers


def test_one_module_has_a_stand_in_and_only_before_torch_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "meta_path", [*(before := sys.meta_path)])
    monkeypatch.setitem(sys.modules, "torch", sys)
    leave_out_compilers()
    assert before == sys.meta_path
    monkeypatch.delitem(sys.modules, "torch")
    leave_out_compilers()
    finder, *others = sys.meta_path
    assert finder not in others and finder.find_spec("torch._meta", None) is None
    spec = finder.find_spec("torch._meta_registrations", None)
    assert spec is not None
    assert not [name for name in vars(module_from_spec(spec)) if not name.startswith("__")]


def test_a_command_run_in_somebody_s_own_process_leaves_torch_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "meta_path", [*(before := sys.meta_path)])
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert main(["corpora"]) == 0
    assert before == sys.meta_path
    monkeypatch.setattr(sys, "argv", ["rnnviz", "corpora"])
    assert main() == 0
    assert before == sys.meta_path[1:]
