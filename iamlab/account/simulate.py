"""AWS's SimulatePrincipalPolicy: what would a user, group or role of this account be allowed?

The shapes are the API's, as botocore has them; the work is `iamlab.evaluation.simulate`'s. As in the API, nothing is
added to the context: what is not given in `ContextEntries` is missing. Beyond AWS there are session and VPC endpoint
policies, as in `simulate_custom_policy`. Policies can be left out by `PolicyExclusionList`. `context_keys` says which
condition keys policies ask for: what somebody who simulates them has to supply.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from iamlab.account.authorize import attached_policy, held_policies, organization_levels
from iamlab.account.documents import Document, check_arn
from iamlab.account.entities import find
from iamlab.account.names import check_list
from iamlab.account.records import EntityRecord, UserRecord
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.errors import InvalidInput, MalformedPolicyDocument, NoSuchEntity
from iamlab.evaluation import AttachedPolicy, PolicySet
from iamlab.evaluation.parameters import check, read_questions
from iamlab.evaluation.results import managed_type, run
from iamlab.evaluation.simulate import read_policies, read_resource_policy
from iamlab.policy import PolicyDocument
from iamlab.policy.patterns import compile_pattern, has_wildcard

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
        "SessionPolicyInputList",
        "VpcEndpointPolicyInputList",
    }
)
_WILDCARDS = re.compile(r"[^*]*(\*[^*]*)?")
"""What AWS lets a name in an exclusion hold: one `*` at the most, and any number of `?`."""
_VARIABLE = re.compile(r"\$\{\s*([A-Za-z0-9-]+:[^},]+?)\s*[},]")
_POLICY_ARN = re.compile(r"arn:[\w-]+:iam::(\d{12}|aws):policy/[^:]+")


def simulate_principal_policy(state: State, **parameters: Any) -> dict[str, Any]:
    """Simulate the policies of a user (with its groups), group or role.

    Args:
        state: the account that is asked.
        parameters: those of the API; `PolicySourceArn` and `ActionNames` must be there.

    Returns:
        The API's answer: `EvaluationResults`, `IsTruncated` and, if truncated, `Marker`.

    Raises:
        NoSuchEntity: the user, group or role does not exist.
        InvalidInput, ValidationError: a parameter AWS does not take.
    """
    unknown = sorted(set(parameters) - _PARAMETERS)
    if unknown:
        raise InvalidInput(f"Unknown parameter {unknown[0]}")
    given = {name: value for name, value in parameters.items() if value is not None}
    check(given, required=("PolicySourceArn", "ActionNames"))
    source = given["PolicySourceArn"]
    identity, boundary = policy_source(state, source)
    given.setdefault("CallerArn", source)
    if state.organization:
        given["ManagementAccountId"] = state.organization.management_account
    questions = read_questions(given)
    if "PermissionsBoundaryPolicyInputList" in given:
        name = "PermissionsBoundaryPolicyInputList"
        boundary = read_policies(name, given[name])
    exclusions = given.get("PolicyExclusionList", ())
    for exclusion in exclusions:
        _check_exclusion(exclusion)
    types = {exclusion.get("PolicyType") for exclusion in exclusions}
    identity = [policy for policy in identity if not any(_excludes(one, policy) for one in exclusions)]
    resource, session = given.get("ResourcePolicy"), given.get("SessionPolicyInputList")
    policies = PolicySet(
        identity=[*identity, *read_policies("PolicyInputList", given.get("PolicyInputList", ()))],
        resource=() if resource is None else read_resource_policy(resource, questions.actions),
        boundary=() if "permission-boundary" in types else boundary,
        session=None if session is None else read_policies("SessionPolicyInputList", session),
        organization=() if "scp" in types else organization_levels(state.organization, scp=True, rcp=False),
        vpc_endpoint=read_policies(
            "VpcEndpointPolicyInputList", given.get("VpcEndpointPolicyInputList"), with_principal=True
        ),
    )
    return run(questions, policies)


def policy_source(state: State, arn: str) -> tuple[list[AttachedPolicy], list[AttachedPolicy]]:
    """The policies of a user (with its groups), group or role, and its boundary.

    Raises:
        NoSuchEntity: it does not exist.
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


def _check_exclusion(exclusion: Mapping[str, Any]) -> None:
    """AWS takes an exclusion that fits nothing, but none that is malformed.

    [https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html]
    """
    arn, inline = exclusion.get("PolicyArn"), exclusion.get("InlinePolicyIdentifier")
    if arn is not None:
        place, _, name = arn.rpartition("/")
        if not _POLICY_ARN.fullmatch(arn) or has_wildcard(place) or not _WILDCARDS.fullmatch(name):
            raise InvalidInput(f"PolicyArn {arn!r} is not the ARN of a policy, with one * at the most in its name")
    if inline is not None:
        if has_wildcard(inline["PolicyName"]):
            raise InvalidInput(f"PolicyName {inline['PolicyName']!r} may not hold wildcards")
        if not _WILDCARDS.fullmatch(inline["AttachmentName"]):
            raise InvalidInput(f"AttachmentName {inline['AttachmentName']!r} may hold one * at the most")


def _excludes(exclusion: Mapping[str, Any], policy: AttachedPolicy) -> bool:
    """Does the exclusion name this policy of a user, group or role?"""
    if "PolicyType" in exclusion:
        kind = "inline" if policy.arn is None else managed_type(policy.arn)
        return bool(exclusion["PolicyType"] == kind)
    if "PolicyArn" in exclusion:
        return policy.arn is not None and compile_pattern(exclusion["PolicyArn"])(policy.arn)
    inline = exclusion["InlinePolicyIdentifier"]
    kind, _, holder = (policy.attached_to or "").partition(" ")
    names = (policy.name, kind) == (inline["PolicyName"], inline["AttachmentType"])
    return policy.arn is None and names and compile_pattern(inline["AttachmentName"])(holder)


def context_keys(documents: Iterable[Document]) -> tuple[str, ...]:
    """The condition keys and policy variables of documents, each once [IAM API GetContextKeysForCustomPolicy].

    Raises:
        InvalidInput: a document is not a policy.
        ValidationError: not a list.

    >>> statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:username}"}
    >>> context_keys([{"Version": "2012-10-17", "Statement": statement}])
    ('aws:username',)
    """
    found: dict[str, str] = {}
    for document in check_list(documents, "policyInputList"):
        try:
            parsed = PolicyDocument.parse(document)
        except MalformedPolicyDocument as error:
            raise InvalidInput(f"Invalid policy: {error.message}") from None
        for statement in parsed.statements:
            for _, key, _ in statement.conditions:
                found.setdefault(key.lower(), key)
        for key in _VARIABLE.findall(parsed.text):
            found.setdefault(key.lower(), key)
    return tuple(found.values())


def context_keys_for_principal(state: State, arn: str, policies: Iterable[Document] = ()) -> tuple[str, ...]:
    """The condition keys that the policies of a user (with its groups), group or role, and more documents, ask for.

    Raises:
        NoSuchEntity: it does not exist.
        InvalidInput: not an ARN of one of these, or a document is not a policy.
    """
    own, _ = policy_source(state, arn)
    return context_keys([*(policy.document for policy in own), *check_list(policies, "policyInputList")])
