"""The way a request takes through AWS's flow chart, box by box: what each box asked, and what the answer was.

`path(decision)` tells it as data, for pictures and for people; it decides nothing. The chart itself is in `chart`, and
the boxes stand here in its order.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from iamlab.evaluation import policies as layers
from iamlab.evaluation.boxes import (
    NEVER_REFUSED,
    best_grant,
    denies,
    first_match,
    is_trust,
    rcps_bind,
    scps_bind,
    why_resource_must_allow,
)
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.policies import ActionRules, Rule
from iamlab.evaluation.principals import Grant
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL, EXPLICIT_DENY

PASSED = "passed"
"""The box was asked, and the request went on."""
SKIPPED = "skipped"
"""There was nothing to ask here, or the answer was not needed."""
GRANTED = "granted"
"""The permission comes from here."""
DENIED = "denied"
"""It ends here: denied."""
OPEN = "open"
"""It ends here or goes on, depending on keys that are not known."""
UNREACHED = "unreached"
"""The request did not come as far as this."""

DENY_EVALUATION = "deny evaluation"


@dataclass(slots=True)
class Step:
    """One box of the chart, and what a request met there; treat it as immutable.

    Attributes:
        name: what AWS calls the box.
        question: what is asked there.
        state: `passed`, `skipped`, `granted`, `denied`, `open` or `unreached`.
        answer: what came of the question; empty for a box that was not reached.
        ends: does the request's way end here, with the final decision?
        exit: where the chart leads from here, if not to the next box: `Deny` or `Allow`.
    """

    name: str
    question: str
    state: str
    answer: str
    ends: bool
    exit: str


@dataclass(slots=True)
class _Facts:
    """A decision and what its boxes look at."""

    decision: Decision
    rules: ActionRules
    grant: Grant
    named: Rule | None
    trust: bool

    @property
    def limited(self) -> bool:
        """Is a grant of the resource's policy not enough by itself?"""
        return self.decision.request.crosses_accounts or self.grant is not Grant.DIRECT

    @property
    def must_grant(self) -> bool:
        """Must the resource allow by itself, although the identity's policies do?"""
        return self.decision.request.caller.has_identity and bool(self.why_needed)

    @property
    def why_needed(self) -> str:
        """Why the resource must allow by itself."""
        return why_resource_must_allow(self.decision.request, self.decision.policies, self.rules)

    def first(self, rules: Iterable[Rule]) -> Rule | None:
        """The first statement that applies."""
        request = self.decision.request
        return first_match(rules, request.resource, request.keys)


def _yes(rule: Rule | None) -> str:
    """A box that must allow does."""
    # A decision with unknown keys may pass a box without a statement that matches for sure.
    return f"Yes: {rule.policy.label} ({rule.statement.label})" if rule else "Yes, depending on unknown keys"


_Answer = tuple[str, str]
"""A state and its words."""


@dataclass(slots=True)
class _Box:
    layer: str
    name: str
    question: str
    passed: Callable[[_Facts], _Answer]
    exit: str = "Deny"


def path(decision: Decision) -> list[Step]:
    """The way of a request through the chart, from the first box to the last; boxes after its end are `unreached`.

    Args:
        decision: what `evaluate` answered.

    >>> from iamlab import PolicyDocument, PolicySet, Request, evaluate
    >>> allow = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}})
    >>> request = Request("arn:aws:iam::111122223333:user/alice", "s3:PutObject", "arn:aws:s3:::reports/q3.csv")
    >>> [(step.name, step.state) for step in path(evaluate(request, PolicySet(identity=allow)))][3:5]
    [('Resource-based policies', 'skipped'), ('Identity-based policies', 'denied')]
    """
    request, policies = decision.request, decision.policies
    rules = decision.settled[0] if decision.settled else policies.rules(request.action)
    grant, named = best_grant(request, rules.resource.allow, request.keys)
    facts = _Facts(decision, rules, grant, named, is_trust(request, policies, rules))
    end = _end(facts)
    steps: list[Step] = []
    ended = False
    for box in _boxes(facts, end):
        here = box.layer == end
        state, answer = (UNREACHED, "") if ended else _last(facts, end) if here else box.passed(facts)
        granting = decision.outcome == ALLOWED and decision.rule is not None and decision.rule.layer == box.layer
        if granting and state == PASSED:
            state = GRANTED
        exit_ = "Allow" if here and decision.allowed else "Deny" if here else box.exit
        steps.append(Step(box.name, box.question, state, answer, here, exit_))
        ended = ended or here
    return steps


def _end(facts: _Facts) -> str | None:
    """The layer of the box where the way ends; `None` when it goes through all of them."""
    decision, request = facts.decision, facts.decision.request
    caller = request.caller
    if decision.outcome == EXPLICIT_DENY or (decision.outcome == CONDITIONAL and _may_be_denied(facts)):
        return DENY_EVALUATION
    if decision.outcome != ALLOWED:
        return layers.RESOURCE if decision.layer == layers.TRUST else decision.layer
    if caller.kind in NEVER_REFUSED.get(facts.rules.action, ()):
        return layers.CREDENTIALS
    if decision.rule is None:
        return layers.IDENTITY  # the root user has every permission of its account
    final = not caller.has_identity or not (facts.limited or facts.trust)
    return layers.RESOURCE if final else None


def _may_be_denied(facts: _Facts) -> bool:
    """Is there a Deny that may match, depending on keys that are not known?"""
    request = facts.decision.request
    return bool(denies(request, facts.decision.policies, facts.rules, request.caller))


def _last(facts: _Facts, end: str | None) -> _Answer:
    """The state and the words of the box where the way ends."""
    decision = facts.decision
    rule = decision.rule
    if decision.outcome == CONDITIONAL:
        return OPEN, f"It depends: allowed if {decision.condition}"
    if decision.outcome == ALLOWED:
        if rule is None:
            return GRANTED, f"Yes, {decision.layer}"
        final = "final within one account" if decision.request.caller.has_identity else "this caller needs nothing more"
        return GRANTED, f"{_yes(rule)}: {final}"
    if rule is not None:
        return DENIED, f"Yes: {rule.policy.label} ({rule.statement.label}, {decision.layer})"
    request, policies = decision.request, decision.policies
    match end:
        case layers.SERVICE_CONTROL:
            return DENIED, f"No: no SCP at {decision.level} allows it"
        case layers.RESOURCE if facts.trust:
            return DENIED, "No: the trust policy does not let this caller in"
        case layers.RESOURCE:
            missing = "it does not allow it" if policies.resource else "the resource has no policy"
            return DENIED, f"No: {missing}, and {facts.why_needed}"
        case layers.IDENTITY:
            missing = "nothing there allows it" if policies.identity else "the identity has no policies"
            return DENIED, f"No: {missing}"
        case layers.BOUNDARY:
            return DENIED, f"No: {', '.join(policy.name for policy in policies.boundary)} does not allow it"
        case layers.SESSION:
            nothing = "a federated user without one has no permissions of its own"
            return DENIED, f"No: {nothing if policies.session is None else 'no session policy allows it'}"
        case layers.ENDPOINT:
            return DENIED, "No: the endpoint's policy does not allow it"
        case _:
            return DENIED, f"No: {request.action} cannot be called with this kind of credential"


def _boxes(facts: _Facts, end: str | None) -> Iterable[_Box]:
    """The boxes in the chart's order; the ones AWS's picture leaves out only where they matter."""
    resource = "Role trust policy" if facts.trust else "Resource-based policies"
    if end == layers.CREDENTIALS:
        question = "Can these credentials make this call?"
        yield _Box(layers.CREDENTIALS, "Credentials", question, lambda facts: _last(facts, end))
    yield _Box(DENY_EVALUATION, "Deny evaluation", "Does a Deny of any policy match?", _denies)
    yield _Box(layers.RESOURCE_CONTROL, "Organizations RCPs", "Do all RCPs leave it allowed?", _rcps)
    yield _Box(layers.SERVICE_CONTROL, "Organizations SCPs", "Does every level's SCP allow it?", _scps)
    if facts.decision.policies.vpc_endpoint:
        yield _Box(layers.ENDPOINT, "VPC endpoint policy", "Does the endpoint's policy allow it?", _endpoint)
    question = "Does the role let this caller in?" if facts.trust else "Does the resource itself allow it?"
    yield _Box(layers.RESOURCE, resource, question, _resource, "Deny" if facts.must_grant else "Allow")
    yield _Box(layers.IDENTITY, "Identity-based policies", "Does an identity policy allow it?", _identity)
    yield _Box(layers.BOUNDARY, "Permissions boundary", "Does the boundary allow it?", _boundary)
    yield _Box(layers.SESSION, "Session policies", "Do the session policies allow it?", _session)


def _denies(facts: _Facts) -> _Answer:
    return PASSED, "No Deny matches" if facts.rules.has_deny else "No: no Deny speaks of this action"


def _rcps(facts: _Facts) -> _Answer:
    request = facts.decision.request
    if not any(level.resource_control for level in facts.decision.policies.organization):
        return SKIPPED, "There are no RCPs here"
    if not rcps_bind(request, facts.rules.action, request.caller):
        return SKIPPED, "RCPs do not bind this request"
    return PASSED, "Yes: none of them denies it"


def _scps(facts: _Facts) -> _Answer:
    request, policies = facts.decision.request, facts.decision.policies
    levels = [level.name for level in policies.organization if level.service_control is not None]
    if not levels:
        return SKIPPED, "There are no SCPs here"
    if not scps_bind(request, request.caller):
        return SKIPPED, "SCPs do not bind this caller"
    return PASSED, f"Yes, at every level: {', '.join(levels)}"


def _endpoint(facts: _Facts) -> _Answer:
    return PASSED, _yes(facts.first(facts.rules.endpoint.allow))


def _resource(facts: _Facts) -> _Answer:
    if not facts.decision.policies.resource:
        return SKIPPED, "The resource has no policy of its own"
    match facts.grant:
        case Grant.NONE if facts.must_grant:
            return PASSED, _yes(None)
        case Grant.NONE:
            return PASSED, "No, but within one account it need not"
        case Grant.ACCOUNT:
            return PASSED, "Yes, for the account: the identity's own policies must allow it too"
        case Grant.BEHIND:
            return PASSED, f"Yes, for whom the session is of: {_yes(facts.named).removeprefix('Yes: ')}"
        case _:
            return PASSED, _yes(facts.named)


def _identity(facts: _Facts) -> _Answer:
    if not facts.decision.request.crosses_accounts and facts.grant > Grant.ACCOUNT:
        return SKIPPED, "Not needed: the resource's policy has allowed it"
    return PASSED, _yes(facts.first(facts.rules.identity.allow))


def _boundary(facts: _Facts) -> _Answer:
    if not facts.decision.policies.boundary:
        return SKIPPED, "No boundary is set"
    if not facts.limited and facts.decision.request.caller.kind != "user":
        return SKIPPED, "Not needed: the resource's policy names the caller itself"
    return PASSED, _yes(facts.first(facts.rules.boundary.allow))


def _session(facts: _Facts) -> _Answer:
    if facts.decision.policies.session is None:
        return SKIPPED, "No session policy was passed"
    if not facts.limited:
        return SKIPPED, "Not needed: the resource's policy names the caller itself"
    return PASSED, _yes(facts.first(facts.rules.session.allow))
