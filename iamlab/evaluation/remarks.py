"""What a decision has to be told with: what could not be evaluated, and where AWS's documentation leaves it open."""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.evaluation.boxes import (
    NEVER_REFUSED,
    ROLE_TRUST_ACTIONS,
    best_grant,
    explicit_deny,
    first_match,
    is_kms_key,
    is_trust,
)
from iamlab.evaluation.policies import CREDENTIALS, IDENTITY, Rule
from iamlab.evaluation.principals import Grant, account_named, is_denied_by, issuer_of
from iamlab.evaluation.request import Caller, Request
from iamlab.evaluation.verdict import Verdict
from iamlab.policy.document import Principal
from iamlab.policy.doubts import doubts
from iamlab.policy.matching import action_pattern_problem, has_early_variable, resource_pattern_problem
from iamlab.policy.patterns import has_wildcard


def _concerned(decision: Verdict) -> Iterator[Rule]:
    """The statements about this action and resource, in every layer."""
    for rule in decision.policies.rules(decision.request.action):
        resource = rule.matcher.resource
        if resource is None or resource(decision.request.resource, decision.request.keys):
            yield rule


def problems(decision: Verdict) -> list[str]:
    """What could not be evaluated: unknown operators, values of the wrong type, patterns AWS does not know."""
    return list(dict.fromkeys(_problems(decision)))


def _problems(decision: Verdict) -> Iterator[str]:
    request = decision.request
    for rule in decision.policies.rules(request.action):
        where = f"{rule.policy.name}, {rule.statement.label}"
        patterns = rule.statement.resources or rule.statement.not_resources or ()
        for pattern in patterns:
            if problem := resource_pattern_problem(pattern):
                yield f"{where}: {problem}"
            if rule.statement.variables and has_early_variable(pattern):
                yield f"{where}: Resource {pattern}: a variable before the fifth colon was taken for plain text"
    for rule in _concerned(decision):
        where = f"{rule.policy.name}, {rule.statement.label}"
        for test in rule.matcher.tests:
            yield from (f"{where}: {problem}" for problem in test.problems(request.keys))
        for problem in map(action_pattern_problem, rule.statement.actions or rule.statement.not_actions or ()):
            if problem:
                yield f"{where}: {problem}"
        yield from (f"{where}: {problem}" for problem in _principal_problems(rule, request))


def _principal_problems(rule: Rule, request: Request) -> Iterator[str]:
    for listed in (rule.statement.principal, rule.statement.not_principal):
        if not isinstance(listed, dict):
            continue
        if "CanonicalUser" in listed:
            yield "a canonical user id says nothing about which account it is"
        for name in listed.get("AWS", ()):
            if name != "*" and has_wildcard(name):
                yield f"Principal {name}: a wildcard matches no part of a name, so it names nobody"
            elif ":group/" in name:
                yield f"Principal {name}: a group is not a principal, so it names nobody"
        if request.caller.kind == "federated user" and request.issuer is None and _names(listed, issuer_of(request)):
            yield "the user behind the federated user was taken to have the same name"
    if rule.statement.not_principal is not None and rule.statement.effect == "Allow":
        yield "NotPrincipal with Allow is not supported by AWS"


def undocumented(decision: Verdict) -> list[str]:
    """Where AWS's documentation is silent on the decision, or contradicts itself."""
    return list(dict.fromkeys(_undocumented(decision)))


def _undocumented(decision: Verdict) -> Iterator[str]:
    for rule in _concerned(decision):
        where = f"{rule.policy.name}, {rule.statement.label}"
        remarks = (*_about_conditions(rule, decision.request), *_about_principals(rule, decision.request))
        yield from (f"{where}: {remark}" for remark in remarks)
    yield from _about_sts(decision)
    yield from _about_the_list_of_buckets(decision)
    yield from _about_missing_policies(decision)
    yield from _about_limits(decision)


def _about_conditions(rule: Rule, request: Request) -> Iterator[str]:
    for test in rule.matcher.tests:
        yield from doubts(test, request.keys)


def _about_principals(rule: Rule, request: Request) -> Iterator[str]:
    """Names that AWS might read otherwise."""
    caller, principal, excepted = request.caller, rule.statement.principal, rule.statement.not_principal
    for kind, names in principal.items() if isinstance(principal, dict) else ():
        if kind != "AWS" and "*" in names:
            yield f"AWS shows * only under AWS: under {kind} it was taken to name nobody"
        if caller.arn in names and kind != _KINDS.get(caller.kind, "AWS"):
            yield f"{caller.arn} stands under {kind}, where it was taken to name nobody"
        if caller.kind == "role session" and any(_is_role_with_path(name, caller) for name in names):
            yield "a role with a path was taken for the session's role, whose ARN leaves the path out"
    if rule.statement.effect == "Deny" and isinstance(excepted, dict) and caller.has_identity:
        names = excepted.get("AWS", ())
        if caller.arn in names and is_denied_by(rule.statement, request, has_boundary=False):
            yield "NotPrincipal lists the caller, but not all that stands behind it"
        account = [name for name in names if caller.account in name]
        if caller.kind != "root" and account and all(account_named(name) for name in account):
            yield "NotPrincipal lists only the caller's account"


_KINDS = {"service": "Service", "provider": "Federated"}
"""Under which key of Principal AWS looks for callers that are not under `AWS`."""


def _is_role_with_path(name: str, caller: Caller) -> bool:
    _, found, role = name.partition(f":iam::{caller.account}:role/")
    return bool(found) and role.endswith(f"/{caller.name}")


def _about_sts(decision: Verdict) -> Iterator[str]:
    """Calls that no policy decides about."""
    request, policies = decision.request, decision.policies
    rules = policies.rules(request.action)
    if decision.layer == CREDENTIALS:
        yield "that the call fails is documented, but not as which kind of denial"
    if decision.allowed and rules.action in NEVER_REFUSED:
        deny = explicit_deny(request, policies, rules, request.caller, request.keys)
        if deny is not None and (rules.action == "sts:getsessiontoken" or deny.layer != IDENTITY):
            yield f"no policy can control {request.action}; AWS does not say so of a Deny by: {deny.layer}"


def _about_the_list_of_buckets(decision: Verdict) -> Iterator[str]:
    """An ARN with which a walkthrough in S3's guide allows what, by the reference, only `*` names.

    [https://docs.aws.amazon.com/AmazonS3/latest/userguide/walkthrough1.html]
    """
    request, policies = decision.request, decision.policies
    rules = policies.rules(request.action)
    named = any("arn:aws:s3:::*" in (rule.statement.resources or ()) for rule in rules)
    if named and rules.action == "s3:listallmybuckets" and request.resource == "*":
        yield "S3's guide allows the list of buckets with arn:aws:s3:::*; the reference names it only by *"


def _about_missing_policies(decision: Verdict) -> Iterator[str]:
    """Policies that AWS always has, and that were not given."""
    request, policies = decision.request, decision.policies
    rules = policies.rules(request.action)
    if is_kms_key(request, policies, rules) and not policies.resource:
        yield "no key policy was given, although every KMS key has one"
    if rules.action in ROLE_TRUST_ACTIONS and not policies.resource:
        yield "no trust policy was given, although every role has one"
    if policies.identity and request.caller.kind == "anonymous":
        yield "an anonymous caller has no identity-based policies: those given do not count"


def _about_limits(decision: Verdict) -> Iterator[str]:
    """Does a boundary or a session policy limit a principal that the resource's policy names itself?"""
    request, policies, rule = decision.request, decision.policies, decision.rule
    rules = policies.rules(request.action)
    itself = rule is not None and _names(rule.statement.principal, request.principal)
    in_session = policies.session is None or first_match(rules.session.allow, request.resource, request.keys)
    if itself and decision.allowed and not in_session:
        yield "a session named directly, against an implicit deny of its session policy"
    if policies.boundary and is_trust(request, policies, rules) and not request.crosses_accounts:
        grant, by = best_grant(request, rules.resource.allow, request.keys)
        named = by is not None and _names(by.statement.principal, request.principal)
        unlimited = first_match(rules.boundary.allow, request.resource, request.keys) is not None
        if grant is Grant.DIRECT and not unlimited and not (named and request.caller.kind == "user"):
            yield "a boundary, and a trust policy: the guide speaks only of users whom it names themselves"


def _names(principal: Principal | None, arn: str) -> bool:
    return isinstance(principal, dict) and arn in principal.get("AWS", ())
