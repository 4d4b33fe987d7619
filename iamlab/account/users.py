"""IAM users: long-term identities with a name, policies, groups and credentials.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from iamlab.account import credentials, names
from iamlab.account.documents import rename_principal
from iamlab.account.entities import TaggedEntity
from iamlab.account.handles import handle, handle_of
from iamlab.account.holders import CredentialHolder
from iamlab.account.managed import attachable
from iamlab.account.policies import Policy
from iamlab.account.records import UserRecord
from iamlab.account.state import State
from iamlab.display import Cell
from iamlab.errors import DeleteConflict, EntityAlreadyExists

if TYPE_CHECKING:
    from iamlab.account.groups import Group


def create_user(
    state: State, name: str, *, path: str = "/", permissions_boundary: Policy | str | None = None, tags: names.Tags = ()
) -> User:
    """Create a user, without any credential or permission [IAM API CreateUser].

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
        return tuple(handle(self._state, group) for group in self.record.groups)

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
