"""Who can do something, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from iamlab.analysis.frames.columns import Frame, text_column, with_attributes
from iamlab.analysis.ways import Ways
from iamlab.policy.oddities import oddities

if TYPE_CHECKING:
    from iamlab.account import Account
    from iamlab.account.context import Given

WAY_COLUMNS = ("principal", "outcome", "through", "condition", "policy", "statement", "attached_to", "arn")


def who_can(lab: Account, action: str, resource: Any = "*", context: Given | None = None) -> pd.DataFrame:
    """Who can do something, and how: every principal, by its own policies, the resource's, or by assuming roles.

    Args:
        lab: the account.
        action: such as `s3:GetObject`.
        resource: an ARN, or something that has one; `*` asks who can on every resource, or for actions on none in
            particular.
        context: condition keys that are known of all requests, also of those to assume roles; `None` as a value
            takes a key away. Keys about who asks are known; others are open, and so is which credential is used.

    Returns:
        A row for each user, role, root, and for the services, providers and other accounts that the resource's
        policy, or a role's trust policy, lets in, with the columns `principal`, `outcome` (`allowed`, or
        `conditional`), `through` (the roles to assume, in order), `condition`, `policy`, `statement`, `attached_to`
        (of the policy that allows it in the end) and `arn`. Who can without any condition has that row alone; others
        have one for each role that can, with the shortest chain to it. Each row was decided by the same evaluator as
        `lab.decide`. `.attrs["unknown"]` says what an account that came from AWS's export cannot know,
        `.attrs["remarks"]` what is odd about the question.

    Raises:
        InvalidInput: not an action or an ARN.

    >>> from iamlab import Account
    >>> who_can(Account.example(), "iam:CreateUser")["principal"].head(3).tolist()
    ['root', 'user/alice', 'user/bob']
    """
    found = Ways(lab, action, resource, context)
    columns = {name: text_column([getattr(way, name) for way in found]) for name in WAY_COLUMNS}
    table = with_attributes(Frame(columns, copy=False), found.unknown, action=action, resource=found.resource)
    table.attrs["remarks"] = list(oddities(action, found.resource))
    return table
