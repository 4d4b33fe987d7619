"""Action patterns expanded into sets of actions, and what a document allows by access level.

A set is one integer: bit i stands for `iamlab.catalog.index.action_names()[i]`. Actions that the catalog does not have
are in no set, though a decision about them works all the same.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html]
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from iamlab.catalog import index
from iamlab.policy.document import PolicyDocument, Statement
from iamlab.policy.matching import compile_action
from iamlab.policy.patterns import has_wildcard


def expand(patterns: Iterable[str], *, effect: str = "Allow") -> int:
    """The actions that some patterns name.

    Args:
        patterns: such as `s3:Get*`, `iam:PassRole`, `*`; upper and lower case are the same.
        effect: of the statement they stand in. A pattern that AWS does not know, such as `s3*:Get`, only ever denies.

    >>> index.names_of(expand(["iam:*AccountAlias*", "STS:assumerole"]))
    ['iam:CreateAccountAlias', 'iam:DeleteAccountAlias', 'iam:ListAccountAliases', 'sts:AssumeRole']
    """
    together: dict[int, int] = {}
    for pattern in patterns:
        start, found = _expand_one(pattern.lower(), effect)
        together[start] = together.get(start, 0) | found
    bits = 0
    for start, found in together.items():
        bits |= found << start
    return bits


def statement_actions(statement: Statement) -> int:
    """The actions that a statement's Action names, or that its NotAction leaves over."""
    if statement.actions is not None:
        return expand(statement.actions, effect=statement.effect)
    # Here the patterns are exceptions: one that AWS does not know must not take anything out of a Deny.
    opposite = "Deny" if statement.effect == "Allow" else "Allow"
    return index.all_bits() & ~expand(statement.not_actions or (), effect=opposite)


@lru_cache(maxsize=16384)
def _expand_one(pattern: str, effect: str) -> tuple[int, int]:
    """One pattern in lower case: the number of the first action of its service, and the set counted from there."""
    prefix, _, name = pattern.partition(":")
    if pattern in ("*", "*:*"):
        return 0, index.all_bits()
    if not has_wildcard(prefix):
        service = index.names_in(prefix)
        return (service.places.start, _expand_name(service, name)) if service and name else (0, 0)
    matches = compile_action(pattern, effect=effect)
    return 0, _bits(matches(action.lower()) for action in index.action_names())


def _expand_name(service: index.Names, name: str) -> int:
    if not has_wildcard(name):
        number = service.numbers.get(name)
        return 0 if number is None else 1 << (number - service.places.start)
    head = name[:-1]
    if name[-1] == "*" and not has_wildcard(head):
        # Names are sorted, so those that begin alike are neighbours.
        first, end = bisect_left(service.lower, head), bisect_left(service.lower, head + "\uffff")
        return ((1 << (end - first)) - 1) << first
    matches = compile_action(f"{service.prefix}:{name}", effect="Allow")
    return _bits(matches(f"{service.prefix}:{action}") for action in service.lower)


def _bits(answers: Iterable[bool]) -> int:
    """A set from one answer an action; the first answer is the lowest bit."""
    return int("".join(["1" if answer else "0" for answer in answers])[::-1], 2)


@dataclass(slots=True)
class ServiceAccess:
    """What a document says about one service, as the Console's policy summary puts it.

    Attributes:
        service: the prefix.
        levels: each access level that is touched -> `Full` (every action of it) or `Limited`.
    """

    service: str
    levels: dict[str, str]

    @property
    def full_access(self) -> bool:
        """Is it every action of the service?"""
        span = index.span(self.service)
        return set(self.levels.values()) == {"Full"} and set(self.levels) == {index.level(place) for place in span}


def access_levels(document: PolicyDocument, effect: str = "Allow") -> list[ServiceAccess]:
    """The access levels a document allows (or denies), service by service; resources and conditions aside.

    Args:
        document: the policy.
        effect: which of its statements are looked at.

    [https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html]

    >>> actions = ["sqs:SendMessage", "sqs:Tag*", "sqs:Untag*"]
    >>> policy = {"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}
    >>> access_levels(PolicyDocument.parse(policy))
    [ServiceAccess(service='sqs', levels={'Write': 'Limited', 'Tagging': 'Full'})]
    """
    bits = 0
    for statement in document.statements:
        if statement.effect == effect:
            bits |= statement_actions(statement)
    found = []
    for prefix in index.service_names():
        of_service = index.service_bits(prefix)
        if bits & of_service:
            found.append(ServiceAccess(prefix, _levels(bits & of_service, of_service)))
    return found


def _levels(bits: int, of_service: int) -> dict[str, str]:
    levels = {}
    for level in index.LEVELS.values():
        of_level = index.level_bits(level) & of_service
        if bits & of_level:
            levels[level] = "Full" if bits & of_level == of_level else "Limited"
    return levels
