"""What every way to temporary credentials has in common: durations, session tags, session policies, MFA, enforcement.

Whether a call is allowed is `authorize`'s to say; here stand the limits that no policy changes.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html]
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from iamlab.account import authorize, events, mfa, names
from iamlab.account.documents import Document, checked
from iamlab.account.managed import attachable
from iamlab.account.policies import Policy
from iamlab.account.principals import Principal
from iamlab.account.records import MfaDeviceRecord, RoleRecord, RootRecord, UserRecord
from iamlab.account.state import State
from iamlab.catalog import quotas
from iamlab.errors import AccessDenied, InvalidParameterValue, PackedPolicyTooLarge, ValidationError
from iamlab.policy import PolicyDocument

HOUR = 3_600
"""The default length of a role session, and the longest one of role chaining, in seconds."""

_PACKED = 2_048  # bytes; AWS does not publish its packed format, so deflate stands in for it


def role_duration(wanted: int | None, role: RoleRecord, *, chained: bool) -> int:
    """How long a role session lasts: an hour unless asked for, up to the role's maximum.

    Raises:
        ValidationError: not 900 to the role's maximum, or more than an hour with role chaining.
    """
    seconds = names.check_number("roleDurationSecondsType", HOUR if wanted is None else wanted, "durationSeconds")
    if chained and seconds > HOUR:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if seconds > role.max_session:
        raise ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return seconds


def session_tags(tags: names.Tags, transitive: list[str], inherited: Mapping[str, str]) -> dict[str, str]:
    """Session tags that may be passed.

    Raises:
        ValidationError, InvalidInput, LimitExceeded: tags AWS does not take.
        InvalidParameterValue: a tag that travels on already, or a transitive key without its tag.
    """
    checked_tags = names.check_tags(tags)
    keys = {key.lower() for key in checked_tags}
    if keys & {key.lower() for key in inherited}:
        raise InvalidParameterValue(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session."
        )
    if not {key.lower() for key in transitive} <= keys:
        raise InvalidParameterValue("The specified transitive tag key must be included in the requested tags.")
    return checked_tags


def session_policies(
    state: State, policy: Document | None, policy_arns: Iterable[Policy | str], tags: Mapping[str, str]
) -> tuple[list[PolicyDocument], list[str]]:
    """Session policies that may be passed.

    Raises:
        ValidationError: the document has more than 2,048 characters, or there are more than ten ARNs.
        MalformedPolicyDocument: not a permissions policy.
        PackedPolicyTooLarge: policies and tags together.
    """
    passed = []
    if policy is not None:
        document = checked(policy, "identity")
        if len(document.text) > quotas.quota("session_policy_size"):
            raise ValidationError(
                "1 validation error detected: Value at 'policy' failed to satisfy constraint: "
                f"Member must have length less than or equal to {quotas.quota('session_policy_size')}"
            )
        passed.append(document)
    arns = [attachable(state, item).arn for item in names.check_list(policy_arns, "policyArns")]
    if len(arns) > quotas.quota("session_policy_arns"):
        raise ValidationError(
            "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: "
            f"Member must have length less than or equal to {quotas.quota('session_policy_arns')}"
        )
    packed = len(zlib.compress(json.dumps([[d.text for d in passed], arns, dict(tags)]).encode(), 9))
    if packed > _PACKED:
        raise PackedPolicyTooLarge(
            f"Packed size of session tags consumes {round(packed * 100 / _PACKED)}% of allotted space."
        )
    return passed, arns


def request_context(
    session_name: str, external_id: str | None, tags: Mapping[str, str], transitive: list[str], identity: str | None
) -> dict[str, Any]:
    """The keys that the request to assume a role brings [reference_policies_iam-condition-keys]."""
    context: dict[str, Any] = {"sts:RoleSessionName": session_name}
    if external_id is not None:
        context["sts:ExternalId"] = names.check("externalIdType", external_id, "externalId")
    if identity is not None:
        context["sts:SourceIdentity"] = identity
    if tags:
        context["aws:TagKeys"] = list(tags)
        context["sts:TransitiveTagKeys"] = transitive or None
        context |= {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return context


def check_mfa(
    state: State, principal: Principal, serial_number: str | None, token_code: str | None
) -> tuple[MfaDeviceRecord, int]:
    """The caller's own device, and the code it shows now.

    Raises:
        ValidationError: one of the two is missing or malformed.
        AccessDenied: the code is wrong, old or used, or the device is not the caller's.
    """
    holder = principal.record
    if serial_number is None or token_code is None:
        raise ValidationError("SerialNumber and TokenCode go together")
    names.check("tokenCodeType", token_code, "tokenCode")
    if isinstance(holder, UserRecord | RootRecord) and principal.kind in ("user", "root"):
        matched = mfa.match_code(principal.home or state, holder, token_code, serial_number)
        if matched:
            return matched
    raise AccessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code.")


def enforce(
    state: State,
    principal: Principal,
    actions: list[str],
    resource: str,
    context: Mapping[str, Any],
    session_name: str | None,
    source_ip: str | None,
) -> None:
    """Every action must be allowed; one event tells of them all.

    Raises:
        AccessDenied: one is not; the error carries the `decision`.
    """
    decisions = (authorize.decide(state, principal, action, resource, context) for action in actions)
    refusal = next((decision for decision in decisions if not decision.allowed), None)
    events.record(
        state,
        principal,
        actions[0],
        resource=resource,
        source_ip=source_ip,
        parameters=_parameters(resource, context, session_name),
        error=("AccessDenied", refusal.message) if refusal else None,
    )
    if refusal:
        raise AccessDenied(refusal.message, refusal)


def _parameters(resource: str, context: Mapping[str, Any], session_name: str | None) -> dict[str, Any]:
    """What the event says was asked for; tags and source identity tell that it needed more than one permission."""
    tag = "aws:RequestTag/"
    tags = [{"key": key.removeprefix(tag), "value": value} for key, value in context.items() if key.startswith(tag)]
    asked = {"roleArn": resource, "roleSessionName": session_name} if session_name else {}
    told = {"tags": tags, "sourceIdentity": context.get("sts:SourceIdentity")}
    return asked | {name: value for name, value in told.items() if value}
