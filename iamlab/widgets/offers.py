"""What the simulator offers while somebody types: principals, actions, ARNs, condition keys. No widget in here."""

from __future__ import annotations

from iamlab.account import Account
from iamlab.catalog import index
from iamlab.catalog.keys import global_keys
from iamlab.catalog.services import Action, service
from iamlab.evaluation import resources

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
    own = {"${Partition}": lab.state.partition, "${Account}": lab.account_id}
    found = resources.arn_formats(action)
    for place, value in own.items():
        found = [arn.replace(place, value) for arn in found]
    return tuple(found)


def key_names(action: str) -> tuple[str, ...]:
    """The condition keys that a request for an action may have: its own first, then the global ones."""
    known = _action(action)
    own: list[str] = []
    if known is not None:
        own = [*known.condition_keys, *(key for use in known.resource_types for key in use.condition_keys)]
    return tuple(dict.fromkeys([*own, *(key.name for key in global_keys())]))


def _action(name: str) -> Action | None:
    prefix, _, rest = name.partition(":")
    return service(prefix).actions.get(rest.lower()) if index.span(prefix) else None
