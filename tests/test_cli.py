"""The command line: what is said, and the exit code; never a traceback."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from iamlab import __version__
from iamlab.classroom import lab, workfolder
from iamlab.cli import FIRST_LESSON, main


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[lab.Opening]:
    """What would have been opened; no JupyterLab is started."""
    openings: list[lab.Opening] = []
    monkeypatch.setattr(lab, "run", lambda opening, announce: openings.append(opening))
    monkeypatch.chdir(tmp_path)
    return openings


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_without_a_command_the_lab_opens_at_lesson_00(opened: list[lab.Opening], tmp_path: Path) -> None:
    assert main([]) == 0
    (opening,) = opened
    assert opening.lesson == FIRST_LESSON
    assert opening.folder == tmp_path / "iamlab-work"
    assert (opening.folder / FIRST_LESSON).is_file()


def test_a_folder_can_be_named_before_a_command_and_after_it(opened: list[lab.Opening], tmp_path: Path) -> None:
    assert main(["--folder", "there"]) == 0
    assert opened[0].folder == tmp_path / "there"
    assert main(["--folder", "there", "reset", "00"]) == 0
    assert main(["reset", "00", "--folder", "there"]) == 0
    assert not (tmp_path / "iamlab-work").exists()


def test_a_newer_lesson_is_announced(
    opened: list[lab.Opening], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change = workfolder.Change("notebooks/06-policies (new).ipynb", "beside")
    monkeypatch.setattr(workfolder, "hand_out", lambda folder: [change])
    assert main([]) == 0
    assert "it lies beside yours as notebooks/06-policies (new).ipynb" in capsys.readouterr().out


def test_reset_says_where_the_learners_own_is_kept(
    opened: list[lab.Opening], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([])
    (tmp_path / "iamlab-work" / FIRST_LESSON).write_text("mine")
    assert main(["reset", "00"]) == 0
    assert "Your own is kept as notebooks/00-start-here (mine).ipynb." in capsys.readouterr().out


def failure(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert said.err.startswith("iamlab: ")
    assert said.err.count("\n") == 1
    return said.err


def test_a_busy_port(opened: list[lab.Opening], busy_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"Port {busy_port} is busy" in failure(["--port", str(busy_port)], capsys)
    assert opened == []


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_port_that_is_none(opened: list[lab.Opening], port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"Port {port} cannot be used" in failure([f"--port={port}"], capsys)


def test_an_unwritable_folder(opened: list[lab.Opening], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "choose another folder" in failure(["--folder", "file/work"], capsys)
    assert opened == []


def test_an_unknown_lesson(opened: list[lab.Opening], capsys: pytest.CaptureFixture[str]) -> None:
    assert "none is called '99'" in failure(["reset", "99"], capsys)


def test_a_missing_extra(
    opened: list[lab.Opening], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert "pip install 'iamlab[lab]'" in failure([], capsys)


def test_without_a_display_no_browser_is_opened(opened: list[lab.Opening], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    main([])
    monkeypatch.setenv("DISPLAY", ":0")
    main([])
    main(["--no-browser"])
    assert [opening.browser for opening in opened] == [False, True, False]


def test_a_free_port_is_found_after_a_busy_one(busy_port: int) -> None:
    assert lab.free_port(busy_port) > busy_port


def test_python_m_iamlab_is_the_same_command() -> None:
    said = subprocess.run([sys.executable, "-m", "iamlab", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout == f"iamlab {__version__}\n"
