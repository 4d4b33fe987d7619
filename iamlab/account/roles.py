"""IAM roles: identities without credentials of their own, that trusted principals assume for a while.

A role has two kinds of policy: the trust policy says who may assume it, the others what it may do then. A
service-linked role belongs to a service: only that service changes it.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, Protocol

from iamlab.account import names
from iamlab.account.documents import Document, check_principals, check_size, checked, rename_principal
from iamlab.account.entities import TaggedEntity
from iamlab.account.handles import handle, handle_of
from iamlab.account.managed import attachable
from iamlab.account.policies import Policy
from iamlab.account.records import RoleRecord
from iamlab.account.state import State
from iamlab.display import Cell
from iamlab.errors import DeleteConflict, EntityAlreadyExists, UnmodifiableEntity
from iamlab.policy import PolicyDocument


class RoleCarrier(Protocol):
    """What carries a role to an instance, as the role sees it: an `InstanceProfile`, whose module knows roles."""

    name: str

    @property
    def arn(self) -> str:
        """The Amazon Resource Name."""

    def remove_role(self, role: Role | str) -> None:
        """Take the role out."""


def create_role(
    state: State,
    name: str,
    trust_policy: Document,
    *,
    path: str = "/",
    description: str = "",
    max_session_duration: int = 3600,
    permissions_boundary: Policy | str | None = None,
    tags: names.Tags = (),
) -> Role:
    """Create a role [IAM API CreateRole].

    Args:
        state: the account's state.
        name: at most 64 characters.
        trust_policy: who may assume it (AssumeRolePolicyDocument).
        path: `/` or `/…/`.
        description: at most 1,000 characters.
        max_session_duration: seconds, 3,600 to 43,200.
        permissions_boundary: a managed policy that caps it.
        tags: at most 50.

    Raises:
        ValidationError, InvalidInput, MalformedPolicyDocument, EntityAlreadyExists (ignoring case), LimitExceeded,
        NoSuchEntity.
    """
    with state.change():
        names.check("roleNameType", name, "roleName")
        names.check_path(path)
        names.check("roleDescriptionType", description, "description")
        names.check_number("roleMaxSessionDurationType", max_session_duration, "maxSessionDuration")
        new_tags = names.check_tags(tags)
        boundary = attachable(state, permissions_boundary).arn if permissions_boundary is not None else None
        trust = checked_trust(state, trust_policy)
        if name.lower() in state.roles:
            raise EntityAlreadyExists(f"Role with name {name} already exists.")
        names.check_quota(state, "roles_per_account", len(state.roles) + 1)
        state.roles[name.lower()] = RoleRecord(
            name,
            state.ids.unique_id("AROA"),
            path,
            state.now(),
            boundary=boundary,
            tags=new_tags,
            trust=trust,
            description=description,
            max_session=max_session_duration,
        )
    return Role(state, name)


def checked_trust(state: State, document: Document) -> PolicyDocument:
    """A trust policy that may be saved.

    Raises:
        MalformedPolicyDocument: not a trust policy, or it names a user or role of this account that does not exist.
        LimitExceeded: longer than 2,048 characters without white space.
    """
    trust = checked(document, "trust")
    check_principals(state, trust)
    most = names.quota(state, "role_trust_policy_length")
    check_size(trust, most, f"Cannot exceed quota for ACLSizePerRole: {most}")
    return trust


@handle_of(RoleRecord)
class Role(TaggedEntity[RoleRecord]):
    """A role: a handle over the account's state."""

    __slots__ = ()
    kind: ClassVar[str] = "role"

    @property
    def _table(self) -> dict[str, RoleRecord]:
        return self._state.roles

    @contextmanager
    def _change(self) -> Iterator[RoleRecord]:
        """One operation on this role.

        Raises:
            UnmodifiableEntity: it is a service-linked role.
        """
        with super()._change() as record:
            if record.linked_service:
                raise UnmodifiableEntity(
                    f"Cannot perform the operation on the protected role '{record.name}' - this role is only "
                    f"modifiable by AWS (it is linked to {record.linked_service})"
                )
            yield record

    @property
    def role_id(self) -> str:
        """The unique id (`AROA…`)."""
        return self.record.id

    @property
    def assume_role_policy_document(self) -> PolicyDocument:
        """The trust policy: who may assume the role."""
        return self.record.trust

    @property
    def description(self) -> str:
        """What the role is for."""
        return self.record.description

    @property
    def max_session_duration(self) -> int:
        """The longest session it gives, in seconds."""
        return self.record.max_session

    @property
    def linked_service(self) -> str | None:
        """The service a service-linked role belongs to; None for an ordinary role."""
        return self.record.linked_service

    @property
    def last_used(self) -> datetime | None:
        """When a session of the role last did something; None: never."""
        return self.record.last_used

    @property
    def instance_profiles(self) -> tuple[RoleCarrier, ...]:
        """The instance profiles that carry the role."""
        state, record = self._state, self.record
        return tuple(handle(state, profile) for profile in state.instance_profiles.values() if profile.role is record)

    def update(self, *, description: str | None = None, max_session_duration: int | None = None) -> None:
        """Change description and longest session [IAM API UpdateRole].

        Raises:
            ValidationError: out of the API's limits.
            UnmodifiableEntity: the session length of a service-linked role.
        """
        with self._state.change() if max_session_duration is None else self._change():
            record = self.record
            text = names.check(
                "roleDescriptionType", record.description if description is None else description, "description"
            )
            seconds = record.max_session if max_session_duration is None else max_session_duration
            record.max_session = names.check_number("roleMaxSessionDurationType", seconds, "maxSessionDuration")
            record.description = text

    def update_assume_role_policy(self, document: Document) -> None:
        """Replace the trust policy [IAM API UpdateAssumeRolePolicy].

        Raises:
            MalformedPolicyDocument, LimitExceeded, UnmodifiableEntity.
        """
        with self._change() as record:
            record.trust = checked_trust(self._state, document)

    def revoke_sessions(self) -> None:
        """End what the role's older sessions may do, as the Console's "Revoke active sessions" does.

        An inline policy denies everything to credentials issued before now; sessions begun later are free of it
        [id_roles_use_revoke-sessions].
        """
        older = {"DateLessThan": {"aws:TokenIssueTime": self._state.clock.timestamp()}}
        statement = {"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": older}
        self.create_policy("AWSRevokeOlderSessions", {"Version": "2012-10-17", "Statement": [statement]})

    def delete(self) -> None:
        """Delete the role [IAM API DeleteRole].

        Raises:
            DeleteConflict: something is left; the message says what.
            UnmodifiableEntity: it is a service-linked role.
        """
        state = self._state
        with self._change() as record:
            left = []
            if record.attached:
                left.append("detach all policies")
            if record.inline:
                left.append("delete policies")
            if profiles := self.instance_profiles:
                left.append(f"remove roles from instance profile ({', '.join(profile.name for profile in profiles)})")
            if left:
                raise DeleteConflict(f"Cannot delete entity, must {', '.join(left)} first.")
            remove_role(state, record)

    def _rows(self) -> list[list[Cell]]:
        rows = super()._rows()
        rows.insert(1, ["Trust policy", self.record.trust.to_json(indent=2)])
        return rows


def remove_role(state: State, record: RoleRecord) -> None:
    """Take a role out of the tables; who named it keeps only its unique id."""
    rename_principal(state, names.entity_arn(state, "role", record.path, record.name), record.id)
    for resource in state.resources.values():
        if resource.role is record:
            resource.role = None
    del state.roles[record.name.lower()]
