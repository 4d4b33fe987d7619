"""Why a decision is what it is: every layer in the chart's order, every policy, every statement, every element.

`explain` looks at a decision's policies again (what an element compared is worked out in `trace`, what is left open in
`remarks`). An `Explanation` shows itself as text and HTML, and as data (`to_dict`). Statements about other actions are
only counted, unless everything is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from iamlab.display import CROSS, TICK, escape, verbatim
from iamlab.evaluation.boxes import applies, denies, is_trust, rcps_bind, scps_bind, why_resource_must_allow
from iamlab.evaluation.policies import (
    BOUNDARY,
    ENDPOINT,
    IDENTITY,
    NO_RULES,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    SESSION,
    TRUST,
    ActionRules,
    AttachedPolicy,
    Level,
    Rule,
    Rules,
)
from iamlab.evaluation.principals import Grant, grant_of, is_denied_by
from iamlab.evaluation.remarks import problems, undocumented
from iamlab.evaluation.request import Request
from iamlab.evaluation.trace import PolicyTrace, trace_policy
from iamlab.evaluation.verdict import ALLOWED, EXPLICIT_DENY, Verdict


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
    """

    __slots__ = ("decision", "layers")

    def __init__(self, decision: Verdict, layers: list[Layer]) -> None:
        self.decision = decision
        self.layers = layers

    @property
    def deciding(self) -> list[Rule]:
        """The statements that led to the decision: the Denys that matched, or else the Allows that granted."""
        return deciding_statements(self.decision)

    @property
    def problems(self) -> list[str]:
        """What could not be evaluated."""
        return problems(self.decision)

    @property
    def undocumented(self) -> list[str]:
        """Where AWS's documentation is silent or contradicts itself."""
        return undocumented(self.decision)

    def to_dict(self) -> dict[str, Any]:
        """The explanation as dicts and lists."""
        decision = self.decision
        return {
            "outcome": decision.outcome,
            "layer": decision.layer,
            "message": decision.message,
            "layers": [asdict(layer) for layer in self.layers],
            "remarks": decision.remarks,
            "unknown": list(decision.policies.unknown),
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
                    sign, verdict = _SIGNS[statement.applies], _VERDICTS[statement.applies]
                    yield 2, f"{sign} {statement.effect} ({statement.label}) {verdict}"
                    for element in statement.elements:
                        yield 3, f"{_SIGNS[element.matched]} {element.name} {element.wanted} — {element.found}"
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
        return f"{self.decision._repr_html_()}{verbatim(lines)}"


_SIGNS = {True: TICK, False: CROSS, None: "?"}
_VERDICTS = {True: "applies", False: "does not apply", None: "may apply"}


def explain(decision: Verdict, *, everything: bool) -> Explanation:
    """Explain a decision.

    Args:
        decision: what `evaluate` answered.
        everything: look into statements about other actions too.
    """
    request, policies = decision.request, decision.policies
    views = decision.settled or (policies.rules(request.action),)
    resource_layer = TRUST if is_trust(request, policies, views[0]) else RESOURCE
    layers: list[Layer] = []

    def add(name: str, hanging: Iterable[AttachedPolicy], verdicts: Iterable[str], level: str = "") -> None:
        traces = [trace_policy(policy, name, decision, everything=everything) for policy in hanging]
        verdict, *others = dict.fromkeys(verdicts)
        layers.append(Layer(name, level, _DEPENDS if others else verdict, traces))

    for number, level in enumerate(policies.organization):
        if level.resource_control:
            verdicts = [_rcp_verdict(level, rules, request) for rules in views]
            add(RESOURCE_CONTROL, level.resource_control, verdicts, level.name)
        if level.service_control is not None:
            verdicts = [_scp_verdict(rules.levels[number], request) for rules in views]
            add(SERVICE_CONTROL, level.service_control, verdicts, level.name)
    if policies.vpc_endpoint:
        add(ENDPOINT, policies.vpc_endpoint, [_principal_verdict(rules.endpoint, decision) for rules in views])
    if policies.resource or why_resource_must_allow(request, policies, views[0]):
        add(resource_layer, policies.resource, [_resource_verdict(decision, rules) for rules in views])
    if request.caller.has_identity:
        add(IDENTITY, policies.identity, [_identity_verdict(rules.identity, decision) for rules in views])
        if policies.boundary:
            add(BOUNDARY, policies.boundary, [_verdict(rules.boundary, request) for rules in views])
        if policies.session is not None:
            add(SESSION, policies.session, [_verdict(rules.session, request) for rules in views])
        elif request.caller.kind == "federated user":
            add(SESSION, (), ["none was passed, and without one a federated user has no permissions of its own"])
    return Explanation(decision, layers)


def _verdict(rules: Rules, request: Request) -> str:
    if any(applies(rule, request) for rule in rules.deny):
        return "denies"
    return "allows" if any(applies(rule, request) for rule in rules.allow) else "does not allow"


_DOES_NOT_BIND = "does not bind this request"
_DEPENDS = "depends on keys that are not known"


def _scp_verdict(rules: Rules | None, request: Request) -> str:
    return _verdict(rules or NO_RULES, request) if scps_bind(request, request.caller) else _DOES_NOT_BIND


def _rcp_verdict(level: Level, rules: ActionRules, request: Request) -> str:
    """RCPs stand beside RCPFullAWSAccess, which always allows: they deny, or they do not."""
    if not rcps_bind(request, rules.action, request.caller):
        return _DOES_NOT_BIND
    here = (rule for rule in rules.resource_control.deny if rule.policy in level.resource_control)
    return "denies" if any(applies(rule, request) for rule in here) else "does not deny"


def _identity_verdict(rules: Rules, decision: Verdict) -> str:
    request = decision.request
    if request.caller.kind == "root":
        return "not needed: the root user has every permission of its account"
    verdict = _verdict(rules, request)
    if verdict == "does not allow" and decision.outcome == ALLOWED:
        return "does not allow, but is not needed here"
    return verdict


_GRANTS = {
    Grant.NONE: "does not allow",
    Grant.ACCOUNT: "allows the account: its identity-based policies decide",
    Grant.BEHIND: "allows the role or user behind the session",
    Grant.DIRECT: "allows",
}


def _principal_verdict(rules: Rules, decision: Verdict) -> str:
    request = decision.request
    boundary = bool(decision.policies.boundary)
    against = (rule for rule in rules.deny if is_denied_by(rule.statement, request, has_boundary=boundary))
    if any(applies(rule, request) for rule in against):
        return "denies"
    grants = (grant_of(rule.statement, request) for rule in rules.allow if applies(rule, request))
    best = max(grants, default=Grant.NONE)
    return _GRANTS[best]


def _resource_verdict(decision: Verdict, rules: ActionRules) -> str:
    verdict = _principal_verdict(rules.resource, decision)
    why = why_resource_must_allow(decision.request, decision.policies, rules)
    return f"{verdict}, and {why}" if verdict == _GRANTS[Grant.NONE] and why else verdict


def deciding_statements(decision: Verdict) -> list[Rule]:
    """The Denys that matched, or else the Allows of the identity's and the resource's policies that granted."""
    request, policies = decision.request, decision.policies
    against, in_favour = decision.settled or (policies.rules(request.action),) * 2
    if decision.outcome == EXPLICIT_DENY:
        found = [rule for rule in denies(request, policies, in_favour, request.caller) if applies(rule, request)]
        return found or list(filter(None, [decision.rule]))
    if decision.outcome != ALLOWED:
        return []
    granting = [rule for rule in against.identity.allow if request.caller.has_identity and applies(rule, request)]
    named = [rule for rule in against.resource.allow if grant_of(rule.statement, request) and applies(rule, request)]
    return granting + named
