"""The statements that speak on a caller in a situation, layer by layer, and the sets of actions they come to.

This is what `effective` puts together: `allows` and `denies` give a layer's sets at once, `statements` the statements
one by one, for those who want to know why. The rules of whom a policy binds are the chart's and `principals`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from iamlab.catalog import index
from iamlab.catalog.services import rcp_services
from iamlab.evaluation.boxes import OWN_BUCKET_POLICY_ACTIONS, rcps_bind, scps_bind
from iamlab.evaluation.effects import Effects, Situation, StatementEffect, Sums
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
from iamlab.evaluation.resource_policies import Found, ResourcePolicies
from iamlab.policy.actions import expand


class Doubtful(NamedTuple):
    """Two sets of actions: those it is true of every time, and those it may be true of (with the former)."""

    every: int
    some: int

    def settled(self, *, generously: bool) -> int:
        """One set: where it is in doubt, all of them or none."""
        return self.some if generously else self.every


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
    # By the identity of the tuples that the PolicySet holds.
    _sums: dict[int, Sums] = field(default_factory=dict, repr=False)

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

    def sums(self, layer: str, policies: Sequence[AttachedPolicy]) -> Sums:
        """What a layer's policies allow and deny together."""
        found = self._sums.get(id(policies))
        if found is None:
            found = self._sums[id(policies)] = Sums()
            for policy in policies:
                found.add(self.effects.of(layer, policy, self.situation).sums)
        return found

    def allows(self, layer: str, policies: Sequence[AttachedPolicy]) -> Doubtful:
        """What a layer's policies allow together."""
        sums = self.sums(layer, policies)
        return Doubtful(sums.allow_every, sums.allow_some)

    def denied(self) -> Doubtful:
        """What all policies that bind the caller deny together."""
        every, some = together(self._denies_with_principal())
        for layer, policies in self._binding():
            sums = self.sums(layer, policies)
            every |= sums.deny_every
            some |= sums.deny_some
        return Doubtful(every, some)

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
        parts = self._with_principal(layer, "Allow")
        for part in parts:
            part.grant = grant_of(part.effect.statement, self.situation.request)
        return [part for part in parts if part.grant]

    def _binding(self) -> list[tuple[str, Sequence[AttachedPolicy]]]:
        """The layers without a Principal whose denies bind the caller."""
        policies, found = self.policies, list[tuple[str, Sequence[AttachedPolicy]]]()
        if self.caller.has_identity:
            found += [
                (IDENTITY, policies.identity),
                (BOUNDARY, policies.boundary),
                (SESSION, policies.session or ()),
            ]
        if policies.organization and scps_bind(self.situation.request, self.caller):
            found += [(SERVICE_CONTROL, level.service_control or ()) for level in policies.organization]
        return found

    def _with_principal(self, layer: str, effect: str) -> list[Part]:
        """The statements of resource-based or endpoint policies that may name the caller."""
        is_open = layer == RESOURCE and self.is_open
        parts = []
        for policy, statement in self._known(effect) if is_open else self._given(layer, effect):
            found = self.effects.of_statement(layer, statement, self.situation)
            if found is not None:
                if is_open:
                    found.every = 0  # it speaks of one resource, and any other may be meant
                parts.append(Part(layer, policy, found))
        return parts

    def _known(self, effect: str) -> list[Found]:
        known, request = self.resource_policies, self.situation.request
        if known is None:
            return []
        return known.allows(request) if effect == "Allow" else known.denies(request)

    def _given(self, layer: str, effect: str) -> list[Found]:
        policies = self.policies.resource if layer == RESOURCE else self.policies.vpc_endpoint
        return [(policy, one) for policy in policies for one in policy.document.statements if one.effect == effect]

    def _denies_with_principal(self) -> list[Part]:
        request, has_boundary = self.situation.request, bool(self.policies.boundary)
        found = self._resource_control()
        for layer in (RESOURCE, ENDPOINT):
            for part in self._with_principal(layer, "Deny"):
                if is_denied_by(part.effect.statement, request, has_boundary=has_boundary):
                    if layer == RESOURCE and self.caller.kind == "root" and not self.crosses_accounts:
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


def together(parts: Iterable[Part]) -> Doubtful:
    """What some statements allow, or deny, together."""
    every = some = 0
    for part in parts:
        every |= part.effect.every
        some |= part.effect.some
    return Doubtful(every, some)


def _without(part: Part, kept: int) -> Part:
    """The part, as far as some actions go."""
    effect = part.effect
    return replace(part, effect=replace(effect, every=effect.every & kept, some=effect.some & kept))


@cache
def _bound_by_rcps(is_service_linked: bool, of_management_account: bool) -> int:
    """The actions whose resources RCPs bind, for callers and owners like this."""
    caller = Caller("", "", is_service_linked=is_service_linked)
    request = Request("", "", resource_account="owner", management_account="owner" if of_management_account else None)
    names = [name for service in sorted(rcp_services()) for name in index.names_of(index.service_bits(service))]
    return expand(name for name in names if rcps_bind(request, name.lower(), caller))
