"""Sessions: somebody acting with a credential.

A `Session` answers (`decide`) and acts (`call`): acting is enforced and leaves an event. It stands for temporary
credentials (a console sign-in, a role, GetSessionToken …) or for a long-term access key; expired or deleted
credentials are refused.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from iamlab.account import authorize, events, passwords
from iamlab.account.context import Given, from_address
from iamlab.account.credentials import Holder, find_access_key, login_profile
from iamlab.account.handles import Handle
from iamlab.account.names import check_text
from iamlab.account.principals import LONG_TERM, Kind, Principal, from_session, identity_of
from iamlab.account.records import AccessKeyRecord, RootRecord, SessionRecord, UserRecord
from iamlab.account.state import State
from iamlab.display import Cell, Table
from iamlab.errors import (
    AccessDenied,
    ExpiredToken,
    InvalidClientTokenId,
    InvalidUserType,
    NoSuchEntity,
    SignatureDoesNotMatch,
)
from iamlab.evaluation import Decision

_TOKEN_LENGTH = 356
_INVALID = "The security token included in the request is invalid."


@dataclass(slots=True)
class Credentials:
    """Keys that sign requests; those of a session with their token and expiry. Secret and token are not printed."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expiration: datetime | None = None


@dataclass(slots=True)
class CallerIdentity:
    """Who the credentials belong to [STS API GetCallerIdentity]."""

    user_id: str
    account: str
    arn: str


def new_session(state: State, record: SessionRecord) -> Session:
    """Give temporary credentials their keys and keep them. To be called inside `state.change()`."""
    record.secret = state.ids.secret()
    record.token = state.ids.secret(_TOKEN_LENGTH)
    now = state.now()
    for old in [key for key, other in state.sessions.items() if other.expires <= now - timedelta(days=1)]:
        # A day after its end nobody asks for it any more; until then it is told apart from a wrong key.
        del state.sessions[old]
    state.sessions[record.access_key_id] = record
    return Session(state, record.access_key_id)


def _acting(state: State, access_key_id: str) -> Principal:
    """Who acts with a credential, now; see `Session.principal`."""
    record = state.sessions.get(access_key_id)
    if record is not None:
        if record.expires <= state.now():
            raise ExpiredToken("The security token included in the request is expired")
        try:
            return from_session(state, record)
        except NoSuchEntity:
            raise InvalidClientTokenId(_INVALID) from None
    holder, key = _long_term_key(state, access_key_id)
    arn, _ = identity_of(state, holder)
    kind: Kind = "root" if isinstance(holder, RootRecord) else "user"
    return Principal(arn, kind, state, holder, None, LONG_TERM, key.id)


def _long_term_key(state: State, access_key_id: str) -> tuple[Holder, AccessKeyRecord]:
    """An active long-term key, and whose it is."""
    try:
        holder, key = find_access_key(state, access_key_id)
    except NoSuchEntity:
        raise InvalidClientTokenId(_INVALID) from None
    if not key.active:
        raise InvalidClientTokenId(_INVALID)
    return holder, key


class Session(Handle):
    """Somebody acting with a credential: a handle over the account's state.

    Args:
        state: the account the credential belongs to.
        access_key_id: `ASIA…` of temporary credentials, `AKIA…` of a long-term key.
    """

    __slots__ = ("access_key_id",)

    def __init__(self, state: State, access_key_id: str) -> None:
        super().__init__(state)
        self.access_key_id = access_key_id

    @property
    def _key(self) -> str:
        return f"session {self.access_key_id}"

    @property
    def record(self) -> SessionRecord | None:
        """The row of temporary credentials; None for a long-term key."""
        return self._state.sessions.get(self.access_key_id)

    @property
    def principal(self) -> Principal:
        """Who acts, now.

        Raises:
            ExpiredToken: the temporary credentials have expired.
            InvalidClientTokenId: the key is inactive or gone, or the user or role behind it is.
        """
        return _acting(self._state, self.access_key_id)

    @property
    def arn(self) -> str:
        """The ARN that acts: the user's, the role session's, the federated user's, root's."""
        return self.principal.arn

    @property
    def expiration(self) -> datetime | None:
        """When the credentials expire; None: never."""
        return self.record.expires if self.record else None

    @property
    def has_mfa(self) -> bool:
        """Was MFA used to get the credentials?"""
        return self.record is not None and self.record.mfa_at is not None

    @property
    def credentials(self) -> Credentials:
        """The keys themselves, for an SDK. A long-term key's secret is not told again: it is in what made the key.

        Raises:
            InvalidClientTokenId: there is no secret to tell.
        """
        record = self.record
        if record is None or record.secret is None:
            raise InvalidClientTokenId("The secret of these credentials is not known here.")
        return Credentials(record.access_key_id, record.secret, record.token, record.expires)

    def decide(self, action: str, resource: Any = "*", context: Given | None = None) -> Decision:
        """May this session do this? Nothing happens; see `Account.decide`.

        Raises:
            ExpiredToken, InvalidClientTokenId: the credentials are no longer valid.
        """
        return authorize.decide(self._state, self.principal, action, resource, context)

    def call(
        self,
        action: str,
        resource: Any = "*",
        context: Given | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        source_ip: str | None = None,
    ) -> Decision:
        """Do it: refused when it is not allowed, and recorded either way.

        Args:
            action: such as `s3:GetObject`.
            resource: an ARN, something that has one, or `*`.
            context: what else is true of the request.
            parameters: what the event shall say was asked for; no secrets.
            source_ip: from where; also `aws:SourceIp`.

        Returns:
            The decision that allowed it.

        Raises:
            AccessDenied: it is not allowed; the error carries the `decision`.
            ExpiredToken, InvalidClientTokenId: the credentials are no longer valid.
            InvalidInput: not an action, an ARN, or parameters that an event can hold.
            ValidationError: the address is not text.
        """
        state, arn = self._state, authorize.resource_arn(resource)
        events.check_parameters(action, arn, parameters)
        address = from_address(source_ip)
        if isinstance(context, Mapping | None):
            context = {**address, **(context or {})}
        with state.lock:
            principal = self.principal
            decision = authorize.decide(state, principal, action, arn, context)
            region = str(decision.request.keys.get("aws:requestedregion", "us-east-1"))
            came_from = source_ip or (principal.session.source_ip if principal.session else None)
            error = None if decision.allowed else ("AccessDenied", decision.message)
            events.record(
                state,
                principal,
                action,
                resource=arn,
                region=region,
                source_ip=came_from,
                parameters=parameters,
                error=error,
            )
        if not decision.allowed:
            raise AccessDenied(decision.message, decision)
        return decision

    def get_caller_identity(self) -> CallerIdentity:
        """Who am I? Always answered [STS API GetCallerIdentity].

        Raises:
            ExpiredToken, InvalidClientTokenId: the credentials are no longer valid.
        """
        with self._state.lock:
            principal = self.principal
            keys = authorize.request_for(self._state, principal, "sts:GetCallerIdentity").keys
            events.record(self._state, principal, "sts:GetCallerIdentity")
        return CallerIdentity(str(keys["aws:userid"]), str(principal.account), principal.arn)

    def change_password(self, old_password: str, new_password: str) -> None:
        """Change one's own console password [IAM API ChangePassword].

        Raises:
            InvalidUserType: only IAM users have one.
            AccessDenied: not allowed to, or the old password is wrong.
            PasswordPolicyViolation: the new one breaks the policy.
        """
        state = self._state
        with state.change():
            user = self.principal.record
            if not isinstance(user, UserRecord) or self.principal.kind != "user":
                raise InvalidUserType("Only IAM users can change a password with this operation.")
            may_change_password(state, self.principal)
            profile = login_profile(user)
            if not passwords.is_password(passwords.check_shape(old_password), profile.hash):
                raise AccessDenied("The old password was incorrect.")
            text = passwords.check_password(state, new_password, profile)
            passwords.set_password(state, profile, text)
            profile.reset_required = False

    def __repr__(self) -> str:
        """Who, and when it ends; no secret is printed."""
        try:
            who = self.principal.arn
        except (ExpiredToken, InvalidClientTokenId) as error:
            who = error.code
        until = f", until {self.expiration:%Y-%m-%d %H:%M:%S} UTC" if self.expiration else ""
        return f"Session({who}{until})"

    def _repr_html_(self) -> str:
        try:
            principal = self.principal
            rows: list[list[Cell]] = [["Principal", principal.arn], ["Credential", principal.credential]]
        except (ExpiredToken, InvalidClientTokenId) as error:
            rows = [["Credential", error.message]]
        if self.expiration:
            rows.append(["Expires", f"{self.expiration:%Y-%m-%d %H:%M:%S} UTC"])
        return Table(["Session", self.access_key_id], rows)._repr_html_()


def may_change_password(state: State, principal: Principal) -> None:
    """May this user change their own password: by the password policy's option, or by iam:ChangePassword?

    Raises:
        AccessDenied: neither.
    """
    policy = state.password_policy
    if policy is not None and policy.allow_users_to_change_password:
        return
    decision = authorize.decide(state, principal, "iam:ChangePassword", principal.arn)
    if not decision.allowed:
        raise AccessDenied(decision.message, decision)


def use_access_key(state: State, access_key_id: str, secret_access_key: str | None = None) -> Session:
    """Act with a key, as an SDK would.

    Args:
        state: the account.
        access_key_id: `AKIA…` or `ASIA…`.
        secret_access_key: held against the key's secret when given.

    Raises:
        InvalidClientTokenId: there is no such active key, or its secret is not known here.
        SignatureDoesNotMatch: the secret is another one.
        ExpiredToken: the temporary credentials have expired.
        ValidationError: id or secret is not text.
    """
    import hmac

    check_text(access_key_id, "access_key_id")
    if secret_access_key is not None:
        check_text(secret_access_key, "secret_access_key")
    record = state.sessions.get(access_key_id)
    secret = record.secret if record else _long_term_key(state, access_key_id)[1].secret
    if secret_access_key is not None and secret is None:
        raise InvalidClientTokenId(
            "The secret of this key is not known here: the account was opened without its secrets."
        )
    if secret_access_key is not None and not hmac.compare_digest((secret or "").encode(), secret_access_key.encode()):
        raise SignatureDoesNotMatch(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method."
        )
    _acting(state, access_key_id)  # or it has expired, or nobody is behind it any more
    return Session(state, access_key_id)
