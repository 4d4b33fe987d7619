"""From a lesson's Markdown to its notebook: cells, executed, normalised. And: do source and notebook still agree?

`build` starts a kernel and takes about a second; `disagreements` runs nothing. The same source gives the same bytes on
every build: cell ids come from headings, counts run from 1, and what differs between runs or machines (timing, widget
state, the Python version) is taken out. nbformat and nbclient are imported only when a notebook is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from iamlab.classroom.ipynb import Notebook, joined
from iamlab.classroom.markdown import SourceCell, cell_ids, parse

CELL_TIMEOUT = 60
"""Seconds that one cell may run."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def assemble(cells: Sequence[SourceCell]) -> Notebook:
    """The notebook of these cells, not yet executed."""
    return {
        "cells": [
            {"cell_type": "markdown", "id": name, "metadata": dict(cell.metadata), "source": cell.text}
            if cell.kind == "markdown"
            else {
                "cell_type": "code",
                "execution_count": None,
                "id": name,
                "metadata": dict(cell.metadata),
                "outputs": [],
                "source": cell.text,
            }
            for cell, name in zip(cells, cell_ids(cells), strict=True)
        ],
        "metadata": _METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def build(source: str, folder: Path) -> str:
    """Build a notebook.

    Args:
        source: the text of its Markdown file.
        folder: where its cells run, so that files that lie beside the notebook are found.

    Returns:
        The text of the executed, normalised notebook.

    Raises:
        SourceError: the Markdown cannot be read.
        nbclient.exceptions.CellExecutionError: a cell raised; a lesson shows an error by catching it.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.from_dict(assemble(parse(source)))
    NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    normalise(notebook)
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"


def normalise(notebook: Any) -> None:
    """Take out, in place, what differs between runs and machines, and number the code cells from 1."""
    notebook["metadata"] = _METADATA
    code_cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for count, cell in enumerate(code_cells, 1):
        cell["metadata"].pop("execution", None)
        cell["execution_count"] = count
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
            if "data" in output:
                output["data"].pop(WIDGET_VIEW, None)
                output["metadata"] = {}


def disagreements(source: str, notebook: Notebook) -> list[str]:
    """Where a notebook is no longer what its source says; nothing is executed.

    Args:
        source: the text of the Markdown file.
        notebook: the built notebook.

    Returns:
        One sentence a difference; none when they agree.
    """
    wanted = assemble(parse(source))["cells"]
    found = notebook["cells"]
    if len(wanted) != len(found):
        return [f"the source has {len(wanted)} cells, the notebook {len(found)}"]
    return [
        f"cell {want.get('id')!r}: its {part} is not what the source says"
        for want, have in zip(wanted, found, strict=True)
        for part in ("id", "cell_type", "metadata", "source")
        if _comparable(want.get(part)) != _comparable(have.get(part))
    ]


def _comparable(part: Any) -> Any:
    return joined(part) if isinstance(part, (str, list)) else part
