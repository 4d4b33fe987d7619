"""Checks of statements that allow passing any role, or creating the service-linked role of any service.

Both can happen in six ways: the action is named, taken in by a pattern or left over by NotAction, and the roles are
taken in by a pattern or left over by NotResource. A condition on the service that gets the role closes all six.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iamlab.policy.checks.arns import split_arn
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import Item, StatementView
from iamlab.policy.patterns import compile_pattern, contains, has_wildcard


@dataclass(slots=True)
class _Grant:
    """An action on roles that is dangerous when it is on any role.

    Attributes:
        codes: how the issue codes begin.
        action: the action.
        key: the condition key that limits it to a service, in lower case.
        any_role: the resource part of a pattern for every role that counts.
        why: what is dangerous about it, and what to do.
    """

    codes: str
    action: str
    key: str
    any_role: str
    why: str


_PASS = _Grant(
    "PASS_ROLE",
    "iam:PassRole",
    "iam:passedtoservice",
    "role/*",
    "Whoever may pass any role to any service can get the permissions of every role, even an administrator's: "
    "name the roles, or test iam:PassedToService.",
)
_LINK = _Grant(
    "CREATE_SLR",
    "iam:CreateServiceLinkedRole",
    "iam:awsservicename",
    "role/aws-service-role/*",
    "This allows creating the service-linked role of any service: name the roles, or test iam:AWSServiceName.",
)


def _allowed_by(statement: StatementView, action: str) -> tuple[str, str] | None:
    """How a statement comes to allow an action, and the path of the place; `None` when it does not."""
    element = statement.action
    if not statement.allows or element is None:
        return None
    matching = [item for item in element.items if compile_pattern(item.text.lower())(action)]
    if element.negated:
        return None if matching or not element.items else ("NOT_ACTION", element.path)
    if not matching:
        return None
    plain = next((item for item in matching if not has_wildcard(item.text)), None)
    return ("", plain.path) if plain else ("STAR_IN_ACTION", matching[0].path)


def _is_any_role(item: Item, any_role: str) -> bool:
    """Does the pattern take in all roles of some account?"""
    if set(item.text) == {"*"}:
        return True
    arn = split_arn(item.text)
    return arn is not None and arn.service == "iam" and contains(arn.resource, any_role)


def _find(statement: StatementView, grant: _Grant) -> tuple[str, str] | None:
    """By which of the six ways a statement grants it (as the issue code ends), and the path of the place."""
    allowed, resource = _allowed_by(statement, grant.action.lower()), statement.resource
    if allowed is None or resource is None or statement.has_key(grant.key):
        return None
    if not resource.negated and not any(_is_any_role(item, grant.any_role) for item in resource.items):
        return None
    way, path = allowed
    if resource.negated:
        return (f"{way}_AND_NOT_RESOURCE" if way else "NOT_RESOURCE"), path
    return {
        "": "STAR_IN_RESOURCE",
        "STAR_IN_ACTION": "STAR_IN_ACTION_AND_RESOURCE",
        "NOT_ACTION": "STAR_IN_RESOURCE_AND_NOT_ACTION",
    }[way], path


_LEADS = {
    "STAR_IN_RESOURCE": "",
    "STAR_IN_ACTION_AND_RESOURCE": "The pattern matches {}. ",
    "STAR_IN_RESOURCE_AND_NOT_ACTION": "NotAction does not exclude {}. ",
    "NOT_RESOURCE": "NotResource excludes only the roles in it. ",
    "STAR_IN_ACTION_AND_NOT_RESOURCE": "The pattern matches {}, and NotResource excludes only the roles in it. ",
    "NOT_ACTION_AND_NOT_RESOURCE": "NotAction does not exclude {}, and NotResource excludes only the roles in it. ",
}


def _register(grant: _Grant, way: str, lead: str) -> None:
    @check(f"{grant.codes}_WITH_{way}", on="statement", types=("identity",))
    def find(statement: StatementView) -> Iterator[Found]:
        found = _find(statement, grant)
        if found and found[0] == way:
            yield Found(found[1], lead.format(grant.action) + grant.why)


for _grant in (_PASS, _LINK):
    for _way, _lead in _LEADS.items():
        _register(_grant, _way, _lead)
