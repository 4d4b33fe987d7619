"""What an operation's parameters tell: the resource and condition keys.

The resource is an ARN among them, or one made by the service's ARN formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from iamlab.catalog import index, services
from iamlab.errors import NoSuchEntity
from iamlab.policy.reach import reach

_PLACE = re.compile(r"\$\{(\w+)\}")
_OTHER_NAMES = {"objectname": "key", "queuename": "queueurl"}
"""Parameters that are called otherwise than the place in the ARN format, in lower case."""
_VAGUE = frozenset(("id", "name"))
"""Parameters that say of what they are the name only where they stand outermost."""
_COMMON = frozenset(("partition", "region", "account"))


def resource_of(action: str, arns: Iterable[str], parameters: Mapping[str, Any], account: str, region: str) -> str:
    """The resource of a request that is told by its parameters; empty where it cannot be found.

    Args:
        action: the IAM action, such as `s3:GetObject`.
        arns: ARNs that are known to be involved.
        parameters: the operation's parameters.
        account: the account in whose name ARNs are made.
        region: its region.

    >>> resource_of("s3:GetObject", [], {"bucketName": "reports", "key": "q3.csv"}, "111122223333", "eu-west-1")
    'arn:aws:s3:::reports/q3.csv'
    >>> resource_of("iam:DeleteUser", [], {"userName": "bob"}, "111122223333", "us-east-1")
    'arn:aws:iam::111122223333:user/bob'
    >>> stopped = {"instancesSet": {"items": [{"instanceId": "i-0abc"}]}}
    >>> resource_of("ec2:StopInstances", [], stopped, "111122223333", "eu-west-1")
    'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc'
    """
    number = index.number(action)
    if number is None:
        return next(iter(arns), "")
    texts = _texts(parameters)
    for arn in (*arns, *texts.values()):
        if arn.startswith("arn:") and reach([arn], 1 << number):
            return arn
    known = {"partition": "aws", "region": region, "account": account}
    made = [_filled(form, known, texts) for form in _formats(action)]
    # Of several that can be made, the one that says most: the object before its bucket.
    return max(made, key=len, default="")


def _texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Every text by its parameter's name in lower case; the outermost and the first of a name counts."""
    found: dict[str, str] = {}
    inside: list[object] = [parameters]
    for value in inside:
        if isinstance(value, Mapping):
            for name, one in value.items():
                if isinstance(one, str) and (value is parameters or name not in _VAGUE):
                    found.setdefault(str(name).lower(), one)
            inside += value.values()
        elif isinstance(value, list | tuple):
            inside += value
    return found


def condition_keys_of(action: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The service's condition keys that are called like a parameter, each with its value.

    Args:
        action: the IAM action.
        parameters: the operation's parameters.

    >>> list(condition_keys_of("s3:ListBucket", {"bucketName": "reports", "prefix": "2026/", "max-keys": 10}))
    [('s3:prefix', '2026/'), ('s3:max-keys', '10')]
    """
    prefix, _, name = action.partition(":")
    try:
        known = services.service(prefix).actions.get(name.lower())
    except NoSuchEntity:
        return
    uses = known.resource_types if known else ()
    listed = [*(known.condition_keys if known else ()), *(key for use in uses for key in use.condition_keys)]
    keys = {key.lower(): key for key in listed}
    for parameter, value in parameters.items():
        key = keys.get(f"{prefix}:{parameter}".lower())
        if key and isinstance(value, str | int | float):
            yield key, str(value).lower() if isinstance(value, bool) else str(value)


def _formats(action: str) -> list[str]:
    """The ARN formats of the action's resource types."""
    prefix, _, name = action.partition(":")
    try:
        service = services.service(prefix)
    except NoSuchEntity:
        return []
    known = service.actions.get(name.lower())
    types = known.resource_types if known else ()
    return [arn for one in types if one.name in service.resource_types for arn in service.resource_types[one.name].arns]


def _filled(form: str, known: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """An ARN of a format, when every place in it can be filled; empty when not."""
    found = dict(known)
    for place in _PLACE.findall(form):
        name = place.lower()
        if name not in _COMMON:
            plain = name.removesuffix("withpath")
            value = texts.get(plain) or texts.get(_OTHER_NAMES.get(plain, ""))
            if not value:
                return ""
            found[name] = value.rpartition("/")[2] if plain == "queuename" else value
    return _PLACE.sub(lambda match: found[match[1].lower()], form)
