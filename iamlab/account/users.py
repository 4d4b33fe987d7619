"""IAM users and user groups.

A user is a long-term identity with a name, policies and credentials. A group is a set of users that share policies; it
is not a principal: it cannot sign in, be named in a policy or hold other groups, and it has no tags. Who is in a group
stands with the users.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html]
"""

from __future__ import annotations

from typing import ClassVar

from iamlab.account import credentials, names
from iamlab.account.documents import rename_principal
from iamlab.account.entities import Entity, TaggedEntity, find
from iamlab.account.handles import handle_of
from iamlab.account.holders import CredentialHolder
from iamlab.account.managed import attachable
from iamlab.account.policies import Policy
from iamlab.account.records import GroupRecord, UserRecord
from iamlab.account.state import State
from iamlab.display import Cell
from iamlab.errors import DeleteConflict, EntityAlreadyExists


def create_user(
    state: State, name: str, *, path: str = "/", permissions_boundary: Policy | str | None = None, tags: names.Tags = ()
) -> User:
    """Create a user, without any credential or permission [IAM API CreateUser].

    Args:
        state: the account's state.
        name: 1 to 64 letters, digits and `+=,.@_-`; unique in the account, ignoring case.
        path: `/` or `/…/`, at most 512 characters; it becomes part of the ARN.
        permissions_boundary: a managed policy (or its ARN) that caps what the user may do.
        tags: at most 50.

    Raises:
        ValidationError, InvalidInput, EntityAlreadyExists (ignoring case), LimitExceeded, NoSuchEntity (the boundary).
    """
    with state.change():
        names.check("userNameType", name, "userName")
        names.check_path(path)
        new_tags = names.check_tags(tags)
        boundary = attachable(state, permissions_boundary).arn if permissions_boundary is not None else None
        if name.lower() in state.users:
            raise EntityAlreadyExists(f"User with name {name} already exists.")
        names.check_quota(state, "users_per_account", len(state.users) + 1)
        state.users[name.lower()] = UserRecord(
            name, state.ids.unique_id("AIDA"), path, state.now(), boundary=boundary, tags=new_tags
        )
    return User(state, name)


@handle_of(UserRecord)
class User(TaggedEntity[UserRecord], CredentialHolder):
    """A user: a handle over the account's state."""

    __slots__ = ()
    kind: ClassVar[str] = "user"

    @property
    def _table(self) -> dict[str, UserRecord]:
        return self._state.users

    @property
    def user_id(self) -> str:
        """The unique id (`AIDA…`), never given to another user."""
        return self.record.id

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups the user is in."""
        return tuple(Group(self._state, group.name) for group in self.record.groups)

    def update(self, *, new_name: str | None = None, new_path: str | None = None) -> User:
        """Rename or move the user [IAM API UpdateUser, id_users_rename].

        Groups, policies and the unique id stay; trust and resource policies that name the user follow. So do sessions:
        AWS does not say what becomes of them, but they belong to the unique id, and access keys stay too.

        Returns:
            The user under the new name.

        Raises:
            ValidationError, EntityAlreadyExists.
        """
        state = self._state
        with self._change() as record:
            name = record.name if new_name is None else names.check("userNameType", new_name, "newUserName")
            path = record.path if new_path is None else names.check_path(new_path)
            if state.users.get(name.lower(), record) is not record:
                raise EntityAlreadyExists(f"User with name {name} already exists.")
            old_arn = self.arn
            del state.users[record.name.lower()]
            record.name, record.path = name, path
            state.users[name.lower()] = record
            new_arn = names.entity_arn(state, "user", path, name)
            rename_principal(state, old_arn, new_arn)
            for session in state.sessions.values():
                if session.issuer_id == record.id:
                    session.issuer = new_arn
                    session.principal = new_arn if session.principal == old_arn else session.principal
        return User(state, name)

    def delete(self) -> None:
        """Delete the user, who must have been stripped of everything first [IAM API DeleteUser].

        Trust and resource policies that name the user keep the unique id, which lets nobody in.

        Raises:
            DeleteConflict: something is left; the message says what.
        """
        state = self._state
        with self._change() as record:
            left = []
            if record.groups:
                left.append(f"remove user from groups ({', '.join(group.name for group in record.groups)})")
            if record.attached:
                left.append("detach all policies")
            if record.inline:
                left.append("delete policies")
            if record.login_profile:
                left.append("delete login profile")
            if record.access_keys:
                left.append("delete access keys")
            if record.mfa_devices:
                left.append("delete MFA device")
            if left:
                raise DeleteConflict(f"Cannot delete entity, must {', '.join(left)} first.")
            rename_principal(state, self.arn, record.id)
            del state.users[record.name.lower()]

    def create_login_profile(
        self, password: str | None = None, *, password_reset_required: bool = False
    ) -> credentials.ConsoleCredentials:
        """Give the user a console password; None: one is generated, as the Console does [IAM API CreateLoginProfile].

        Returns:
            The password with the sign-in URL, this once.

        Raises:
            EntityAlreadyExists: the user has one.
            ValidationError, PasswordPolicyViolation: the password; the message names every rule broken.
        """
        with self._change() as record:
            return credentials.create_login_profile(
                self._state, record, password, password_reset_required=password_reset_required
            )

    @property
    def login_profile(self) -> credentials.LoginProfile:
        """The user's console password.

        Raises:
            NoSuchEntity: the user has none.
        """
        credentials.login_profile(self.record)
        return credentials.LoginProfile(self._state, self.record)

    def _rows(self) -> list[list[Cell]]:
        return [["Groups", ", ".join(group.name for group in self.record.groups) or "none"], *super()._rows()]


def create_group(state: State, name: str, *, path: str = "/") -> Group:
    """Create a group [IAM API CreateGroup].

    Args:
        state: the account's state.
        name: 1 to 128 letters, digits and `+=,.@_-`; unique in the account, ignoring case.
        path: `/` or `/…/`, at most 512 characters; it becomes part of the ARN.

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
