"""Temporary credentials of a user's own: GetSessionToken, and GetFederationToken for somebody else.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html]
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from iamlab.account import events, mfa, names
from iamlab.account.documents import Document
from iamlab.account.policies import Policy
from iamlab.account.principals import Principal, identity_of, resolve
from iamlab.account.records import RootRecord, SessionRecord, UserRecord
from iamlab.account.session_limits import HOUR, check_mfa, enforce, request_context, session_policies
from iamlab.account.sessions import Session, new_session
from iamlab.account.state import State
from iamlab.catalog import quotas
from iamlab.errors import AccessDenied, InvalidInput, ValidationError


def _long_term(state: State, caller: object, operation: str) -> tuple[Principal, UserRecord | RootRecord]:
    """A user or root with long-term credentials: nobody else may call this operation."""
    principal = resolve(state, caller)
    holder = principal.record
    if principal.session is not None or principal.kind not in ("user", "root"):
        raise AccessDenied(f"Cannot call {operation} with session credentials")
    if not isinstance(holder, UserRecord | RootRecord):
        raise InvalidInput("The caller's account is not known here")
    return principal, holder


def _token_duration(wanted: int | None, principal: Principal) -> int:
    """Twelve hours unless given, up to 36; for root an hour, and no more."""
    default = HOUR if principal.kind == "root" else quotas.quota("get_session_token_duration_seconds")
    seconds = names.check_number("durationSecondsType", default if wanted is None else wanted, "durationSeconds")
    return min(seconds, HOUR) if principal.kind == "root" else seconds


def get_session_token(
    state: State,
    caller: object,
    *,
    duration_seconds: int | None = None,
    serial_number: str | None = None,
    token_code: str | None = None,
) -> Session:
    """Temporary credentials for a user (or root), as a rule to bring MFA to API calls [STS API GetSessionToken].

    No permission is needed, and no policy withholds it. Without MFA the credentials call no IAM operation, and of STS
    only AssumeRole and GetCallerIdentity.

    Args:
        state: the account.
        caller: a user's name, the ARN or handle of a user or of root, or a session with a long-term key.
        duration_seconds: 900 to 129,600 (36 hours), 43,200 unless given; root gets an hour at most.
        serial_number: the caller's MFA device, with
        token_code: the six digits it shows.

    Raises:
        AccessDenied: the caller uses temporary credentials, or the MFA code is wrong, old or used.
        ValidationError: the duration is not 900 to 129,600 seconds.
    """
    with state.change():
        principal, holder = _long_term(state, caller, "GetSessionToken")
        seconds = _token_duration(duration_seconds, principal)
        matched = None
        if token_code is not None or serial_number is not None:
            matched = check_mfa(state, principal, serial_number, token_code)
        if matched:
            mfa.use_code(matched)
        now = state.now()
        _, holder_id = identity_of(state, holder)
        record = SessionRecord(
            state.ids.unique_id("ASIA"),
            "session-token",
            principal.arn,
            principal.arn,
            holder_id,
            now,
            now + timedelta(seconds=seconds),
            mfa_at=now if matched else None,
        )
        events.record(state, principal, "sts:GetSessionToken")
        return new_session(state, record)


def get_federation_token(
    state: State,
    caller: object,
    name: str,
    *,
    policy: Document | None = None,
    policy_arns: Iterable[Policy | str] = (),
    duration_seconds: int | None = None,
    tags: names.Tags = (),
) -> Session:
    """Temporary credentials that a user hands to somebody else [STS API GetFederationToken].

    They may do what both the user and the session policy allow; without a session policy nothing, but where a
    resource policy names them.

    Args:
        state: the account.
        caller: a user's name, the ARN or handle of a user or of root, or a session with a long-term key.
        name: 2 to 32 characters; part of the federated user's ARN.
        policy: a session policy, at most 2,048 characters.
        policy_arns: up to ten managed policies as session policies.
        duration_seconds: 900 to 129,600 (36 hours), 43,200 unless given; root gets an hour at most.
        tags: session tags, at most 50.

    Raises:
        AccessDenied: the caller uses temporary credentials, or may not call sts:GetFederationToken.
        ValidationError: the name (2 to 32 characters) or the duration.
        MalformedPolicyDocument, PackedPolicyTooLarge: the session policy.
    """
    with state.change():
        principal, holder = _long_term(state, caller, "GetFederationToken")
        shape = quotas.shape("userNameType", "sts")
        if not isinstance(name, str) or not (shape.minimum or 0) <= len(name) <= (shape.maximum or 0):
            raise ValidationError(f"The name of a federated user has {shape.minimum} to {shape.maximum} characters")
        names.check("userNameType", name, "name")
        seconds = _token_duration(duration_seconds, principal)
        new_tags = names.check_tags(tags)
        passed, arns = session_policies(state, policy, policy_arns, new_tags)
        arn = f"arn:{state.partition}:sts::{state.account_id}:federated-user/{name}"
        actions = ["sts:GetFederationToken", *(["sts:TagSession"] if new_tags else [])]
        enforce(state, principal, actions, arn, request_context(name, None, new_tags, [], None), None, None)
        now = state.now()
        _, holder_id = identity_of(state, holder)
        record = SessionRecord(
            state.ids.unique_id("ASIA"),
            "federated-user",
            arn,
            principal.arn,
            holder_id,
            now,
            now + timedelta(seconds=seconds),
            session_name=name,
            policies=passed,
            policy_arns=arns,
            tags=new_tags,
        )
        return new_session(state, record)
