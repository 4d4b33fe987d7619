"""AWS's SimulateCustomPolicy: the API's shapes, in and out.

`simulate_custom_policy` takes and gives what boto3's method of that name does, and more: role sessions, federated
users, root, services and `anonymous` as caller, trust policies, session policies, VPC endpoint policies, RCPs and a
management account. Nothing is added to the context. Parameters are checked in `parameters`, answers made in `results`,
also for the account's `simulate_principal_policy`.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iamlab.errors import InvalidInput, MalformedPolicyDocument
from iamlab.evaluation.boxes import ROLE_TRUST_ACTIONS
from iamlab.evaluation.parameters import check, read_questions
from iamlab.evaluation.policies import AttachedPolicy, Level, PolicySet
from iamlab.evaluation.results import run
from iamlab.policy import PolicyDocument


def simulate_custom_policy(
    *,
    PolicyInputList: Sequence[str] | None = None,  # noqa: N803 - the API's own names
    ActionNames: Sequence[str] | None = None,  # noqa: N803
    ResourceArns: Sequence[str] | None = None,  # noqa: N803
    PermissionsBoundaryPolicyInputList: Sequence[str] | None = None,  # noqa: N803
    OrderedOrganizationPolicyInputList: Sequence[Mapping[str, Sequence[str]]] | None = None,  # noqa: N803
    ResourcePolicy: str | None = None,  # noqa: N803
    ResourceOwner: str | None = None,  # noqa: N803
    CallerArn: str | None = None,  # noqa: N803
    ContextEntries: Sequence[Mapping[str, Any]] | None = None,  # noqa: N803
    ResourceHandlingOption: str | None = None,  # noqa: N803
    MaxItems: int | None = None,  # noqa: N803
    Marker: str | None = None,  # noqa: N803
    SessionPolicyInputList: Sequence[str] | None = None,  # noqa: N803
    VpcEndpointPolicyInputList: Sequence[str] | None = None,  # noqa: N803
    ManagementAccountId: str | None = None,  # noqa: N803
    **unknown: object,
) -> dict[str, Any]:
    """Simulate how a set of policies decides actions on resources.

    The arguments are those of AWS's API, of which PolicyInputList and ActionNames are required; documents are JSON
    texts. Beyond AWS: `SessionPolicyInputList`, `VpcEndpointPolicyInputList`, `ManagementAccountId`, and
    `ResourceControlPolicyInputList` in a level of `OrderedOrganizationPolicyInputList`.

    Returns:
        the API's answer: `EvaluationResults`, `IsTruncated` and, if truncated, `Marker`.

    Raises:
        InvalidInput: there is no such parameter; or a policy, ARN, action or other value is not acceptable.
        ValidationError: a parameter breaks the API's constraints on type or length.

    >>> policy = '{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}'
    >>> answer = simulate_custom_policy(PolicyInputList=[policy], ActionNames=["s3:GetObject", "s3:PutObject"])
    >>> [result["EvalDecision"] for result in answer["EvaluationResults"]]
    ['allowed', 'implicitDeny']
    """
    parameters = dict(locals())
    for name in parameters.pop("unknown"):
        raise InvalidInput(f"Unknown parameter {name}")
    check(parameters, required=("PolicyInputList", "ActionNames"))
    questions = read_questions(parameters)
    policies = PolicySet(
        identity=read_policies("PolicyInputList", PolicyInputList),
        resource=() if ResourcePolicy is None else read_resource_policy(ResourcePolicy, questions.actions),
        boundary=read_policies("PermissionsBoundaryPolicyInputList", PermissionsBoundaryPolicyInputList),
        session=read_policies("SessionPolicyInputList", SessionPolicyInputList) or None,
        organization=_levels(OrderedOrganizationPolicyInputList),
        vpc_endpoint=read_policies("VpcEndpointPolicyInputList", VpcEndpointPolicyInputList, with_principal=True),
    )
    return run(questions, policies)


def read_policies(name: str, texts: Sequence[str] | None, *, with_principal: bool = False) -> list[AttachedPolicy]:
    """The policies of a parameter, named as AWS names them: `PolicyInputList.1` …

    Args:
        name: the parameter.
        texts: the documents.
        with_principal: must their statements have a principal, or must they not?

    Raises:
        InvalidInput: one is malformed, or lacks what its type of policy needs.
    """
    made = []
    for number, text in enumerate(texts or (), 1):
        document = _document(f"{name}.{number}", text)
        _check_elements(f"{name}.{number}", document, with_principal=with_principal)
        made.append(AttachedPolicy(document, f"{name}.{number}"))
    return made


def _check_elements(name: str, document: PolicyDocument, *, with_principal: bool) -> None:
    """Has each statement the elements that its type of policy needs, and no other?"""
    for statement in document.statements:
        has_principal = statement.principal is not None or statement.not_principal is not None
        if with_principal and not has_principal:
            raise InvalidInput(f"{name}: Missing required field Principal")
        if has_principal and not with_principal:
            raise InvalidInput(f"{name}: Policy document should not specify a principal.")
        if not with_principal and statement.resources is None and statement.not_resources is None:
            raise InvalidInput(f"{name}: Policy statement must contain resources.")


def read_resource_policy(text: str, actions: Sequence[str]) -> AttachedPolicy:
    """The parameter ResourcePolicy: a trust policy, when the actions assume a role.

    Raises:
        InvalidInput: it is malformed, or lacks what its type of policy needs.
    """
    document = _document("ResourcePolicy", text)
    _check_elements("ResourcePolicy", document, with_principal=True)
    trust = any(action.lower() in ROLE_TRUST_ACTIONS for action in actions)
    if trust and any(statement.not_principal is not None for statement in document.statements):
        raise InvalidInput("ResourcePolicy: Has prohibited field NotPrincipal")
    return AttachedPolicy(document, "ResourcePolicy")


def _document(name: str, text: str) -> PolicyDocument:
    try:
        return PolicyDocument.parse(text)
    except MalformedPolicyDocument as error:
        raise InvalidInput(f"{name}: {error.message}") from None


def _levels(levels: Sequence[Mapping[str, Sequence[str]]] | None) -> list[Level]:
    made = []
    for level in levels or ():
        scps, rcps = level.get("ServiceControlPolicyInputList"), level.get("ResourceControlPolicyInputList")
        made.append(
            Level(
                "",  # no answer names a level
                None if scps is None else read_policies("ServiceControlPolicyInputList", scps),
                read_policies("ResourceControlPolicyInputList", rcps, with_principal=True),
            )
        )
    return made
