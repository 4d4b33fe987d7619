"""Requests of which not everything is known: with whichever credential, by whomever of many.

`open_request` leaves open what depends on the credential; `anybody` also what tells one user, or one role, from
another. `is_personal` says whether a statement looks at the latter.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html]
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from iamlab.account.authorize import request_for
from iamlab.account.context import DECIDED_HERE, Given
from iamlab.account.principals import Principal
from iamlab.account.state import State
from iamlab.evaluation import Request
from iamlab.evaluation.request import GivenValue
from iamlab.policy import Statement
from iamlab.policy.variables import Template, has_variable

_BY_CREDENTIAL = {
    "user": frozenset(("aws:multifactorauthage", "aws:multifactorauthpresent", "aws:tokenissuetime")),
    "assumed-role": frozenset(("aws:federatedprovider", "aws:sourceidentity", "aws:tokenissuetime")),
}
"""The keys that depend on the credential that somebody of a kind uses; with other kinds all of these do."""

_ANY_CREDENTIAL = frozenset[str]().union(*_BY_CREDENTIAL.values())

_PERSONAL = frozenset(("aws:principalarn", "aws:userid", "aws:username", "aws:principaltag/"))
"""The keys that tell one user of an account, or one role, from another."""


def open_request(
    state: State, principal: Principal, action: str, resource: str, context: Given | None = None
) -> Request:
    """A request of which is known what stays the same whichever credential the principal uses.

    Args:
        state: the account that is asked.
        principal: who asks.
        action: what.
        resource: about what.
        context: what else is known; `None` as a value takes a key away.
    """
    request = request_for(state, principal, action, resource, context)
    given = {key.lower() for key in context or ()}
    opened = _BY_CREDENTIAL.get(principal.kind, _ANY_CREDENTIAL) - given
    keys = {key: value for key, value in (request.context or {}).items() if key.lower() not in opened}
    return knowing(request, keys, (DECIDED_HERE - opened) | given)


def anybody(request: Request) -> Request:
    """The same request by anybody of the same kind and account."""
    keys = {key: value for key, value in request.keys.items() if not _is_personal_key(key)}
    return knowing(request, keys, frozenset(key for key in DECIDED_HERE if key in request.absent) - _PERSONAL)


def knowing(request: Request, keys: Mapping[str, GivenValue], absent: Container[str]) -> Request:
    """The same request with other knowledge: keys with their values, and keys known not to be there."""
    return Request(
        request.principal,
        request.action,
        request.resource,
        keys,
        resource_account=request.resource_account,
        management_account=request.management_account,
        issuer=request.issuer,
        absent=absent,
    )


def is_personal(statement: Statement) -> bool:
    """Does a statement look at what tells one user, or one role, from another?"""
    if any(_is_personal_key(test.lower_key) for test in statement.matcher.tests):
        return True
    if not statement.variables:
        return False
    texts = [*(statement.resources or statement.not_resources or ())]
    texts += [value for _, _, values in statement.conditions for value in values]
    return any(
        _is_personal_key(variable.key) for text in texts if has_variable(text) for variable in Template(text).variables
    )


def _is_personal_key(key: str) -> bool:
    return key in _PERSONAL or key.startswith("aws:principaltag/")
