"""A notebook as the JSON file it is: read it, write it, take its outputs away.

Only the standard library: opening the lab must not wait a second for `import nbformat`.
"""

from __future__ import annotations

import json
from typing import Any

Notebook = dict[str, Any]
Cell = dict[str, Any]


def loads(text: str) -> Notebook:
    """Read a notebook.

    Raises:
        ValueError: the text is not JSON, or not a notebook.
    """
    notebook = json.loads(text)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("not a notebook: it has no list of cells")
    return notebook


def dumps(notebook: Notebook) -> str:
    """Write a notebook as Jupyter does, keys sorted: the same notebook gives the same text."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def joined(text: str | list[str]) -> str:
    r"""The text of a field that a notebook may keep as one string or as a list of lines.

    >>> joined(["a\n", "b"]) == joined("a\nb")
    True
    """
    return text if isinstance(text, str) else "".join(text)


def without_outputs(text: str) -> str:
    """A notebook's text with every answer taken away, so that a learner predicts before seeing.

    Args:
        text: the notebook file's text.

    Returns:
        The text of a notebook with the same cells, no outputs and no execution counts.

    Raises:
        ValueError: as for `loads`.
    """
    notebook = loads(text)
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code":
            cell["outputs"] = []
            cell["execution_count"] = None
    return dumps(notebook)
