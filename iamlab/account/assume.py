"""Becoming a role: AssumeRole, and the same for somebody whom an identity provider vouches for.

The trust policy says who may; durations, chaining, tags and session policies are held to AWS's limits.
[https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from iamlab.account import mfa, names
from iamlab.account.context import from_address, from_provider, with_mfa
from iamlab.account.documents import Document
from iamlab.account.policies import Policy
from iamlab.account.principals import Principal, resolve
from iamlab.account.records import RoleRecord, SessionRecord
from iamlab.account.roles import Role
from iamlab.account.session_limits import (
    check_mfa,
    enforce,
    request_context,
    role_duration,
    session_policies,
    session_tags,
)
from iamlab.account.sessions import Session, new_session
from iamlab.account.state import State
from iamlab.arn import Arn
from iamlab.errors import AccessDenied, InvalidInput


def assume_role(
    state: State,
    caller: object,
    role: Role | str,
    session_name: str,
    *,
    duration_seconds: int | None = None,
    policy: Document | None = None,
    policy_arns: Iterable[Policy | str] = (),
    external_id: str | None = None,
    serial_number: str | None = None,
    token_code: str | None = None,
    tags: names.Tags = (),
    transitive_tag_keys: Iterable[str] = (),
    source_identity: str | None = None,
    source_ip: str | None = None,
) -> Session:
    """Assume a role [STS API AssumeRole].

    Args:
        state: the account of the caller.
        caller: a user's name, an ARN, a user, a service's name, or a session (then this is role chaining).
        role: a role of this account, or an ARN, which may be of a connected account.
        session_name: 2 to 64 characters; part of the session's ARN and of every event.
        duration_seconds: 900 up to the role's maximum, 3,600 unless given; with role chaining at most 3,600.
        policy: a session policy: the session may do what both it and the role allow.
        policy_arns: up to ten managed policies as session policies.
        external_id: what the trust policy may ask for.
        serial_number: the caller's MFA device, with
        token_code: the code it shows.
        tags: session tags.
        transitive_tag_keys: which of them travel on when this session assumes another role.
        source_identity: who is behind it; stays through role chaining.
        source_ip: from where.

    Raises:
        AccessDenied: trust policy and the caller's permissions do not let it; the error carries the `decision`.
        ValidationError, InvalidInput, InvalidParameterValue: a parameter AWS does not take.
        MalformedPolicyDocument, PackedPolicyTooLarge: the session policy.
        NoSuchEntity: there is no such role, as far as the account is known here.
    """
    with state.change():
        principal = resolve(state, caller)
        names.check("roleSessionNameType", session_name, "roleSessionName")
        target, record = _role(state, role)
        chained = principal.kind == "assumed-role"
        seconds = role_duration(duration_seconds, record, chained=chained)
        inherited, transitive = _transitive(principal)
        asked = names.check_texts(transitive_tag_keys, "transitiveTagKeys")
        new_tags = session_tags(tags, asked, inherited)
        passed, arns = session_policies(target, policy, policy_arns, new_tags)
        context = request_context(session_name, external_id, new_tags, asked, source_identity)
        context |= from_address(source_ip)
        matched = None
        if token_code is not None or serial_number is not None:
            matched = check_mfa(state, principal, serial_number, token_code)
            context |= with_mfa()
        kept_identity = principal.session.source_identity if principal.session else None
        if source_identity is not None:
            names.check("sourceIdentityType", source_identity, "sourceIdentity")
            if kept_identity not in (None, source_identity):
                raise AccessDenied("The source identity of this session is set and cannot be changed.")
        session = _become(
            state,
            principal,
            "sts:AssumeRole",
            target,
            record,
            context,
            new_tags,
            inherited,
            session_name=session_name,
            expires=target.now() + timedelta(seconds=seconds),
            policies=passed,
            policy_arns=arns,
            transitive=[*transitive, *asked],
            source_identity=source_identity or kept_identity,
            chained=chained,
            source_ip=source_ip,
        )
        if matched:
            mfa.use_code(matched)
    return session


def _become(
    state: State,
    principal: Principal,
    action: str,
    target: State,
    role: RoleRecord,
    context: Mapping[str, Any],
    new_tags: dict[str, str],
    inherited: dict[str, str],
    **limits: Any,
) -> Session:
    """See whether a principal may have a session of a role, and begin it in the role's account.

    Args:
        state: the account that is asked.
        principal: who asks.
        action: by which operation; passing tags and setting a source identity are actions of their own.
        target: the role's account.
        role: the role.
        context: what the request says.
        new_tags: session tags that are passed now.
        inherited: tags that travel on from the calling session.
        limits: the other fields of the session's record.
    """
    actions = [action]
    actions += ["sts:TagSession"] if new_tags else []
    actions += ["sts:SetSourceIdentity"] if limits["source_identity"] else []
    arn, session_name = names.entity_arn(target, "role", role.path, role.name), limits["session_name"]
    enforce(state, principal, actions, arn, context, session_name, limits.get("source_ip"))
    with target.change():
        record = SessionRecord(
            target.ids.unique_id("ASIA"),
            "service" if principal.kind == "service" else "assumed-role",
            f"arn:{target.partition}:sts::{target.account_id}:assumed-role/{role.name}/{session_name}",
            arn,
            role.id,
            target.now(),
            tags=inherited | new_tags,
            **limits,
        )
        return new_session(target, record)


def _role(state: State, role: Role | str) -> tuple[State, RoleRecord]:
    """The role and its account."""
    if isinstance(role, Role):
        if role.state is not state and role.state not in state.neighbours.values():
            raise AccessDenied(f"The account {role.state.account_id} is not known here: connect it first.")
        return role.state, role.record
    if not isinstance(role, str):
        raise InvalidInput(f"{type(role).__name__} is not a role: expected a role, its name or its ARN")
    arn = Arn.parse(role) if role.startswith("arn:") else None
    if arn and arn.kind != "role":
        raise InvalidInput(f"{role} is not the ARN of a role")
    home = state
    if arn and arn.account != state.account_id:
        if arn.account not in state.neighbours:
            raise AccessDenied(f"The account {arn.account} is not known here: connect it first.")
        home = state.neighbours[arn.account]
    return home, Role(home, arn.name if arn else role).record


def _transitive(principal: Principal) -> tuple[dict[str, str], list[str]]:
    """The tags that travel on from the calling session, and their keys."""
    session = principal.session
    if session is None:
        return {}, []
    keys = {key.lower() for key in session.transitive}
    return {key: value for key, value in session.tags.items() if key.lower() in keys}, list(session.transitive)


def federated_role_session(
    state: State,
    provider: str,
    role: Role | str,
    session_name: str,
    action: str,
    context: Mapping[str, Any],
    *,
    duration_seconds: int | None = None,
    policy: Document | None = None,
    policy_arns: Iterable[Policy | str] = (),
    tags: names.Tags = (),
    transitive_tag_keys: Iterable[str] = (),
    source_identity: str | None = None,
) -> Session:
    """A role session for somebody whom an identity provider vouches for.

    This is the part that AssumeRoleWithSAML and AssumeRoleWithWebIdentity have in common, for whoever has verified a
    provider's assertion or token. `Account` has no method for it: an account believes nobody's claims unverified.

    Args:
        state: the account.
        provider: the provider's ARN, or the name of a provider AWS knows by itself (`accounts.google.com`).
        role: the role.
        session_name: 2 to 64 characters.
        action: `sts:AssumeRoleWithSAML` or `sts:AssumeRoleWithWebIdentity`.
        context: the claims as condition keys (`saml:aud`, `token.actions.githubusercontent.com:sub` …).
        duration_seconds: 900 up to the role's maximum.
        policy: a session policy.
        policy_arns: managed policies as session policies.
        tags: session tags from the assertion.
        transitive_tag_keys: which of them travel on.
        source_identity: who is behind it.

    Raises:
        AccessDenied: the trust policy does not let it; the error carries the `decision`.
    """
    with state.change():
        names.check("roleSessionNameType", session_name, "roleSessionName")
        target, record = _role(state, role)
        seconds = role_duration(duration_seconds, record, chained=False)
        asked = names.check_texts(transitive_tag_keys, "transitiveTagKeys")
        new_tags = session_tags(tags, asked, {})
        passed, arns = session_policies(state, policy, policy_arns, new_tags)
        principal = Principal(provider, "provider", state, credential="an assertion or token of the provider")
        claims = from_provider(provider, context)
        return _become(
            state,
            principal,
            action,
            target,
            record,
            request_context(session_name, None, new_tags, asked, source_identity) | claims,
            new_tags,
            {},
            session_name=session_name,
            expires=target.now() + timedelta(seconds=seconds),
            policies=passed,
            policy_arns=arns,
            transitive=asked,
            source_identity=source_identity,
            provider=provider,
            claims={key: _texts(value) for key, value in context.items()},
        )


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
