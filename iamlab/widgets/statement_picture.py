"""Picture: the anatomy of a statement: each element in a box, what it holds, and what that means in plain words.

`anatomy(document)` draws one statement inside its policy document; the same answer stands in the picture's text.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from iamlab.display import Picture, escape
from iamlab.errors import InvalidInput
from iamlab.policy import Statement
from iamlab.widgets import given

MOST_VALUES = 6
"""How many values of one element are drawn; the rest is counted."""

_WIDTH = 760
_NAME_X, _VALUE_X, _WORDS_X = 36, 168, 500
_NAME_WIDTH = 116
_LINE = 18
_CHARACTERS = 38  # of the fixed-width font, between the value's column and the words'
_MOST_WORDS = 32  # characters of the words that fit on one line
_TOP = 70
_SANS = "font-family='system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'"
_MONO = "font-family='ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace'"
_INK, _QUIET, _LINES, _PAPER = "#16191f", "#545b64", "#aab7b8", "#ffffff"
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
        InvalidInput: it is no policy, or has no such statement.
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
    return Picture(_svg(parts, title, language), "\n".join([f"{title} ({language})", *said]), _WIDTH)


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


def _svg(parts: Sequence[_Part], title: str, language: str) -> str:
    """The picture, as high as its lines need."""
    rows: list[str] = []
    y = _TOP
    for part in parts:
        lines = [piece for value in _few(part.values) for piece in _wrapped(value)]
        height = _LINE * max(1, len(lines), len(_two_lines(part.words))) + 14
        rows.append(_row(part, lines, y, height))
        y += height + 8
    frame = (
        f"<rect x='8' y='8' width='{_WIDTH - 16}' height='{y + 8}' rx='8' fill='{_PAPER}' stroke='{_LINES}'/>"
        f"<rect x='22' y='56' width='{_WIDTH - 44}' height='{y - 52}' rx='6' fill='none' stroke='{_LINES}'/>"
        f"<text x='24' y='40' font-size='15' font-weight='700' fill='{_INK}'>{escape(title)}</text>"
        f"<text x='{_WIDTH - 24}' y='40' font-size='13' text-anchor='end' fill='{_QUIET}'>{escape(language)}</text>"
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {y + 24}' width='{_WIDTH}' {_SANS}>"
        f"{frame}{''.join(rows)}</svg>"
    )


def _row(part: _Part, lines: Sequence[str], y: int, height: int) -> str:
    """A box with the element's name, a line across, its values, and the words."""
    middle = y + height / 2
    dashed = "" if part.values else " stroke-dasharray='4 3'"
    first = middle - (max(1, len(lines)) - 1) * _LINE / 2 + 5
    values = "".join(
        f"<text x='{_VALUE_X}' y='{first + i * _LINE:g}' font-size='13.5' fill='{_INK}' {_MONO}>{escape(line)}</text>"
        for i, line in enumerate(lines)
    )
    none = f"<text x='{_VALUE_X}' y='{middle + 5:g}' font-size='13.5' fill='{_QUIET}'>(none)</text>"
    weight = "700" if part.name == "Effect" else "400"
    return (
        f"<rect x='{_NAME_X}' y='{y}' width='{_NAME_WIDTH}' height='{height}' rx='5' fill='{_FILLS[part.fill]}'"
        f" stroke='{_LINES}'{dashed}/>"
        f"<text x='{_NAME_X + _NAME_WIDTH / 2:g}' y='{middle + 5:g}' font-size='14' font-weight='600'"
        f" text-anchor='middle' fill='{_INK}'>{escape(part.name)}</text>"
        f"{values or none}"
        + "".join(
            f"<text x='{_WORDS_X}' y='{middle + 5 + shift:g}' font-size='13.5' font-weight='{weight}'"
            f" fill='{_QUIET}'>{escape(line)}</text>"
            for shift, line in _two_lines(part.words)
        )
    )


def _two_lines(words: str) -> list[tuple[float, str]]:
    """Words that are too long for one line go on a second one after the comma, each with its shift from the middle."""
    head, comma, tail = words.partition(", ")
    if len(words) <= _MOST_WORDS or not comma:
        return [(0, words)]
    return [(-_LINE / 2, f"{head},"), (_LINE / 2, tail)]


def _wrapped(value: str) -> list[str]:
    """A value in pieces that fit its column; an ARN has no spaces to break at."""
    return [value[i : i + _CHARACTERS] for i in range(0, len(value), _CHARACTERS)] or [""]
