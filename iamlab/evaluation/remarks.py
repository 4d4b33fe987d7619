"""What a decision has to be told with: what could not be evaluated, and where AWS's documentation leaves it open."""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.evaluation.chart import first_match, is_kms_key
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.policies import Rule
from iamlab.evaluation.principals import Grant, grant_of, is_denied_by, issuer_of
from iamlab.evaluation.request import Request
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
    named = [rule for rule in rules.resource.allow if rule.matcher.applies(request.resource, request.keys)]
    direct = any(grant_of(rule.statement, request) is Grant.DIRECT for rule in named)
    allowed = first_match(rules.session.allow, request.resource, request.keys)
    session = policies.session is not None and allowed is None
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
