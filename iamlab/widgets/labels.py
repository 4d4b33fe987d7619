"""The Console's words, from one data file with its date: `label("common.next")`.

Labels move with every new Console; then `labels.json` is the only file to change.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((Path(__file__).parent / "labels.json").read_text("utf-8"))
    return data


def label(key: str, **parts: object) -> str:
    """What the Console writes on a control.

    Args:
        key: such as `common.next`: the page, then the control.
        parts: what stands in the label's braces.

    Raises:
        KeyError: there is no such label.

    >>> label("common.next")
    'Next'
    """
    text: str = _data()["labels"][key]
    return text.format(**parts) if parts else text


def labels(key: str) -> list[str]:
    """Several labels that belong together, such as the headings of a table.

    Raises:
        KeyError: there are no such labels.
    """
    texts: list[str] = _data()["labels"][key]
    return list(texts)


def labels_date() -> str:
    """When the Console last looked like this, as year and month."""
    date: str = _data()["date"]
    return date
