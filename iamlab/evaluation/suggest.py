"""What would allow this? The smallest changes that do, each of them tried before it is shown.

`suggest` collects single changes (a statement more in a layer that does not allow, a Deny less, another context value),
tries them alone, then in pairs, then in threes, and keeps those that no smaller one makes needless.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import overload

from iamlab.display import bullet_list, escape, verbatim
from iamlab.evaluation.boxes import applies, first_match, is_trust, scps_bind, why_resource_must_allow
from iamlab.evaluation.candidates import OTHER, Candidate, in_words, made_from, values_for, with_value
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.evaluator import evaluate
from iamlab.evaluation.explanation import deciding_statements
from iamlab.evaluation.policies import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    SERVICE_CONTROL,
    SESSION,
    ActionRules,
    AttachedPolicy,
    Level,
    PolicySet,
    Rule,
)
from iamlab.evaluation.principals import grant_of
from iamlab.evaluation.request import Request
from iamlab.policy import PolicyDocument

MOST_CHANGES = 3
"""How many changes a suggestion has at the most."""

_FIXED_KEYS = {
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principaltype",
    "aws:userid",
    "aws:username",
}
"""Keys that say who the caller is: another value would be another caller."""

Situation = tuple[Request, PolicySet]


@dataclass(slots=True)
class Change:
    """One change, in words, and how to make it."""

    text: str
    apply: Callable[[Situation], Situation]


@dataclass(slots=True)
class Suggestion:
    """Changes that together allow the request.

    Attributes:
        changes: each in words.
        decision: what is decided once they are made.
    """

    changes: tuple[str, ...]
    decision: Decision

    def __repr__(self) -> str:
        return "; and ".join(self.changes)


class Suggestions(Sequence[Suggestion]):
    """What would allow a denied request, fewest changes first."""

    __slots__ = ("_items", "_needed")

    def __init__(self, items: Iterable[Suggestion] = (), *, needed: bool = True) -> None:
        self._items = tuple(items)
        self._needed = needed

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Suggestion: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Suggestion, ...]: ...
    def __getitem__(self, index: int | slice) -> Suggestion | tuple[Suggestion, ...]:
        return self._items[index]

    def __repr__(self) -> str:
        if self._items:
            return bullet_list(self)
        return "No small change would allow this." if self._needed else "It is allowed already."

    def _repr_html_(self) -> str:
        if not self._items:
            return f"<div>{escape(repr(self))}</div>"
        return verbatim("<ul>" + "".join(f"<li>{escape(suggestion)}</li>" for suggestion in self) + "</ul>")


def suggest(decision: Decision) -> Suggestions:
    """The smallest changes that would allow what was denied.

    Args:
        decision: a denial; for an allowed request there is nothing to suggest.

    >>> alice = "arn:aws:iam::111122223333:user/alice"
    >>> suggest(evaluate(Request(alice, "s3:GetObject", "arn:aws:s3:::reports/q3.csv"), PolicySet()))
    • add to an identity-based policy: Allow s3:GetObject on arn:aws:s3:::reports/q3.csv
    """
    if decision.allowed:
        return Suggestions(needed=False)
    start = (decision.request, decision.policies)
    changes = list(_changes(*start))
    found: list[tuple[frozenset[int], Suggestion]] = []
    for size in range(1, MOST_CHANGES + 1):
        for chosen in combinations(range(len(changes)), size):
            if any(smaller.issubset(chosen) for smaller, _ in found):
                continue
            situation = start
            for index in chosen:
                situation = changes[index].apply(situation)
            outcome = evaluate(*situation)
            if outcome.allowed:
                texts = tuple(changes[index].text for index in chosen)
                found.append((frozenset(chosen), Suggestion(texts, outcome)))
    return Suggestions(suggestion for _, suggestion in found)


def _changes(request: Request, policies: PolicySet) -> Iterator[Change]:
    """Every single change that might help."""
    rules = policies.rules(request.action)
    for rule in _matching_denies(request, policies):
        yield _without(rule)
    yield from _context_changes(request, rules)
    yield from _layer_changes(request, policies, rules)


def _matching_denies(request: Request, policies: PolicySet) -> list[Rule]:
    decided = evaluate(request, policies)
    return deciding_statements(decided) if decided.outcome == "explicitDeny" else []


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


def _layer_changes(request: Request, policies: PolicySet, rules: ActionRules) -> Iterator[Change]:
    """An Allow more in each layer that has none."""
    keys, asked, allow = request.keys, _asked(request), _allowing(request)

    def lacks(found: Iterable[Rule]) -> bool:
        return first_match(found, request.resource, keys) is None

    if scps_bind(request, request.caller):
        for number, (level, found) in enumerate(zip(policies.organization, rules.levels, strict=True)):
            if found is not None and lacks(found.allow):
                text = f"add to a {SERVICE_CONTROL} at {level.name} (nothing below it can help): {asked}"
                yield Change(text, lambda s, n=number: _with_level(s, n, allow))  # type: ignore[misc]
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
        yield _more(text, "resource", _allowing(request, principal, trust=trust))


def _rebuilt(policies: PolicySet, **layers: object) -> PolicySet:
    same = {name: getattr(policies, name) for name in _LAYERS}
    return PolicySet(**{**same, **layers})


_LAYERS = ("identity", "resource", "boundary", "session", "organization", "vpc_endpoint")


def _more(text: str, layer: str, policy: AttachedPolicy) -> Change:
    def apply(situation: Situation) -> Situation:
        request, policies = situation
        return request, _rebuilt(policies, **{layer: (*(getattr(policies, layer) or ()), policy)})

    return Change(text, apply)


def _with_level(situation: Situation, number: int, policy: AttachedPolicy) -> Situation:
    request, policies = situation
    levels = list(policies.organization)
    old = levels[number]
    levels[number] = Level(old.name, (*(old.service_control or ()), policy), old.resource_control)
    return request, _rebuilt(policies, organization=levels)


def _without(rule: Rule) -> Change:
    """A Deny less: the same policies without this statement."""

    def strip(policy: AttachedPolicy) -> AttachedPolicy:
        if policy is not rule.policy:
            return policy
        value = policy.document.to_dict()
        statements = value["Statement"] if isinstance(value["Statement"], list) else [value["Statement"]]
        value["Statement"] = [s for index, s in enumerate(statements) if index != rule.statement.index]
        return AttachedPolicy(
            value, policy.name, arn=policy.arn, attached_to=policy.attached_to, source_id=policy.source_id
        )

    def apply(situation: Situation) -> Situation:
        request, policies = situation
        layers = {
            name: tuple(map(strip, getattr(policies, name)))
            for name in _LAYERS
            if name != "organization" and getattr(policies, name) is not None
        }
        levels = [
            Level(
                level.name,
                None if level.service_control is None else [strip(p) for p in level.service_control],
                [strip(p) for p in level.resource_control],
            )
            for level in policies.organization
        ]
        return request, _rebuilt(policies, organization=levels, **layers)

    return Change(f"remove the Deny in {rule.policy.label} ({rule.statement.label}, {rule.layer})", apply)


def _context_changes(request: Request, rules: ActionRules) -> Iterator[Change]:
    """Another value for a key, where that turns a condition of a Deny off or one of an Allow on."""
    offered = {}
    for rule in rules:
        denies = rule.statement.effect == "Deny"
        for test in rule.matcher.tests:
            if test.lower_key in _FIXED_KEYS or test.holds(request.keys) is not denies:
                continue
            for value in sorted(values_for([test], request.keys), key=_strangeness):
                if test.holds(with_value(request.keys, test.lower_key, value)) is not denies:
                    of = made_from(test, value, request.keys)
                    offered[test.lower_key, value] = in_words(test.key, value) + (f" ({of})" if of else "")
                    break
    for (lower_key, value), words in offered.items():
        yield _with_context(words, lower_key, value)


def _strangeness(value: Candidate) -> int:
    """People would rather ask with a value of the policy than without any, and that rather than with any other."""
    return 1 if not value else 2 if OTHER in value else 0


def _with_context(words: str, lower_key: str, value: Candidate) -> Change:
    def apply(situation: Situation) -> Situation:
        request, policies = situation
        changed = Request(
            request.principal,
            request.action,
            request.resource,
            with_value(request.keys, lower_key, value),
            resource_account=request.resource_account,
            management_account=request.management_account,
            issuer=request.issuer,
        )
        return changed, policies

    return Change(f"ask {words}", apply)
