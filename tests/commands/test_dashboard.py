"""The command `dashboard`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.commands.calling import Captured, call, complaint
from tests.conftest import Start, wait_until


def test_dashboard_serves_the_runs_of_the_folder(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str], str]] = []

    def replace(program: str, command: list[str], env: dict[str, str]) -> None:
        asked.append((program, command, env["RNNVIZ_RUNS"]))

    monkeypatch.setattr(os, "execve", replace)
    call("dashboard", "--port", 8599, "--runs", runs)
    ((program, command, folder),) = asked
    assert program == command[0] == sys.executable
    assert Path(command[4]).parts[-2:] == ("dashboard", "app.py")
    assert command[-2:] == ["--server.port", "8599"]
    assert folder == str(runs)


def test_who_ends_the_dashboard_ends_its_server(
    runs: Path, tmp_path: Path, start_process: Start
) -> None:
    """It is the same process, so no signal can end one of them alone."""
    process = start_process("-m", "rnnviz", "dashboard", "--port", "8620")
    command = Path(f"/proc/{process.pid}/cmdline")
    wait_until(lambda: b"streamlit" in command.read_bytes())
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate()
    assert "Traceback" not in output + errors


def test_dashboard_without_its_files_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("rnnviz.commands.dashboard._APP", tmp_path / "app.py")
    assert call("dashboard") == 1
    assert "get the whole project" in capsys.readouterr().err


def test_dashboard_without_streamlit_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("rnnviz.commands.dashboard.find_spec", lambda name: None)
    assert call("dashboard") == 1
    assert "pip install -r requirements.txt" in complaint(capsys)
