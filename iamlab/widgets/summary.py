"""The access summary of a policy: service, access level, resource, request condition, as the Console's tables have it.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary.html]
"""

from __future__ import annotations

from collections.abc import Iterable

from iamlab.catalog import index
from iamlab.catalog.services import service
from iamlab.display import Table
from iamlab.policy import PolicyDocument, Statement
from iamlab.policy.actions import ServiceAccess, access_levels, statement_actions
from iamlab.widgets.labels import label, labels

SHOWN = 40
"""How many services a table shows."""


def level_words(access: ServiceAccess) -> str:
    """The levels as the Console writes them.

    >>> level_words(ServiceAccess("sqs", {"Write": "Limited", "Tagging": "Full", "Read": "Limited"}))
    'Full: Tagging; Limited: Write, Read'
    """
    if access.full_access:
        return "Full access"
    by_extent = {how: [name for name, found in access.levels.items() if found == how] for how in ("Full", "Limited")}
    return "; ".join(f"{how}: {', '.join(names)}" for how, names in by_extent.items() if names)


def resource_words(statements: Iterable[Statement]) -> str:
    """The resources in a few words: the ARN itself when it is one."""
    found: dict[str, None] = {}
    for one in statements:
        found |= dict.fromkeys(one.resources if one.resources is not None else ("all but some",))
    if set(found) == {"*"}:
        return "All resources"
    return next(iter(found)) if len(found) == 1 else f"Multiple ({len(found)})"


def condition_words(statements: Iterable[Statement]) -> str:
    """The conditions in a few words: the condition itself when there is one, for all statements alike."""
    found = [one.conditions for one in statements]
    if not any(found):
        return "None"
    first = found[0]
    if len(first) == 1 and all(one == first for one in found):
        operator, key, values = first[0]
        return f"{key} | {operator} | {', '.join(values)}"
    return "Multiple"


def summary(document: PolicyDocument, effect: str) -> Table | None:
    """What a policy allows or denies, service by service; `None` when nothing.

    Args:
        document: the policy.
        effect: `Allow` or `Deny`.
    """
    accesses = access_levels(document, effect)
    if not accesses:
        return None
    sets = [(one, statement_actions(one)) for one in document.statements if one.effect == effect]
    rows = []
    for access in accesses[:SHOWN]:
        bits = index.service_bits(access.service)
        about = [one for one, actions in sets if actions & bits]
        name = service(access.service).name
        rows.append([f"{name} ({access.service})", level_words(access), resource_words(about), condition_words(about)])
    rows += [["", "", "", ""]] * (len(accesses) - SHOWN)  # counted, and not worked out
    words = label("editor.summary_allow" if effect == "Allow" else "editor.summary_deny")
    caption = f"{words}: {len(accesses)} of {len(index.service_names())} services"
    return Table(labels("editor.summary_columns"), rows, caption, limit=SHOWN)


def summary_tables(document: PolicyDocument) -> list[Table]:
    """What a policy denies and what it allows; empty when it names no action that AWS has."""
    return [table for effect in ("Deny", "Allow") if (table := summary(document, effect))]
