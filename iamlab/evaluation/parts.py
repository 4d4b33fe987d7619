"""The statements that speak on a caller in a situation, layer by layer, and the sets of actions they come to.

This is what `effective` puts together: `allows` and `denies` give a layer's sets at once, `statements` the statements
one by one, for those who want to know why. The rules of whom a policy binds are the chart's and `principals`'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from iamlab.catalog import index
from iamlab.catalog.services import rcp_services
from iamlab.evaluation.chart import OWN_BUCKET_POLICY_ACTIONS, rcps_bind, scps_bind
from iamlab.evaluation.effects import Effects, Situation, StatementEffect
from iamlab.evaluation.grants import ResourcePolicies
from iamlab.evaluation.policies import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    SESSION,
    AttachedPolicy,
    PolicySet,
)
from iamlab.evaluation.principals import Grant, grant_of, is_denied_by
from iamlab.evaluation.request import Caller, Request
from iamlab.policy.actions import expand

Doubtful = tuple[int, int]
"""Two sets of actions: those it is true of every time, and those it may be true of (with the former)."""


@dataclass(slots=True)
class Part:
    """A statement that speaks on the caller, and where it stands.

    Attributes:
        layer: the type of policy.
        policy: the policy with its place.
        effect: what the statement does.
        grant: how an Allow with a Principal names the caller.
    """

    layer: str
    policy: AttachedPolicy
    effect: StatementEffect
    grant: Grant = Grant.NONE


@dataclass(slots=True)
class Speakers:
    """All that speaks on a caller in a situation.

    Attributes:
        situation: who asks, and about what.
        policies: everything that speaks on it; of resource-based policies only the resource's own, when it is known.
        effects: what has been worked out before.
        resource_policies: the resource-based policies that are known, when the resource is left open.
    """

    situation: Situation
    policies: PolicySet
    effects: Effects
    resource_policies: ResourcePolicies | None = None

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.situation.request.caller

    @property
    def is_open(self) -> bool:
        """Is the resource left open?"""
        return self.situation.resource is None

    @property
    def crosses_accounts(self) -> bool:
        """Is it about a known resource of another account?"""
        return not self.is_open and self.situation.request.crosses_accounts

    def allows(self, layer: str, policies: Iterable[AttachedPolicy]) -> Doubtful:
        """What a layer's policies allow together."""
        every = some = 0
        for policy in policies:
            effect = self.effects.of(layer, policy, self.situation)
            every |= effect.allow_every
            some |= effect.allow_some
        return every, some

    def denied(self) -> Doubtful:
        """What all policies that bind the caller deny together."""
        every = some = 0
        for layer, policies in self._binding():
            for policy in policies:
                effect = self.effects.of(layer, policy, self.situation)
                every |= effect.deny_every
                some |= effect.deny_some
        for part in self._denies_with_principal():
            every |= part.effect.every
            some |= part.effect.some
        return every, some

    def denies(self) -> list[Part]:
        """The Deny statements that bind the caller."""
        found = [part for layer, policies in self._binding() for part in self.statements(layer, policies, "Deny")]
        return found + self._denies_with_principal()

    def statements(self, layer: str, policies: Iterable[AttachedPolicy], effect: str = "Allow") -> list[Part]:
        """The statements of some policies that do anything in this situation."""
        return [
            Part(layer, policy, found)
            for policy in policies
            for found in self.effects.of(layer, policy, self.situation).statements
            if found.statement.effect == effect
        ]

    def grants(self, layer: str) -> list[Part]:
        """The Allow statements with a Principal that names the caller, in resource-based or endpoint policies."""
        request = self.situation.request
        found = [
            replace(part, grant=grant_of(part.effect.statement, request))
            for part in self._with_principal(layer)
            if part.effect.statement.effect == "Allow"
        ]
        return [part for part in found if part.grant]

    def _binding(self) -> list[tuple[str, Iterable[AttachedPolicy]]]:
        """The layers without a Principal whose denies bind the caller."""
        policies, found = self.policies, list[tuple[str, Iterable[AttachedPolicy]]]()
        if self.caller.has_identity:
            found += [
                (IDENTITY, policies.identity),
                (BOUNDARY, policies.boundary),
                (SESSION, policies.session or ()),
            ]
        if policies.organization and scps_bind(self.situation.request, self.caller):
            found += [(SERVICE_CONTROL, level.service_control or ()) for level in policies.organization]
        return found

    def _with_principal(self, layer: str) -> list[Part]:
        """The statements of resource-based or endpoint policies that may name the caller."""
        if layer is ENDPOINT:
            found = [(policy, one) for policy in self.policies.vpc_endpoint for one in policy.document.statements]
        elif not self.is_open:
            found = [(policy, one) for policy in self.policies.resource for one in policy.document.statements]
        else:
            known = self.resource_policies
            found = known.about(self.situation.request) if known else []
        parts = []
        for policy, statement in found:
            effect = self.effects.of_statement(layer, statement, self.situation)
            if effect is not None:
                if layer is RESOURCE and self.is_open:
                    effect = replace(effect, every=0)  # it speaks of one resource, and any other may be meant
                parts.append(Part(layer, policy, effect))
        return parts

    def _denies_with_principal(self) -> list[Part]:
        request, has_boundary = self.situation.request, bool(self.policies.boundary)
        found = self._resource_control()
        for layer in (RESOURCE, ENDPOINT):
            for part in self._with_principal(layer):
                statement = part.effect.statement
                if statement.effect == "Deny" and is_denied_by(statement, request, has_boundary=has_boundary):
                    if layer is RESOURCE and self.caller.kind == "root" and not self.crosses_accounts:
                        part = _without(part, ~expand(OWN_BUCKET_POLICY_ACTIONS))
                    found.append(part)
        return found

    def _resource_control(self) -> list[Part]:
        """The Deny statements of RCPs, as far as RCPs bind; another account's resources have other RCPs."""
        found = []
        for level in self.policies.organization:
            for part in self.statements(RESOURCE_CONTROL, level.resource_control, "Deny"):
                request = self.situation.request
                bound = _bound_by_rcps(self.caller.is_service_linked, request.owner == request.management_account)
                part = _without(part, bound)
                if self.is_open:
                    part = replace(part, effect=replace(part.effect, every=0))
                found.append(part)
        return found


def _without(part: Part, kept: int) -> Part:
    """The part, as far as some actions go."""
    effect = part.effect
    return replace(part, effect=replace(effect, every=effect.every & kept, some=effect.some & kept))


@cache
def _bound_by_rcps(is_service_linked: bool, of_management_account: bool) -> int:
    """The actions whose resources RCPs bind, for callers and owners like this."""
    caller = Caller("", "unknown", is_service_linked=is_service_linked)
    owner = "management" if of_management_account else "member"
    request = Request("", "", resource_account=owner, management_account="management")
    names = [name for service in sorted(rcp_services()) for name in index.names_of(index.service_bits(service))]
    return expand(name for name in names if rcps_bind(request, name.lower(), caller))
