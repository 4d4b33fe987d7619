"""A saved notebook that is opened again: readable although the kernel that made its widgets is gone.

A saved widget is an id that only its kernel knows, and beside it the plain answer (`Panel.plain`). JupyterLab prefers
the id: next day it shows "Error displaying widget: model not found" where the answer was. So a notebook without a
kernel is handed to the page without these ids. The file stays as it is; with its kernel running, widgets come back.
"""

from __future__ import annotations

from typing import Any

from iamlab.classroom.ipynb import Notebook
from iamlab.classroom.notebooks import WIDGET_VIEW


def leave_plain_answers(notebook: Notebook) -> None:
    """Take the ids of widgets out of the outputs that have a plain answer beside them.

    Args:
        notebook: it is changed in place.

    >>> data = {"application/vnd.jupyter.widget-view+json": {"model_id": "7"}, "text/html": "<b>denied</b>"}
    >>> leave_plain_answers({"cells": [{"cell_type": "code", "outputs": [{"data": data}]}]})
    >>> data
    {'text/html': '<b>denied</b>'}
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "text/html" in data:
                data.pop(WIDGET_VIEW, None)


def contents() -> type:
    """Jupyter's own manager of files, which hands out notebooks without a kernel as they can be read."""
    from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

    class Contents(AsyncLargeFileManager):
        async def get(self, path: str, *args: Any, **kwargs: Any) -> Any:
            model = await super().get(path, *args, **kwargs)  # type: ignore[no-untyped-call]
            if model["type"] == "notebook" and model["content"] is not None and not await self._has_kernel(path):
                leave_plain_answers(model["content"])
            return model

        async def _has_kernel(self, path: str) -> bool:
            server: Any = self.parent
            sessions = await server.session_manager.list_sessions()
            return path.strip("/") in {session["path"] for session in sessions}

    return Contents
