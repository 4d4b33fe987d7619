"""Signing in to the Console: account, name, password, MFA code, and a new password when one is asked for.

A refusal never says which part was wrong. Only somebody who has given the right password is told that a code, or a
new password, is missing, as the Console's next page tells them.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/console_sign-in-users.html]
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

from iamlab.account import events, mfa, passwords
from iamlab.account.names import check_text
from iamlab.account.principals import Principal, from_session, identity_of
from iamlab.account.records import LoginProfileRecord, RootRecord, SessionRecord, UserRecord
from iamlab.account.sessions import Session, may_change_password, new_session
from iamlab.account.state import State
from iamlab.errors import AccessDenied, InvalidInput

CONSOLE_HOURS = 12
"""How long a console session of a user or of root lasts [id_roles_use_switch-role-console]."""

REFUSED = "Your authentication information is incorrect. Please try again."
"""The Console's one sentence for every wrong answer."""


class MfaCodeRequired(AccessDenied):
    """The password was right; a code of the MFA device is asked for next."""

    code = "AccessDenied"


class NewPasswordRequired(AccessDenied):
    """The password was right; a new one has to be set before going on."""

    code = "AccessDenied"


def sign_in(
    state: State,
    name: str,
    password: str,
    *,
    mfa_code: str | None = None,
    new_password: str | None = None,
    account: str | None = None,
    source_ip: str | None = None,
) -> Session:
    """Sign in to the Console.

    Args:
        state: the account.
        name: a user's name; with an `@` that no user has, root's email address.
        password: the password.
        mfa_code: six digits, when the user has an MFA device.
        new_password: for a password that has expired or must be changed.
        account: the account's id or alias, as the sign-in page asks for it; None: this account.
        source_ip: from where.

    Returns:
        A console session, which acts with temporary credentials for twelve hours.

    Raises:
        AccessDenied: something is wrong; it does not say what.
        MfaCodeRequired, NewPasswordRequired: the password was right, and more is asked for.
        PasswordPolicyViolation: the new password breaks the policy.
        ValidationError: the code or the address is not text.
        InvalidInput: the account was opened without its secrets.
    """
    if mfa_code is not None:
        check_text(mfa_code, "mfa_code")
    if source_ip is not None:
        check_text(source_ip, "source_ip")
    with state.change():
        holder = _holder(state, name)
        profile = holder.login_profile if holder else None
        if profile is not None and profile.hash is None:
            raise InvalidInput(
                "This password is not known here: the account was opened without its secrets; set a new one."
            )
        right = isinstance(password, str) and passwords.is_password(password, profile.hash if profile else None)
        if account not in (None, state.account_id, state.alias) or not right or holder is None or profile is None:
            _refuse(state, holder, source_ip)
        if holder.mfa_devices and mfa_code is None:
            raise MfaCodeRequired("Enter the code from your MFA device.")
        matched = mfa.match_code(state, holder, mfa_code)
        if holder.mfa_devices and matched is None:
            _refuse(state, holder, source_ip)
        record = _session_record(state, holder, with_mfa=matched is not None, source_ip=source_ip)
        _renew_password(state, from_session(state, record), profile, new_password)
        if matched:
            mfa.use_code(matched)
        session = new_session(state, record)
        holder.password_last_used = state.now()
        _record(state, session.principal, "Success", source_ip, with_mfa=matched is not None)
    return session


def _holder(state: State, name: str) -> UserRecord | RootRecord | None:
    if not isinstance(name, str):
        return None
    user = state.users.get(name.lower())
    return state.root if user is None and name.lower() == state.root.email.lower() else user


def _session_record(
    state: State, holder: UserRecord | RootRecord, *, with_mfa: bool, source_ip: str | None
) -> SessionRecord:
    now = state.now()
    arn, holder_id = identity_of(state, holder)
    return SessionRecord(
        state.ids.unique_id("ASIA"),
        "console",
        arn,
        arn,
        holder_id,
        now,
        now + timedelta(hours=CONSOLE_HOURS),
        mfa_at=now if with_mfa else None,
        source_ip=source_ip,
    )


def _renew_password(state: State, principal: Principal, profile: LoginProfileRecord, new_password: str | None) -> None:
    """See to a password that has to be changed.

    Raises:
        AccessDenied: it has expired for good, or the user may not change it.
        NewPasswordRequired: no new one was given.
    """
    end = None if principal.kind == "root" else passwords.expires(state, profile)
    expired = end is not None and end <= state.now()
    policy = state.password_policy
    if expired and policy is not None and policy.hard_expiry:
        raise AccessDenied("Your password has expired. Ask your administrator to reset it.")
    if not (expired or profile.reset_required):
        return
    if new_password is None:
        raise NewPasswordRequired("You must change your password to continue.")
    may_change_password(state, principal)
    text = passwords.check_password(state, new_password, profile)
    if passwords.is_password(text, profile.hash):
        raise NewPasswordRequired("The new password must not be the old one.")
    passwords.set_password(state, profile, text)
    profile.reset_required = False


def _refuse(state: State, holder: UserRecord | RootRecord | None, source_ip: str | None) -> NoReturn:
    """Record the failure and refuse, in the same words whatever was wrong."""
    # CloudTrail does not keep a name that no user has: it may be a password typed into the wrong field.
    arn, _ = identity_of(state, holder or state.root)
    principal = Principal(arn, "root" if isinstance(holder, RootRecord) else "user", state, holder)
    shown: dict[str, Any] = (
        {} if holder else {"userIdentity": {"type": "IAMUser", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}}
    )
    _record(state, principal, "Failure", source_ip, with_mfa=False, errorMessage="Failed authentication", **shown)
    raise AccessDenied(REFUSED)


def _record(
    state: State, principal: Principal, outcome: str, source_ip: str | None, *, with_mfa: bool, **more: Any
) -> None:
    events.record(
        state,
        principal,
        "signin:ConsoleLogin",
        source_ip=source_ip,
        response={"ConsoleLogin": outcome},
        eventType="AwsConsoleSignIn",
        additionalEventData={"MFAUsed": "Yes" if with_mfa else "No"},
        **more,
    )
