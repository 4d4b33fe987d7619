"""AWS's SimulatePrincipalPolicy: what would a user, group or role of this account be allowed?

The shapes are the API's, as botocore has them; the work is `iamlab.evaluation.simulate`'s. As in the API, nothing is
added to the
context: what is not given in `ContextEntries` is missing.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html]
"""

from __future__ import annotations

from typing import Any

from iamlab.account.authorize import attached_policy, held_policies, organization_levels
from iamlab.account.documents import check_arn
from iamlab.account.entities import find
from iamlab.account.records import EntityRecord, UserRecord
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.errors import InvalidInput, NoSuchEntity
from iamlab.evaluation import AttachedPolicy, PolicySet
from iamlab.evaluation.parameters import check, read_questions
from iamlab.evaluation.results import run
from iamlab.evaluation.simulate import read_policies, read_resource_policy

_PARAMETERS = frozenset(
    {
        "PolicySourceArn",
        "PolicyInputList",
        "PermissionsBoundaryPolicyInputList",
        "PolicyExclusionList",
        "ActionNames",
        "ResourceArns",
        "ResourcePolicy",
        "ResourceOwner",
        "CallerArn",
        "ContextEntries",
        "ResourceHandlingOption",
        "MaxItems",
        "Marker",
    }
)


def simulate_principal_policy(state: State, **parameters: Any) -> dict[str, Any]:
    """Simulate the policies of a user (with its groups), group or role.

    Args:
        state: the account that is asked.
        parameters: those of the API; `PolicySourceArn` and `ActionNames` must be there.

    Returns:
        The API's answer: `EvaluationResults`, `IsTruncated` and, if truncated, `Marker`.

    Raises:
        NoSuchEntity: the user, group or role is not there.
        InvalidInput, ValidationError: a parameter AWS does not take.
    """
    unknown = sorted(set(parameters) - _PARAMETERS)
    if unknown:
        raise InvalidInput(f"Unknown parameter {unknown[0]}")
    given = {name: value for name, value in parameters.items() if value is not None}
    check(given, required=("PolicySourceArn", "ActionNames"))
    source = given["PolicySourceArn"]
    identity, boundary = policy_source(state, source)
    if ":user/" in source:
        given.setdefault("CallerArn", source)
    if state.organization:
        given["ManagementAccountId"] = state.organization.management_account
    questions = read_questions(given)
    if "PermissionsBoundaryPolicyInputList" in given:
        name = "PermissionsBoundaryPolicyInputList"
        boundary = read_policies(name, given[name])
    excluded = set(given.get("PolicyExclusionList", ()))
    identity = [policy for policy in identity if not excluded & {policy.name, policy.arn, policy.source_id}]
    resource = given.get("ResourcePolicy")
    policies = PolicySet(
        identity=[*identity, *read_policies("PolicyInputList", given.get("PolicyInputList", ()))],
        resource=() if resource is None else read_resource_policy(resource, questions.actions),
        boundary=boundary,
        organization=organization_levels(state.organization, scp=True, rcp=False),
    )
    return run(questions, policies)


def policy_source(state: State, arn: str) -> tuple[list[AttachedPolicy], list[AttachedPolicy]]:
    """The policies of a user (with its groups), group or role, and its boundary.

    Raises:
        NoSuchEntity: it is not there.
        InvalidInput: no ARN, or not of one of these.
    """
    parsed = Arn.parse(check_arn(arn))
    record: EntityRecord
    match parsed.kind:
        case "user":
            record = find(state.users, parsed.name, "user")
        case "group":
            record = find(state.groups, parsed.name, "group")
        case "role":
            record = find(state.roles, parsed.name, "role")
        case _:
            raise InvalidInput(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    if parsed.account != state.account_id:
        raise NoSuchEntity(f"{arn} is not in this account.")
    holders = [record, *(record.groups if isinstance(record, UserRecord) else [])]
    policies = [policy for holder in holders for policy in held_policies(state, holder)]
    return policies, [attached_policy(state, record.boundary, None)] if record.boundary else []
