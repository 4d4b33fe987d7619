"""A saved notebook, opened again: plain answers without a kernel, living widgets with one."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from running_lab import RunningLab

from iamlab.classroom.notebooks import WIDGET_VIEW
from iamlab.classroom.reopened import leave_plain_answers

VIEW = {WIDGET_VIEW: {"model_id": "0123", "version_major": 2, "version_minor": 0}}


def notebook(*outputs: dict[str, Any]) -> dict[str, Any]:
    code = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "source": "1", "outputs": outputs}
    prose = {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "words"}
    return {"cells": [prose, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def result(**data: Any) -> dict[str, Any]:
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def test_only_outputs_with_a_plain_answer_lose_their_widget() -> None:
    ours, theirs = result(**VIEW, **{"text/html": "denied"}), result(**VIEW, **{"text/plain": "IntSlider(value=0)"})
    printed = {"output_type": "stream", "name": "stdout", "text": "words"}
    leave_plain_answers(notebook(ours, theirs, printed))
    assert list(ours["data"]) == ["text/html"]
    assert WIDGET_VIEW in theirs["data"]


@pytest.fixture
def saved(running_lab: RunningLab) -> Iterator[str]:
    """A notebook that was saved with a widget, in the lab's work folder; its name."""
    file = running_lab.folder / "saved.ipynb"
    file.write_text(json.dumps(notebook(result(**VIEW, **{"text/html": "denied"}))), "utf-8")
    yield file.name
    file.unlink()


def ask(lab: RunningLab, method: str, path: str, body: object = None) -> Any:
    request = urllib.request.Request(lab.root + path, json.dumps(body).encode() if body else None, method=method)
    request.add_header("Authorization", f"token {lab.token}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or "null")


def test_a_lab_hands_out_plain_answers_unless_the_kernel_runs(running_lab: RunningLab, saved: str) -> None:
    def handed_out() -> list[str]:
        cells = ask(running_lab, "GET", f"/api/contents/{saved}")["content"]["cells"]
        return sorted(cells[1]["outputs"][0]["data"])

    assert handed_out() == ["text/html"]
    assert WIDGET_VIEW in (running_lab.folder / saved).read_text("utf-8")
    about = {"path": saved, "name": saved, "type": "notebook", "kernel": {"name": "python3"}}
    session = ask(running_lab, "POST", "/api/sessions", about)
    try:
        assert handed_out() == [WIDGET_VIEW, "text/html"]
    finally:
        ask(running_lab, "DELETE", f"/api/sessions/{session['id']}")
    assert ask(running_lab, "GET", "/api/contents/notebooks?content=1")["type"] == "directory"
    assert ask(running_lab, "GET", f"/api/contents/{saved}?content=0")["content"] is None
