"""AWS's SimulateCustomPolicy: the API's shapes, in and out.

`simulate_custom_policy` takes and gives what boto3's method of that name does, and more: role sessions, federated
users, root, services and `anonymous` as caller, trust policies, session policies, VPC endpoint policies, RCPs and a
management account. Nothing is added to the context. The answers are made in `results`, also for the account's
`simulate_principal_policy`.
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iamlab.arn import Arn
from iamlab.errors import InvalidInput, MalformedPolicyDocument, ValidationError
from iamlab.evaluation.chart import ROLE_TRUST_ACTIONS
from iamlab.evaluation.policies import AttachedPolicy, Level, PolicySet
from iamlab.evaluation.request import caller_of, is_account
from iamlab.evaluation.results import DEFAULT_PAGE, Questions, run
from iamlab.policy import PolicyDocument
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.variables import ContextValue

RESOURCE_HANDLING = (
    "EC2-VPC-InstanceStore",
    "EC2-VPC-InstanceStore-Subnet",
    "EC2-VPC-EBS",
    "EC2-VPC-EBS-Subnet",
)
_KEY_TYPES = ("string", "numeric", "boolean", "ip", "binary", "date")
_MOST_LEVELS = 7


def simulate_custom_policy(
    *,
    PolicyInputList: Sequence[str],  # noqa: N803 - the API's own names
    ActionNames: Sequence[str],  # noqa: N803
    ResourceArns: Sequence[str] = (),  # noqa: N803
    PermissionsBoundaryPolicyInputList: Sequence[str] = (),  # noqa: N803
    OrderedOrganizationPolicyInputList: Sequence[Mapping[str, Sequence[str]]] = (),  # noqa: N803
    ResourcePolicy: str | None = None,  # noqa: N803
    ResourceOwner: str | None = None,  # noqa: N803
    CallerArn: str | None = None,  # noqa: N803
    ContextEntries: Sequence[Mapping[str, Any]] = (),  # noqa: N803
    ResourceHandlingOption: str | None = None,  # noqa: N803
    MaxItems: int = DEFAULT_PAGE,  # noqa: N803
    Marker: str | None = None,  # noqa: N803
    SessionPolicyInputList: Sequence[str] | None = None,  # noqa: N803
    VpcEndpointPolicyInputList: Sequence[str] = (),  # noqa: N803
    ManagementAccountId: str | None = None,  # noqa: N803
) -> dict[str, Any]:
    """Simulate how a set of policies decides actions on resources.

    Args: those of AWS's API; documents are JSON texts. Beyond AWS: `SessionPolicyInputList` (`None`: none passed),
        `VpcEndpointPolicyInputList`, `ManagementAccountId`, and `ResourceControlPolicyInputList` in a level of
        `OrderedOrganizationPolicyInputList`.

    Returns:
        the API's answer: `EvaluationResults`, `IsTruncated` and, if truncated, `Marker`.

    Raises:
        InvalidInput: a policy, ARN, action or other value is not acceptable.
        ValidationError: a parameter breaks the API's constraints on type or length.

    >>> policy = '{"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}'
    >>> answer = simulate_custom_policy(PolicyInputList=[policy], ActionNames=["s3:GetObject", "s3:PutObject"])
    >>> [result["EvalDecision"] for result in answer["EvaluationResults"]]
    ['allowed', 'implicitDeny']
    """
    if ResourcePolicy is not None and not CallerArn:
        raise InvalidInput("CallerArn is required when ResourcePolicy is given")
    if ResourceHandlingOption is not None and ResourceHandlingOption not in RESOURCE_HANDLING:
        raise InvalidInput(f"Invalid resource handling option {ResourceHandlingOption!r}")
    if len(PermissionsBoundaryPolicyInputList) > 1:
        raise InvalidInput("Only one permissions boundary can be simulated")
    policies = PolicySet(
        identity=_documents("PolicyInputList", PolicyInputList, with_principal=False),
        resource=() if ResourcePolicy is None else _resource_policy(ResourcePolicy, ActionNames),
        boundary=_documents(
            "PermissionsBoundaryPolicyInputList", PermissionsBoundaryPolicyInputList, with_principal=False
        ),
        session=None
        if SessionPolicyInputList is None
        else _documents("SessionPolicyInputList", SessionPolicyInputList, with_principal=False),
        organization=_levels(OrderedOrganizationPolicyInputList),
        vpc_endpoint=_documents("VpcEndpointPolicyInputList", VpcEndpointPolicyInputList),
    )
    questions = read_questions(
        ActionNames, ResourceArns, ContextEntries, CallerArn, ResourceOwner, MaxItems, Marker, ManagementAccountId
    )
    return run(questions, policies)


def read_questions(
    actions: Sequence[str],
    resources: Sequence[str],
    context_entries: Sequence[Mapping[str, Any]],
    caller: str | None,
    owner: str | None,
    max_items: int,
    marker: str | None,
    management_account: str | None = None,
) -> Questions:
    """Check the parameters that both simulations share.

    Raises:
        InvalidInput, ValidationError: as the API does.
    """
    _texts("ActionNames", actions, 3, 128)
    _texts("ResourceArns", resources, 1, 2048)
    if not isinstance(max_items, int) or not 1 <= max_items <= 1000:
        raise ValidationError("MaxItems must be a number from 1 to 1000")
    for action in actions:
        if has_wildcard(action) or not all(action.partition(":")):
            raise InvalidInput(f"Invalid Action Name: {action}: expected service:Action without wildcards")
    for resource in resources:
        if resource != "*":
            Arn.parse(resource)
    caller_of(caller or "")
    context = dict(read_context_entry(entry) for entry in _list("ContextEntries", context_entries))
    return Questions(
        actions, resources, context, caller or "", _account_of(owner), management_account, max_items, marker
    )


def read_context_entry(entry: Mapping[str, Any]) -> tuple[str, ContextValue]:
    """A context entry's key and value: a type ending in `List` makes the key multivalued.

    Raises:
        InvalidInput: unknown type, or several values of a type that has one.
        ValidationError: the entry is not of the API's shape.
    """
    name, values, kind = entry.get("ContextKeyName"), entry.get("ContextKeyValues", []), entry.get("ContextKeyType")
    if not isinstance(name, str) or not isinstance(values, (list, tuple)):
        raise ValidationError("A context entry has a ContextKeyName and a list of ContextKeyValues")
    if not 5 <= len(name) <= 256:
        raise ValidationError(f"ContextKeyName {name!r} must have 5 to 256 characters")
    if kind is not None and str(kind).removesuffix("List") not in _KEY_TYPES:
        raise ValidationError(
            f"ContextKeyType {kind!r} must be one of {', '.join(_KEY_TYPES)}, or one of them with List"
        )
    texts = tuple(str(value) for value in values)
    if len(texts) == 1 and not str(kind).endswith("List"):
        return name, texts[0]
    if len(texts) > 1 and kind is not None and not kind.endswith("List"):
        raise InvalidInput(f"Context key {name} of type {kind} has more than one value")
    return name, texts


def _documents(name: str, texts: Sequence[str], *, with_principal: bool = True) -> list[AttachedPolicy]:
    made = []
    for number, text in enumerate(_list(name, texts), 1):
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


def _resource_policy(text: str, actions: Sequence[str]) -> AttachedPolicy:
    document = _document("ResourcePolicy", text)
    _check_elements("ResourcePolicy", document, with_principal=True)
    trust = any(action.lower() in ROLE_TRUST_ACTIONS for action in actions)
    if trust and any(statement.not_principal is not None for statement in document.statements):
        raise InvalidInput("ResourcePolicy: Has prohibited field NotPrincipal")
    return AttachedPolicy(document, "ResourcePolicy")


def _document(name: str, text: str) -> PolicyDocument:
    if not isinstance(text, str):
        raise ValidationError(f"{name} must be a policy document as JSON text")
    try:
        return PolicyDocument.parse(text)
    except MalformedPolicyDocument as error:
        raise InvalidInput(f"{name}: {error.message}") from None


def _levels(levels: Sequence[Mapping[str, Sequence[str]]]) -> list[Level]:
    made = []
    if len(_list("OrderedOrganizationPolicyInputList", levels)) > _MOST_LEVELS:
        raise ValidationError(f"OrderedOrganizationPolicyInputList may have {_MOST_LEVELS} levels at the most")
    for number, level in enumerate(levels, 1):
        if not isinstance(level, Mapping):
            raise ValidationError("A level of OrderedOrganizationPolicyInputList is a structure of policy lists")
        control = level.get("ServiceControlPolicyInputList")
        made.append(
            Level(
                f"level {number}",
                None if control is None else _documents("ServiceControlPolicyInputList", control, with_principal=False),
                _documents("ResourceControlPolicyInputList", level.get("ResourceControlPolicyInputList", ())),
            )
        )
    return made


def _list(name: str, value: Any) -> Sequence[Any]:
    if not isinstance(value, (list, tuple)):
        raise ValidationError(f"{name} must be a list")
    return value


def _texts(name: str, values: Any, shortest: int, longest: int) -> None:
    for value in _list(name, values):
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            raise ValidationError(f"{name} must hold texts of {shortest} to {longest} characters")


def _account_of(owner: str | None) -> str | None:
    """The account of ResourceOwner: a root user's ARN, or 12 digits."""
    if owner is None or is_account(owner):
        return owner
    arn = Arn.parse(owner)
    if not is_account(arn.account):
        raise InvalidInput(f"Invalid ResourceOwner {owner!r}: expected arn:aws:iam::ACCOUNT:root")
    return arn.account
