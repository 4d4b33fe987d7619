"""API operations and the IAM actions they need, both ways.

An operation needs the action of its own name in its service (that holds for more than nine in ten of botocore's
operations); the exceptions are kept by hand. Some operations need one of several actions, as their content says.
[https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html and each service's own page]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from iamlab.catalog import index
from iamlab.catalog.files import read_json


@dataclass(slots=True)
class NeededAction:
    """An IAM action that an API operation needs; treat it as immutable.

    Attributes:
        action: such as `s3:GetObject`.
        on: which of the operation's resources it is about (`source object`); empty when there is only one.
        only: when it is needed (`as the item says`); empty when always.
    """

    action: str
    on: str = ""
    only: str = ""


def prefix_of(service: str) -> str:
    """The IAM prefix of a service as boto3 names it.

    >>> prefix_of("stepfunctions"), prefix_of("s3")
    ('states', 's3')
    """
    prefix: str = _data()["prefixes"].get(service, service)
    return prefix


_EVENT_SOURCES = {
    "cloudcontrolapi": "cloudformation",
    "monitoring": "cloudwatch",
    "rdsdataapi": "rds-data",
    "tagging": "tag",
}
"""What CloudTrail calls a service in `eventSource`, where that is neither IAM's prefix nor boto3's name.

Only where a page of AWS's says so: [https://docs.aws.amazon.com/eventbridge/latest/ref/events.html, the pages
events-ref-cloudcontrolapi, -monitoring, -rdsdataapi and -tagging; read in 2026].
"""

_SOURCE_OF = {"cloudwatch": "monitoring", "rds-data": "rdsdataapi", "tag": "tagging"}
"""The way back; CloudFormation's own events have its own name."""


def event_source(prefix: str) -> str:
    """What CloudTrail calls a service.

    Args:
        prefix: IAM's, in any case.

    >>> event_source("s3"), event_source("cloudwatch")
    ('s3.amazonaws.com', 'monitoring.amazonaws.com')
    """
    return f"{_SOURCE_OF.get(prefix.lower(), prefix.lower())}.amazonaws.com"


def service_of_event(source: str) -> str:
    """The service of a CloudTrail event, by IAM's prefix or by boto3's name (see `prefix_of`).

    Args:
        source: the event's `eventSource`.

    >>> service_of_event("monitoring.amazonaws.com"), service_of_event("s3.amazonaws.com")
    ('cloudwatch', 's3')
    """
    name = source.partition(".")[0]
    return _EVENT_SOURCES.get(name, name)


_DATED = re.compile(r"20\d\d(?:0\d|1[0-2])[0-3]\d(?:v\d+)?$")


def operation_of_event(name: str) -> str:
    """The API operation that a CloudTrail event is about: the names of Lambda's end in the date of its API.

    So they do in events that people show; no list of AWS's was found.

    Args:
        name: the event's `eventName`.

    >>> operation_of_event("UpdateFunctionCode20150331v2"), operation_of_event("GetObject")
    ('UpdateFunctionCode', 'GetObject')
    """
    return _DATED.sub("", name)


def actions_of(service: str, operation: str) -> tuple[NeededAction, ...]:
    """The IAM actions that an API operation needs.

    Args:
        service: as boto3 names it (`s3`, `elbv2`), or an IAM prefix.
        operation: as the API names it, such as `HeadObject`.

    Returns:
        Nothing when no action is known for it: then the action is too new for the catalog, or there is none.

    >>> [needed.action for needed in actions_of("s3", "HeadObject")]
    ['s3:GetObject']
    >>> actions_of("s3", "CopyObject")[0]
    NeededAction(action='s3:GetObject', on='source object', only='')
    """
    fact = _data()["exceptions"].get(f"{service}.{operation}")
    if fact:
        places = fact.get("on") or [""] * len(fact["actions"])
        only = fact.get("each", "")
        return tuple(NeededAction(action, on, only) for action, on in zip(fact["actions"], places, strict=True))
    # boto3's `opensearch` is IAM's `es`, but there is an IAM prefix `opensearch` too.
    for prefix in (prefix_of(service), service):
        number = index.number(f"{prefix}:{operation}")
        if number is not None:
            return (NeededAction(index.action_names()[number]),)
    return ()


def operations_of(action: str) -> tuple[str, ...]:
    """The API operations that need an action, the other way round.

    Args:
        action: such as `s3:PutObject`.

    Returns:
        `service.Operation`; first the one of the same name. Which operations exist is not known here: an action without
        an operation of its own is given one all the same, unless it is known to have none (`iam:PassRole`).

    >>> operations_of("s3:ListAllMyBuckets")
    ('s3.ListBuckets',)
    """
    others = _reverse().get(action.lower(), ())
    prefix, _, name = action.partition(":")
    own = f"{prefix}.{name}"
    without_own = action in _data()["not_operations"] or index.number(action) is None or own in _data()["exceptions"]
    return others if without_own else (own, *others)


def needs_permission(action: str) -> bool:
    """Is this an action that a policy can withhold?

    `sts:GetCallerIdentity` works even against a Deny, `sts:GetSessionToken` needs no permission.
    [https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html]
    """
    return action.lower() not in {name.lower() for name in _data()["no_permission_needed"]}


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_json("operations.json")
    return data


@lru_cache(maxsize=1)
def _reverse() -> dict[str, tuple[str, ...]]:
    """An action in lower case -> the operations that need it by exception."""
    found: dict[str, tuple[str, ...]] = {}
    for operation, fact in _data()["exceptions"].items():
        for action in fact["actions"]:
            found[action.lower()] = (*found.get(action.lower(), ()), operation)
    return found
