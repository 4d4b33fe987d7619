"""What an account does not know about a denial, and why it may decide otherwise than AWS did: in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.account.context import owner_of
from iamlab.account.managed import policy_record
from iamlab.account.principals import Principal
from iamlab.account.resources import resource_for
from iamlab.account.state import State
from iamlab.analysis.diagnosis.denials import Denial
from iamlab.errors import NoSuchEntity
from iamlab.evaluation import Decision
from iamlab.evaluation.policies import (
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    SESSION,
    TRUST,
)


def unknown_here(state: State, principal: Principal, denial: Denial, decision: Decision) -> Iterator[str]:
    """What is not known here of the policies that AWS decided with, whatever it came to."""
    home = principal.home
    if denial.layer in (SERVICE_CONTROL, RESOURCE_CONTROL) and home is not None and home.organization is None:
        yield "The lab knows no organization above this account, so it knows none of its policies."
    if ":kms:" in denial.resource and ":key/" in denial.resource and not _has_policy(state, denial.resource):
        yield "The lab knows no such key, nor its policy, without which nobody may use a key."
    elif denial.layer == RESOURCE and not _has_policy(state, denial.resource):
        yield "The lab knows no policy of this resource; an account's export does not hold them."
    if denial.layer == ENDPOINT:
        yield "Policies of VPC endpoints are no part of an account here; ask evaluate() with one."
    if denial.layer == SESSION and principal.session is None:
        yield "The lab does not know this session, nor the session policy that was passed to it."
    if denial.policy_arn and not _has_managed_policy(home or state, denial.policy_arn):
        yield f"The lab does not have the policy {denial.policy_arn}."
    yield from decision.policies.unknown


def reasons_to_differ(denial: Denial, condition: str) -> Iterator[str]:
    """Why an account may decide otherwise than AWS did, beside what is not known in it.

    Args:
        denial: what AWS decided.
        condition: on what the account's decision would depend, or empty.
    """
    if condition:
        yield f"It depends on what the {denial.source} does not tell; allowed if {condition}"
    yield "The lab decides with the policies as they are here now."


def why_undecided(state: State, principal: Principal, decision: Decision) -> str:
    """Why nothing can be said of somebody whose account is not known; empty where what is known here denies it.

    Across accounts both sides have to allow a request, so that a role's trust policy that does not let somebody in is
    reason enough [reference_policies_evaluation-logic-cross-account].
    """
    if principal.home is not None or not principal.account or principal.kind == "provider":
        return ""
    by_resource = decision.layer == RESOURCE and _has_policy(state, decision.request.resource)
    if not decision.allowed and (by_resource or decision.layer in (TRUST, RESOURCE_CONTROL)):
        return ""
    let_in = " What is known here lets it in." if decision.layer == IDENTITY else ""
    return f"the account {principal.account} is not known here. Open its export, or connect it.{let_in}"


def _has_policy(state: State, resource: str) -> bool:
    owner = owner_of(state, resource)
    found = resource_for(owner, resource) if owner else None
    return found is not None and found.policy is not None


def _has_managed_policy(state: State, arn: str) -> bool:
    if state.organization and any(policy.arn == arn for policy in state.organization.policies):
        return True
    try:
        policy_record(state, arn)
    except NoSuchEntity:
        return False
    return True
