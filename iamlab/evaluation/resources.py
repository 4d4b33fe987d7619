"""Resources worth trying: an ordinary one of each kind that an action works on, and texts that policies tell apart.

`difference` looks among them for what two policies decide otherwise; the plainest come first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from iamlab.catalog import index, services
from iamlab.errors import NoSuchEntity
from iamlab.evaluation.candidates import OTHER, filled_in
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.reach import reach
from iamlab.policy.variables import Template


def resources_for(action: str, named: Iterable[str]) -> list[str]:
    """Ordinary resources of an action, and for each pair of patterns a text between their beginnings and ends.

    Args:
        action: such as `s3:GetObject`.
        named: patterns of policies; only those count that can name a resource of the action.

    >>> resources_for("sqs:SendMessage", ["arn:aws:sqs:us-east-1:111122223333:jobs-*"])[:2]
    ['arn:aws:sqs:us-east-1:111122223333:some-queue', 'arn:aws:sqs:us-east-1:111122223333:jobs-something-else']
    """
    bit = index.number(action)
    filled = {filled_in(p, {variable.key: OTHER for variable in Template(p).variables}) for p in named if p != "*"}
    patterns = {p for p in filled if bit is None or reach([p], 1 << bit)}
    literal = {p for p in patterns if not has_wildcard(p)}
    heads = {p.partition("*")[0] for p in patterns - literal}
    tails = {p.rpartition("*")[2] for p in patterns - literal} | {""}
    between = [
        {head + _filling(head, tail, usual) + tail for head in heads for tail in tails}
        for usual in (_USUAL, (OTHER,) * _PARTS, ("",) * _PARTS)
    ]
    groups = [sorted(group, key=lambda text: (len(text), text)) for group in (literal, *between)]
    return list(dict.fromkeys([*_ordinary(action), *chain.from_iterable(groups)]))


_USUAL = ("arn", "aws", OTHER, "us-east-1", "111122223333", OTHER)
"""What mostly stands in the parts of an ARN."""
_PARTS = len(_USUAL)


def _filling(head: str, tail: str, usual: Sequence[str]) -> str:
    """What to put between two ends: the rest of the part that the first breaks off in, and the parts that are missing.

    >>> _filling("arn:aws:sqs:", "", _USUAL), _filling("arn:aws:s3:::reports/", ".csv", _USUAL)
    ('us-east-1:111122223333:something-else', 'something-else')
    """
    at = min(head.count(":"), _PARTS - 1)
    first = usual[at] if not head or head.endswith(":") else usual[-1]
    return ":".join([first, *usual[at + 1 : max(at + 1, _PARTS - tail.count(":"))]])


def _ordinary(action: str) -> list[str]:
    """An ARN of each format that the action works on, and `*` where there is none."""
    return [_example(arn) for arn in arn_formats(action)] or ["*"]


def arn_formats(action: str) -> list[str]:
    """The formats of the ARNs that an action works on.

    First those that most actions of the service work on: objects before what is reached through an access point.

    >>> arn_formats("S3:getobject")[0], arn_formats("s3:ListAllMyBuckets")
    ('arn:${Partition}:s3:::${BucketName}/${ObjectName}', [])
    """
    prefix, _, name = action.partition(":")
    try:
        service = services.service(prefix)
    except NoSuchEntity:
        return []
    known = service.actions.get(name.lower())
    uses = _uses(service.prefix)
    types = sorted(known.resource_types, key=lambda use: -uses[use.name]) if known else []
    return [arn for use in types for arn in service.resource_types[use.name].arns]


@lru_cache(maxsize=64)
def _uses(prefix: str) -> Counter[str]:
    """How many of a service's actions work on each type of resource."""
    actions = services.service(prefix).actions.values()
    return Counter(use.name for action in actions for use in action.resource_types)


_PLACE = re.compile(r"\$\{(\w+)\}")
_NO_NAME = re.compile(r"(Friendly)?(Name|Id)?(WithPath)?$")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _example(arn_format: str) -> str:
    """An ARN of a format.

    >>> _example("arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}")
    'arn:aws:iam::111122223333:role/some-role'
    """
    return _PLACE.sub(lambda found: _some(found[1]), arn_format)


def _some(place: str) -> str:
    if place.endswith(("Account", "AccountId")):
        return "111122223333"
    name = _NO_NAME.sub("", place) or place
    return {"Partition": "aws", "Region": "us-east-1"}.get(place) or f"some-{_HUMP.sub('-', name).lower()}"
