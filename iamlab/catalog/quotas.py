"""Limits of IAM and STS: quotas of an account, shapes of the API's parameters, enumerations.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from iamlab.catalog.files import read_json


@dataclass(slots=True)
class Quota:
    """A quota; treat it as immutable.

    Attributes:
        name: our name for it, such as `groups_per_user`.
        default: what an account has; `None` when it is only a range.
        minimum: the least that may be asked for, if there is one.
        maximum: the most that may be asked for, if there is one.
        adjustable: does AWS raise it on request?
        code: its code in Service Quotas, if it has one.
        source: where the number is from; sources that contradict each other are named in `note`.
        note: what is worth knowing besides.
    """

    name: str
    default: int | None
    minimum: int | None
    maximum: int | None
    adjustable: bool
    code: str | None
    source: str
    note: str


@dataclass(slots=True)
class Shape:
    """A parameter's constraints, as the API's model has them; treat it as immutable.

    Attributes:
        name: the shape's name, such as `userNameType`.
        type: `string`, `integer`, `list` …
        minimum: least length (of text and lists) or value (of numbers), if there is one.
        maximum: greatest length or value, if there is one.
        pattern: a regular expression (Java's) for the whole text, if there is one.
    """

    name: str
    type: str
    minimum: int | None
    maximum: int | None
    pattern: str | None


def quota(name: str) -> int:
    """What an account has of this by default.

    Raises:
        KeyError: there is no such quota, or it is only a range (see `limits`).

    >>> quota("groups_per_user")
    10
    """
    default = limits(name).default
    if default is None:
        raise KeyError(name)
    return default


@cache
def limits(name: str) -> Quota:
    """All that is known about a quota.

    Raises:
        KeyError: there is no such quota.

    >>> limits("role_max_session_seconds").maximum
    43200
    """
    fact = _data()["quotas"][name]
    return Quota(
        name,
        fact.get("default"),
        fact.get("min"),
        fact.get("max"),
        fact.get("adjustable", False),
        fact.get("quota_code"),
        fact["source"],
        fact.get("note", ""),
    )


def quota_names() -> tuple[str, ...]:
    """The names of all quotas."""
    return tuple(_data()["quotas"])


@cache
def shape(name: str, api: str | None = None) -> Shape:
    """A parameter's constraints.

    Args:
        name: the shape's name in the API's model, such as `userNameType`.
        api: `iam` or `sts`, which have some names in common; without it, IAM's and then STS's.

    Raises:
        KeyError: there is no such shape.

    >>> shape("userNameType").maximum, shape("userNameType", "sts").maximum
    (64, 32)
    """
    known = {**_data()["sts_shapes"], **_data()["iam_shapes"]} if api is None else _data()[f"{api}_shapes"]
    fact = known[name]
    return Shape(name, fact["type"], fact.get("min"), fact.get("max"), fact.get("pattern"))


def enumeration(name: str) -> tuple[str, ...]:
    """The values of one of IAM's enumerations.

    Raises:
        KeyError: there is no such enumeration.

    >>> enumeration("PolicyEvaluationDecisionType")
    ('allowed', 'explicitDeny', 'implicitDeny')
    """
    return tuple(_data()["iam_enums"][name])


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_json("quotas.json")
    return data
