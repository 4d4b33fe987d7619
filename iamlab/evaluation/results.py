"""The answers of a simulation, in the shapes of AWS's API: results by action and resource, matched statements, paging.

[https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html]
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from iamlab.catalog.services import service
from iamlab.errors import InvalidInput
from iamlab.evaluation.boxes import first_match, level_without_allow, rcps_bind, scps_bind
from iamlab.evaluation.chart import follow_chart
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.explanation import deciding_statements
from iamlab.evaluation.policies import BOUNDARY, IDENTITY, RESOURCE, TRUST, ActionRules, PolicySet, Rule
from iamlab.evaluation.request import Request, account_in
from iamlab.evaluation.resources import arn_formats
from iamlab.evaluation.verdict import ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY
from iamlab.policy import Statement
from iamlab.policy.places import line_and_column
from iamlab.policy.reach import resource_types_named
from iamlab.policy.variables import ContextValue, FilledMatcher, Template, spelling_of

DEFAULT_PAGE = 100
"""How many results a page has when MaxItems is not given."""


@dataclass(slots=True)
class Questions:
    """What a simulation asks: every action on every resource."""

    actions: Sequence[str]
    resources: Sequence[str]
    context: dict[str, ContextValue] = field(default_factory=dict)
    caller: str = ""
    owner: str | None = None
    management_account: str | None = None
    max_items: int = DEFAULT_PAGE
    marker: str | None = None


def run(questions: Questions, policies: PolicySet) -> dict[str, Any]:
    """Ask every question; answer one page.

    Raises:
        InvalidInput: the marker is none of ours, or an action is malformed.
    """
    start = 0
    if questions.marker is not None:
        if questions.marker not in map(str, range(len(questions.actions))):
            raise InvalidInput(f"Invalid Marker {questions.marker!r}")
        start = int(questions.marker)
    end = start + questions.max_items
    answer: dict[str, Any] = {
        "EvaluationResults": [_evaluate_action(action, questions, policies) for action in questions.actions[start:end]],
        "IsTruncated": end < len(questions.actions),
    }
    if answer["IsTruncated"]:
        answer["Marker"] = str(end)
    return answer


def _evaluate_action(action: str, questions: Questions, policies: PolicySet) -> dict[str, Any]:
    """One action: the whole, and each resource by itself when resources were named."""
    resources = questions.resources or ("*",)
    parts = []
    for resource in resources:
        request = Request(
            questions.caller,
            action,
            resource,
            questions.context,
            resource_account=account_in(resource) or questions.owner,  # ResourceOwner is for ARNs without an account
            management_account=questions.management_account,
        )
        parts.append(_evaluate_resource(follow_chart(request, policies, policies.rules(action))))
    result = {
        "EvalActionName": action,
        "EvalResourceName": _template(action, resources),
        "EvalDecision": min((part["EvalDecision"] for part in parts), key=_STRICTNESS.index),
        "MatchedStatements": _merge(part["MatchedStatements"] for part in parts),
        "MissingContextValues": _merge(part["MissingContextValues"] for part in parts),
    }
    for name in ("OrganizationsDecisionDetail", "PermissionsBoundaryDecisionDetail", "EvalDecisionDetails"):
        details = [part[name] for part in parts if name in part]
        if details:
            result[name] = _strictest(details)
    if questions.resources:
        result["ResourceSpecificResults"] = [
            {
                "EvalResourceName": resource,
                "EvalResourceDecision": part["EvalDecision"],
                **{k: v for k, v in part.items() if k not in ("EvalDecision", "OrganizationsDecisionDetail")},
            }
            for resource, part in zip(resources, parts, strict=True)
        ]
    return result


_STRICTNESS = (EXPLICIT_DENY, IMPLICIT_DENY, False, ALLOWED, True)
"""What a decision or one of its details may be, from the strictest on."""


def _strictest(details: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """For each name in the details of several resources, the strictest that is said of one."""
    names = dict.fromkeys(name for detail in details for name in detail)
    return {n: min((d[n] for d in details if n in d), key=_STRICTNESS.index) for n in names}


def _template(action: str, resources: Sequence[str]) -> str:
    """EvalResourceName of the whole: the format of the ARNs of what the action works on; `*` where it has none.

    AWS does not say which, when an action works on several kinds: here it is that of the resources asked about, if it
    works on those, or else the one that most actions of the service work on.
    """
    formats, prefix = arn_formats(action), action.partition(":")[0]
    named = [
        kind for resource in resources if formats and resource != "*" for kind in resource_types_named(resource, prefix)
    ]
    fitting = (arn for kind in named for arn in service(prefix).resource_types[kind].arns if arn in formats)
    return next(fitting, next(iter(formats), "*"))


def _merge(lists: Iterable[list[Any]]) -> list[Any]:
    merged: list[Any] = []
    for items in lists:
        merged += [item for item in items if item not in merged]
    return merged


_SHOWN = (IDENTITY, RESOURCE)


def _evaluate_resource(decision: Decision) -> dict[str, Any]:
    request, policies = decision.request, decision.policies
    rules = policies.rules(request.action)
    result: dict[str, Any] = {
        "EvalDecision": decision.outcome,
        # As the API does, only statements of identity-based and resource-based policies are shown.
        "MatchedStatements": [_matched(rule) for rule in deciding_statements(decision) if rule.layer in _SHOWN],
        "MissingContextValues": missing_keys(decision),
    }
    layers = {layer.name: layer.verdict for layer in decision.explain().layers}
    blocked = _blocked_by_scps(request, policies, rules)
    if policies.organization:
        allowed = not blocked and not _denied_by_rcps(request, rules)
        result["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": allowed}
    if policies.boundary and request.caller.has_identity:
        allowed = layers.get(BOUNDARY) == "allows"
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": allowed}
    if request.crosses_accounts and not blocked:  # with an SCP's denial the simulation ends
        verdicts = {
            "IAM Policy": layers.get(IDENTITY, ""),
            "Resource Policy": layers.get(RESOURCE) or layers.get(TRUST, ""),
        }
        outcome = {"allows": ALLOWED, "denies": EXPLICIT_DENY}
        result["EvalDecisionDetails"] = {
            name: outcome.get(verdict.partition(" ")[0], IMPLICIT_DENY) for name, verdict in verdicts.items()
        }
    elif not request.crosses_accounts and request.resource != "*":
        result["EvalDecisionDetails"] = {}
    return result


def _blocked_by_scps(request: Request, policies: PolicySet, rules: ActionRules) -> bool:
    """Does an SCP deny it, or a level lack one that allows it, whatever other policies say?"""
    if not scps_bind(request, request.caller):
        return False
    denies = (rule for level in rules.levels if level is not None for rule in level.deny)
    lacking = level_without_allow(request, policies, rules, request.keys)
    return lacking is not None or first_match(denies, request.resource, request.keys) is not None


def _denied_by_rcps(request: Request, rules: ActionRules) -> bool:
    """Does an RCP deny it, whatever other policies say?"""
    binds = rcps_bind(request, rules.action, request.caller)
    return binds and first_match(rules.resource_control.deny, request.resource, request.keys) is not None


def _matched(rule: Rule) -> dict[str, Any]:
    """One of MatchedStatements: where the statement comes from, and where it stands in the policy's text.

    It begins where the API's page says, at "the beginning of the Statement". The examples in the command line's guide
    begin one token earlier (behind the bracket of the list), or one character later (a statement without a list).
    [https://docs.aws.amazon.com/IAM/latest/APIReference/API_Statement.html,
    https://docs.aws.amazon.com/cli/latest/reference/iam/simulate-custom-policy.html]
    """
    document, statement = rule.policy.document, rule.statement
    path = f"$.Statement[{statement.index}]"
    places = document.places
    start = places.values.get(path, places.values["$.Statement"])
    end = json.JSONDecoder().raw_decode(document.text, start)[1]
    return {
        "SourcePolicyId": rule.policy.source_id,
        "SourcePolicyType": source_type(rule),
        "StartPosition": _position(document.text, start),
        "EndPosition": _position(document.text, end),
    }


def _position(text: str, offset: int) -> dict[str, int]:
    line, column = line_and_column(text, offset)
    return {"Line": line, "Column": column}


def source_type(rule: Rule) -> str:
    """SourcePolicyType: what kind of policy a statement comes from."""
    if rule.layer == RESOURCE:
        return "resource"
    arn, place = rule.policy.arn, (rule.policy.attached_to or "").partition(" ")[0]
    if arn:
        return managed_type(arn)
    return place if place in ("user", "group", "role") else "none"


def managed_type(arn: str) -> str:
    """Whether a managed policy is AWS's or a customer's, as the API calls it."""
    return "aws-managed" if arn.split(":")[4] == "aws" else "user-managed"


def missing_keys(decision: Decision) -> list[str]:
    """The condition keys that statements on this action and resource ask for and the context does not have.

    As AWS does, only identity-based and resource-based policies are asked. A key is spelt as where it stands first.
    """
    request = decision.request
    rules = decision.policies.rules(request.action)
    found: dict[str, str] = {}
    for rule in (*rules.identity, *rules.resource):
        if _may_name(rule, request):
            for key in _keys_asked(rule.statement):
                found.setdefault(key.lower(), key)
    return [key for lower, key in found.items() if lower not in request.keys]


def _keys_asked(statement: Statement) -> Iterator[str]:
    """The keys that a statement looks at: of its conditions, and of variables that have no default."""
    for operator, key, values in statement.conditions:
        if not operator.lower().endswith("null"):
            yield key
        yield from _variable_keys(statement, values)
    yield from _variable_keys(statement, statement.resources or statement.not_resources or ())


def _variable_keys(statement: Statement, texts: Sequence[str]) -> Iterator[str]:
    for text in texts if statement.variables else ():
        yield from (spelling_of(one.key, text) for one in Template(text).variables if one.default is None)


def _may_name(rule: Rule, request: Request) -> bool:
    """Does the statement's resource match, or may it, once its variables have values?"""
    matcher, statement = rule.matcher, rule.statement
    if matcher.resource is None or matcher.resource(request.resource, request.keys):
        return True
    named = matcher.patterns if statement.resources is not None else []
    return any(isinstance(test, FilledMatcher) for _, test in named)
