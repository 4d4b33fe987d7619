"""Long-term credentials: console passwords and access keys, of users and of root.

What is secret is given once, by the operation that makes it, and never printed: `repr` leaves it out, `secret` and
`csv()` give it.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from iamlab.account import names, passwords
from iamlab.account.handles import Handle
from iamlab.account.records import AccessKeyRecord, LoginProfileRecord, RootRecord, UserRecord
from iamlab.account.state import State
from iamlab.errors import EntityAlreadyExists, NoSuchEntity

Holder = UserRecord | RootRecord


@dataclass(slots=True)
class AccessKeyPair:
    """A new access key with its secret, which AWS shows only now.

    Attributes:
        access_key_id: `AKIA…`.
        secret_access_key: 40 characters.
        user_name: whose it is.
        create_date: when it was made.
        status: `Active`.
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    user_name: str
    create_date: datetime
    status: str = "Active"

    def csv(self) -> str:
        """The .csv file as the Console writes it."""
        return f"Access key ID,Secret access key\r\n{self.access_key_id},{self.secret_access_key}\r\n"

    def __repr__(self) -> str:
        """The id; the secret is not printed."""
        return f"AccessKeyPair({self.user_name}: {self.access_key_id}; the secret is in .secret_access_key, this once)"


@dataclass(slots=True)
class ConsoleCredentials:
    """A user's way into the Console, with the password, which AWS shows only now.

    Attributes:
        user_name: who signs in.
        password: with what.
        sign_in_url: where.
        password_reset_required: must it be changed at the first sign-in?
    """

    user_name: str
    password: str = field(repr=False)
    sign_in_url: str
    password_reset_required: bool

    def csv(self) -> str:
        """The .csv file as the Console writes it."""
        cells = (self.user_name, self.password, self.sign_in_url)
        return "User name,Password,Console sign-in URL\r\n" + ",".join(map(_cell, cells)) + "\r\n"

    def __repr__(self) -> str:
        """Who and where; the password is not printed."""
        return f"ConsoleCredentials({self.user_name} at {self.sign_in_url}; the password is in .password, this once)"


def _cell(text: str) -> str:
    """A CSV cell, quoted where it has to be [RFC 4180]."""
    return '"' + text.replace('"', '""') + '"' if any(character in text for character in ',"\r\n') else text


def sign_in_url(state: State) -> str:
    """The address where the account's users sign in: with the alias, if there is one."""
    return f"https://{state.alias or state.account_id}.signin.aws.amazon.com/console"


def create_login_profile(
    state: State, holder: UserRecord, password: str | None = None, *, password_reset_required: bool = False
) -> ConsoleCredentials:
    """Give a user a console password [IAM API CreateLoginProfile].

    Args:
        state: the account.
        holder: the user.
        password: the password; None: one is generated, as the Console does.
        password_reset_required: must the user set a new one at the next sign-in?

    Raises:
        EntityAlreadyExists: the user has one.
        PasswordPolicyViolation: it breaks the policy.
    """
    if holder.login_profile is not None:
        raise EntityAlreadyExists(f"Login Profile for User {holder.name} already exists.")
    names.check_flag(password_reset_required, "passwordResetRequired")
    text = passwords.check_password(state, passwords.generate_password(state) if password is None else password)
    profile = LoginProfileRecord(state.now(), state.now(), None, password_reset_required)
    passwords.set_password(state, profile, text)
    holder.login_profile = profile
    return ConsoleCredentials(holder.name, text, sign_in_url(state), password_reset_required)


def login_profile(holder: Holder) -> LoginProfileRecord:
    """The holder's console password.

    Raises:
        NoSuchEntity: there is none.
    """
    if holder.login_profile is None:
        raise NoSuchEntity(f"Login Profile for User {holder.name} cannot be found.")
    return holder.login_profile


class LoginProfile(Handle):
    """A user's console password: a handle (the password itself is nowhere)."""

    __slots__ = ("_holder",)

    def __init__(self, state: State, holder: UserRecord) -> None:
        super().__init__(state)
        self._holder = holder

    @property
    def _key(self) -> str:
        return f"login profile {self._holder.id}"

    @property
    def create_date(self) -> datetime:
        """When it was first set."""
        return login_profile(self._holder).created

    @property
    def password_reset_required(self) -> bool:
        """Must a new one be set at the next sign-in?"""
        return login_profile(self._holder).reset_required

    def update(self, *, password: str | None = None, password_reset_required: bool | None = None) -> None:
        """Set another password, as an administrator [IAM API UpdateLoginProfile].

        Raises:
            PasswordPolicyViolation: it breaks the policy.
        """
        state = self._state
        with state.change():
            profile = login_profile(self._holder)
            text = None if password is None else passwords.check_password(state, password, profile)
            if password_reset_required is not None:
                names.check_flag(password_reset_required, "passwordResetRequired")
            if text is not None:
                passwords.set_password(state, profile, text)
            if password_reset_required is not None:
                profile.reset_required = password_reset_required

    def delete(self) -> None:
        """Take console access away [IAM API DeleteLoginProfile]."""
        with self._state.change():
            login_profile(self._holder)
            self._holder.login_profile = None

    def __repr__(self) -> str:
        return f"LoginProfile({self._holder.name})"


def create_access_key(state: State, holder: Holder) -> AccessKeyPair:
    """Make an access key [IAM API CreateAccessKey].

    Raises:
        LimitExceeded: there are two, active or not.
    """
    quota = "access_keys_root" if isinstance(holder, RootRecord) else "access_keys_per_user"
    names.check_quota(state, quota, len(holder.access_keys) + 1)
    key = AccessKeyRecord(state.ids.unique_id("AKIA"), state.ids.secret(), state.now())
    holder.access_keys.append(key)
    return AccessKeyPair(key.id, key.secret or "", holder.name, key.created)


class AccessKey(Handle):
    """An access key: a handle. Its secret cannot be read again."""

    __slots__ = ("_holder", "access_key_id")

    def __init__(self, state: State, holder: Holder, access_key_id: str) -> None:
        super().__init__(state)
        self._holder = holder
        self.access_key_id = access_key_id

    @property
    def _key(self) -> str:
        return f"access key {self.access_key_id}"

    @property
    def record(self) -> AccessKeyRecord:
        """The row in the account's tables.

        Raises:
            NoSuchEntity: it was deleted, or is somebody else's.
        """
        for key in self._holder.access_keys:
            if key.id == self.access_key_id:
                return key
        raise NoSuchEntity(f"The Access Key with id {self.access_key_id} cannot be found.")

    @property
    def user_name(self) -> str:
        """Whose it is."""
        return self._holder.name

    @property
    def status(self) -> str:
        """`Active` or `Inactive`."""
        return "Active" if self.record.active else "Inactive"

    @property
    def create_date(self) -> datetime:
        """When it was made."""
        return self.record.created

    @property
    def last_used(self) -> AccessKeyLastUsed:
        """When, where and for which service it was last used [IAM API GetAccessKeyLastUsed]."""
        key = self.record
        return AccessKeyLastUsed(self.user_name, key.last_used, key.last_region or "N/A", key.last_service or "N/A")

    def activate(self) -> None:
        """Let it be used again [IAM API UpdateAccessKey]."""
        with self._state.change():
            self.record.active = True

    def deactivate(self) -> None:
        """Stop it from being used; it can be activated again [IAM API UpdateAccessKey]."""
        with self._state.change():
            self.record.active = False

    def delete(self) -> None:
        """Delete it for good [IAM API DeleteAccessKey]."""
        with self._state.change():
            self._holder.access_keys.remove(self.record)

    def __repr__(self) -> str:
        return f"AccessKey({self.user_name}: {self.access_key_id}, {self.status})"


@dataclass(slots=True)
class AccessKeyLastUsed:
    """When a key was last used; `last_used_date` is None and region and service are `N/A` when it never was."""

    user_name: str
    last_used_date: datetime | None
    region: str
    service_name: str


def find_access_key(state: State, access_key_id: str) -> tuple[Holder, AccessKeyRecord]:
    """A long-term key and whose it is.

    Raises:
        NoSuchEntity: there is no such key.
    """
    holders: list[Holder] = [state.root, *state.users.values()]
    for holder in holders:
        for key in holder.access_keys:
            if key.id == access_key_id:
                return holder, key
    raise NoSuchEntity(f"The Access Key with id {access_key_id} cannot be found.")
