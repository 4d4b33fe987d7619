"""Single changes to policies that might allow what was denied: one Deny fewer, or one Allow more where there is none.

`asking` has those to the request itself; `suggest` tries them, alone and together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from iamlab.evaluation.boxes import applies, first_match, is_trust, scps_bind, why_resource_must_allow
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.explanation import deciding_statements
from iamlab.evaluation.policies import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    SERVICE_CONTROL,
    SESSION,
    AttachedPolicy,
    Level,
    PolicySet,
    Rule,
)
from iamlab.evaluation.principals import grant_of
from iamlab.evaluation.request import Request
from iamlab.evaluation.verdict import EXPLICIT_DENY
from iamlab.policy import PolicyDocument

Case = tuple[Request, PolicySet]
"""What is decided: a request, and the policies that speak on it."""


@dataclass(slots=True)
class Change:
    """One change, in words, and how to make it.

    Attributes:
        text: what to do.
        apply: does it.
        value: the end of the text, where others differ from this one only in that; empty for nothing.
        others: what may do as well, or where this does not.
    """

    text: str
    apply: Callable[[Case], Case]
    value: str = ""
    others: tuple[Change, ...] = ()


def removals(decision: Decision) -> Iterator[Change]:
    """For every Deny that denies: the same policies without it."""
    if decision.outcome == EXPLICIT_DENY:
        changes = {}
        for rule in deciding_statements(decision):
            at = _levels_that_hold(rule.policy, decision.policies)
            change = _without(rule, at)
            changes[change.text, tuple(at), rule.statement.index] = change
        yield from changes.values()


def _asked(request: Request) -> str:
    return f"Allow {request.action} on {request.resource}"


def _allowing(request: Request, principal: str | None = None, *, trust: bool = False) -> AttachedPolicy:
    """A policy with the smallest statement that allows; a trust policy has no Resource."""
    statement: dict[str, object] = {"Effect": "Allow", "Action": request.action}
    if principal is not None:
        kinds = {"service": "Service", "provider": "Federated"}
        kind = kinds.get(request.caller.kind, "AWS")
        statement["Principal"] = principal if principal == "*" else {kind: principal}
    if not trust:
        statement["Resource"] = request.resource
    document = PolicyDocument.parse({"Version": "2012-10-17", "Statement": [statement]})
    return AttachedPolicy(document, "suggested policy")


def _principal(request: Request, *, trust: bool) -> str:
    """Whom a resource's policy would name: a role rather than one of its sessions, where that is enough."""
    caller = request.caller
    if caller.kind == "anonymous":
        return "*"
    if caller.kind == "role session" and (trust or request.crosses_accounts):
        known = request.keys.get("aws:principalarn")
        partition = request.principal.split(":")[1]
        return known if isinstance(known, str) else f"arn:{partition}:iam::{caller.account}:role/{caller.name}"
    return request.principal


def additions(request: Request, policies: PolicySet) -> Iterator[Change]:
    """One Allow more, in each layer that has none."""
    rules = policies.rules(request.action)
    keys, asked, allow = request.keys, _asked(request), _allowing(request)

    def lacks(found: Iterable[Rule]) -> bool:
        return first_match(found, request.resource, keys) is None

    if scps_bind(request, request.caller):
        for number, (level, found) in enumerate(zip(policies.organization, rules.levels, strict=True)):
            if found is not None and lacks(found.allow):
                text = f"add to a {SERVICE_CONTROL} at {level.name} (nothing below it can help): {asked}"
                yield _at_level(text, number, allow)
    if policies.vpc_endpoint and lacks(rules.endpoint.allow):
        principal = _principal(request, trust=False)
        text = f"add to the {ENDPOINT}: {asked}, with Principal {principal or 'the caller'}"
        yield _more(text, "vpc_endpoint", _allowing(request, principal))
    if lacks(rules.identity.allow):
        yield _more(f"add to an {IDENTITY}: {asked}", "identity", allow)
    if policies.boundary and lacks(rules.boundary.allow):
        yield _more(f"add to the {BOUNDARY}: {asked}", "boundary", allow)
    if (policies.session is not None or request.caller.kind == "federated user") and lacks(rules.session.allow):
        yield _more(f"pass a {SESSION} that has: {asked}", "session", allow)
    trust = is_trust(request, policies, rules)
    # A trust policy's conditions are there on purpose: who does not meet them is not told to do without.
    held_off = trust and any(
        grant_of(rule.statement, request) and not applies(rule, request) for rule in rules.resource.allow
    )
    if not held_off and (policies.resource or why_resource_must_allow(request, policies, rules)):
        name, what = (
            ("the role's trust policy", f"Allow {request.action}") if trust else ("the resource's policy", asked)
        )
        principal = _principal(request, trust=trust)
        text = f"add to {name}: {what}, with Principal {principal or 'the caller'}"
        if trust and request.caller.kind == "provider" and ":saml-provider/" not in principal:
            text += ", and a Condition on the token's aud and sub, without which it lets everybody's tokens in"
        yield _more(text, "resource", _allowing(request, principal, trust=trust))


def _more(text: str, layer: str, policy: AttachedPolicy) -> Change:
    def apply(case: Case) -> Case:
        request, policies = case
        return request, policies.replace(**{layer: (*(getattr(policies, layer) or ()), policy)})

    return Change(text, apply)


def _at_level(text: str, number: int, policy: AttachedPolicy) -> Change:
    def apply(case: Case) -> Case:
        request, policies = case
        levels = list(policies.organization)
        old = levels[number]
        levels[number] = Level(old.name, (*(old.service_control or ()), policy), old.resource_control)
        return request, policies.replace(organization=levels)

    return Change(text, apply)


def _levels_that_hold(policy: AttachedPolicy, policies: PolicySet) -> dict[int, str]:
    """The levels of the organization where a policy hangs, by number, with their names."""
    return {
        number: level.name or f"level {number + 1}"
        for number, level in enumerate(policies.organization)
        if any(policy is one for one in (*(level.service_control or ()), *level.resource_control))
    }


def _without(rule: Rule, at: Mapping[int, str]) -> Change:
    """One Deny fewer: the same policies without this statement.

    Args:
        rule: the Deny.
        at: the levels of the organization where its policy hangs: documents are called alike at every level.
    """
    gone = _statements(rule.policy)[rule.statement.index]

    @cache
    def strip(policy: AttachedPolicy) -> AttachedPolicy:
        # By name, because another change may have taken another statement out of the same policy.
        if policy.label != rule.policy.label:
            return policy
        value = {**policy.document.to_dict(), "Statement": [s for s in _statements(policy) if s != gone]}
        return AttachedPolicy(
            value, policy.name, arn=policy.arn, attached_to=policy.attached_to, source_id=policy.source_id
        )

    def apply(case: Case) -> Case:
        request, policies = case
        layers = {
            name: tuple(map(strip, getattr(policies, name)))
            for name in ("identity", "resource", "boundary", "session", "vpc_endpoint")
            if not at and getattr(policies, name) is not None
        }
        levels = [
            Level(
                level.name,
                None if level.service_control is None else [strip(p) for p in level.service_control],
                [strip(p) for p in level.resource_control],
            )
            if number in at
            else level
            for number, level in enumerate(policies.organization)
        ]
        return request, policies.replace(organization=levels, **layers)

    where = f" at {' and '.join(at.values())}" if at and rule.policy.attached_to is None else ""
    return Change(f"remove the Deny in {rule.policy.label} ({rule.statement.label}, {rule.layer}{where})", apply)


def _statements(policy: AttachedPolicy) -> list[object]:
    """The statements as JSON has them."""
    statements = policy.document.to_dict()["Statement"]
    return statements if isinstance(statements, list) else [statements]
