"""The resource that an operation's parameters name: an ARN among them, or one made by the service's ARN formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from iamlab.catalog import index, services
from iamlab.errors import NoSuchEntity
from iamlab.policy.reach import reach

_PLACE = re.compile(r"\$\{(\w+)\}")
_OTHER_NAMES = {"objectname": "key", "queuename": "queueurl"}
"""Parameters that are called otherwise than the place in the ARN format, in lower case."""
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
    """
    number = index.number(action)
    if number is None:
        return next(iter(arns), "")
    texts = {name.lower(): text for name, text in parameters.items() if isinstance(text, str)}
    for arn in (*arns, *texts.values()):
        if arn.startswith("arn:") and reach([arn], 1 << number):
            return arn
    known = {"partition": "aws", "region": region, "account": account}
    made = [_filled(form, known, texts) for form in _formats(action)]
    # Of several that can be made, the one that says most: the object before its bucket.
    return max(made, key=len, default="")


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
