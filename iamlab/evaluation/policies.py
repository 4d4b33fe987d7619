"""The policies that apply to a request, and where each of them hangs.

`AttachedPolicy` is a document with its name and place; `Level` one level of the organization; `PolicySet` an immutable
snapshot of everything that speaks on a request. A PolicySet asks its documents for the statements that concern an
action, and remembers them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iamlab.errors import InvalidInput
from iamlab.policy import PolicyDocument, Statement
from iamlab.policy.document import Document
from iamlab.policy.matching import StatementMatcher

IDENTITY = "identity-based policy"
RESOURCE = "resource-based policy"
BOUNDARY = "permissions boundary"
SESSION = "session policy"
SERVICE_CONTROL = "service control policy"
RESOURCE_CONTROL = "resource control policy"
ENDPOINT = "VPC endpoint policy"
TRUST = "role trust policy"
CREDENTIALS = "kind of credential"
"""The policy types by the names AWS's AccessDenied messages have for them; the last one is ours.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html]"""

_REMEMBERED = 4096
_SPECIAL_SERVICES = ("iam:", "kms:", "sts:")


class AttachedPolicy:
    """A policy document with its name and the place it hangs; treat it as immutable.

    Args:
        document: the document, or its JSON.
        name: what it is called: `AmazonS3ReadOnlyAccess`.
        arn: the ARN of a managed policy.
        attached_to: where it hangs: `group Developers`.
        source_id: what `SimulatePrincipalPolicy` calls it; by default its name.

    Raises:
        MalformedPolicyDocument: it is not a policy.
        InvalidInput: name, ARN or place are no text.
    """

    __slots__ = ("arn", "attached_to", "document", "name", "source_id")

    def __init__(
        self,
        document: Document,
        name: str,
        *,
        arn: str | None = None,
        attached_to: str | None = None,
        source_id: str | None = None,
    ) -> None:
        for text in (name, arn or "", attached_to or ""):
            if not isinstance(text, str):
                raise InvalidInput(f"{type(text).__name__} is not a name, ARN or place of a policy: expected text")
        self.document = PolicyDocument.parse(document)
        self.name = name
        self.arn = arn
        self.attached_to = attached_to
        self.source_id = source_id or name

    @property
    def label(self) -> str:
        """The name with its place: `AmazonS3ReadOnlyAccess, attached to group Developers`."""
        return f"{self.name}, attached to {self.attached_to}" if self.attached_to else self.name

    def __repr__(self) -> str:
        return f"<AttachedPolicy: {self.label}>"


Policy = AttachedPolicy | Document
Policies = Policy | Iterable[Policy]
"""One policy or several; a bare document may be its JSON."""


def _attached(policies: Policies, name: str) -> tuple[AttachedPolicy, ...]:
    """Bare documents get the names AWS's simulator gives them: `PolicyInputList.1` …"""
    if isinstance(policies, (AttachedPolicy, PolicyDocument, str, Mapping)):
        policies = (policies,)
    if not isinstance(policies, Iterable):
        raise InvalidInput(f"{type(policies).__name__} is not a policy: expected a policy document, or a list of them")
    return tuple(
        policy if isinstance(policy, AttachedPolicy) else AttachedPolicy(policy, f"{name}.{number}")
        for number, policy in enumerate(policies, 1)
    )


class Level:
    """One level of an organization (its root, an OU, the account); treat it as immutable.

    [https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html,
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html]

    Args:
        name: how people call it.
        service_control: the SCPs there, of which one must allow; `None` where SCPs are not in use.
        resource_control: the RCPs there, beside `RCPFullAWSAccess`, which is always there.
    """

    __slots__ = ("name", "resource_control", "service_control")

    def __init__(self, name: str, service_control: Policies | None = None, resource_control: Policies = ()) -> None:
        self.name = name
        self.service_control = (
            None if service_control is None else _attached(service_control, "ServiceControlPolicyInputList")
        )
        self.resource_control = _attached(resource_control, "ResourceControlPolicyInputList")

    def __repr__(self) -> str:
        return f"<Level: {self.name}>"


@dataclass(slots=True)
class Rule:
    """A statement and where it stands.

    Attributes:
        layer: the type of policy: `IDENTITY`, `BOUNDARY` …
        policy: the policy with its place.
        statement: the statement.
        matcher: what tries its resource and its conditions.
    """

    layer: str
    policy: AttachedPolicy
    statement: Statement
    matcher: StatementMatcher

    def __repr__(self) -> str:
        return f"<{self.statement.effect} in {self.policy.name}, {self.statement.label}>"


@dataclass(slots=True)
class Rules:
    """The statements of one layer that concern an action."""

    allow: tuple[Rule, ...]
    deny: tuple[Rule, ...]

    def __iter__(self) -> Iterator[Rule]:
        """All of them, the Denys first."""
        yield from self.deny
        yield from self.allow


NO_RULES = Rules((), ())


@dataclass(slots=True)
class ActionRules:
    """The statements of a PolicySet that concern one action, by layer.

    Attributes:
        action: the action in lower case.
        resource_control: the RCPs' rules of all levels; they only ever deny.
        levels: for each level of the organization its SCP rules (`None`: no SCPs there).
        own_denies: the Denys in the caller's own policies, its boundary and its session.
        other_denies: is there a Deny in any other policy?
        has_deny: is there any Deny at all?
        uses_context: does any of them look at the context?
        special: is it an action of STS, IAM or KMS, which have rules of their own in the chart?
    """

    action: str
    identity: Rules
    resource: Rules
    boundary: Rules
    session: Rules
    endpoint: Rules
    resource_control: Rules
    levels: tuple[Rules | None, ...]
    own_denies: tuple[Rule, ...] = field(init=False)
    other_denies: bool = field(init=False)
    has_deny: bool = field(init=False)
    uses_context: bool = field(init=False)
    special: bool = field(init=False)

    def __post_init__(self) -> None:
        self.own_denies = self.identity.deny + self.boundary.deny + self.session.deny
        others = (self.resource, self.endpoint, self.resource_control, *filter(None, self.levels))
        self.other_denies = any(rules.deny for rules in others)
        self.has_deny = self.other_denies or bool(self.own_denies)
        self.uses_context = any(rule.matcher.uses_context for rule in self)
        self.special = self.action.startswith(_SPECIAL_SERVICES)

    def __iter__(self) -> Iterator[Rule]:
        """The statements of all layers."""
        yield from self.identity
        yield from self.resource
        yield from self.boundary
        yield from self.session
        yield from self.endpoint
        yield from self.resource_control
        for level in self.levels:
            yield from level or ()


def _rules(layer: str, policies: Iterable[AttachedPolicy], action: str) -> Rules:
    """What some policies say about an action (in lower case), in their order."""
    allow: list[Rule] = []
    deny: list[Rule] = []
    for policy in policies:
        for statement in policy.document.concerning(action):
            if not lacks_resource(layer, statement):
                rules = allow if statement.effect == "Allow" else deny
                rules.append(Rule(layer, policy, statement, statement.matcher))
    return Rules(tuple(allow), tuple(deny)) if allow or deny else NO_RULES


def lacks_resource(layer: str, statement: Statement) -> bool:
    """Does an Allow allow nothing for want of a Resource? Only a trust policy needs none.

    [https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html]
    """
    return (
        layer not in (RESOURCE, TRUST)
        and statement.effect == "Allow"
        and statement.resources is None
        and statement.not_resources is None
    )


_GIVEN = ("identity", "resource", "boundary", "session", "organization", "vpc_endpoint", "unknown")


class PolicySet:
    """Everything that speaks on a request: an immutable snapshot.

    Args:
        identity: the principal's own policies, its groups', the role's.
        resource: the policy of the resource (a role's trust policy, when the action is to assume it).
        boundary: the permissions boundary; empty for none.
        session: session policies; `None` when none were passed.
        organization: the levels from the organization's root down to the account.
        vpc_endpoint: the endpoint's policy, when the request comes through one.
        unknown: what else may speak on it in AWS, and is not known here, in sentences.

    >>> document = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
    >>> PolicySet(identity=[document]).identity
    (<AttachedPolicy: PolicyInputList.1>,)
    """

    __slots__ = (
        "_remembered",
        "boundary",
        "identity",
        "organization",
        "resource",
        "session",
        "unknown",
        "vpc_endpoint",
    )

    def __init__(
        self,
        identity: Policies = (),
        resource: Policies = (),
        boundary: Policies = (),
        session: Policies | None = None,
        organization: Level | Sequence[Level] = (),
        vpc_endpoint: Policies = (),
        unknown: Iterable[str] = (),
    ) -> None:
        self.identity = _attached(identity, "PolicyInputList")
        self.resource = _attached(resource, "ResourcePolicy")
        self.boundary = _attached(boundary, "PermissionsBoundaryPolicyInputList")
        self.session = None if session is None else _attached(session, "SessionPolicyInputList")
        self.organization = tuple(organization) if isinstance(organization, Iterable) else (organization,)
        if not all(isinstance(level, Level) for level in self.organization):
            raise InvalidInput("organization: expected its levels, from the root down: [Level(name, policies), …]")
        self.vpc_endpoint = _attached(vpc_endpoint, "VpcEndpointPolicyInputList")
        self.unknown = tuple(unknown)
        self._remembered: dict[str, ActionRules] = {}

    def replace(self, **layers: Any) -> PolicySet:
        """The same policies, but for the layers that are given; named as the arguments are.

        >>> PolicySet(identity=[], unknown=["its SCPs are not known"]).replace(boundary=[]).unknown
        ('its SCPs are not known',)
        """
        return PolicySet(**{name: getattr(self, name) for name in _GIVEN} | layers)

    def rules(self, action: str) -> ActionRules:
        """The statements that concern an action.

        Raises:
            InvalidInput: it is not an action's name (`service:Name`).
        """
        found = self._remembered.get(action)
        if found is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            found = self._remembered[action] = self._find(action)
        return found

    def _find(self, action: str) -> ActionRules:
        if not isinstance(action, str):
            raise InvalidInput(f"{type(action).__name__} is not an action: expected text such as s3:GetObject")
        lower = action.lower()
        service, _, name = lower.partition(":")
        if not (service and name):
            raise InvalidInput(f"Invalid action {action!r}: expected a service prefix and a name, such as s3:GetObject")
        rcps = [policy for level in self.organization for policy in level.resource_control]
        return ActionRules(
            lower,
            identity=_rules(IDENTITY, self.identity, lower),
            resource=_rules(RESOURCE, self.resource, lower),
            boundary=_rules(BOUNDARY, self.boundary, lower),
            session=_rules(SESSION, self.session or (), lower),
            endpoint=_rules(ENDPOINT, self.vpc_endpoint, lower),
            resource_control=_rules(RESOURCE_CONTROL, rcps, lower),
            levels=tuple(
                None if level.service_control is None else _rules(SERVICE_CONTROL, level.service_control, lower)
                for level in self.organization
            ),
        )

    def __repr__(self) -> str:
        parts = [
            f"{len(policies)} {name}"
            for name, policies in (
                ("identity", self.identity),
                ("resource", self.resource),
                ("boundary", self.boundary),
                ("session", self.session or ()),
                ("organization levels", self.organization),
                ("VPC endpoint", self.vpc_endpoint),
            )
            if policies
        ]
        return f"<PolicySet: {', '.join(parts) or 'empty'}>"
