"""Roles that services use: service-linked ones, and ordinary ones given to an instance or a function.

Giving a role away needs `iam:PassRole` for that service (`iam:PassedToService`), and the role must trust the service.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html]
"""

from __future__ import annotations

from dataclasses import dataclass

from iamlab.account import authorize, names
from iamlab.account.assume import assume_role
from iamlab.account.documents import checked
from iamlab.account.managed import policy_record
from iamlab.account.records import RoleRecord
from iamlab.account.resources import Resource
from iamlab.account.roles import Role, remove_role
from iamlab.account.sessions import Session
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.catalog import principals
from iamlab.errors import AccessDenied, InvalidInput, NoSuchEntity

_SERVICES = {
    "ecs": "ecs-tasks.amazonaws.com",
    "states": "states.amazonaws.com",
    "elasticmapreduce": "elasticmapreduce.amazonaws.com",
}
"""Services whose principal is not their prefix with `.amazonaws.com`; regional forms are not used here."""


def service_of(resource: str) -> str:
    """The service principal that acts for a resource: `ec2.amazonaws.com` for an instance.

    >>> service_of("arn:aws:lambda:us-east-1:111122223333:function:report")
    'lambda.amazonaws.com'
    """
    prefix = Arn.parse(resource).service
    return _SERVICES.get(prefix, f"{prefix}.amazonaws.com")


def pass_role(state: State, caller: object, role: Role, resource: Resource) -> None:
    """Give a role to an instance, a function or another resource, as `caller`.

    For an EC2 instance the role must be in an instance profile.

    Args:
        state: the account.
        caller: who passes the role: a user's name, an ARN, or a user, role or session.
        role: the role.
        resource: what gets it; its ARN tells the service.

    Raises:
        AccessDenied: the caller may not pass this role to this service; the error carries the `decision`.
        InvalidInput: the role does not trust the service, no instance profile carries it, or one of the two is
            something else or of another account.
    """
    with state.change():
        record, target = _resource(state, resource).record, _role(state, role).record
        service = service_of(record.arn)
        context = {"iam:PassedToService": service, "iam:AssociatedResourceArn": record.arn}
        decision = authorize.decide(state, caller, "iam:PassRole", role.arn, context)
        if not decision.allowed:
            raise AccessDenied(decision.message, decision)
        if not authorize.decide(state, service, "sts:AssumeRole", role.arn).allowed:
            raise InvalidInput(
                f"The role {role.name} cannot be assumed by {service}: its trust policy does not say so."
            )
        if service == "ec2.amazonaws.com" and not role.instance_profiles:
            raise InvalidInput(f"No instance profile carries the role {role.name}; EC2 needs one.")
        record.role = target


def act_as(state: State, resource: Resource) -> Session:
    """Act as the role that was given to a resource, as the code on it does.

    Raises:
        NoSuchEntity: no role was given to it.
        AccessDenied: the role does not trust the service (any more).
        InvalidInput: it is not a resource.
    """
    record = _resource(state, resource).record
    if record.role is None:
        raise NoSuchEntity(f"No role was given to {record.arn}.")
    session_name = Arn.parse(record.arn).name[:64]
    return assume_role(state, service_of(record.arn), Role(state, record.role.name), session_name)


def _resource(state: State, given: object) -> Resource:
    """A resource of this account, and of no other: AWS passes no role across accounts [id_roles_use_passrole]."""
    if isinstance(given, Resource) and given == Resource(state, given.arn):
        return given
    raise InvalidInput(f"{_what(given)} is not a resource of this account: expected one of its resources or buckets")


def _role(state: State, given: object) -> Role:
    """A role of this account."""
    if isinstance(given, Role) and given.state is state:
        return given
    raise InvalidInput(f"{_what(given)} is not a role of this account: expected one of its roles")


def _what(given: object) -> str:
    return str(getattr(given, "arn", type(given).__name__))


@dataclass(slots=True)
class DeletionTask:
    """What deleting a service-linked role came to: `SUCCEEDED`, or `FAILED` because it is in use."""

    deletion_task_id: str
    status: str
    reason: str = ""


def create_service_linked_role(
    state: State, service_name: str, *, description: str = "", custom_suffix: str | None = None
) -> Role:
    """Let a service have its own role [IAM API CreateServiceLinkedRole].

    The role is made with the trust policy the service wants. Which policy and name it gets is known for the services
    of the Console's list; for others the name is derived from the service's and no policy is attached.

    Args:
        state: the account's state.
        service_name: the service's principal, such as `autoscaling.amazonaws.com`.
        description: at most 1,000 characters.
        custom_suffix: 1 to 64 characters, put after the role's name and `_`, for a service that takes several roles.

    Raises:
        InvalidInput: the service has no service-linked roles, or its role is there already.
        ValidationError: description or suffix.
    """
    with state.change():
        if service_name not in principals.service_linked_principals():
            raise InvalidInput(f"{service_name} does not have service-linked roles.")
        names.check("roleDescriptionType", description, "description")
        suffix = (
            f"_{names.check('customSuffixType', custom_suffix, 'customSuffix')}" if custom_suffix is not None else ""
        )
        case = next(
            (u for u in principals.use_cases() if u.principal == service_name and u.kind == "service-linked"), None
        )
        title = (
            case.use_case
            if case
            else service_name.removesuffix(".amazonaws.com").replace(".", " ").replace("-", " ").title()
        )
        name = names.check(
            "roleNameType", f"AWSServiceRoleFor{title.replace(' ', '').removeprefix('EC2')}{suffix}", "roleName"
        )
        if name.lower() in state.roles:
            # [IAM API CreateServiceLinkedRole: InvalidInput, not EntityAlreadyExists]
            raise InvalidInput(
                f"Service role name {name} has been taken in this account, please try a different suffix."
            )
        names.check_quota(state, "roles_per_account", len(state.roles) + 1)
        trust = {"Effect": "Allow", "Principal": {"Service": service_name}, "Action": "sts:AssumeRole"}
        state.roles[name.lower()] = RoleRecord(
            name,
            state.ids.unique_id("AROA"),
            f"/aws-service-role/{service_name}/",
            state.now(),
            attached=[policy_record(state, case.managed_policy).arn] if case and case.managed_policy else [],
            trust=checked({"Version": "2012-10-17", "Statement": [trust]}, "trust"),
            description=description,
            linked_service=service_name,
        )
    return Role(state, name)


def delete_service_linked_role(state: State, role: Role | str) -> DeletionTask:
    """Ask a service to give its role up [IAM API DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus].

    Returns:
        What it came to; in AWS it takes a while, here it is done at once.

    Raises:
        NoSuchEntity: there is no such role.
        InvalidInput: it is not service-linked.
    """
    handle = role if isinstance(role, Role) else Role(state, role)
    with state.change():
        record = handle.record
        if record.linked_service is None:
            raise InvalidInput(f"{record.name} is not a service-linked role.")
        task = f"task{record.path}{record.name}/{record.id}"
        if any(resource.role is record for resource in state.resources.values()):
            return DeletionTask(task, "FAILED", f"{record.linked_service} still uses the role.")
        remove_role(state, record)
    return DeletionTask(task, "SUCCEEDED")
