"""Resources worth trying: an ordinary one of each kind that an action works on, and texts that policies tell apart.

`difference` looks among them for what two policies decide otherwise; the plainest come first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, product

from iamlab.catalog import index, services
from iamlab.errors import NoSuchEntity
from iamlab.evaluation.candidates import OTHER, filled_in
from iamlab.policy.patterns import compile_pattern, has_wildcard
from iamlab.policy.reach import reach
from iamlab.policy.variables import Template


def resources_for(action: str, named: Iterable[str]) -> list[str]:
    """Ordinary resources of an action, and for each pair of patterns a text between their beginnings and ends.

    Among them are combinations of what the patterns have in each of an ARN's parts, and of something else.

    Args:
        action: such as `s3:GetObject`.
        named: patterns of policies; only those count that can name a resource of the action.

    >>> resources_for("sqs:SendMessage", ["arn:aws:sqs:us-east-1:111122223333:jobs-*"])[:2]
    ['arn:aws:sqs:us-east-1:111122223333:some-queue', 'arn:aws:sqs:us-east-1:111122223333:jobs-something-else']
    """
    filled = {filled_in(p, {variable.key: OTHER for variable in Template(p).variables}) for p in named if p != "*"}
    patterns = {p for p in filled if _can_be_of(action, p)}
    literal = {p for p in patterns if not has_wildcard(p)}
    heads = {p.partition("*")[0] for p in patterns - literal}
    tails = {p.rpartition("*")[2] for p in patterns - literal} | {""}
    between = [
        {head + _filling(head, tail, usual) + tail for head in heads for tail in tails}
        for usual in (_USUAL, (OTHER,) * _PARTS, ("",) * _PARTS)
    ]
    groups = [sorted(group, key=lambda text: (len(text), text)) for group in (literal, *between)]
    groups.insert(2, _combined(action, patterns))
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


def _combined(action: str, patterns: Iterable[str]) -> list[str]:
    """In each format of the action's ARNs every combination of what patterns tell apart in each part."""
    rows = [row for row in map(six_parts, patterns) if row]
    columns = list(zip(*rows, strict=True)) or [()] * _PARTS
    found: list[str] = []
    for arn_format in arn_formats(action):
        pieces = arn_format.split(":", _PARTS - 1)
        choices = [_told_apart(piece, set(column)) for piece, column in zip(pieces, columns, strict=True)]
        found += map(":".join, product(*choices))
    return [text for text in found if _can_be_of(action, text)]


def _can_be_of(action: str, pattern: str) -> bool:
    bit = index.number(action)
    return bit is None or reach([pattern], 1 << bit) != 0


def six_parts(pattern: str) -> list[str] | None:
    """An ARN pattern's six parts, with a star for each that a star at the end of a part takes in; `None` if malformed.

    >>> six_parts("arn:aws:sqs:us-*"), six_parts("arn:aws:sqs:*:jobs")
    (['arn', 'aws', 'sqs', 'us-*', '*', '*'], ['arn', 'aws', 'sqs', '*', '*', 'jobs'])
    """
    parts = pattern.split(":", _PARTS - 1)
    missing = _PARTS - len(parts)
    ends = [at for at, part in enumerate(parts) if part.endswith("*")]
    if missing and not ends:
        return None
    after = ends[-1] + 1 if missing else _PARTS
    return [*parts[:after], *["*"] * missing, *parts[after:]]


def _told_apart(piece: str, patterns: Iterable[str]) -> list[str]:
    """Texts for one part of a format: an ordinary one, and for whatever the patterns tell from it another one."""
    texts = [_example(piece)]
    if _PLACE.search(piece):
        stars = [pattern for pattern in sorted(patterns) if "*" in pattern]
        heads = {pattern.partition("*")[0] for pattern in stars}
        tails = {pattern.rpartition("*")[2] for pattern in stars}
        texts += sorted(set(patterns) - set(stars))
        for filling in (OTHER, ""):
            texts += sorted(head + filling + tail for head in heads for tail in tails)
        if piece != "${Partition}":  # an account knows one
            texts.append(_PLACE.sub(OTHER, piece))
    matchers = [compile_pattern(pattern) for pattern in sorted(patterns)]
    first: dict[tuple[bool, ...], str] = {}
    for text in texts:
        first.setdefault(tuple(matches(text) for matches in matchers), text)
    return list(first.values())


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
    kinds = [service.resource_types[use.name] for use in types]
    return [arn for kind in kinds for arn in kind.arns] + [arn for kind in kinds for arn in kind.further_arns]


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
