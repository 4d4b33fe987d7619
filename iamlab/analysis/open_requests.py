"""Requests of which not everything is known: with whichever credential, by whomever of many.

`open_request` leaves open what depends on the credential; `anybody` also what tells one user, or one role, from
another; `is_personal` says whether a statement looks at that. `asked_arn` reads what is asked about, `decide_open`
decides such a request.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from iamlab.account.authorize import request_for, resource_arn
from iamlab.account.context import DECIDED_HERE, Given
from iamlab.account.principals import Principal
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.evaluation import Decision, PolicySet, Request, evaluate
from iamlab.evaluation.verdict import CONDITIONAL
from iamlab.policy import Statement
from iamlab.policy.variables import Template, has_variable

_MFA = "aws:multifactorauthpresent"

_BY_CREDENTIAL = {
    "user": frozenset((_MFA, "aws:multifactorauthage", "aws:tokenissuetime")),
    "assumed-role": frozenset(("aws:federatedprovider", "aws:sourceidentity", "aws:tokenissuetime")),
}
"""The keys that depend on the credential that somebody of a kind uses; with other kinds all of these do."""

_ANY_CREDENTIAL = frozenset[str]().union(*_BY_CREDENTIAL.values())

_PERSONAL = frozenset(("aws:principalarn", "aws:userid", "aws:username", "aws:principaltag/"))
"""The keys that tell one user of an account, or one role, from another."""


def asked_arn(resource: object) -> str:
    """The ARN of what is asked about, or `*`: who may do something to a name that is not one, nobody can say.

    Raises:
        InvalidInput: it is not an ARN and has none.
    """
    arn = resource_arn(resource)
    return arn if arn == "*" else str(Arn.parse(arn))


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
    return request.knowing(keys, (DECIDED_HERE - opened) | given)


def anybody(request: Request) -> Request:
    """The same request by anybody of the same kind and account."""
    keys = {key: value for key, value in request.keys.items() if not _is_personal_key(key)}
    return request.knowing(keys, _absent(request) - _PERSONAL)


def _absent(request: Request) -> frozenset[str]:
    """The keys that are known not to be there, of a request that was made here."""
    return frozenset(request.absent) if isinstance(request.absent, Set) else frozenset()


def decide_open(request: Request, policies: PolicySet) -> Decision | None:
    """Decide an open request: the decision when it is allowed, or conditional and possible; `None` when it is neither.

    Whether MFA was used is not any key: it is true, false or not there. A condition that holds with none of these is
    a denial.

    Args:
        request: an open request.
        policies: everything that speaks on it.
    """
    decision = evaluate(request, policies, partial=True)
    if decision.allowed:
        return decision
    if decision.outcome != CONDITIONAL:
        return None
    if _MFA in request.known or any(_is_possible(evaluate(one, policies, partial=True)) for one in _with_mfa(request)):
        return decision
    return None


def _with_mfa(request: Request) -> Iterator[Request]:
    for value in ("true", "false"):
        yield request.knowing({**request.keys, _MFA: value}, _absent(request))
    yield request.knowing(request.keys, _absent(request) | {_MFA})


def _is_possible(decision: Decision) -> bool:
    return decision.allowed or decision.outcome == CONDITIONAL


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
