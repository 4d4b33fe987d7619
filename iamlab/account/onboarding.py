"""A new user as the Console's wizard makes one: password, groups, policies and a key in one go.

The API needs one call for each of these; here all of it happens, or nothing.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_create.html]
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iamlab.account import names
from iamlab.account.credentials import AccessKeyPair, ConsoleCredentials
from iamlab.account.policies import Policy
from iamlab.account.state import State
from iamlab.account.users import Group, User, create_user
from iamlab.errors import AwsError

CHANGE_PASSWORD = "arn:aws:iam::aws:policy/IAMUserChangePassword"
"""What the Console attaches to a user who has to set a new password at the next sign-in."""


@dataclass(slots=True)
class NewUser:
    """A user who was just made, with what is shown only now.

    Attributes:
        user: the user.
        console: the way into the Console; None without console access.
        access_key: an access key; None when none was asked for.
    """

    user: User
    console: ConsoleCredentials | None = None
    access_key: AccessKeyPair | None = None


def provision_user(
    state: State,
    name: str,
    *,
    console_access: bool = False,
    password: str | None = None,
    password_reset_required: bool = False,
    access_key: bool = False,
    groups: Iterable[Group | str] = (),
    policies: Iterable[Policy | str] = (),
    copy_permissions_from: User | str | None = None,
    permissions_boundary: Policy | str | None = None,
    path: str = "/",
    tags: names.Tags = (),
) -> NewUser:
    """Create a user with all that the Console's wizard offers, or nothing at all.

    Args:
        state: the account.
        name: the user's name.
        console_access: give a console password?
        password: which one; None: a generated one.
        password_reset_required: must it be changed at the first sign-in? Then IAMUserChangePassword is attached.
        access_key: make an access key as well?
        groups: groups to add the user to.
        policies: managed policies to attach directly.
        copy_permissions_from: a user whose groups, policies and boundary the new one gets.
        permissions_boundary: a managed policy that caps the user.
        path: `/` or `/…/`.
        tags: at most 50.

    Raises:
        AwsError: whatever the single steps refuse; then there is no new user.
    """
    with state.change():
        group_list, policy_list = names.check_list(groups, "groups"), names.check_list(policies, "policies")
        names.check_flag(console_access, "console_access")
        names.check_flag(access_key, "access_key")
        user = create_user(state, name, path=path, permissions_boundary=permissions_boundary, tags=tags)
        new = NewUser(user)
        try:
            if copy_permissions_from is not None:
                _copy(state, copy_permissions_from, user)
            for group in group_list:
                (group if isinstance(group, Group) else Group(state, group)).add_user(user)
            for policy in policy_list:
                user.attach_policy(policy)
            if console_access:
                new.console = user.create_login_profile(password, password_reset_required=password_reset_required)
                if password_reset_required:
                    user.attach_policy(CHANGE_PASSWORD)
            if access_key:
                new.access_key = user.create_access_key_pair()
        except AwsError:
            # Everything so far stands in the user's own record.
            del state.users[user.name.lower()]
            raise
    return new


def _copy(state: State, source: User | str, user: User) -> None:
    record = (source if isinstance(source, User) else User(state, source)).record
    for group in record.groups:
        Group(state, group.name).add_user(user)
    for arn in record.attached:
        user.attach_policy(arn)
    for name, document in record.inline.items():
        user.create_policy(name, document)
    if record.boundary and user.permissions_boundary is None:
        user.put_permissions_boundary(record.boundary)
