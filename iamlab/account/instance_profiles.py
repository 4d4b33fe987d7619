"""Instance profiles: the container in which EC2 carries a role to an instance.

The Console makes one of the same name with every role for EC2; the API does not.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html]
"""

from __future__ import annotations

from datetime import datetime

from iamlab.account import names
from iamlab.account.entities import find
from iamlab.account.handles import Tagged, handle_of
from iamlab.account.records import InstanceProfileRecord, RoleRecord
from iamlab.account.roles import Role
from iamlab.account.state import State
from iamlab.errors import DeleteConflict, EntityAlreadyExists, NoSuchEntity, UnmodifiableEntity


def create_instance_profile(state: State, name: str, *, path: str = "/", tags: names.Tags = ()) -> InstanceProfile:
    """Create an empty instance profile [IAM API CreateInstanceProfile].

    Args:
        state: the account's state.
        name: 1 to 128 letters, digits and `+=,.@_-`; unique in the account, ignoring case.
        path: `/` or `/…/`, at most 512 characters.
        tags: at most 50.

    Raises:
        ValidationError, InvalidInput, EntityAlreadyExists (ignoring case), LimitExceeded.
    """
    with state.change():
        names.check("instanceProfileNameType", name, "instanceProfileName")
        names.check_path(path)
        new_tags = names.check_tags(tags)
        if name.lower() in state.instance_profiles:
            raise EntityAlreadyExists(f"Instance Profile {name} already exists.")
        names.check_quota(state, "instance_profiles_per_account", len(state.instance_profiles) + 1)
        record = InstanceProfileRecord(name, state.ids.unique_id("AIPA"), path, state.now(), tags=new_tags)
        state.instance_profiles[name.lower()] = record
    return InstanceProfile(state, name)


@handle_of(InstanceProfileRecord)
class InstanceProfile(Tagged):
    """An instance profile: a handle over the account's state."""

    __slots__ = ("name",)

    def __init__(self, state: State, name: str) -> None:
        super().__init__(state)
        self.name = name

    @property
    def _key(self) -> str:
        return f"instance-profile {self.name.lower()}"

    @property
    def record(self) -> InstanceProfileRecord:
        """The row in the account's tables.

        Raises:
            NoSuchEntity: it was deleted.
        """
        record = self._state.instance_profiles.get(self.name.lower())
        if record is None:
            raise NoSuchEntity(f"Instance Profile {self.name} cannot be found.")
        return record

    @property
    def arn(self) -> str:
        """The Amazon Resource Name."""
        return names.entity_arn(self._state, "instance-profile", self.record.path, self.record.name)

    @property
    def path(self) -> str:
        """The path, `/` unless one was given."""
        return self.record.path

    @property
    def instance_profile_id(self) -> str:
        """The unique id (`AIPA…`)."""
        return self.record.id

    @property
    def create_date(self) -> datetime:
        """When it was created."""
        return self.record.created

    @property
    def roles(self) -> tuple[Role, ...]:
        """The role in it: one or none."""
        role = self.record.role
        return (Role(self._state, role.name),) if role else ()

    def add_role(self, role: Role | str) -> None:
        """Put a role in [IAM API AddRoleToInstanceProfile].

        Raises:
            LimitExceeded: there is one.
            NoSuchEntity: there is no such role.
            UnmodifiableEntity: a service-linked role is its service's alone.
        """
        with self._state.change():
            record, found = self.record, self._role(role)
            names.check_quota(self._state, "roles_per_instance_profile", 2 if record.role else 1)
            record.role = found

    def remove_role(self, role: Role | str) -> None:
        """Take the role out [IAM API RemoveRoleFromInstanceProfile].

        Raises:
            NoSuchEntity: this role is not in it.
        """
        with self._state.change():
            record, found = self.record, self._role(role)
            if record.role is not found:
                raise NoSuchEntity(f"{found.name} is not in the instance profile {self.name}.")
            record.role = None

    def _role(self, role: Role | str) -> RoleRecord:
        found = find(self._state.roles, role.name if isinstance(role, Role) else role, "role")
        if found.linked_service:
            raise UnmodifiableEntity(f"The role {found.name} belongs to {found.linked_service}.")
        return found

    def delete(self) -> None:
        """Delete it; the role must be out [IAM API DeleteInstanceProfile].

        Raises:
            DeleteConflict: a role is in it.
        """
        with self._state.change():
            record = self.record
            if record.role is not None:
                raise DeleteConflict(
                    f"Cannot delete entity, must remove roles from instance profile ({record.role.name}) first."
                )
            del self._state.instance_profiles[record.name.lower()]

    def __repr__(self) -> str:
        return f"InstanceProfile({self.name})"
