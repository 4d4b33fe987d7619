"""What is odd about a question: names that AWS does not know, an action and a resource that never meet.

A policy may be asked about anything; the answer is right, and of no use, when `s3:GetObject` was misspelt or asked of a
bucket. The names are held against the catalog by the same checks that find them in policies, and an action's resource
types by their ARN formats. Nothing here takes part in a decision.
[https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from iamlab.catalog import date, index
from iamlab.catalog.services import Service, service, services_on
from iamlab.policy.checks import CHECKS, DocumentView, Found
from iamlab.policy.checks.arns import split_arn
from iamlab.policy.checks.names_in_use import resource_in_use
from iamlab.policy.checks.view import Item
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.reach import can_name, formats, resource_types_named

_ABOUT_ACTIONS = ("INVALID_ACTION", "INVALID_SERVICE_IN_ACTION")

_ABOUT_ARNS = (
    "INVALID_ARN_PREFIX",
    "MISSING_ARN_FIELD",
    "INVALID_PARTITION",
    "INVALID_ARN_SERVICE_CASE",
    "INVALID_ARN_ACCOUNT",
    "INVALID_ARN_REGION",
    "ARN_REGION_NOT_ALLOWED",
    "ARN_ACCOUNT_NOT_ALLOWED",
)

_MOST_TYPES = 3
"""How many resource types of an action are named."""


@lru_cache(maxsize=4096)
def oddities(action: str, resource: str = "*") -> tuple[str, ...]:
    """What somebody who asks this should know; mostly nothing.

    Args:
        action: such as `s3:GetObject`.
        resource: an ARN, which may have wildcards; `*` for whatever resource there is.

    Returns:
        sentences; what is odd only because the catalog does not have it comes with the catalog's date.

    >>> oddities("s3:GetObject", "arn:aws:s3:::reports/q3.csv")
    ()
    >>> oddities("s3:ListBucket", "my-bucket")
    ('"my-bucket" is not an ARN: it must start with "arn:", or be "*".',)
    """
    if has_wildcard(action):
        return (f"{action} is a pattern: a request is for one action.",)
    return (*_about_names(action, resource),) or (*_about_pair(action, resource),)


def why_not_on_all(action: str) -> str:
    """Why a statement that names ARNs does not allow an action on `*`.

    >>> why_not_on_all("s3:GetObject")
    'Only a Resource of * matches a question about *: ask about the ARN of something that s3:GetObject works on.'
    """
    place = index.number(action)
    if place is not None:
        prefix, _, name = action.lower().partition(":")
        if not service(prefix).actions[name].resource_types:
            return f"{action} works on no resource in particular: only a Resource of * allows it{_by_catalog()}."
    return f"Only a Resource of * matches a question about *: ask about the ARN of something that {action} works on."


def _about_names(action: str, resource: str) -> Iterator[str]:
    """What the checks of policies say of the names."""
    statement = DocumentView({"Statement": [{"Action": action, "Resource": resource}]}, "identity").statements[0]
    of_action = [found for item in statement.actions for found in _findings(_ABOUT_ACTIONS, item)]
    for found in of_action[:1]:
        # AWS refuses what is not a name at all; what it does not refuse may only be newer than the catalog.
        yield found.message if found.refusal else f"{found.message}{_by_catalog()}"
    yield from (found.message for item in statement.resources for found in _findings(_ABOUT_ARNS, item))


def _findings(codes: tuple[str, ...], item: Item) -> Iterator[Found]:
    return (found for check in CHECKS if check.code in codes for found in check.find(item))


def _by_catalog() -> str:
    return f" (catalog of {date()})"


def _about_pair(action: str, resource: str) -> Iterator[str]:
    """Does the action work on such a resource?"""
    place = index.number(action)
    if place is None or resource == "*" or resource_in_use(resource):
        return
    name = index.action_names()[place]
    prefix, _, short = name.partition(":")
    facts = service(prefix)
    uses = facts.actions[short.lower()].resource_types
    if not uses:
        # AWS's own messages name patterns, such as arn:aws:sns:…:*, for actions that work on nothing in particular.
        if not has_wildcard(resource):
            yield f"{name} works on no resource in particular: ask about *{_by_catalog()}."
    elif not _works_on(place - index.span(prefix).start, prefix, resource):
        main = [use.name for use in uses if use.required] or [use.name for use in uses]
        yield f"{name} works on {_described(main, facts)}; {_kind(resource)}{_by_catalog()}."


def _works_on(place: int, prefix: str, resource: str) -> bool:
    """Does the action at this place of its service work on what the ARN can name, or on what it names a version of?"""
    arns = (resource, resource.rpartition(":")[0])
    found = (one for one in formats(prefix) if one.actions >> place & 1)
    return any(can_name(arn, arn_format) for arn_format in found for arn in arns)


def _described(kinds: list[str], facts: Service) -> str:
    """Resource types, the one with the plainest format first, and that format."""
    arns = {kind: arn.replace("${Partition}", "aws") for kind in kinds for arn in facts.resource_types[kind].arns[:1]}
    first, *others = sorted(arns, key=lambda kind: (len(arns[kind]), kind))
    shown = [f"{first} ({arns[first]})", *others]
    return " or ".join(shown[:_MOST_TYPES]) + (", …" if len(shown) > _MOST_TYPES else "")


def _kind(resource: str) -> str:
    """What the ARN names instead."""
    arn = split_arn(resource)
    prefixes = services_on(arn.service) if arn else ()
    named = dict.fromkeys(kind for prefix in prefixes for kind in resource_types_named(resource, prefix))
    return f"this is the ARN of another kind: {' or '.join(named)}" if named else "this ARN has no such format"
