"""Request conditions: which keys the chosen actions have, which operators fit a key, and how a condition is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from iamlab.catalog import index, keys
from iamlab.catalog.services import service
from iamlab.errors import InvalidInput
from iamlab.policy.blocks import Block, RequestCondition
from iamlab.policy.operators import parse_operator

Value = str | int | float | bool
"""A condition's value, as JSON has it."""

QUALIFIERS = (
    ("Default", ""),
    ("For any value in request", "ForAnyValue:"),
    ("For all values in request", "ForAllValues:"),
)
"""The Console's words, and the prefix of the operator."""


def written(qualifier: str, operator: str, if_exists: bool) -> str:
    """An operator as the policy writes it.

    >>> written("ForAnyValue:", "StringEquals", True)
    'ForAnyValue:StringEqualsIfExists'
    """
    return f"{qualifier}{operator}{'IfExists' if if_exists else ''}"


def taken_apart(operator: str) -> tuple[str, str, bool]:
    """Qualifier, operator and `IfExists` of an operator as written; one that AWS does not have is left whole.

    >>> taken_apart("ForAnyValue:StringLike"), taken_apart("StringSounds")
    (('ForAnyValue:', 'StringLike', False), ('', 'StringSounds', False))
    """
    found = parse_operator(operator)
    if found is None:
        return "", operator, False
    return f"{found.over}:" if found.over else "", found.base, found.if_exists


def offered_keys(block: Block) -> list[str]:
    """The condition keys for a block's actions: the service's own first, then the global ones."""
    names = [name for level in block.levels() for name in level.chosen]
    known = service(block.service).actions if names else {}
    found: set[str] = set()
    for name in names:
        action = known[name.lower()]
        found.update(action.condition_keys)
        for use in action.resource_types:
            found.update(use.condition_keys)
    own = [key for key in found if not key.startswith("aws:")]
    return sorted(own, key=str.lower) + [key.name for key in keys.global_keys()]


def key_type(prefix: str, key: str) -> tuple[str, bool]:
    """A key's type, and whether it holds several values; an unknown key is one text.

    >>> key_type("s3", "aws:MultiFactorAuthPresent"), key_type("s3", "aws:TagKeys")
    (('Bool', False), ('String', True))
    """
    if found := keys.global_key(key):
        return found.type, found.multivalued
    known = service(prefix).condition_keys if index.span(prefix) else {}
    family = {name.lower().partition("/")[0]: fact for name, fact in known.items()}
    fact = family.get(key.lower().partition("/")[0])
    kind = fact.type if fact else "String"
    return kind.removeprefix("ArrayOf"), kind.startswith("ArrayOf")


def offered_operators(prefix: str, key: str) -> list[str]:
    """The operators that fit a key: those of its type, then those of all types."""
    kind = key_type(prefix, key)[0]
    return [*keys.operators(kind), *keys.operators("any")]


def condition(key: str, operator: str, values: Iterable[str], old: RequestCondition | None = None) -> RequestCondition:
    """A condition from what was typed.

    Args:
        key: the condition key.
        operator: as the policy writes it.
        values: empty ones are left out. New ones become texts: quotation marks are right for numbers and truth
            values, too [https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html].
        old: the condition that is edited; a value of it whose text did not change stays the JSON value it was.

    Raises:
        InvalidInput: something is missing, in words.

    >>> condition("s3:max-keys", "NumericLessThan", ["10", "20"], RequestCondition("…", "…", (10,))).values
    (10, '20')
    """
    kept = list(zip(texts(old), old.values, strict=True)) if old else []
    given = tuple(_value(value, kept) for value in values if value.strip())
    if not key.strip():
        raise InvalidInput("Choose a condition key first.")
    if "${TagKey}" in key or "<key>" in key:
        raise InvalidInput(f"{key} stands for a family of keys: write a tag's key in place of the part in brackets.")
    if not given:
        raise InvalidInput("Give at least one value.")
    return RequestCondition(operator, key.strip(), given)


def _value(text: str, kept: list[tuple[str, Value]]) -> Value:
    """What a line stands for: a value that was there before, which is used up, or the text."""
    for one in kept:
        if text in (one[0], one[0].strip()):
            kept.remove(one)
            return one[1]
    return text.strip()


def put(
    given: Sequence[RequestCondition], new: RequestCondition, old: RequestCondition | None = None
) -> tuple[RequestCondition, ...]:
    """The conditions with another one, in the place of `old` or of the one with the same operator and key."""
    kept = [one for one in given if one is old or (one.operator, one.key) != (new.operator, new.key)]
    place = next((at for at, one in enumerate(given) if one is old or one not in kept), len(kept))
    kept = [one for one in kept if one is not old]
    return (*kept[:place], new, *kept[place:])


def texts(one: RequestCondition) -> list[str]:
    """A condition's values as they are typed, one a line; a text that no line can hold stands as JSON has it.

    >>> texts(RequestCondition("Bool", "aws:SecureTransport", (True, "", "no")))
    ['true', '""', 'no']
    """
    return [value if isinstance(value, str) and _is_line(value) else json.dumps(value) for value in one.values]


def _is_line(text: str) -> bool:
    return bool(text.strip()) and len(text.splitlines()) == 1
