"""The AWS managed policies: names, versions, dates, and the text of the default version.

[https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html]
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from iamlab.catalog.files import read_member
from iamlab.errors import NoSuchEntity

_ARN = "arn:aws:iam::aws:policy"


@dataclass(slots=True)
class ManagedPolicy:
    """An AWS managed policy, without its text; treat it as immutable.

    Attributes:
        name: such as `ReadOnlyAccess`.
        arn: such as `arn:aws:iam::aws:policy/ReadOnlyAccess`.
        path: such as `/`, `/job-function/`, `/service-role/` or `/aws-service-role/`.
        version: the default version, such as `v190`.
        created: when AWS made it, as the API writes times (`2015-02-06T18:39:48Z`).
        updated: when AWS changed it last.
    """

    name: str
    arn: str
    path: str
    version: str
    created: str
    updated: str


def managed_policy_names() -> tuple[str, ...]:
    """The names of all AWS managed policies, sorted."""
    return tuple(_index()[0])


def managed_policy(name_or_arn: str) -> ManagedPolicy:
    """Look one up.

    Args:
        name_or_arn: `ReadOnlyAccess`, or its whole ARN.

    Raises:
        NoSuchEntity: AWS has no such policy.

    >>> managed_policy("job-function/ViewOnlyAccess")
    Traceback (most recent call last):
    iamlab.errors.NoSuchEntity: Policy job-function/ViewOnlyAccess does not exist or is not attachable.
    >>> managed_policy("ViewOnlyAccess").arn
    'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess'
    """
    return _index()[0][_name(name_or_arn)]


def managed_policy_text(name_or_arn: str) -> str:
    """The JSON text of the default version, on one line.

    Args:
        name_or_arn: `ReadOnlyAccess`, or its whole ARN.

    Raises:
        NoSuchEntity: AWS has no such policy.

    >>> managed_policy_text("AdministratorAccess")
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    """
    policies, size = _index()
    block, line = divmod(list(policies).index(_name(name_or_arn)), size)
    return read_member("managed.zip", str(block)).split("\n")[line]


def _name(name_or_arn: str) -> str:
    """The name, when there is such a policy."""
    policies, _ = _index()
    name = name_or_arn.rpartition("/")[2]
    if name not in policies or name_or_arn not in (name, policies[name].arn):
        raise NoSuchEntity(f"Policy {name_or_arn} does not exist or is not attachable.")
    return name


@lru_cache(maxsize=1)
def _index() -> tuple[dict[str, ManagedPolicy], int]:
    """The policies by name, and how many documents there are in a block."""
    data = json.loads(read_member("managed.zip", "_index"))
    policies = {
        name: ManagedPolicy(name, f"{_ARN}{path}{name}", path, version, _time(created), _time(updated))
        for name, path, version, created, updated in data["policies"]
    }
    return policies, data["block"]


def _time(text: str) -> str:
    """The source writes `+00:00` where the API writes `Z`."""
    return text.replace("+00:00", "Z")
