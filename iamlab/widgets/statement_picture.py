"""Picture: the anatomy of a statement: each element in a box, what it holds, and what that means in plain words.

`anatomy(document)` draws one statement inside its policy document; the same answer stands in the picture's text.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from iamlab.display import Picture
from iamlab.errors import InvalidInput
from iamlab.policy import Statement
from iamlab.widgets import drawing, given
from iamlab.widgets.drawing import INK, LEFT, LINES, PAPER, QUIET, layouts, lines, text, wrapped

MOST_VALUES = 6
"""How many values of one element are drawn; the rest is counted."""

_NAME_X, _NAME_WIDTH = 28, 114
_VALUE_X, _WORDS_X = 154, 500
_LINE, _TOP = 18, 66
_CHARACTERS, _NARROW_CHARACTERS = 42, 28  # of the fixed-width font, between the value's column and the next
_WORDS, _NARROW_WORDS = 32, 30  # characters of the words that fit on one line
_FILLS = {
    "Sid": "#eef1f4",
    "Allow": "#dff3e4",
    "Deny": "#fbe1dd",
    "Principal": "#f1e6fa",
    "Action": "#dcebfb",
    "Resource": "#fdf0d5",
    "Condition": "#e2f4f4",
}


@dataclass(slots=True)
class _Part:
    """One row of the picture: the element's name, its colour, what it holds (nothing: it is absent), and the words."""

    name: str
    fill: str
    values: tuple[str, ...]
    words: str


def anatomy(policy: Any, statement: int = 0) -> Picture:
    """Draw one statement of a policy, element by element.

    Args:
        policy: a document, one of the account's policies, or JSON as text or as dicts and lists.
        statement: which of its statements, from 0.

    Raises:
        InvalidInput: it is not a policy, or has no such statement.
        MalformedPolicyDocument: it is a text or a dict, and no policy.

    >>> anatomy({"Version": "2012-10-17", "Statement": [
    ...     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}]})
    Statement 1 of 1 (policy language of 2012-10-17)
    Sid (none): a label; it decides nothing
    Effect Allow: what matches is permitted
    Action s3:GetObject: which calls
    Resource arn:aws:s3:::reports/*: on which things
    Condition (none): when? always
    """
    document = given.document(policy)
    count = len(document.statements)
    if not 0 <= statement < count:
        raise InvalidInput(f"There is no statement {statement}: the policy has {count}, and the first one is 0")
    drawn = document.statements[statement]
    parts = list(_parts(drawn))
    title = f"Statement {statement + 1} of {count}"
    language = f"policy language of {document.version or '2008-10-17, because it has no Version'}"
    said = [f"{part.name} {', '.join(_few(part.values)) or '(none)'}: {part.words}" for part in parts]
    body, height = _body(parts, title, language)
    return drawing.picture(body, height, "\n".join([f"{title} ({language})", *said]))


def _parts(statement: Statement) -> Iterator[_Part]:
    """The elements in AWS's order. Absent ones are shown where their absence means something."""
    allows = statement.effect == "Allow"
    yield _Part("Sid", "Sid", _given(statement.sid), "a label; it decides nothing")
    effect = "what matches is permitted" if allows else "what matches is forbidden, whatever else allows it"
    yield _Part("Effect", statement.effect, (statement.effect,), effect)
    if statement.principal is not None:
        yield _Part("Principal", "Principal", _principals(statement.principal), "who is asking")
    if statement.not_principal is not None:
        words = "whoever is asking, except these"
        yield _Part("NotPrincipal", "Principal", _principals(statement.not_principal), words)
    if statement.not_actions is None:
        yield _Part("Action", "Action", statement.actions or (), _words(statement.actions, "every call", "which calls"))
    else:
        yield _Part("NotAction", "Action", statement.not_actions, "every call, except these")
    if statement.not_resources is not None:
        yield _Part("NotResource", "Resource", statement.not_resources, "on everything, except these")
    elif statement.resources is not None:
        words = _words(statement.resources, "on everything", "on which things")
        yield _Part("Resource", "Resource", statement.resources, words)
    conditions = tuple(f"{key} {operator} {' or '.join(values)}" for operator, key, values in statement.conditions)
    yield _Part("Condition", "Condition", conditions, "when? only if all this holds" if conditions else "when? always")


def _words(values: tuple[str, ...] | None, everything: str, some: str) -> str:
    return everything if values == ("*",) else some


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _principals(principal: str | dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if isinstance(principal, str):
        return (principal,)
    return tuple(f"{kind} {name}" for kind, names in principal.items() for name in names)


def _few(values: Sequence[str]) -> list[str]:
    left = len(values) - MOST_VALUES
    return [*values[:MOST_VALUES], *([f"… and {left} more"] if left > 0 else [])]


def _body(parts: Sequence[_Part], title: str, language: str) -> tuple[str, int]:
    """What is drawn, and how high it is."""
    rows: list[str] = []
    y = _TOP
    for part in parts:
        height = max(_wide(part, y)[1], _narrow(part, y)[1]) + 14
        rows.append(_row(part, y, height))
        y += height + 8
    head = layouts(
        text(LEFT + 2, 36, title, 15, INK, weight=700)
        + text(drawing.WIDTH - LEFT, 36, language, 13, QUIET, anchor="end"),
        text(LEFT + 2, 28, title, 15, INK, weight=700) + text(LEFT + 2, 46, language, 12, QUIET),
    )
    return f"{head}{drawing.box(LEFT, 56, y - 54, 6, PAPER, LINES)}{''.join(rows)}", y + 22


def _row(part: _Part, y: int, height: int) -> str:
    """A box with the element's name, a line across, its values, and the words."""
    middle = y + height / 2
    dashed = "" if part.values else " stroke-dasharray='4 3'"
    return (
        f"<rect x='{_NAME_X}' y='{y}' width='{_NAME_WIDTH}' height='{height}' rx='5' fill='{_FILLS[part.fill]}'"
        f" stroke='{LINES}'{dashed}/>"
        + text(_NAME_X + _NAME_WIDTH / 2, middle + 5, part.name, 13.5, INK, weight=600, anchor="middle")
        + layouts(_wide(part, middle)[0], _narrow(part, middle)[0])
    )


def _wide(part: _Part, middle: float) -> tuple[str, int]:
    """The values, and the words beside them; and how high that is."""
    values, words = _pieces(part, _CHARACTERS), _cut(part.words)
    drawn = _values(part, values, _centered(middle, values), 13.5) + lines(
        _WORDS_X, _centered(middle, words), words, _LINE, 13.5, QUIET, weight=_weight(part)
    )
    return drawn, _LINE * max(len(values), len(words))


def _narrow(part: _Part, middle: float) -> tuple[str, int]:
    """The values, and the words below them; and how high that is."""
    values, words = _pieces(part, _NARROW_CHARACTERS), wrapped(part.words, _NARROW_WORDS)
    first = _centered(middle, [*values, *words])
    drawn = _values(part, values, first, 12) + lines(
        _VALUE_X, first + _LINE * len(values), words, _LINE, 12.5, QUIET, weight=_weight(part)
    )
    return drawn, _LINE * (len(values) + len(words))


def _centered(middle: float, rows: Sequence[str]) -> float:
    """The first base line of lines whose middle is there."""
    return middle - (len(rows) - 1) * _LINE / 2 + 5


def _values(part: _Part, values: Sequence[str], y: float, size: float) -> str:
    return lines(_VALUE_X, y, values, _LINE, size, INK if part.values else QUIET, mono=bool(part.values))


def _weight(part: _Part) -> int:
    return 700 if part.name == "Effect" else 400


def _pieces(part: _Part, width: int) -> list[str]:
    """The values in pieces that fit their column."""
    return [piece for value in _few(part.values) for piece in wrapped(value, width)] or ["(none)"]


def _cut(words: str) -> list[str]:
    """Words that are too long for one line go on in a second one after the comma."""
    head, comma, tail = words.partition(", ")
    return [words] if len(words) <= _WORDS or not comma else [f"{head},", tail]
