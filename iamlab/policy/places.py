"""Where in a JSON text each element stands, and what is wrong with a text that is not JSON.

`locate` reads a text once and remembers line and column of every element under its JSON path
(`$.Statement[0].Effect`). It is only called when a place is asked for, so that reading a good document stays as fast as
the standard library. A text that is not JSON raises `MalformedPolicyDocument` with place, path and what was expected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NoReturn

from iamlab.errors import MalformedPolicyDocument

MAX_DEPTH = 100
"""How deep a document may be nested; AWS's policies need six levels."""

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*\Z")
_WORDS = ("true", "false", "null")


def join(path: str, key: str | int) -> str:
    """Go one step down a JSON path.

    >>> join("$.Statement[0].Condition.Bool", "aws:SecureTransport")
    '$.Statement[0].Condition.Bool["aws:SecureTransport"]'
    """
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if _PLAIN_KEY.match(key) else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


@dataclass(slots=True)
class Places:
    """The places of a text's elements.

    Attributes:
        values: JSON path -> offset of the value.
        keys: JSON path -> offset of the key in front of it.
        duplicates: paths whose key appears twice in the same object, with the offset of the second.
    """

    text: str
    values: dict[str, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    duplicates: list[tuple[str, int]] = field(default_factory=list)

    def at(self, path: str, *, key: bool = False) -> tuple[int, int]:
        """Line and column, both from 1, of a path's value or its key; the nearest parent's if the path is not there.

        >>> locate('{"a": [1, 2]}').at("$.a[1]")
        (1, 11)
        """
        offsets = self.keys if key and path in self.keys else self.values
        while path not in offsets:  # "$" is
            path = _parent(path)
        return line_and_column(self.text, offsets[path])


def _parent(path: str) -> str:
    at = max(path.rfind("."), path.rfind("["))  # one within a name in quotes only makes it a step more
    return path[:at] if at > 0 else "$"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def locate(text: str) -> Places:
    """Find the place of every element.

    Raises:
        MalformedPolicyDocument: the text is not JSON; the message says what was expected and where.
    """
    places = Places(text)
    end = _skip(text, _Reader(places).value(_skip(text, 0), "$", 0))
    if end != len(text):
        _expected(text, end, "$", "the end of the document")
    return places


def _skip(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


_SLIPS = {
    "'": "JSON uses double quotation marks",
    **dict.fromkeys("“”„", 'quotation marks must be straight, like this: "'),
    **dict.fromkeys("/#", "JSON has no comments"),
}
"""What people mean who write this where a value or a name should be."""


def _expected(text: str, at: int, path: str, what: str) -> NoReturn:
    found = text[at : at + 1]
    hint = _SLIPS.get(found, "")
    if found in ("}", "]") and text[:at].rstrip().endswith(","):
        hint = "there must be no comma before it"
    elif text.startswith(("True", "False"), at):
        hint = "JSON writes true and false in lower case"
    elif found == '"' and what.startswith(("','", "':'")):
        hint = f"the {'comma' if what[1] == ',' else 'colon'} before it is missing"
    words = f"Expected {what}, found {repr(found) if found else 'the end of the text'}{hint and '; ' + hint}"
    raise MalformedPolicyDocument(words, *line_and_column(text, at), path)


class _Reader:
    """A JSON reader that keeps places instead of values."""

    __slots__ = ("places", "text")

    def __init__(self, places: Places) -> None:
        self.places = places
        self.text = places.text

    def value(self, at: int, path: str, depth: int) -> int:
        """Read one value; return where it ends."""
        text = self.text
        self.places.values.setdefault(path, at)
        if depth > MAX_DEPTH:
            raise MalformedPolicyDocument("The document is nested too deeply", *line_and_column(text, at), "$")
        first = text[at : at + 1]
        if first == "{":
            return self._object(at + 1, path, depth)
        if first == "[":
            return self._array(at + 1, path, depth)
        if first == '"':
            return self._string(at, path)[1]
        for word in _WORDS:
            if text.startswith(word, at):
                return at + len(word)
        number = _NUMBER.match(text, at)
        if not number:
            _expected(text, at, path, "a value (text in double quotes, an object, a list, a number, true or false)")
        return number.end()

    def _string(self, at: int, path: str) -> tuple[str, int]:
        try:
            result: tuple[str, int] = scanstring(self.text, at + 1, True)
        except json.JSONDecodeError as error:
            message = error.msg.removesuffix(" at").removesuffix(" starting")
            raise MalformedPolicyDocument(message, error.lineno, error.colno, path) from None
        return result

    def _object(self, at: int, path: str, depth: int) -> int:
        text, seen = self.text, set[str]()
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return at + 1
        while True:
            if text[at : at + 1] != '"':
                _expected(text, at, path, "a name in double quotes")
            key_at = at
            key, at = self._string(at, path)
            child = join(path, key)
            if key in seen:
                self.places.duplicates.append((child, key_at))
            seen.add(key)
            self.places.keys.setdefault(child, key_at)
            at = _skip(text, at)
            if text[at : at + 1] != ":":
                _expected(text, at, child, "':' after the name")
            at = _skip(text, self.value(_skip(text, at + 1), child, depth + 1))
            if text[at : at + 1] == "}":
                return at + 1
            if text[at : at + 1] != ",":
                _expected(text, at, path, "',' or '}'")
            at = _skip(text, at + 1)

    def _array(self, at: int, path: str, depth: int) -> int:
        text, index = self.text, 0
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return at + 1
        while True:
            at = _skip(text, self.value(at, join(path, index), depth + 1))
            index += 1
            if text[at : at + 1] == "]":
                return at + 1
            if text[at : at + 1] != ",":
                _expected(text, at, path, "',' or ']'")
            at = _skip(text, at + 1)


class _DuplicateKey(ValueError):
    """An object holds one key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _DuplicateKey
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def read_json(text: str) -> Any:
    """Read a JSON text strictly: no duplicate keys, no NaN, nothing nested too deeply.

    Raises:
        MalformedPolicyDocument: with line, column, path and what was expected.
    """
    try:
        return _STRICT.decode(text)
    except (ValueError, RecursionError):
        places = locate(text)
    if places.duplicates:
        path, offset = places.duplicates[0]
        raise MalformedPolicyDocument(
            "This name appears twice in the same object", *line_and_column(text, offset), path
        )
    raise MalformedPolicyDocument("This is not JSON", 1, 1)


def json_value(source: str | Mapping[str, Any]) -> Any:
    """The JSON value of a text or of Python's dicts and lists, as a copy that nobody else can change.

    Raises:
        MalformedPolicyDocument: it is not JSON.
    """
    if isinstance(source, str):
        return read_json(source)
    if not isinstance(source, Mapping):
        hint = " (a policy's own is its .document)" if hasattr(source, "document") else ""
        raise MalformedPolicyDocument(
            f"A policy document is JSON text or a mapping, and {type(source).__name__} is neither{hint}"
        )
    try:
        return json.loads(json.dumps(dict(source), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise MalformedPolicyDocument(f"The document cannot be written as JSON: {error}") from None
