"""IAM user groups: users that share policies.

A group is no principal: it cannot sign in, be named in a policy or hold other groups, and it has no tags. Who is in
it stands with the users.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html]
"""

from __future__ import annotations

from typing import ClassVar

from iamlab.account import names
from iamlab.account.entities import Entity, find
from iamlab.account.handles import handle_of
from iamlab.account.records import GroupRecord, UserRecord
from iamlab.account.state import State
from iamlab.account.users import User
from iamlab.display import Cell
from iamlab.errors import DeleteConflict, EntityAlreadyExists


def create_group(state: State, name: str, *, path: str = "/") -> Group:
    """Create a group [IAM API CreateGroup].

    Raises:
        ValidationError, EntityAlreadyExists (ignoring case), LimitExceeded.
    """
    with state.change():
        names.check("groupNameType", name, "groupName")
        names.check_path(path)
        if name.lower() in state.groups:
            raise EntityAlreadyExists(f"Group with name {name} already exists.")
        names.check_quota(state, "groups_per_account", len(state.groups) + 1)
        state.groups[name.lower()] = GroupRecord(name, state.ids.unique_id("AGPA"), path, state.now())
    return Group(state, name)


@handle_of(GroupRecord)
class Group(Entity[GroupRecord]):
    """A group: a handle over the account's state."""

    __slots__ = ()
    kind: ClassVar[str] = "group"

    @property
    def _table(self) -> dict[str, GroupRecord]:
        return self._state.groups

    @property
    def group_id(self) -> str:
        """The unique id (`AGPA…`)."""
        return self.record.id

    @property
    def users(self) -> tuple[User, ...]:
        """The members."""
        return tuple(User(self._state, user.name) for user in self._members())

    def _members(self) -> list[UserRecord]:
        record = self.record
        return [user for user in self._state.users.values() if record in user.groups]

    def add_user(self, user: User | str) -> None:
        """Add a user; a second time changes nothing [IAM API AddUserToGroup].

        Raises:
            NoSuchEntity: there is no such user.
            LimitExceeded: the user is in ten groups.
        """
        with self._change() as record:
            member = self._user(user)
            if record not in member.groups:
                names.check_quota(self._state, "groups_per_user", len(member.groups) + 1)
                member.groups.append(record)

    def remove_user(self, user: User | str) -> None:
        """Take a user out; one who is not in the group changes nothing [IAM API RemoveUserFromGroup].

        Raises:
            NoSuchEntity: there is no such user.
        """
        with self._change() as record:
            member = self._user(user)
            if record in member.groups:
                member.groups.remove(record)

    def _user(self, user: User | str) -> UserRecord:
        return find(self._state.users, user.name if isinstance(user, User) else user, "user")

    def update(self, *, new_name: str | None = None, new_path: str | None = None) -> Group:
        """Rename or move the group; members and policies stay [IAM API UpdateGroup].

        Returns:
            The group under its new name.

        Raises:
            ValidationError, EntityAlreadyExists.
        """
        with self._change() as record:
            name = record.name if new_name is None else names.check("groupNameType", new_name, "newGroupName")
            path = record.path if new_path is None else names.check_path(new_path)
            if self._state.groups.get(name.lower(), record) is not record:
                raise EntityAlreadyExists(f"Group with name {name} already exists.")
            del self._state.groups[record.name.lower()]
            record.name, record.path = name, path
            self._state.groups[name.lower()] = record
        return Group(self._state, name)

    def delete(self) -> None:
        """Delete the group [IAM API DeleteGroup].

        Raises:
            DeleteConflict: it still has members or policies; the message says which.
        """
        with self._change() as record:
            left = []
            if members := self._members():
                left.append(f"remove users ({', '.join(user.name for user in members)})")
            if record.attached:
                left.append("detach all policies")
            if record.inline:
                left.append("delete policies")
            if left:
                raise DeleteConflict(f"Cannot delete entity, must {', '.join(left)} first.")
            del self._state.groups[record.name.lower()]

    def _rows(self) -> list[list[Cell]]:
        return [["Users", ", ".join(user.name for user in self._members()) or "none"], *super()._rows()]
