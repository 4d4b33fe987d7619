"""What a policy gives, service by service: the table the Console shows before a policy is created, and on its page.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary.html]
"""

from __future__ import annotations

from dataclasses import dataclass

from iamlab.catalog import index
from iamlab.catalog.services import service
from iamlab.display import Table
from iamlab.policy.actions import ServiceAccess, access_levels, statement_actions
from iamlab.policy.document import PolicyDocument, Statement

ALL = "All resources"
MULTIPLE = "Multiple"
NONE = "None"


@dataclass(slots=True)
class SummaryRow:
    """One line of the summary; treat it as immutable.

    Attributes:
        effect: `Allow` or `Deny`.
        service: the service's full name, or `All services`.
        access_level: `Full access`, or which levels in full and which limited.
        resource: `All resources`, the one resource, or `Multiple`.
        request_condition: `None`, the one condition, or `Multiple`.
    """

    effect: str
    service: str
    access_level: str
    resource: str
    request_condition: str


def summary(document: PolicyDocument) -> list[SummaryRow]:
    """A policy's lines, explicit denies first, then service by service.

    Args:
        document: the policy. Actions that the catalog does not have do not appear.

    >>> actions = ["sqs:ReceiveMessage", "sqs:SendMessage"]
    >>> policy = {"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}
    >>> row = summary(PolicyDocument.parse(policy))[0]
    >>> row.service, row.access_level, row.resource, row.request_condition
    ('Amazon SQS', 'Limited: Read, Write', 'All resources', 'None')
    """
    rows = []
    for effect in ("Deny", "Allow"):
        statements = [
            (statement, statement_actions(statement)) for statement in document.statements if statement.effect == effect
        ]
        found = access_levels(document, effect)
        if any(bits == index.all_bits() for _, bits in statements):
            rows.append(_row(effect, "All services", "Full access", [statement for statement, _ in statements]))
            continue
        for access in found:
            touching = [statement for statement, bits in statements if bits & index.service_bits(access.service)]
            rows.append(_row(effect, service(access.service).name, _level_text(access), touching))
    return rows


def summary_table(document: PolicyDocument) -> Table:
    """The summary under the Console's headings; explicit denies say so."""
    rows = [
        (
            f"{row.service} (explicit deny)" if row.effect == "Deny" else row.service,
            row.access_level,
            row.resource,
            row.request_condition,
        )
        for row in summary(document)
    ]
    return Table(["Service", "Access level", "Resource", "Request condition"], rows)


def _row(effect: str, name: str, levels: str, statements: list[Statement]) -> SummaryRow:
    return SummaryRow(effect, name, levels, _resource(statements), _request_condition(statements))


def _level_text(access: ServiceAccess) -> str:
    """`Full access`, or as the Console puts it: `Full: List Limited: Read, Write`."""
    if access.full_access:
        return "Full access"
    parts = []
    for how in ("Full", "Limited"):
        levels = [level for level, found in access.levels.items() if found == how]
        if levels:
            parts.append(f"{how}: {', '.join(levels)}")
    return " ".join(parts)


def _resource(statements: list[Statement]) -> str:
    """The statements' resources in a few words."""
    if any(statement.not_resources for statement in statements):
        return MULTIPLE
    named = list(dict.fromkeys(text for statement in statements for text in statement.resources or ("*",)))
    if "*" in named:
        return ALL
    return named[0] if len(named) == 1 else MULTIPLE


def _request_condition(statements: list[Statement]) -> str:
    """The statements' conditions in a few words."""
    conditions = list(dict.fromkeys(condition for statement in statements for condition in statement.conditions))
    if not conditions:
        return NONE
    if len(conditions) > 1 or any(not statement.conditions for statement in statements):
        return MULTIPLE
    operator, key, values = conditions[0]
    return f"{key} {operator} {', '.join(values)}"
