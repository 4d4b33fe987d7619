"""Repairs: small changes to a policy document, as data.

A repair is a list of edits at JSON paths, so it can be shown, tried on a copy and applied in an editor. Whether it
helps is for `iamlab.policy.validate` to try.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from iamlab.policy.document import Document, PolicyDocument, value_and_text

_STEP = re.compile(r'\.(\w+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def steps(path: str) -> list[str | int]:
    """A JSON path taken apart.

    >>> steps('$.Statement[0].Condition.Bool["aws:SecureTransport"]')
    ['Statement', 0, 'Condition', 'Bool', 'aws:SecureTransport']
    """
    return [name or (int(index) if index else json.loads(quoted)) for name, index, quoted in _STEP.findall(path)]


def statement_number(path: str) -> int | None:
    """The statement that a JSON path is in, from 0; `None` when it is in none.

    >>> statement_number("$.Statement[2].Action"), statement_number("$.Statement.Action"), statement_number("$.Version")
    (2, 0, None)
    """
    first, *rest = [*steps(path), ""]
    if first != "Statement":
        return None
    return rest[0] if isinstance(rest[0], int) else 0


@dataclass(slots=True)
class Edit:
    """One change.

    Attributes:
        kind: `put` (a value at a path; a new element comes last), `first` (the same, but a new element comes first),
            `remove` (the element) or `rename` (its key, which keeps its place).
        path: JSON path of the element.
        value: the new value, or the new name.
    """

    kind: str
    path: str
    value: Any = None


@dataclass(slots=True)
class Repair:
    """A proposed change to a document.

    Attributes:
        label: what it does, in a few words.
        edits: the changes, made from the last to the first, so that positions in lists stay right.
    """

    label: str
    edits: tuple[Edit, ...]

    def value(self, source: Document) -> Any:
        """The repaired document as a JSON value, whether it is a legal policy by then or not.

        Args:
            source: the document that was validated.
        """
        value, _ = value_and_text(source)
        for edit in reversed(self.edits):
            value = _edited(value, steps(edit.path), edit)
        return value

    def apply(self, source: Document) -> PolicyDocument:
        """The repaired document.

        Raises:
            MalformedPolicyDocument: other faults keep it from being a policy.

        >>> late = Repair("Write Allow", (Edit("put", "$.Statement.Effect", "Allow"),))
        >>> late.apply('{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}').statements[0].effect
        'Allow'
        """
        return PolicyDocument.parse(self.value(source))


def put(label: str, path: str, value: Any) -> Repair:
    """A repair that writes one value."""
    return Repair(label, (Edit("put", path, value),))


def remove(label: str, path: str) -> Repair:
    """A repair that takes one element out."""
    return Repair(label, (Edit("remove", path),))


def rename(label: str, path: str, name: str) -> Repair:
    """A repair that gives one element another name."""
    return Repair(label, (Edit("rename", path, name),))


def _edited(value: Any, way: list[str | int], edit: Edit) -> Any:
    if not way:
        return edit.value
    *parents, last = way
    parent = value
    for step in parents:
        parent = parent[step]
    if edit.kind == "remove":
        del parent[last]
    elif edit.kind == "rename":
        renamed = {edit.value if key == last else key: item for key, item in parent.items()}
        parent.clear()
        parent.update(renamed)
    elif edit.kind == "first" and isinstance(parent, dict):
        rest = {key: item for key, item in parent.items() if key != last}
        parent.clear()
        parent.update({last: edit.value, **rest})
    else:
        parent[last] = edit.value
    return value
