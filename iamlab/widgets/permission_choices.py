"""What can be chosen above the table of effective permissions, and the Python that chooses the same.

Principals, situations and outcomes, each with its words. No widget in here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iamlab.account import Account
from iamlab.account.context import Given
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL, EXPLICIT_DENY, IMPLICIT_DENY
from iamlab.widgets.code import shows

OUTCOMES = (
    ("Allowed, or it depends", (ALLOWED, CONDITIONAL)),
    ("Allowed", (ALLOWED,)),
    ("It depends", (CONDITIONAL,)),
    ("Denied explicitly", (EXPLICIT_DENY,)),
    ("Not allowed", (IMPLICIT_DENY,)),
    ("All", ()),
)

MFA = "aws:MultiFactorAuthPresent"
SITUATIONS: tuple[tuple[str, Given], ...] = (
    ("Access key, or a role's session", {}),
    ("Signed in with MFA", {MFA: "true"}),
    ("Signed in without MFA", {MFA: "false"}),
)


def principals_of(lab: Account) -> list[tuple[str, str]]:
    """Whom the table can be about: words and the value to ask with."""
    users = [(f"user {name}", name) for name in lab.users]
    return [*users, *((f"role {name}", role.arn) for name, role in lab.roles.items()), ("root", lab.arn)]


def as_code(lab: Account, principals: Sequence[str], chosen: Mapping[str, str | bool], *, remembers: bool) -> str:
    """The Python that makes such a table again.

    Args:
        lab: the account.
        principals: who is shown.
        chosen: what is chosen and typed, by the names of the widget's arguments.
        remembers: was what is shown noted by hand, to be compared with what comes?
    """
    if not remembers:
        return shows("EffectivePermissions", lab, *principals, **chosen)
    made = shows("EffectivePermissions", lab, *principals, **(dict(chosen) | {"differences": ""}))
    made = made.replace("\n\n", "\n\ntable = ", 1)
    return f"{made}\ntable.remember()\n# What is changed comes between here\n# and here.\ntable.refresh()\ntable"
