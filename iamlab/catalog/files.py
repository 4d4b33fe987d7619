"""Reading the data files: a whole file, a JSON file, or one member of an archive.

Archives are read with `zipimport`, which Python has loaded already: `zipfile` would take longer to import than the
member takes to read.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any
from zipimport import zipimporter

_FOLDER = os.path.join(os.path.dirname(__file__), "data")


def read(name: str) -> bytes:
    """A data file's bytes."""
    with open(os.path.join(_FOLDER, name), "rb") as file:
        return file.read()


def read_json(name: str) -> Any:
    """A JSON data file."""
    return json.loads(read(name))


def read_member(archive: str, member: str) -> str:
    """The text of one member of an archive.

    Raises:
        OSError: there is no such member.
    """
    opened = _open(archive)
    return opened.get_data(os.path.join(opened.archive, member)).decode()


@lru_cache(maxsize=4)
def _open(archive: str) -> zipimporter:
    return zipimporter(os.path.join(_FOLDER, archive))
