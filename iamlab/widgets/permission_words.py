"""Effective permissions in words: outcomes, labels, reasons, and why a row says what it says.

- `WORDS`, `TONES`: an outcome as it stands in the table
- `label_cells`, `label_sentence`: a reason as cells, and as a sentence
- `reasons`, `explanation`: why principals may or may not do something, with an example

No widget in here. Everything that comes from data is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from iamlab.account import Account
from iamlab.account.context import Given
from iamlab.analysis.effective import permissions
from iamlab.analysis.labels import BETWEEN, Label
from iamlab.display import CROSS, TICK, escape, verbatim
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL, EXPLICIT_DENY, IMPLICIT_DENY
from iamlab.widgets import asking, offers
from iamlab.widgets.answers import statements_html

WORDS = {
    ALLOWED: f"{TICK} allowed",
    CONDITIONAL: "? it depends",
    EXPLICIT_DENY: f"{CROSS} denied explicitly",
    IMPLICIT_DENY: f"{CROSS} not allowed",
}
"""Outcomes as they stand in the table."""

TONES = {ALLOWED: "success", CONDITIONAL: "warning", EXPLICIT_DENY: "error", IMPLICIT_DENY: ""}


def label_cells(label: Label) -> list[str]:
    """Outcome, resources and condition, and policy, as texts."""
    on = f"{label.on} except {label.excluded}" if label.excluded else label.on
    where = f"{on}, if {label.condition}" if label.condition else on
    return [WORDS[label.outcome], where, _because(label)]


def _because(label: Label) -> str:
    if not label.policy:
        return ""
    where = f", attached to {label.attached_to}" if label.attached_to else ""
    return f"{label.policy}{where} ({label.statement})"


def reasons(lab: Account, principal: str, action: str, context: Given, resource: str = "") -> list[Label]:
    """Why a principal may or may not do something: one label a reason.

    >>> [label_sentence(label) for label in reasons(Account.example(), "bob", "iam:CreateUser", {})]
    ['✘ not allowed']
    """
    service = action.partition(":")[0]
    found = permissions(lab, principal, context=context, services=service, resources=resource or None)
    return [row.label for row in found if row.action == action]


def label_sentence(label: Label) -> str:
    """A label in one sentence."""
    outcome, where, because = label_cells(label)
    parts = [f"on {where}" if where not in ("", "*") else "", f"because of {because}" if because else ""]
    return " ".join([outcome, *filter(None, parts)])


def example_resource(on: str, formats: Sequence[str]) -> str:
    """A resource to ask about as an example.

    Args:
        on: the resources of a row; empty where they are left open.
        formats: ARN formats that the action may be about, with names of their own in braces.

    >>> example_resource("arn:aws:s3:::reports/*, arn:aws:s3:::logs", ())
    'arn:aws:s3:::reports/example'
    >>> example_resource("*", ("arn:aws:sqs:${Region}:111122223333:${QueueName}",))
    'arn:aws:sqs:us-east-1:111122223333:example'
    """
    first = on.split(BETWEEN)[0]
    if not first.startswith("arn:"):
        first = min(formats, key=len) if formats else "*"
    if first == "*":
        return first
    placed = first.replace("${Region}", "us-east-1")
    return re.sub(r"\$\{[^}]*\}|\*", "example", placed).replace("?", "x")


def explanation(
    lab: Account, called: Mapping[str, str], action: str, on: str, context: Given, resource: str = ""
) -> tuple[str, str]:
    """Why principals may or may not do something, as HTML.

    Args:
        lab: the account.
        called: each principal, and what it is called.
        action: such as `s3:GetObject`.
        on: the resources that the table names; empty where it leaves them open.
        context: what is known of the requests.
        resource: an ARN; empty for whatever resource.

    Returns:
        the reasons, with an example; and every statement, compared with that example.
    """
    parts = []
    for principal, words in called.items():
        found = reasons(lab, principal, action, context, resource)
        on = on or next((label.on for label in found if label.on), "")
        items = "".join(f"<li>{escape(label_sentence(label))}</li>" for label in found)
        parts.append(f"<p><b>{escape(words)}</b>: <code>{escape(action)}</code></p><ul>{items}</ul>")
    example = resource or example_resource(on, offers.arn_formats(lab, action))
    decision = lab.decide(next(iter(called)), action, example, context, partial=True)
    parts.append(f"<p>For example on <code>{escape(example)}</code>: <b>{escape(decision.sentence)}</b></p>")
    return verbatim("".join(parts)), statements_html(asking.statement_rows(decision.explain()))
