"""AWS's SimulatePrincipalPolicy: what would a user, group or role of this account be allowed?

The shapes are the API's, as botocore has them; the work is `iamlab.evaluation.simulate`'s. As in the API, nothing is
added to the
context: what is not given in `ContextEntries` is missing.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from iamlab.account.authorize import attached_policy, held_policies, organization_levels
from iamlab.account.documents import check_arn, checked
from iamlab.account.entities import find
from iamlab.account.records import EntityRecord, UserRecord
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.errors import InvalidInput, MalformedPolicyDocument, NoSuchEntity
from iamlab.evaluation import AttachedPolicy, PolicySet
from iamlab.evaluation.results import run
from iamlab.evaluation.simulate import read_questions

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
    get = parameters.get
    source = str(get("PolicySourceArn"))
    identity, boundary = policy_source(state, source)
    caller = get("CallerArn") or (source if ":user/" in source else None)
    if get("ResourcePolicy") and not caller:
        raise InvalidInput("CallerArn is required when ResourcePolicy is given and PolicySourceArn is no user")
    if "PermissionsBoundaryPolicyInputList" in parameters:
        boundary = _inputs("PermissionsBoundaryPolicyInputList", get("PermissionsBoundaryPolicyInputList") or ())
    excluded = set(get("PolicyExclusionList") or ())
    identity = [policy for policy in identity if not excluded & {policy.name, policy.arn, policy.source_id}]
    resource = [_input("ResourcePolicy", get("ResourcePolicy"), "resource")] if get("ResourcePolicy") else []
    policies = PolicySet(
        identity=[*identity, *_inputs("PolicyInputList", get("PolicyInputList") or ())],
        resource=resource,
        boundary=boundary,
        organization=organization_levels(state.organization, scp=True, rcp=False),
    )
    questions = read_questions(
        get("ActionNames", ()),
        get("ResourceArns", ()),
        get("ContextEntries", ()),
        caller,
        get("ResourceOwner"),
        get("MaxItems", 100),
        get("Marker"),
        state.organization.management_account if state.organization else None,
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


def _inputs(name: str, texts: Iterable[Any]) -> list[AttachedPolicy]:
    if not isinstance(texts, Sequence) or isinstance(texts, str):
        raise InvalidInput(f"{name} must be a list")
    return [_input(f"{name}.{number}", text, "identity") for number, text in enumerate(texts, 1)]


def _input(name: str, text: Any, kind: Any) -> AttachedPolicy:
    try:
        return AttachedPolicy(checked(text, kind), name)
    except MalformedPolicyDocument as error:
        raise InvalidInput(f"{name}: {error.message}") from None
