"""The learner's own copies of lessons and exercises.

`iamlab` never opens an original: it hands out copies into a work folder, lessons without their outputs, so that one
predicts before one sees. What a learner changed is never written over. Of a lesson that is newer than the learner's
changed copy, the new one is laid beside it (`06-policies (new).ipynb`); a copy nobody touched is simply replaced.

To know which is which, the folder keeps a record (`.iamlab/handed-out.json`): for each original the hash of the version
handed out last, and of each copy as it was when it was laid there. Without the record every copy counts as changed.
A notebook's hash is that of its cells' text and outputs: JupyterLab writes its own metadata into one that was only
opened. Only the standard library.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import iamlab
from iamlab.classroom.ipynb import joined, loads, without_outputs

DEFAULT_NAME = "iamlab-work"
"""The work folder, made in the current folder when no other is named."""

ROOMS = ("notebooks", "exercises")
"""The course's folders: a work folder has the same two."""

_LEFT_OUT = {".md"}  # what is for teachers, and the sources


class WorkFolderError(Exception):
    """Something a learner can put right; the message is one sentence that says how."""


@dataclass(slots=True)
class Change:
    """What happened to one file: `name` as it lies in the work folder, with `/`."""

    name: str
    how: Literal["new", "replaced", "beside"]


def course() -> Path:
    """Where the originals are: inside an installed package, or around it in a clone.

    Raises:
        WorkFolderError: there are none in either place.
    """
    package = Path(iamlab.__file__).parent
    for folder in (package / "course", package.parent):
        if (folder / "notebooks").is_dir():
            return folder
    raise WorkFolderError("The lessons are missing: install iamlab again.")


def choose(folder: Path | None = None) -> Path:
    """The work folder: the named one, else the current folder if it is one already, else `iamlab-work` in it."""
    if folder is not None:
        return folder.expanduser().resolve()
    here = Path.cwd()
    return here if _record_path(here).is_file() else here / DEFAULT_NAME


def hand_out(folder: Path, originals: Path | None = None) -> list[Change]:
    """Bring a work folder up to date; nothing that a learner changed is lost.

    Args:
        folder: the work folder; made when it is not there.
        originals: the folder that holds `notebooks` and `exercises`; the course's own when not given.

    Returns:
        What was done, in the order of the names; empty when everything was up to date.

    Raises:
        WorkFolderError: the folder cannot be made or written.
    """
    originals = originals or course()
    try:
        record = _read_record(folder)
        before = json.dumps(record)
        changes = [
            change
            for name in _names(originals)
            if (change := _hand_out_one(folder, name, _version_for_learners(originals / name), record))
        ]
        if json.dumps(record) != before:
            _write(_record_path(folder), json.dumps(record, indent=1, sort_keys=True).encode())
    except OSError as error:
        raise _unwritable(folder, error) from error
    return changes


def reset(folder: Path, lesson: str, originals: Path | None = None) -> tuple[str, str]:
    """Lay out one lesson as it was in the beginning; the learner's own is kept under another name.

    Args:
        folder: the work folder.
        lesson: `06`, `06-policies`, `06-policies.ipynb`; for an exercise `exercises/06`.
        originals: as for `hand_out`.

    Returns:
        The name of the lesson in the work folder, and the name under which the learner's own was kept
        ("" when there was nothing to keep).

    Raises:
        WorkFolderError: there is no such lesson, more than one, or the folder cannot be written.
    """
    originals = originals or course()
    name = _find(lesson, _names(originals))
    fresh = _version_for_learners(originals / name)
    target = folder / name
    try:
        record = _read_record(folder)
        kept = ""
        if target.exists() and _hash(name, target.read_bytes()) != _hash(name, fresh):
            kept = next(n for n in _variants(name, "mine") if not (folder / n).exists())
            target.rename(folder / kept)
        _lay(folder, name, name, fresh, record)
        _write(_record_path(folder), json.dumps(record, indent=1, sort_keys=True).encode())
    except OSError as error:
        raise _unwritable(folder, error) from error
    return name, kept


def _hand_out_one(folder: Path, name: str, fresh: bytes, record: dict[str, Any]) -> Change | None:
    """Lay one file into the work folder, if it is new there; `record` is brought up to date."""
    entry = record.get(name, {"latest": "", "copies": {}})
    if not (folder / name).exists():
        _lay(folder, name, name, fresh, record)
        return Change(name, "new")
    version = _hash(name, fresh)
    if entry["latest"] == version:
        return None  # handed out before; what the learner did with it is the learner's
    for copy in chain([name], _variants(name, "new")):
        path = folder / copy
        there = _hash(name, path.read_bytes()) if path.exists() else ""
        if there in ("", version, entry["copies"].get(copy)):
            _lay(folder, name, copy, fresh, record)
            if there == version:
                return None
            return Change(copy, "replaced" if there else "beside")
    raise AssertionError("there is always one more free name")


def _lay(folder: Path, name: str, copy: str, fresh: bytes, record: dict[str, Any]) -> None:
    """Write a copy of an original and note what it was like."""
    _write(folder / copy, fresh)
    entry = record.setdefault(name, {"latest": "", "copies": {}})
    entry["latest"] = entry["copies"][copy] = _hash(name, fresh)


def _names(originals: Path) -> list[str]:
    """The course's files for learners, as `notebooks/06-policies.ipynb`, in order."""
    files = (path for room in ROOMS for path in sorted((originals / room).rglob("*")))
    names = (path.relative_to(originals) for path in files if path.is_file() and path.suffix not in _LEFT_OUT)
    return [
        name.as_posix()
        for name in names
        if name.parts[1] != "source" and not any(part.startswith((".", "__")) for part in name.parts)
    ]


def _version_for_learners(original: Path) -> bytes:
    """A notebook without its outputs; any other file as it is."""
    if original.suffix == ".ipynb":
        return without_outputs(original.read_text("utf-8")).encode()
    return original.read_bytes()


def _find(lesson: str, names: list[str]) -> str:
    """The one notebook that is meant by `06` or `exercises/06-policies.ipynb`."""
    wanted = lesson.strip("/").removesuffix(".ipynb")
    if "/" not in wanted:
        wanted = f"{ROOMS[0]}/{wanted}"
    notebooks = [name.removesuffix(".ipynb") for name in names if name.endswith(".ipynb")]
    found = [name for name in notebooks if name == wanted] or [n for n in notebooks if n.startswith(f"{wanted}-")]
    if len(found) == 1:
        return f"{found[0]}.ipynb"
    room = wanted.partition("/")[0]
    there = ", ".join(name.removeprefix(f"{room}/") for name in notebooks if name.startswith(f"{room}/")) or "none"
    problem = f"{len(found)} are called {lesson!r}" if found else f"none is called {lesson!r}"
    raise WorkFolderError(f"Which one? Of these, {problem}: {there}.")


def _variants(name: str, word: str) -> Iterator[str]:
    """`06 (new).ipynb`, `06 (new 2).ipynb`, …"""
    stem, dot, suffix = name.rpartition(".")
    count = 1
    while True:
        yield f"{stem} ({word}{'' if count == 1 else f' {count}'}){dot}{suffix}"
        count += 1


def _record_path(folder: Path) -> Path:
    return folder / ".iamlab" / "handed-out.json"


def _read_record(folder: Path) -> dict[str, Any]:
    """The record, or an empty one: then every copy counts as changed, and none is written over."""
    try:
        record = json.loads(_record_path(folder).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    entries = record.items() if isinstance(record, dict) else ()
    return {name: entry for name, entry in entries if isinstance(entry, dict) and {"latest", "copies"} <= entry.keys()}


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(data)
    os.replace(beside, path)


def _hash(name: str, data: bytes) -> str:
    """What a file says, as a hash: of a notebook the cells' kind, text, outputs and pictures, else every byte."""
    if name.endswith(".ipynb"):
        try:
            cells = loads(data.decode())["cells"]
            said = [
                (cell["cell_type"], joined(cell["source"]), cell.get("outputs"), cell.get("attachments"))
                for cell in cells
            ]
            data = json.dumps(said, sort_keys=True).encode()
        except (ValueError, KeyError, TypeError):
            pass  # not a notebook any more: then every byte counts
    return hashlib.sha256(data).hexdigest()


def _unwritable(folder: Path, error: OSError) -> WorkFolderError:
    reason = error.strerror or type(error).__name__
    return WorkFolderError(f"Cannot write to {folder} ({reason}): choose another folder with --folder.")
