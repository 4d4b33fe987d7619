"""What the simulator offers while somebody types: principals, actions, ARNs, condition keys. No widget in here."""

from __future__ import annotations

from iamlab.account import Account
from iamlab.catalog import index
from iamlab.catalog.keys import global_keys
from iamlab.catalog.services import Action, Service, service

MOST_OFFERED = 50
"""How many actions are offered at a time; whoever looks for more types more."""


def principal_names(lab: Account) -> tuple[str, ...]:
    """Who can be asked about: users by name, roles and the root user by ARN, and nobody in particular."""
    return (*lab.users, *(role.arn for role in lab.roles.values()), lab.arn, "anonymous")


def find_actions(text: str, most: int = MOST_OFFERED) -> tuple[str, ...]:
    """The actions whose names hold a text, in any case; those that begin with it first.

    Args:
        text: such as `s3:get` or `getobject`.
        most: how many at the most.

    >>> find_actions("objectacl", most=2)
    ('s3:GetObjectAcl', 's3:PutObjectAcl')
    """
    wanted = text.strip().lower()
    if not wanted:
        return ()
    found = [name for name in index.action_names() if wanted in name.lower()]
    found.sort(key=lambda name: not (name.lower().startswith(wanted) or f":{wanted}" in name.lower()))
    return tuple(found[:most])


def arn_hints(lab: Account, action: str) -> tuple[str, ...]:
    """ARNs that an action may be about: what the account has, then AWS's formats with this account filled in."""
    if _action(action) is None:
        return tuple(lab.resources)
    formats = arn_formats(lab, action)
    if not formats:
        return ("*",)
    service_part = {arn.split(":")[2] for arn in formats}
    own = [arn for arn in lab.resources if arn.split(":")[2] in service_part]
    entities = [entity.arn for table in (lab.users, lab.groups, lab.roles) for entity in table.values()]
    own += [arn for arn in entities if arn.split(":")[2] in service_part]
    return tuple(dict.fromkeys([*own, *formats]))


def arn_formats(lab: Account, action: str) -> tuple[str, ...]:
    """The ARN formats of what an action works on, with this account filled in; none for actions on no resource."""
    known = _action(action)
    if known is None:
        return ()
    found, of = known
    arns = [arn for use in found.resource_types for arn in of.resource_types[use.name].arns]
    account = lab.account_id
    return tuple(arn.replace("${Partition}", lab.state.partition).replace("${Account}", account) for arn in arns)


def key_names(action: str) -> tuple[str, ...]:
    """The condition keys that a request for an action may have: its own first, then the global ones."""
    known = _action(action)
    own: list[str] = []
    if known is not None:
        own = [*known[0].condition_keys, *(key for use in known[0].resource_types for key in use.condition_keys)]
    return tuple(dict.fromkeys([*own, *(key.name for key in global_keys())]))


def _action(name: str) -> tuple[Action, Service] | None:
    prefix, _, rest = name.partition(":")
    if not index.span(prefix):
        return None
    found = service(prefix)
    action = found.actions.get(rest.lower())
    return None if action is None else (action, found)
