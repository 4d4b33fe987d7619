"""Why a decision is what it is: every layer in the chart's order, every policy, every statement, every element.

`explain` looks at a decision's policies again and writes down what each element compared. An `Explanation` shows itself
as text and HTML, and as data (`to_dict`). Statements about other actions are only counted, unless everything is asked
for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from iamlab.display import escape
from iamlab.evaluation.chart import denies, is_kms_key, is_trust, rcps_bind, scps_bind
from iamlab.evaluation.decision import ALLOWED, EXPLICIT_DENY, Decision
from iamlab.evaluation.policies import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    SESSION,
    TRUST,
    ActionRules,
    AttachedPolicy,
    Rule,
)
from iamlab.evaluation.principals import Grant, grant_of, is_denied_by, issuer_of
from iamlab.evaluation.request import Request
from iamlab.policy import Statement
from iamlab.policy.matching import action_pattern_problem, compile_resource_text, resource_pattern_problem
from iamlab.policy.operators import ConditionTest
from iamlab.policy.variables import FilledMatcher

WITH_PRINCIPAL = (RESOURCE, ENDPOINT, TRUST)


@dataclass(slots=True)
class Element:
    """One element of a statement: its name, whether it matched, and what was compared."""

    name: str
    matched: bool
    wanted: str
    found: str


@dataclass(slots=True)
class StatementTrace:
    """One statement: its label and effect, whether it applies, and its elements (none if it is about other actions)."""

    label: str
    effect: str
    applies: bool
    elements: list[Element]


@dataclass(slots=True)
class PolicyTrace:
    """One policy: name, where it hangs, its statements on this action, and how many are about other actions."""

    name: str
    attached_to: str | None
    statements: list[StatementTrace]
    others: int


@dataclass(slots=True)
class Layer:
    """One layer: the type of policy, the level of the organization if it is one's, a verdict and its policies."""

    name: str
    level: str
    verdict: str
    policies: list[PolicyTrace]


class Explanation:
    """A decision with its reasons.

    Attributes:
        decision: what is explained.
        layers: every layer in the chart's order.
        deciding: the statements that led to the decision: the Denys that matched, or else the Allows that granted.
        problems: what could not be evaluated.
        undocumented: where AWS's documentation is silent or contradicts itself.
    """

    __slots__ = ("deciding", "decision", "layers", "problems", "undocumented")

    def __init__(self, decision: Decision, layers: list[Layer]) -> None:
        self.decision = decision
        self.layers = layers
        self.deciding = deciding_statements(decision)
        self.problems = _unique(_problems(decision))
        self.undocumented = _unique(_undocumented(decision))

    def to_dict(self) -> dict[str, Any]:
        """The explanation as dicts and lists."""
        decision = self.decision
        return {
            "outcome": decision.outcome,
            "layer": decision.layer,
            "message": decision.message,
            "layers": [asdict(layer) for layer in self.layers],
            "problems": self.problems,
            "undocumented": self.undocumented,
        }

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Depth and text of each line."""
        for layer in self.layers:
            level = f" at {layer.level}" if layer.level else ""
            yield 0, f"{layer.name}{level}: {layer.verdict}"
            for policy in layer.policies:
                where = f", attached to {policy.attached_to}" if policy.attached_to else ""
                yield 1, policy.name + where
                for statement in policy.statements:
                    verdict = "applies" if statement.applies else "does not apply"
                    yield 2, f"{_sign(statement.applies)} {statement.effect} ({statement.label}) {verdict}"
                    for element in statement.elements:
                        yield 3, f"{_sign(element.matched)} {element.name} {element.wanted} — {element.found}"
                if policy.others:
                    count = f"{policy.others} statement{'' if policy.others == 1 else 's'}"
                    yield 2, f"· {count} about other actions"
        yield from ((0, f"Could not be evaluated: {problem}") for problem in self.problems)
        yield from ((0, f"Not settled by AWS's documentation: {remark}") for remark in self.undocumented)

    def __repr__(self) -> str:
        return "\n".join([repr(self.decision), *("  " * depth + text for depth, text in self._lines())])

    def _repr_html_(self) -> str:
        lines = "".join(
            f'<div style="margin-left:{depth * 1.5}em">{escape(text)}</div>' for depth, text in self._lines()
        )
        return f"{self.decision._repr_html_()}{lines}"


def _sign(matched: bool) -> str:
    return "✔" if matched else "✘"


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def explain(decision: Decision, *, everything: bool = False) -> Explanation:
    """Explain a decision.

    Args:
        decision: what `evaluate` answered.
        everything: look into statements about other actions too.
    """
    request, policies = decision.request, decision.policies
    rules = policies.rules(request.action)
    resource_layer = TRUST if is_trust(request, policies, rules) else RESOURCE
    layers: list[Layer] = []

    def add(name: str, hanging: Iterable[AttachedPolicy], verdict: str, level: str = "") -> None:
        traces = [_policy_trace(policy, name, decision, everything=everything) for policy in hanging]
        layers.append(Layer(name, level, verdict, traces))

    organization = zip(policies.organization, rules.levels, strict=True)
    for level, found in organization:
        if level.resource_control:
            verdict = _bound_verdict(
                rcps_bind(request, rules, request.caller), rules.resource_control.deny, (), request
            )
            add(RESOURCE_CONTROL, level.resource_control, verdict, level.name)
        if level.service_control is not None and found is not None:
            verdict = _bound_verdict(scps_bind(request, request.caller), found.deny, found.allow, request)
            add(SERVICE_CONTROL, level.service_control, verdict, level.name)
    if policies.vpc_endpoint:
        add(ENDPOINT, policies.vpc_endpoint, _principal_verdict(rules.endpoint.allow, rules.endpoint.deny, decision))
    if policies.resource or resource_layer is TRUST:
        add(resource_layer, policies.resource, _principal_verdict(rules.resource.allow, rules.resource.deny, decision))
    if request.caller.has_identity:
        add(IDENTITY, policies.identity, _identity_verdict(decision, rules))
        if policies.boundary:
            add(BOUNDARY, policies.boundary, _verdict(rules.boundary.deny, rules.boundary.allow, request))
        if policies.session is not None:
            add(SESSION, policies.session, _verdict(rules.session.deny, rules.session.allow, request))
    return Explanation(decision, layers)


def _applies(rule: Rule, request: Request) -> bool:
    return rule.matcher.applies(request.resource, request.keys)


def _verdict(deny: Iterable[Rule], allow: Iterable[Rule], request: Request) -> str:
    if any(_applies(rule, request) for rule in deny):
        return "denies"
    return "allows" if any(_applies(rule, request) for rule in allow) else "does not allow"


def _bound_verdict(binds: bool, deny: Iterable[Rule], allow: tuple[Rule, ...], request: Request) -> str:
    if not binds:
        return "does not bind this request"
    verdict = _verdict(deny, allow, request)
    # RCPs stand beside RCPFullAWSAccess, which always allows.
    return "does not deny" if verdict == "does not allow" and not allow and deny == () else verdict


def _identity_verdict(decision: Decision, rules: ActionRules) -> str:
    request = decision.request
    if request.caller.kind == "root":
        return "not needed: the root user has every permission of its account"
    verdict = _verdict(rules.identity.deny, rules.identity.allow, request)
    if verdict == "does not allow" and decision.outcome == ALLOWED:
        return "does not allow, but is not needed here"
    return verdict


_GRANTS = {
    Grant.NONE: "does not allow",
    Grant.ACCOUNT: "allows the account: its identity-based policies decide",
    Grant.BEHIND: "allows the role or user behind the session",
    Grant.DIRECT: "allows",
}


def _principal_verdict(allow: Iterable[Rule], deny: Iterable[Rule], decision: Decision) -> str:
    request = decision.request
    boundary = bool(decision.policies.boundary)
    if any(_applies(rule, request) and is_denied_by(rule.statement, request, has_boundary=boundary) for rule in deny):
        return "denies"
    best = max((grant_of(rule.statement, request) for rule in allow if _applies(rule, request)), default=Grant.NONE)
    return _GRANTS[best]


def deciding_statements(decision: Decision) -> list[Rule]:
    """The Denys that matched, or else the Allows of the identity's and the resource's policies that granted."""
    request, policies = decision.request, decision.policies
    rules = policies.rules(request.action)
    if decision.outcome == EXPLICIT_DENY:
        against = denies(request, policies, rules, request.caller)
        return [rule for rule in against if _applies(rule, request)]
    if decision.outcome != ALLOWED:
        return []
    granting = [rule for rule in rules.identity.allow if request.caller.has_identity and _applies(rule, request)]
    named = [rule for rule in rules.resource.allow if grant_of(rule.statement, request) and _applies(rule, request)]
    return granting + named


def _policy_trace(policy: AttachedPolicy, layer: str, decision: Decision, *, everything: bool) -> PolicyTrace:
    action = decision.request.action.lower()
    statements = policy.document.statements
    shown = [s for s in statements if everything or s.matcher.action(action)]
    traces = [trace_statement(statement, layer, decision) for statement in shown]
    return PolicyTrace(policy.name, policy.attached_to, traces, len(statements) - len(shown))


def trace_statement(statement: Statement, layer: str, decision: Decision) -> StatementTrace:
    """Compare each element of a statement with the request."""
    elements = list(_elements(statement, layer, decision))
    return StatementTrace(statement.label, statement.effect, all(element.matched for element in elements), elements)


def _elements(statement: Statement, layer: str, decision: Decision) -> Iterator[Element]:
    request, matcher = decision.request, statement.matcher
    if layer in WITH_PRINCIPAL:
        yield _principal_element(statement, decision)
    name = "Action" if statement.actions is not None else "NotAction"
    patterns = statement.actions if statement.actions is not None else statement.not_actions
    yield Element(name, matcher.action(request.action.lower()), _listed(patterns), f"asked: {request.action}")
    if statement.resources is not None or statement.not_resources is not None:
        name = "Resource" if statement.resources is not None else "NotResource"
        patterns = statement.resources if statement.resources is not None else statement.not_resources
        matched = matcher.resource is None or matcher.resource(request.resource, request.keys)
        filled = "".join(_filled_notes(statement, patterns or (), request))
        yield Element(name, matched, _listed(patterns), f"asked: {request.resource}{filled}")
    for test in matcher.tests:
        yield _condition_element(test, request)


def _listed(values: tuple[str, ...] | None) -> str:
    return ", ".join(values or ()) or "(nothing)"


def _filled_notes(statement: Statement, patterns: tuple[str, ...], request: Request) -> Iterator[str]:
    """What each resource with variables became."""
    for pattern in patterns:
        matcher = compile_resource_text(pattern, variables=statement.variables)
        if isinstance(matcher, FilledMatcher):
            filled = matcher.template.fill(request.keys)
            yield f"; {pattern} is {filled.text}" if filled else f"; {pattern} has a variable without a value"


def _principal_element(statement: Statement, decision: Decision) -> Element:
    request = decision.request
    listed = statement.principal if statement.not_principal is None else statement.not_principal
    name = "Principal" if statement.not_principal is None else "NotPrincipal"
    wanted = "(none)" if listed is None else listed if isinstance(listed, str) else _listed_principals(listed)
    if statement.effect == "Deny":
        matched = is_denied_by(statement, request, has_boundary=bool(decision.policies.boundary))
    else:
        matched = grant_of(statement, request) is not Grant.NONE
    return Element(name, matched, wanted, f"asking: {request.principal or 'somebody'}")


def _listed_principals(principal: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{kind} {name}" for kind, names in principal.items() for name in names)


def _condition_element(test: ConditionTest, request: Request) -> Element:
    value = request.keys.get(test.lower_key)
    if value is None:
        found = f"{test.key} is not in the request"
    else:
        found = f"the request has {value if isinstance(value, str) else ', '.join(value) or 'an empty list'}"
    return Element(test.operator, test.holds(request.keys), f"{test.key} = {' or '.join(test.values)}", found)


def _concerned(decision: Decision) -> Iterator[Rule]:
    """The statements about this action and resource, in every layer."""
    rules = decision.policies.rules(decision.request.action)
    layers = [rules.identity, rules.resource, rules.boundary, rules.session, rules.endpoint, rules.resource_control]
    for found in [*layers, *(level for level in rules.levels if level is not None)]:
        for rule in found:
            resource = rule.matcher.resource
            if resource is None or resource(decision.request.resource, decision.request.keys):
                yield rule


def _problems(decision: Decision) -> Iterator[str]:
    for rule in _concerned(decision):
        where = f"{rule.policy.name}, {rule.statement.label}"
        for test in rule.matcher.tests:
            yield from (f"{where}: {problem}" for problem in test.problems(decision.request.keys))
        for pattern in rule.statement.actions or rule.statement.not_actions or ():
            if problem := action_pattern_problem(pattern):
                yield f"{where}: {problem}"
        for pattern in rule.statement.resources or rule.statement.not_resources or ():
            if problem := resource_pattern_problem(pattern):
                yield f"{where}: {problem}"
        for listed in (rule.statement.principal, rule.statement.not_principal):
            if isinstance(listed, dict) and "CanonicalUser" in listed:
                yield f"{where}: a canonical user id says nothing about which account it is"
        if rule.statement.not_principal is not None and rule.statement.effect == "Allow":
            yield f"{where}: NotPrincipal with Allow is not supported by AWS"


def _undocumented(decision: Decision) -> Iterator[str]:
    request, policies = decision.request, decision.policies
    for rule in _concerned(decision):
        where = f"{rule.policy.name}, {rule.statement.label}"
        for test in rule.matcher.tests:
            yield from (f"{where}: {remark}" for remark in test.undocumented(request.keys))
        yield from _open_principals(rule, where, request)
    rules = policies.rules(request.action)
    named = [rule for rule in rules.resource.allow if _applies(rule, request)]
    direct = any(grant_of(rule.statement, request) is Grant.DIRECT for rule in named)
    session = policies.session is not None and _verdict((), rules.session.allow, request) == "does not allow"
    if (
        direct
        and session
        and request.caller.kind in ("role session", "federated user")
        and not request.crosses_accounts
    ):
        yield "a session named directly, against an implicit deny of its session policy"
    if is_kms_key(request, rules) and not policies.resource:
        yield "no key policy was given, although every KMS key has one"


def _open_principals(rule: Rule, where: str, request: Request) -> Iterator[str]:
    excepted, principal = rule.statement.not_principal, rule.statement.principal
    if rule.statement.effect == "Deny" and isinstance(excepted, dict):
        account = request.caller.account
        listed = excepted.get("AWS", ())
        if (
            account
            and any(account in name for name in listed)
            and is_denied_by(rule.statement, request, has_boundary=False)
        ):
            yield f"{where}: NotPrincipal lists the caller's account, but not all that stands behind the caller"
    federated = request.caller.kind == "federated user" and request.issuer is None
    if federated and isinstance(principal, dict) and issuer_of(request) in principal.get("AWS", ()):
        yield f"{where}: the user behind the federated user was taken to have the same name"
