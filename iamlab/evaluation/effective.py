"""Effective permissions: AWS's flow chart for all actions at once.

Every box of the chart is a set of actions, so that the whole chart takes a handful of `&` and `|`. It is followed
twice: with every doubt against the caller, which leaves the actions that are always allowed, and with every doubt in
favour, which leaves those that may be. What is in neither is never allowed.

When the resource is left open, the answer speaks of resources of the caller's own account, and the resource policies
that are known are doubts both ways. Roles and KMS keys must allow by themselves, so without a resource
`sts:AssumeRole` and `kms:Decrypt` are never always allowed.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from iamlab.catalog import index
from iamlab.evaluation.boxes import NEVER_REFUSED, ROLE_TRUST_ACTIONS, WITHOUT_RESOURCE_POLICY, never_allowed, scps_bind
from iamlab.evaluation.effects import Effects, Situation
from iamlab.evaluation.policies import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    SERVICE_CONTROL,
    SESSION,
    AttachedPolicy,
    PolicySet,
)
from iamlab.evaluation.principals import Grant
from iamlab.evaluation.request import Caller
from iamlab.evaluation.resource_policies import ResourcePolicies
from iamlab.evaluation.speakers import Doubtful, Part, Speakers, together
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL, EXPLICIT_DENY, IMPLICIT_DENY
from iamlab.policy.actions import expand
from iamlab.policy.reach import reach

_EVERYTHING = -1
"""The set of all actions, those too that the catalog does not have."""


@dataclass(slots=True)
class Limit:
    """A box of the chart that must allow besides: a boundary, session policies, a level's SCPs, an endpoint's policy.

    Attributes:
        layer: the type of policy.
        policies: the policies in it.
        allows: what they allow.
    """

    layer: str
    policies: tuple[AttachedPolicy, ...]
    allows: Doubtful


class Effective:
    """What a caller may do in a situation.

    Args:
        situation: who asks, and about what.
        policies: everything that speaks on it; of resource-based policies only the resource's own, when it is known.
        effects: what has been worked out before.
        resource_policies: the resource-based policies that are known, when the resource is left open.

    Attributes:
        always: the actions allowed every time.
        sometimes: allowed or not, depending on the resource or on a key that is not known.
        explicit: never allowed, because a Deny applies every time.
        implicit: never allowed, because something does not allow it.
        free: allowed whatever the policies say.
        must_grant: the resource must allow these by itself.
        limits: the boxes that must allow besides.
        speakers: the statements behind all this.

    >>> from iamlab import PolicyDocument, Request
    >>> policy = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::reports/*"}}
    >>> situation = Situation(Request("arn:aws:iam::111122223333:user/alice", ""))
    >>> effective = Effective(situation, PolicySet(identity=PolicyDocument.parse(policy)), Effects())
    >>> effective.outcome("s3:GetObject"), effective.outcome("s3:ListBucket")
    ('conditional', 'implicitDeny')
    """

    __slots__ = ("always", "explicit", "free", "implicit", "limits", "must_grant", "sometimes", "speakers")

    def __init__(
        self,
        situation: Situation,
        policies: PolicySet,
        effects: Effects,
        resource_policies: ResourcePolicies | None = None,
    ) -> None:
        self.speakers = Speakers(situation, policies, effects, resource_policies)
        self.limits = list(self._limits())
        self.must_grant, trust = self._special_actions()
        self.free = _free(self.speakers.caller.kind)
        self._follow_chart(trust)

    def _follow_chart(self, trust: int) -> None:
        speakers, everything = self.speakers, index.all_bits()
        caller = speakers.caller
        denied = speakers.denied()
        by_resource = speakers.grants(RESOURCE)
        granted, named, direct = (
            together(part for part in by_resource if part.grant >= least)
            for least in (Grant.ACCOUNT, Grant.BEHIND, Grant.DIRECT)
        )
        identity = speakers.allows(IDENTITY, speakers.policies.identity)
        # Where the resource is open there may be one that grants by itself, though none is known.
        may_grant = speakers.is_open and caller.has_identity
        passes = []
        for generously in (False, True):  # every doubt against the caller, then in favour
            boxes = _Boxes(
                left=~denied.settled(generously=not generously)
                & self._limited((SERVICE_CONTROL, ENDPOINT), generously),
                must_grant=0 if generously and may_grant else self.must_grant,
                granted=granted.settled(generously=generously),
                named=named.settled(generously=generously),
                direct=direct.settled(generously=generously),
                trust=trust,
                identity=identity.settled(generously=generously),
                boundary=self._limited((BOUNDARY,), generously),
                session=self._limited((SESSION,), generously),
            )
            bits = boxes.allowed(caller, crosses_accounts=speakers.crosses_accounts) & ~_barred_to(caller)
            passes.append((bits | self.free) & everything)
        self.always, possible = passes
        self.sometimes = possible & ~self.always
        self.explicit = denied[0] & ~self.free & everything
        self.implicit = everything & ~possible & ~self.explicit

    def _limited(self, layers: tuple[str, ...], generously: bool) -> int:
        """What every limit of these layers allows."""
        bits = _EVERYTHING
        for limit in self.limits:
            if limit.layer in layers:
                bits &= limit.allows.settled(generously=generously)
        return bits

    def outcomes(self) -> Iterator[tuple[str, int]]:
        """Each outcome with its actions."""
        yield ALLOWED, self.always
        yield CONDITIONAL, self.sometimes
        yield EXPLICIT_DENY, self.explicit
        yield IMPLICIT_DENY, self.implicit

    def outcome(self, action: str) -> str:
        """`allowed`, `conditional`, `explicitDeny` or `implicitDeny`.

        Raises:
            KeyError: the catalog does not have the action.
        """
        number = index.number(action)
        if number is None:
            raise KeyError(action)
        return next(outcome for outcome, bits in self.outcomes() if bits >> number & 1)

    def grants(self) -> list[Part]:
        """The Allow statements that may be a way in: resource-based ones that name the caller, identity-based ones."""
        speakers = self.speakers
        by_resource = [part for part in speakers.grants(RESOURCE) if part.grant > Grant.ACCOUNT or not speakers.is_open]
        if not speakers.caller.has_identity:
            return by_resource
        return by_resource + speakers.statements(IDENTITY, speakers.policies.identity)

    def _limits(self) -> Iterator[Limit]:
        speakers = self.speakers
        policies, caller = speakers.policies, speakers.caller
        if policies.organization and scps_bind(speakers.situation.request, caller):
            for level in policies.organization:
                if level.service_control is not None:
                    allows = speakers.allows(SERVICE_CONTROL, level.service_control)
                    yield Limit(SERVICE_CONTROL, level.service_control, allows)
        if policies.vpc_endpoint:
            named = speakers.grants(ENDPOINT)
            yield Limit(ENDPOINT, policies.vpc_endpoint, together(named))
        if policies.boundary and caller.has_identity:
            yield Limit(BOUNDARY, policies.boundary, speakers.allows(BOUNDARY, policies.boundary))
        if policies.session is not None or caller.kind == "federated user":
            session = policies.session or ()
            yield Limit(SESSION, session, speakers.allows(SESSION, session))

    def _special_actions(self) -> tuple[int, int]:
        """The actions whose resource must allow by itself, and those that a role's trust policy decides about."""
        speakers, resource = self.speakers, self.speakers.situation.resource
        trust = expand(ROLE_TRUST_ACTIONS)
        keys = _key_actions()
        if resource is not None:
            trust = trust if ":role/" in resource or speakers.policies.resource else 0
            keys = index.service_bits("kms") if ":key/" in resource or speakers.policies.resource else 0
        if not speakers.caller.has_identity:
            return _EVERYTHING, trust
        if speakers.crosses_accounts:
            return ~expand([WITHOUT_RESOURCE_POLICY]), trust
        return trust | keys, trust


@dataclass(slots=True)
class _Boxes:
    """The boxes of the chart as sets of actions, with every doubt settled one way.

    Attributes:
        left: what no Deny ends, and what SCPs and endpoint policy allow.
        must_grant: what the resource must allow by itself.
        granted: what resource-based policies allow, be it to the caller's account only.
        named: what they allow to the role or user behind the caller, or to the caller itself.
        direct: what they allow to the caller itself.
        trust: what a trust policy decides about.
        identity, boundary, session: what these policies allow; everything where they do not matter.
    """

    left: int
    must_grant: int
    granted: int
    named: int
    direct: int
    trust: int
    identity: int
    boundary: int
    session: int

    def allowed(self, caller: Caller, *, crosses_accounts: bool) -> int:
        """The chart, from the first box to the last; `chart.follow_chart` says it for one action."""
        left = self.left & (self.granted | ~self.must_grant)
        if not caller.has_identity or caller.kind == "root":
            return left
        direct, named = (0, 0) if crosses_accounts else (self.direct, self.named)
        # Named itself, the caller needs nothing more, but a user its boundary for a role's trust policy.
        by_itself = direct & (~self.trust | (self.boundary if caller.kind == "user" else _EVERYTHING))
        by_identity = (self.identity | named) & self.boundary & self.session
        return left & (by_itself | by_identity)


@cache
def _free(kind: str) -> int:
    """The actions that no policy can keep from a caller of this kind."""
    return expand(action for action, kinds in NEVER_REFUSED.items() if kind in kinds)


def _barred_to(caller: Caller) -> int:
    """The actions that a caller's kind of credential cannot call, but for those that are free."""
    return _barred(caller.kind, caller.arn if caller.kind == "provider" else "")


@cache
def _barred(kind: str, arn: str) -> int:
    caller = Caller(arn, kind)
    names = index.names_of(index.service_bits("iam") | index.service_bits("sts"))
    return expand(name for name in names if never_allowed(name.lower(), caller))


@cache
def _key_actions() -> int:
    """The actions on KMS keys."""
    return reach(["arn:aws:kms:*:*:key/*"], index.service_bits("kms"))
