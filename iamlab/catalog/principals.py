"""Principals that AWS knows by name: service principals, with what the Console offers each for, and web identities.

The use cases follow the Console's "Create role" page; no package or page of AWS lists them all, so they are a choice.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from iamlab.catalog.files import read_json

WEB_IDENTITIES = ("cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com")
"""Web identity providers that AWS knows without a provider in the account.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html]"""


@dataclass(slots=True)
class UseCase:
    """A use case of the Console's "Create role" page; treat it as immutable.

    Attributes:
        principal: the service principal that may assume the role.
        service: the service's name in the Console's list.
        use_case: the use case's name.
        description: what the role lets it do.
        managed_policy: ARN of the policy that the Console attaches, if it does.
        common: is it among the commonly used services, at the top of the list?
        kind: `service role` or `service-linked role`.
    """

    principal: str
    service: str
    use_case: str
    description: str
    managed_policy: str | None
    common: bool
    kind: str


@lru_cache(maxsize=1)
def use_cases() -> tuple[UseCase, ...]:
    """The Console's use cases, common ones first.

    >>> use_cases()[0].principal
    'ec2.amazonaws.com'
    """
    cases = [UseCase(**fact) for fact in _data()["use_cases"]]
    return tuple(sorted(cases, key=lambda case: not case.common))


def service_principals() -> tuple[str, ...]:
    """Every service principal that is known here, sorted.

    >>> "lambda.amazonaws.com" in service_principals()
    True
    """
    data = _data()
    from_cases = {case["principal"] for case in data["use_cases"]}
    return tuple(sorted(from_cases.union(data["passed_to"], data["service_linked"], data["called_via"])))


def service_linked_principals() -> tuple[str, ...]:
    """Service principals that have service-linked roles, sorted."""
    return tuple(_data()["service_linked"])


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_json("principals.json")
    return data
