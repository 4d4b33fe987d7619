"""A verdict: what was decided, by which layer and statement, and AWS's sentence for it.

A verdict is cheap: it keeps the request, the policies and what decided. Everything in words is made when it is asked
for. `decision` adds what takes another look at the policies: the statements that matched, and the explanation.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamlab.display import CROSS, TICK, escape, verbatim
from iamlab.evaluation.policies import (
    BOUNDARY,
    CREDENTIALS,
    IDENTITY,
    NO_RULES,
    RESOURCE,
    SESSION,
    TRUST,
    PolicySet,
    Rule,
)
from iamlab.evaluation.request import Request

if TYPE_CHECKING:
    from iamlab.evaluation.policies import ActionRules

ALLOWED = "allowed"
EXPLICIT_DENY = "explicitDeny"
IMPLICIT_DENY = "implicitDeny"
CONDITIONAL = "conditional"
"""The outcomes, spelt as AWS's simulator spells them; `conditional` is ours."""

_SIGNS = {ALLOWED: TICK, EXPLICIT_DENY: CROSS, IMPLICIT_DENY: CROSS, CONDITIONAL: "?"}


def access_denied_message(request: Request, outcome: str, layer: str, policy_arn: str | None = None) -> str:
    """AWS's AccessDenied sentence, as its guide words it in 2026.

    Args:
        request: what was asked.
        outcome: `explicitDeny` or `implicitDeny`.
        layer: the type of policy that decided.
        policy_arn: since 2026 the ARN of the managed policy that denies follows an explicit deny, within one account or
            organization.
    """
    on = "" if request.resource == "*" else f" on resource: {request.resource}"
    asked = f"User: {request.principal} is not authorized to perform: {request.action}{on}"
    if layer == CREDENTIALS:
        return f"{asked} with this kind of credential, whatever the policies say"
    if outcome == IMPLICIT_DENY:
        return f"{asked} because no {layer} allows the {request.action} action"
    return f"{asked} with an explicit deny in {with_article(layer)}" + (f": {policy_arn}" if policy_arn else "")


def with_article(layer: str) -> str:
    """A policy type with its article, as AWS's messages have it: a role has one trust policy.

    >>> with_article("identity-based policy"), with_article("VPC endpoint policy"), with_article("role trust policy")
    ('an identity-based policy', 'a VPC endpoint policy', 'the role trust policy')
    """
    return f"{'the' if layer == TRUST else 'an' if layer[0] in 'aeiou' else 'a'} {layer}"


class Verdict:
    """What AWS would decide; treat it as immutable.

    Attributes:
        request, policies: what was asked, and what spoke on it.
        outcome: `allowed`, `explicitDeny`, `implicitDeny`, or (with unknown keys) `conditional`.
        allowed: may it be done? (`conditional` is no yes.)
        layer: the type of policy that decided, such as `identity-based policy`; empty where none had to.
        rule: the statement that decided, or `None` for an implicit deny.
        level: the organization's level that did not allow, if one decided.
        condition: for a `conditional` outcome: under which condition it is allowed, in words.
        credential: which credential the account took for granted; empty outside of an account.
        settled: of a decision with unknown keys: the statements about the action with every doubt settled, first
            against the caller (only Allows that surely apply, and every Deny that may), then in favour; else `None`.
    """

    __slots__ = (
        "allowed",
        "condition",
        "credential",
        "layer",
        "level",
        "outcome",
        "policies",
        "request",
        "rule",
        "settled",
    )

    def __init__(
        self,
        request: Request,
        policies: PolicySet,
        outcome: str,
        layer: str = "",
        rule: Rule | None = None,
        level: str = "",
    ) -> None:
        self.request = request
        self.policies = policies
        self.outcome = outcome
        self.allowed = outcome == ALLOWED
        self.layer = layer
        self.rule = rule
        self.level = level
        self.condition = ""
        self.credential = ""
        self.settled: tuple[ActionRules, ActionRules] | None = None

    @property
    def message(self) -> str:
        """AWS's AccessDenied sentence; empty when it is allowed."""
        if self.outcome not in (EXPLICIT_DENY, IMPLICIT_DENY):
            return ""
        # Across accounts nothing says that both are of one organization.
        policy_arn = self.rule.policy.arn if self.rule and not self.request.crosses_accounts else None
        return access_denied_message(self.request, self.outcome, self.layer, policy_arn)

    @property
    def remarks(self) -> list[str]:
        """What is odd about the question: names AWS does not know, an action and a resource that never meet."""
        from iamlab.policy.oddities import oddities, why_not_on_all  # no decision needs the checks and the catalog

        request = self.request
        found = list(oddities(request.action, request.resource))
        if request.resource == "*" and self.outcome == IMPLICIT_DENY and self._allows_some_resource():
            found.append(why_not_on_all(request.action))
        return found

    def _allows_some_resource(self) -> bool:
        """Does the layer that did not allow it allow it on resources that it names?"""
        rules = self.policies.rules(self.request.action)
        layers = {IDENTITY: rules.identity, RESOURCE: rules.resource, BOUNDARY: rules.boundary, SESSION: rules.session}
        return any(rule.matcher.resource is not None for rule in layers.get(self.layer, NO_RULES).allow)

    @property
    def notes(self) -> list[str]:
        """What belongs to the verdict: the remarks on the question, and which policies could not be known."""
        return [*self.remarks, *self.policies.unknown]

    @property
    def sentence(self) -> str:
        """One sentence: the verdict, and what decided."""
        if self.outcome == ALLOWED:
            why = f"by {self.rule.policy.label} ({self.rule.statement.label})" if self.rule else self.layer
            return f"{_SIGNS[ALLOWED]} allowed {why}"
        if self.outcome == CONDITIONAL:
            return f"{_SIGNS[CONDITIONAL]} allowed if {self.condition}"
        if self.rule:
            return (
                f"{_SIGNS[self.outcome]} denied explicitly by {self.rule.policy.label} "
                f"({self.rule.statement.label}, {self.layer})"
            )
        if self.layer == CREDENTIALS:
            return f"{_SIGNS[self.outcome]} denied: this kind of credential cannot call it"
        where = f" at {self.level}" if self.level else ""
        return f"{_SIGNS[self.outcome]} denied: no {self.layer}{where} allows it"

    def __repr__(self) -> str:
        asked = f"{self.request.principal or 'somebody'} → {self.request.action} on {self.request.resource}"
        credential = [f"(credential: {self.credential})"] if self.credential else []
        return "\n".join([asked, self.sentence, *credential, *(f"Note: {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        asked, sentence, *notes = repr(self).split("\n")
        small = "".join(f"<div><small>{escape(note)}</small></div>" for note in notes)
        return verbatim(f"<div><code>{escape(asked)}</code></div><div><b>{escape(sentence)}</b></div>{small}")
