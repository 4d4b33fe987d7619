"""What the policy widgets say about policies, as plain rows: no widget in here.

Names, types and attachments of the account's and of AWS's managed policies, filtered as the Console's list filters
them; and the Python that attaches one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from iamlab.account import Account
from iamlab.account.managed import PolicyHolder
from iamlab.account.policies import Policy
from iamlab.account.roles import Role
from iamlab.account.users import Group, User
from iamlab.catalog import managed
from iamlab.widgets.code import name_of, python
from iamlab.widgets.labels import label

KINDS = ("user", "group", "role")
"""What a policy can be attached to."""


@dataclass(slots=True)
class Listed:
    """A policy as the list has it.

    Attributes:
        name, arn: whose names they are.
        aws: does AWS maintain it?
        attached_to: such as `group Developers`.
    """

    name: str
    arn: str
    aws: bool
    attached_to: tuple[str, ...]

    @property
    def type(self) -> str:
        """`Customer managed` or `AWS managed`."""
        return label("common.aws_managed" if self.aws else "common.customer_managed")

    def cells(self) -> tuple[str, str, str]:
        """Name, type and where it is attached."""
        return self.name, self.type, ", ".join(self.attached_to) or "–"


def attachments(lab: Account) -> dict[str, tuple[str, ...]]:
    """Every attached managed policy's ARN, and what it is attached to."""
    found: dict[str, list[str]] = {}
    for kind, entities in _tables(lab).items():
        for entity in entities.values():
            for policy in entity.attached_policies:
                found.setdefault(policy.arn, []).append(f"{kind} {entity.name}")
    return {arn: tuple(names) for arn, names in found.items()}


def list_policies(lab: Account, search: str = "", kind: str = "all") -> list[Listed]:
    """The managed policies of an account, its own first.

    Args:
        lab: the account.
        search: words that are looked for in the names, in any case.
        kind: `all`, `customer`, `aws`, or `attached` for those that are attached somewhere.

    >>> [policy.name for policy in list_policies(Account(), "iamreadonly")]
    ['IAMReadOnlyAccess']
    """
    where = attachments(lab)
    own = {} if kind == "aws" else {policy.arn: policy.name for policy in lab.policies.values()}
    aws = {} if kind == "customer" else _aws_names(where)
    wanted = search.strip().lower()
    return [
        Listed(name, arn, arn in aws, where.get(arn, ()))
        for arn, name in (own | aws).items()
        if wanted in name.lower() and (kind != "attached" or arn in where)
    ]


def _aws_names(attached: Iterable[str]) -> dict[str, str]:
    """AWS's policies, by their ARNs.

    Args:
        attached: more ARNs: an account that was exported may have one attached that the catalog does not know yet.
    """
    return _catalog_names() | {arn: arn.rpartition("/")[2] for arn in attached if arn.split(":")[4] == "aws"}


@lru_cache(maxsize=1)
def _catalog_names() -> dict[str, str]:
    return {managed.managed_policy(name).arn: name for name in managed.managed_policy_names()}


def attached_entities(policy: Policy) -> list[tuple[str, str]]:
    """What a policy is attached to: kind and name."""
    holders: tuple[PolicyHolder, ...] = (*policy.attached_users, *policy.attached_groups, *policy.attached_roles)
    return [(holder.kind, holder.name) for holder in holders]


def entities_of(lab: Account, kind: str) -> tuple[str, ...]:
    """The names of all users, groups or roles.

    Args:
        lab: the account.
        kind: one of `KINDS`.
    """
    return tuple(_tables(lab)[kind])


def _tables(lab: Account) -> dict[str, Mapping[str, User | Group | Role]]:
    return {"user": lab.users, "group": lab.groups, "role": lab.roles}


def attach(lab: Account, policy: Policy, kind: str, name: str) -> None:
    """Attach a managed policy.

    Raises:
        NoSuchEntity: there is no such user, group or role.
        LimitExceeded: ten are attached.
    """
    _holder(lab, kind, name).attach_policy(policy)


def detach(lab: Account, policy: Policy, kind: str, name: str) -> None:
    """Detach a managed policy.

    Raises:
        NoSuchEntity: there is no such user, group or role, or it is not attached.
    """
    _holder(lab, kind, name).detach_policy(policy)


def _holder(lab: Account, kind: str, name: str) -> PolicyHolder:
    return _tables(lab)[kind][name]


def policy_code(lab: Account, policy: Policy) -> str:
    """A policy as Python that finds it again."""
    return f"{name_of(lab)}.policies[{python(called(lab, policy))}]"


def called(lab: Account, policy: Policy) -> str:
    """What finds a policy: its name where that is enough, else its ARN."""
    return policy.name if lab.policies.get(policy.name) == policy else policy.arn


def attach_code(lab: Account, policy: Policy, kind: str, name: str, verb: str = "attach") -> str:
    """The Python that attaches (or detaches) a managed policy."""
    return f"{name_of(lab)}.{kind}s[{python(name)}].{verb}_policy({policy_code(lab, policy)})"
