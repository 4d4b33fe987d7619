"""What a decision has to be told with: what could not be evaluated, and where AWS's documentation leaves it open."""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.evaluation.chart import first_match, is_kms_key
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.policies import CREDENTIALS, RESOURCE, Rule
from iamlab.evaluation.principals import issuer_of
from iamlab.evaluation.request import Request
from iamlab.policy.document import Principal
from iamlab.policy.matching import action_pattern_problem, resource_pattern_problem


def _concerned(decision: Decision) -> Iterator[Rule]:
    """The statements about this action and resource, in every layer."""
    rules = decision.policies.rules(decision.request.action)
    layers = [rules.identity, rules.resource, rules.boundary, rules.session, rules.endpoint, rules.resource_control]
    for found in [*layers, *(level for level in rules.levels if level is not None)]:
        for rule in found:
            resource = rule.matcher.resource
            if resource is None or resource(decision.request.resource, decision.request.keys):
                yield rule


def problems(decision: Decision) -> list[str]:
    """What could not be evaluated: unknown operators, values of the wrong type, patterns AWS does not know."""
    return list(dict.fromkeys(_problems(decision)))


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


def undocumented(decision: Decision) -> list[str]:
    """Where AWS's documentation is silent on the decision, or contradicts itself."""
    return list(dict.fromkeys(_undocumented(decision)))


def _undocumented(decision: Decision) -> Iterator[str]:
    request, policies = decision.request, decision.policies
    for rule in _concerned(decision):
        where = f"{rule.policy.name}, {rule.statement.label}"
        for test in rule.matcher.tests:
            yield from (f"{where}: {remark}" for remark in test.undocumented(request.keys))
        yield from _open_principals(rule, where, request)
    rules = policies.rules(request.action)
    if decision.layer == CREDENTIALS:
        yield "that the call fails is documented, but not as which kind of denial"
    if decision.allowed and decision.layer == RESOURCE and policies.session is not None:
        in_session = first_match(rules.session.allow, request.resource, request.keys)
        itself = decision.rule is not None and _names(decision.rule.statement.principal, request.principal)
        if itself and in_session is None:
            yield "a session named directly, against an implicit deny of its session policy"
    if is_kms_key(request, rules) and not policies.resource:
        yield "no key policy was given, although every KMS key has one"


def _names(principal: Principal | None, arn: str) -> bool:
    return isinstance(principal, dict) and arn in principal.get("AWS", ())


def _open_principals(rule: Rule, where: str, request: Request) -> Iterator[str]:
    excepted, principal = rule.statement.not_principal, rule.statement.principal
    account = request.caller.account
    if rule.statement.effect == "Deny" and isinstance(excepted, dict) and account and request.caller.kind != "root":
        listed = [name for name in excepted.get("AWS", ()) if account in name]
        if listed and all(name in (account, f"arn:aws:iam::{account}:root") for name in listed):
            yield f"{where}: NotPrincipal lists only the caller's account"
    federated = request.caller.kind == "federated user" and request.issuer is None
    if federated and _names(principal, issuer_of(request)):
        yield f"{where}: the user behind the federated user was taken to have the same name"
