"""What each element of a statement compared: the wanted, the found, and whether they match.

Of a decision with unknown keys, what depends on one is neither a match nor none: it is `None`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iamlab.evaluation.policies import ENDPOINT, RESOURCE, TRUST, AttachedPolicy, lacks_resource
from iamlab.evaluation.principals import Grant, grant_of, is_denied_by
from iamlab.evaluation.request import Request
from iamlab.evaluation.unknowns import has_unknown, is_open, look_at_resource
from iamlab.evaluation.verdict import Verdict
from iamlab.policy import PolicyDocument, Statement
from iamlab.policy.operators import ConditionTest
from iamlab.policy.variables import FilledMatcher, Template, has_variable

WITH_PRINCIPAL = (RESOURCE, ENDPOINT, TRUST)


@dataclass(slots=True)
class Element:
    """One element of a statement: its name, whether it matched (`None`: nobody knows), and what was compared."""

    name: str
    matched: bool | None
    wanted: str
    found: str


@dataclass(slots=True)
class StatementTrace:
    """One statement: its label and effect, whether it applies (`None`: nobody knows), and its elements."""

    label: str
    effect: str
    applies: bool | None
    elements: list[Element]


@dataclass(slots=True)
class PolicyTrace:
    """One policy: name, where it hangs, its statements on this action, and how many are about other actions."""

    name: str
    attached_to: str | None
    statements: list[StatementTrace]
    others: int


def trace_policy(policy: AttachedPolicy, layer: str, decision: Verdict, *, everything: bool) -> PolicyTrace:
    """Look at a policy's statements on the request's action; `everything`: at those on other actions too."""
    statements = policy.document.statements
    shown = statements if everything else _worth_showing(policy.document, decision.request.action.lower())
    traces = [trace_statement(statement, layer, decision) for statement in shown]
    return PolicyTrace(policy.name, policy.attached_to, traces, len(statements) - len(shown))


def _worth_showing(document: PolicyDocument, action: str) -> Sequence[Statement]:
    """The statements on an action, and those whose NotAction leaves it out: that is often why nothing allows it."""
    found = document.concerning(action)
    left_out = [one for one in document.statements if one.actions is None and not one.concerns(action)]
    return sorted([*found, *left_out], key=lambda one: one.index) if left_out else found


def trace_statement(statement: Statement, layer: str, decision: Verdict) -> StatementTrace:
    """Compare each element of a statement with the request."""
    elements = _elements(statement, layer, decision)
    matches = [element.matched for element in elements]
    applies = False if False in matches else None if None in matches else True
    return StatementTrace(statement.label, statement.effect, applies, elements)


def _elements(statement: Statement, layer: str, decision: Verdict) -> list[Element]:
    request = decision.request
    elements = [_action_element(statement, request)]
    if layer in WITH_PRINCIPAL:
        elements.insert(0, _principal_element(statement, decision))
    if statement.resources is not None or statement.not_resources is not None:
        elements.append(_resource_element(statement, decision))
    elif lacks_resource(layer, statement):
        elements.append(Element("Resource", False, "(missing)", "an Allow without a Resource allows nothing"))
    elements += [_condition_element(test, statement, decision) for test in statement.matcher.tests]
    return elements


def _action_element(statement: Statement, request: Request) -> Element:
    negated = statement.actions is None
    name, patterns = ("NotAction", statement.not_actions) if negated else ("Action", statement.actions)
    return Element(name, statement.concerns(request.action.lower()), _listed(patterns), f"asked: {request.action}")


def _resource_element(statement: Statement, decision: Verdict) -> Element:
    request, matcher = decision.request, statement.matcher
    negated = statement.resources is None
    name, patterns = ("NotResource", statement.not_resources) if negated else ("Resource", statement.resources)
    matched: bool | None = matcher.resource is None or matcher.resource(request.resource, request.keys)
    if decision.settled:
        look = look_at_resource(statement, request.resource, request.keys, request.known)
        matched = None if look.atoms else look.applies
    found = f"asked: {request.resource}"
    for pattern, test in matcher.patterns:
        if isinstance(test, FilledMatcher):
            found += _filled_note(pattern, test.template, decision)
    return Element(name, matched, _listed(patterns), found)


def _listed(values: tuple[str, ...] | None) -> str:
    return ", ".join(values or ()) or "(nothing)"


def _filled_note(pattern: str, template: Template, decision: Verdict) -> str:
    """What a resource with variables became."""
    request = decision.request
    if decision.settled and has_unknown(pattern, request.known):
        return f"; {pattern} has a variable whose value is not known"
    filled = template.fill(request.keys)
    return f"; {pattern} is {filled.text}" if filled else f"; {pattern} has a variable without a value"


def _principal_element(statement: Statement, decision: Verdict) -> Element:
    request = decision.request
    listed = statement.principal if statement.not_principal is None else statement.not_principal
    name = "Principal" if statement.not_principal is None else "NotPrincipal"
    wanted = "(none)" if listed is None else listed if isinstance(listed, str) else _listed_principals(listed)
    note = ""
    if statement.effect == "Deny":
        matched = is_denied_by(statement, request, has_boundary=bool(decision.policies.boundary))
        if matched and not is_denied_by(statement, request, has_boundary=False):
            note = ", who has a permissions boundary: NotPrincipal denies such whether they are listed or not"
    else:
        matched = grant_of(statement, request) is not Grant.NONE
    return Element(name, matched, wanted, f"asking: {request.principal or 'somebody'}{note}")


def _listed_principals(principal: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"{kind} {name}" for kind, names in principal.items() for name in names)


def _condition_element(test: ConditionTest, statement: Statement, decision: Verdict) -> Element:
    request, keys = decision.request, decision.request.keys
    unknown = decision.settled is not None and is_open(test, statement, request.known)
    value = keys.get(test.lower_key)
    if value is not None:
        found = f"the request has {value if isinstance(value, str) else ', '.join(value) or 'an empty list'}"
    else:
        found = f"{test.key} is not {'known' if unknown else 'in the request'}"
    matched = None if unknown else test.holds(keys)
    if test.problem and matched is (statement.effect == "Deny"):
        found += f"; what cannot be evaluated counts as {'met' if matched else 'not met'}"
    if test.templates:
        for text in filter(has_variable, test.values):
            found += _filled_note(text, Template(text), decision)
    return Element(test.operator, matched, f"{test.key} = {' or '.join(test.values)}", found)
