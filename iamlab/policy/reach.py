"""Which resources a resource pattern can name, and so which actions a statement can be about.

`s3:*` on `arn:aws:s3:::reports/*` is no `s3:ListBucket`: that action works on buckets, whose names hold no slash. Every
action's resource types come from the Service Authorization Reference with the format of their ARNs; a pattern is held
against the formats. The answer is "can reach" unless it is certain that it cannot: what a placeholder of a format may
hold is taken to be anything, except where AWS's naming rules say otherwise, and a policy variable may become anything.
One thing is left out, since nobody means it: `arn:aws:iam::*:role/*` as the ARN of a user whose path holds `:role/`.

An action without resource types is only named by `*`: so says the reference, although some of AWS's own managed
policies name resources for such actions all the same.
[https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html]
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from iamlab.catalog import index
from iamlab.catalog.services import service, services_on
from iamlab.policy.document import Statement
from iamlab.policy.matching import compile_resource_text, resource_pattern_problem
from iamlab.policy.patterns import compile_pattern, has_wildcard, overlaps
from iamlab.policy.variables import FilledMatcher

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")

_SOME = "?*"
"""What a partition, a Region and an account become in a format: anything, but not nothing."""

_STAR = "\0"
"""A star that stands in the ARN itself, which only a pattern's star takes in."""

_NEITHER, _NO_COLON = ":/", ":"

_NEVER_HOLDS = {
    "": {"Partition": _NEITHER, "Region": _NEITHER, "Account": _NEITHER},
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    "s3": {"BucketName": _NEITHER},
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    "dynamodb": {"TableName": _NEITHER, "IndexName": _NEITHER},
    # a prefix, a hyphen, letters and numbers: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
    "ec2": {"*Id": _NEITHER},
    # https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
    "lambda": {"FunctionName": _NEITHER, "Alias": _NEITHER, "Version": _NEITHER, "Qualifier": _NEITHER},
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
    "logs": {"LogGroupName": _NO_COLON, "LogStreamName": _NO_COLON},
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    "sqs": {"QueueName": _NEITHER},
    # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
    "sns": {"TopicName": _NEITHER},
}
"""What AWS's naming rules keep out of a placeholder; by service, then by the placeholder's name."""


@dataclass(slots=True)
class Format:
    """One format of ARNs that actions of a service work on.

    Attributes:
        pattern: the format with a `*` for every placeholder, `?*` where it cannot be empty.
        slashes: how many slashes such an ARN has; `None` when a placeholder may hold more.
        more_colons: may such an ARN have more colons than the format?
        kinds: the resource types that have it.
        actions: the service's actions that work on it, counted from the service's first.
    """

    pattern: str
    slashes: int | None
    more_colons: bool
    kinds: tuple[str, ...]
    actions: int


@cache
def formats(prefix: str) -> tuple[Format, ...]:
    """The formats of the ARNs that a service's actions work on.

    Raises:
        NoSuchEntity: there is no such service.
    """
    facts = service(prefix)
    by_kind: dict[str, int] = {}
    for place, action in enumerate(facts.actions.values()):
        for use in action.resource_types:
            by_kind[use.name] = by_kind.get(use.name, 0) | 1 << place
    by_arn: dict[str, tuple[tuple[str, ...], int]] = {}
    for kind in facts.resource_types.values():
        for arn in (*kind.arns, *(arn.replace("*", _STAR) for arn in kind.further_arns)):
            kinds, actions = by_arn.get(arn, ((), 0))
            by_arn[arn] = ((*kinds, kind.name), actions | by_kind.get(kind.name, 0))
    return tuple(_format(arn, kinds, actions) for arn, (kinds, actions) in by_arn.items())


def _format(arn: str, kinds: tuple[str, ...], actions: int) -> Format:
    never = [_never_holds(arn.split(":")[2], name) for name in _PLACEHOLDER.findall(arn)]
    # A few formats have a star themselves: that, too, may be anything.
    known = "*" not in arn
    return Format(
        _PLACEHOLDER.sub(lambda found: _SOME if found[1] in _NEVER_HOLDS[""] else "*", arn),
        arn.count("/") if known and all("/" in chars for chars in never) else None,
        not (known and all(":" in chars for chars in never)),
        kinds,
        actions,
    )


def _never_holds(arn_service: str, placeholder: str) -> str:
    for name, never in (_NEVER_HOLDS[""] | _NEVER_HOLDS.get(arn_service, {})).items():
        if compile_pattern(name)(placeholder):
            return never
    return ""


def can_name(pattern: str, arn_format: Format) -> bool:
    """Can some ARN of this format match the pattern? `False` only when that is certain.

    Args:
        pattern: of a Resource element, without variables (see `open_pattern`).
        arn_format: one format of a service.
    """
    if arn_format.slashes is not None and pattern.count("/") > arn_format.slashes:
        return False
    parts, pieces = pattern.split(":"), arn_format.pattern.split(":")
    if len(parts) > len(pieces) and not arn_format.more_colons:
        return False
    if len(parts) == len(pieces):
        # Every colon of the one is a colon of the other; a star runs on only where one of the ARN's is left over.
        return all(map(_fits, parts, pieces))
    return _can_align(pattern.split(":", 5), arn_format.pattern.split(":", 5))


def _can_align(parts: list[str], pieces: list[str]) -> bool:
    """Do a pattern's parts fit an ARN's pieces, when a star at the end of a part may run on beyond the colon?"""
    if len(parts) < len(pieces):
        return _fits(":".join(parts), ":".join(pieces))
    resource = pieces[5]
    starts = {0}  # the pieces at which the next part may begin; 5 is the resource, 6 is beyond a colon inside of it
    for at, part in enumerate(parts):
        rest = ":".join(parts[at:])
        if (5 in starts and _fits(rest, resource)) or (6 in starts and _fits("*:" + rest, resource)):
            return True
        fits = [start for start in starts if start < 5 and _fits(part, pieces[start])]
        starts = {end for start in fits for end in range(start + 1, 7 if part.endswith("*") else start + 2)}
    return False


def _fits(part: str, piece: str) -> bool:
    """Do two patterns overlap? What both begin with is taken off first: that settles most pairs."""
    if piece == _SOME:
        return part != ""
    same = 0
    for one, other in zip(part, piece, strict=False):
        if one != other or one in "*?":
            break
        same += 1
    part, piece = part[same:], piece[same:]
    if "*" in (part, piece):
        return True
    if part and piece and part[0] not in "*?" and piece[0] not in "*?":
        return False
    return overlaps(part, piece)


def open_pattern(pattern: str, *, variables: bool, absent: Container[str] = ()) -> str | None:
    """A Resource element's text as a pattern in which every policy variable has become a `*`.

    Args:
        pattern: as it stands in the policy.
        variables: does the document's Version know variables?
        absent: keys, in lower case, that are known to have no value.

    Returns:
        `None` when a variable without a value makes it match nothing.

    >>> open_pattern("arn:aws:s3:::home/${aws:username}/*", variables=True)
    'arn:aws:s3:::home/*/*'
    >>> open_pattern("arn:aws:s3:::home/${aws:username}/*", variables=True, absent={"aws:username"})
    """
    matcher = compile_resource_text(pattern, variables=variables)
    if not isinstance(matcher, FilledMatcher):
        return pattern
    found = matcher.template.variables
    if any(variable.default is None and variable.key in absent for variable in found):
        return None
    return matcher.template.opened


def reach(patterns: Iterable[str], bits: int) -> int:
    """Of these actions, those that work on something one of the patterns can name.

    Args:
        patterns: of a Resource element, without variables (see `open_pattern`).
        bits: a set of actions.

    >>> from iamlab.policy.actions import expand
    >>> found = reach(["arn:aws:s3:::reports/*"], expand(["s3:*"]))
    >>> [bool(found >> index.number(name) & 1) for name in ("s3:GetObject", "s3:ListBucket", "s3:ListAllMyBuckets")]
    [True, False, False]
    """
    found = 0
    for pattern in patterns:
        if compile_pattern(pattern)("*"):
            return bits  # a request that is about no resource has `*` as its resource
        for prefix in _services_named(pattern):
            if bits & index.service_bits(prefix):
                found |= _named(pattern, prefix) << index.span(prefix).start
    return found & bits


def kinds_reached(pattern: str) -> Iterator[int]:
    """For each format of ARNs that a pattern can name, the actions that work on it.

    Args:
        pattern: of a Resource element, without variables.
    """
    for prefix in _services_named(pattern):
        start = index.span(prefix).start
        yield from (found.actions << start for found in formats(prefix) if can_name(pattern, found))


@lru_cache(maxsize=16384)
def _named(pattern: str, prefix: str) -> int:
    """The actions of a service that the pattern can name, counted from the service's first."""
    named = 0
    for arn_format in formats(prefix):
        if arn_format.actions & ~named and can_name(pattern, arn_format):
            named |= arn_format.actions
    return named


def _services_named(pattern: str) -> tuple[str, ...]:
    """The services that have actions on ARNs like this: few when the pattern names the ARN's service."""
    parts = pattern.split(":")
    if len(parts) < 4 or any(has_wildcard(part) for part in parts[:3]):
        return index.service_names()
    return services_on(parts[2])


def statement_reach(statement: Statement, bits: int, absent: Container[str] = ()) -> int:
    """Of these actions, those for which the statement's Resource or NotResource can match something.

    Args:
        statement: of any kind; one without these elements (in a trust policy) matches every resource.
        bits: a set of actions, usually those the statement names.
        absent: keys, in lower case, that are known to have no value, so that a policy variable has none either.
    """
    if statement.resources is not None:
        return reach(resource_patterns(statement, absent), bits)
    if statement.not_resources is not None and "*" in statement.not_resources:
        return 0
    return bits  # whatever NotResource lists, a request that is about no resource has `*` as its resource


def resource_patterns(statement: Statement, absent: Container[str] = ()) -> list[str]:
    """The patterns of a statement's Resource that can match anything, without variables; see `statement_reach`."""
    opened = [
        open_pattern(pattern, variables=statement.variables, absent=absent)
        for pattern in statement.resources or ()
        if statement.effect == "Deny" or not resource_pattern_problem(pattern)
    ]
    return [pattern for pattern in opened if pattern is not None]


def names_every_resource(statement: Statement) -> bool:
    """Does the statement match whatever the resource is?"""
    return statement.not_resources is None and (statement.resources is None or "*" in statement.resources)


def resource_types_named(pattern: str, prefix: str) -> tuple[str, ...]:
    """The resource types of a service that a pattern can name.

    Args:
        pattern: of a Resource element, without variables.
        prefix: a service's prefix.

    Raises:
        NoSuchEntity: there is no such service.

    >>> resource_types_named("arn:aws:s3:::reports/*", "s3")
    ('object',)
    """
    named = [kind for found in formats(prefix) if can_name(pattern, found) for kind in found.kinds]
    return tuple(dict.fromkeys(named))
