"""Records to JSON and back, strictly: what is not of the type a record wants is an error that says where it stands.

`encode` writes a record's fields under AWS's way of writing names (`created_at` becomes `CreatedAt`); `decode` reads
them by the record's type hints. `take` and `take_list` read single fields of AWS's own shapes with the same strictness;
`only` refuses fields that nothing would read. `check_characters` finds text that no file can hold.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from iamlab.account import records
from iamlab.errors import InvalidInput, MalformedPolicyDocument
from iamlab.policy import PolicyDocument
from iamlab.policy.spelling import did_you_mean

T = TypeVar("T")

_JSON_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def wrong(where: str, wanted: str, found: object) -> InvalidInput:
    """The error for a value of another kind than wanted."""
    return InvalidInput(f"{where}: expected {wanted}, found {_JSON_NAMES.get(type(found), 'nothing')}")


def take(data: Mapping[str, Any], key: str, kind: type[T], where: str, default: T | None = None) -> T:
    """A field of an object.

    Args:
        data: the object.
        key: the field's name.
        kind: the JSON type it must have.
        where: the object's place, for the message.
        default: what a missing field means; None: it must be there.

    Raises:
        InvalidInput: it is missing or of another type.
    """
    if key not in data:
        if default is None:
            raise InvalidInput(f"{where}: {key} is missing")
        return default
    value = data[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise wrong(f"{where}.{key}", _JSON_NAMES[kind], value)
    return value


def take_list(data: Mapping[str, Any], key: str, where: str) -> list[tuple[str, dict[str, Any]]]:
    """A field that holds a list of objects, each with its place; a missing one is empty.

    Raises:
        InvalidInput: not a list of objects.
    """
    items = take(data, key, list, where, [])
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            raise wrong(f"{where}.{key}[{number}]", "an object", item)
    return [(f"{where}.{key}[{number}]", item) for number, item in enumerate(items)]


def only(data: Mapping[str, Any], where: str, *known: str) -> None:
    """See whether an object has no fields but these: what is not read would be lost when the account is saved.

    Raises:
        InvalidInput: it has another.
    """
    for key in data:
        if key not in known:
            raise InvalidInput(f"{where}: this version of iamlab knows no {key} here.{did_you_mean(key, known)}")


_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def check_characters(value: object, where: str) -> None:
    """See whether every text in a JSON value can be written into a file.

    Raises:
        InvalidInput: one holds half of a character (a surrogate without its other half); the message says where.
    """
    if isinstance(value, str):
        if half := _HALF_CHARACTER.search(value):
            raise InvalidInput(f"{where}: holds half of a character (\\u{ord(half[0]):04x}), which no file can hold")
    elif isinstance(value, dict):
        for key, item in value.items():
            check_characters(key, f"{where}: a name in it")
            check_characters(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            check_characters(item, f"{where}[{number}]")


def read_date(value: object, where: str) -> datetime:
    """A moment as AWS's tools write it (ISO 8601, with or without a time zone: then UTC).

    Raises:
        InvalidInput: not a date.
    """
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise InvalidInput(f"{where}: expected a date such as 2026-01-31T12:00:00+00:00, found {str(value)[:40]!r}")


def read_document(value: object, where: str) -> PolicyDocument:
    """A policy document: an object, JSON text, or JSON text percent-encoded as the API sends it.

    Raises:
        MalformedPolicyDocument: the policy is broken; the message begins with its place in the file.
        InvalidInput: neither object nor text.
    """
    if not isinstance(value, str | dict):
        raise wrong(where, "a policy document", value)
    if isinstance(value, str) and value.startswith("%"):  # no JSON text begins so
        from urllib.parse import unquote  # only here, and it takes a while to load

        value = unquote(value)
    try:
        return PolicyDocument.parse(value)
    except MalformedPolicyDocument as error:
        raise MalformedPolicyDocument(f"{where}: {error.reason}", error.line, error.column, error.path) from None


def _key(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def encode(value: object, without: frozenset[str] = frozenset()) -> Any:
    """A value as JSON; a record loses the fields named in `without` and those that have their default."""
    if isinstance(value, PolicyDocument):
        return value.to_dict()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        from base64 import b64encode  # only here

        return b64encode(value).decode()
    if isinstance(value, list):
        return [encode(item, without) for item in value]
    if isinstance(value, dict):
        return {key: encode(item, without) for key, item in value.items()}
    if is_dataclass(value):
        return {
            _key(f.name): encode(getattr(value, f.name), without)
            for f in fields(value)
            if f.name not in without and getattr(value, f.name) != _default(f)
        }
    return value


def _default(field: Any) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls, {**vars(records), "PolicyDocument": PolicyDocument})


def decode(cls: type[T], data: object, where: str, **given: Any) -> T:
    """A record from JSON.

    Args:
        cls: the record's class.
        data: the object.
        where: its place, for messages.
        given: fields that do not come from the object.

    Raises:
        InvalidInput: a field is missing or of another type.
        MalformedPolicyDocument: a policy in it is broken.
    """
    if not isinstance(data, dict):
        raise wrong(where, "an object", data)
    values = dict(given)
    record: Any = cls
    only(data, where, *(_key(field.name) for field in fields(record)))
    for field in fields(record):
        key = _key(field.name)
        if field.name in given:
            continue
        if key in data:
            values[field.name] = _decode(_hints(record)[field.name], data[key], f"{where}.{key}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise InvalidInput(f"{where}: {key} is missing")
    return cls(**values)


def _decode(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin is types.UnionType:
        return None if value is None else _decode(arguments[0], value, where)
    if origin is list:
        if not isinstance(value, list):
            raise wrong(where, _JSON_NAMES[list], value)
        return [_decode(arguments[0], item, f"{where}[{number}]") for number, item in enumerate(value)]
    if origin is dict:
        if not isinstance(value, dict):
            raise wrong(where, _JSON_NAMES[dict], value)
        return {key: _decode(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if hint is datetime:
        return read_date(value, where)
    if hint is PolicyDocument:
        return read_document(value, where)
    if hint is bytes:
        from base64 import b64decode  # only here

        try:
            return b64decode(value, validate=True)
        except (TypeError, ValueError):
            raise wrong(where, "base64 text", value) from None
    if is_dataclass(hint):
        return decode(hint, value, where)  # type: ignore[arg-type]
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise wrong(where, _JSON_NAMES[hint], value)
    return value


_KNOWN = frozenset(
    {
        "UserDetailList", "GroupDetailList", "RoleDetailList", "Policies", "IamLab",
        "Path", "Arn", "CreateDate", "Tags", "Key", "Value", "PermissionsBoundary", "PermissionsBoundaryType",
        "PermissionsBoundaryArn", "AttachedManagedPolicies", "PolicyName", "PolicyArn", "PolicyDocument",
        "UserName", "UserId", "UserPolicyList", "GroupList", "GroupName", "GroupId", "GroupPolicyList",
        "RoleName", "RoleId", "RolePolicyList", "AssumeRolePolicyDocument", "InstanceProfileList", "RoleLastUsed",
        "LastUsedDate", "Region", "InstanceProfileName", "InstanceProfileId", "Roles", "PolicyId", "DefaultVersionId",
        "AttachmentCount", "PermissionsBoundaryUsageCount", "IsAttachable", "Description", "UpdateDate",
        "PolicyVersionList", "Document", "VersionId", "IsDefaultVersion",
    }
)  # fmt: skip
_IDENTITIES = ("VersionId", "PolicyArn", "PolicyName", "InstanceProfileName", "RoleName", "Key")


def unknown(value: object) -> Any:
    """What of an export's object this version does not know, in the same nesting; items of lists by their name."""
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            if key not in _KNOWN:
                kept[key] = item
            elif isinstance(item, dict | list) and not key.endswith("Document") and (rest := unknown(item)):
                kept[key] = rest
        return kept
    if isinstance(value, list):
        return {_identity(item): rest for item in value if isinstance(item, dict) and (rest := unknown(item))}
    return {}


def _identity(item: Mapping[str, Any]) -> str:
    return next((str(item[key]) for key in _IDENTITIES if key in item), "")


def restore(fresh: Any, kept: Mapping[str, Any]) -> Any:
    """Put what `unknown` kept back into an object that is about to be written."""
    if isinstance(fresh, list):
        for item in fresh:
            restore(item, kept.get(_identity(item), {}))
        return fresh
    for key, value in kept.items():
        if key not in _KNOWN:
            fresh[key] = value
        elif isinstance(fresh.get(key), dict | list):
            restore(fresh[key], value)
    return fresh
