"""JupyterLab as `python -m iamlab` opens it, asked over HTTP."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from running_lab import RunningLab

from iamlab.classroom import lab


def ask(running: RunningLab, path: str, token: str | None = None) -> Any:
    request = urllib.request.Request(
        running.root + path, headers={"Authorization": f"token {running.token if token is None else token}"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_it_opens_at_lesson_00(running_lab: RunningLab) -> None:
    assert "/lab/tree/notebooks/00-start-here.ipynb?" in running_lab.address
    assert ask(running_lab, "/api/contents/notebooks/00-start-here.ipynb?content=0")["type"] == "notebook"


def test_it_shows_the_work_folder_and_nothing_else(running_lab: RunningLab) -> None:
    names = {entry["name"] for entry in ask(running_lab, "/api/contents/")["content"]}
    assert names <= {"notebooks", "exercises"}
    assert "notebooks" in names


def test_no_news_popup(running_lab: RunningLab) -> None:
    settings = ask(running_lab, "/lab/api/settings/@jupyterlab/apputils-extension:notification")
    defaults = {name: part["default"] for name, part in settings["schema"]["properties"].items()}
    assert defaults["fetchNews"] == "false"
    assert defaults["checkForUpdates"] is False
    assert settings["raw"].strip() in ("", "{}")


def test_what_widgets_are_told_keeps_its_order(running_lab: RunningLab) -> None:
    settings = ask(running_lab, "/lab/api/settings/@jupyterlab/apputils-extension:kernels-settings")
    assert settings["schema"]["properties"]["commsOverSubshells"]["default"] == "disabled"


def test_short_messages_to_the_page_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    connection_class = lab.prompt_connection()
    monkeypatch.setattr(connection_class.__base__, "connect", lambda _: done.append("connected"))
    monkeypatch.setattr(connection_class, "websocket_handler", SimpleNamespace(set_nodelay=done.append))
    connection_class().connect()
    assert done == [True, "connected"]


def test_the_lab_connects_pages_that_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: dict[str, Any] = {}
    server = SimpleNamespace(io_loop=SimpleNamespace(add_callback=lambda *_: None), start=lambda: None)
    monkeypatch.setattr("jupyterlab.labapp.LabApp.initialize_server", lambda **options: given.update(options) or server)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    lab.run(lab.Opening(tmp_path, "00.ipynb", 8888, "secret", False), print)
    assert given["kernel_websocket_connection_class"].__name__ == "PromptConnection"


def test_a_wrong_token_is_refused(running_lab: RunningLab) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(running_lab, "/api/contents/", token="wrong")


def test_the_tabs_layout_stays_in_the_work_folder(tmp_path: Path) -> None:
    opening = lab.Opening(tmp_path, "notebooks/06 (new).ipynb", 8888, "secret", False)
    assert f"--LabApp.workspaces_dir={tmp_path / '.iamlab' / 'workspaces'}" in lab.arguments(opening)
    assert opening.address == "http://localhost:8888/lab/tree/notebooks/06%20%28new%29.ipynb?token=secret"
