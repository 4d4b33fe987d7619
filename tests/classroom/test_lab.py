"""JupyterLab as `python -m iamlab` opens it, asked over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
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
    done: list[object] = []
    loop = SimpleNamespace(add_callback=lambda *_: None, run_sync=done.append)
    server = SimpleNamespace(io_loop=loop, start=lambda: done.append("stopped"))
    monkeypatch.setattr("jupyterlab.labapp.LabApp.initialize_server", lambda **options: given.update(options) or server)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    lab.run(lab.Opening(tmp_path, "00.ipynb", 8888, "secret", False), print)
    assert given["kernel_websocket_connection_class"].__name__ == "PromptConnection"
    assert done == ["stopped", lab.end_tasks]


def test_a_stopped_lab_leaves_no_thread_behind() -> None:
    threads: list[threading.Thread] = []

    async def request() -> None:
        threads.append(await anyio.to_thread.run_sync(threading.current_thread))
        await asyncio.Event().wait()  # the server stops before it is answered

    loop = asyncio.new_event_loop()
    task = loop.create_task(request())
    while not threads:
        loop.run_until_complete(asyncio.sleep(0.01))
    assert threads[0].is_alive()
    loop.run_until_complete(lab.end_tasks())
    threads[0].join(timeout=20)
    assert not threads[0].is_alive()
    assert task.cancelled()
    loop.close()


def test_a_wrong_token_is_refused(running_lab: RunningLab) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(running_lab, "/api/contents/", token="wrong")


def test_the_tabs_layout_stays_in_the_work_folder(tmp_path: Path) -> None:
    opening = lab.Opening(tmp_path, "notebooks/06 (new).ipynb", 8888, "secret", False)
    assert f"--LabApp.workspaces_dir={tmp_path / '.iamlab' / 'workspaces'}" in lab.arguments(opening)
    assert opening.address == "http://localhost:8888/lab/tree/notebooks/06%20%28new%29.ipynb?token=secret"
