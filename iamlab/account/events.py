"""Events: what happened in the account, in CloudTrail's words.

`record` makes one event and keeps it; nothing secret is in it. Which operation an action is, and whether it only
reads, is the catalog's to say.
[https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from iamlab.account.codec import check_characters
from iamlab.account.principals import Principal
from iamlab.account.records import RoleRecord, RootRecord, UserRecord
from iamlab.account.state import State
from iamlab.catalog import operations, services
from iamlab.errors import InvalidInput, NoSuchEntity

Event = dict[str, Any]

HERE = "203.0.113.10"
"""Where requests come from when nobody says so: an address that documentation may use [RFC 5737]."""

_AGENT = "iamlab"
_HEX = "0123456789abcdef"
_DATA_SOURCES = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:HeadObject",
    "lambda:Invoke",
    "dynamodb:GetItem",
)


def record(
    state: State,
    principal: Principal,
    action: str,
    *,
    resource: str = "*",
    region: str = "us-east-1",
    source_ip: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    response: Mapping[str, Any] | None = None,
    error: tuple[str, str] | None = None,
    **more: Any,
) -> Event:
    """Keep an event, and remember when the key or the role that asked was last used.

    A call that was refused, or that needs no permission, is a use as well: AWS speaks of "the last request made with
    that key" [IAM API GetAccessKeyLastUsed].

    Args:
        state: the account it happened in.
        principal: who asked.
        action: what was asked, such as `s3:GetObject`.
        resource: the ARN it was about, or `*`.
        region: where.
        source_ip: from where.
        parameters: what was asked for, in the API's names, without secrets.
        response: what was answered, without secrets.
        error: code and message, when it was refused.
        more: other fields of the event.

    Returns:
        The event; treat it as read-only.
    """
    prefix = action.partition(":")[0]
    read_only = is_read_only(action)
    _mark_used(state, principal, prefix, region)
    event: Event = {
        "eventVersion": "1.11",
        "userIdentity": user_identity(principal),
        "eventTime": state.clock.timestamp(),
        "eventSource": operations.event_source(prefix),
        "eventName": operation_name(action),
        "awsRegion": region,
        "sourceIPAddress": source_ip or HERE,
        "userAgent": _AGENT,
        "requestParameters": dict(parameters) if parameters else None,
        "responseElements": dict(response) if response else None,
        "requestID": _uuid(state),
        "eventID": _uuid(state),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": not action.startswith(_DATA_SOURCES),
        "recipientAccountId": state.account_id,
        "eventCategory": "Data" if action.startswith(_DATA_SOURCES) else "Management",
    }
    if resource != "*":
        event["resources"] = [{"ARN": resource, "accountId": state.account_id}]
    if error:
        event["errorCode"], event["errorMessage"] = error
    event.update(more)
    state.events.append(event)
    return event


def _mark_used(state: State, principal: Principal, service: str, region: str) -> None:
    """Remember when a long-term key, or a role, was last used; this does not count as a change of the account."""
    holder, now = principal.record, state.now()
    if isinstance(holder, RoleRecord):
        holder.last_used, holder.last_region = now, region
    elif holder is not None:
        for key in holder.access_keys:
            if key.id == principal.access_key_id:
                key.last_used, key.last_region, key.last_service = now, region, service


def check_parameters(action: object, resource: str, parameters: Mapping[str, Any] | None) -> None:
    """See whether an event, and so the account's file, can hold what was asked for.

    Raises:
        InvalidInput: it is not what JSON can hold.
    """
    try:
        json.dumps(dict(parameters or {}), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise InvalidInput(
            "parameters: expected a dict of what JSON can hold: text, numbers, true, false, None, lists and dicts"
        ) from None
    check_characters(action, "action")
    check_characters(resource, "resource")
    check_characters(dict(parameters or {}), "parameters")


def user_identity(principal: Principal) -> dict[str, Any]:
    """CloudTrail's `userIdentity` [cloudtrail-event-reference-user-identity]."""
    if principal.kind == "service":
        return {"type": "AWSService", "invokedBy": principal.arn}
    if principal.kind == "anonymous":
        return {"type": "AWSAccount", "principalId": "", "accountId": "ANONYMOUS_PRINCIPAL"}
    account, holder, session = principal.account, principal.record, principal.session
    identity: dict[str, Any] = {"type": _TYPES[principal.kind]}
    own_name = principal.arn.rpartition("/")[2]
    if isinstance(holder, UserRecord) and principal.kind == "user":
        identity["principalId"] = holder.id
    elif isinstance(holder, RoleRecord):
        identity["principalId"] = f"{holder.id}:{own_name}"
    elif principal.kind == "federated-user":
        # CloudTrail says only that the name given to GetFederationToken is part of it; this is its aws:userid.
        identity["principalId"] = f"{account}:{own_name}"
    else:
        identity["principalId"] = account
    identity |= {"arn": principal.arn, "accountId": account}
    if principal.access_key_id:
        identity["accessKeyId"] = principal.access_key_id
    if isinstance(holder, UserRecord) and principal.kind == "user":
        identity["userName"] = holder.name
    if session:
        attributes = {
            "creationDate": session.issued.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "mfaAuthenticated": "true" if session.mfa_at else "false",
        }
        identity["sessionContext"] = {"attributes": attributes}
        if issuer := _issuer(principal, session.issuer):
            identity["sessionContext"]["sessionIssuer"] = issuer
        if session.source_identity:
            identity["sessionContext"]["sourceIdentity"] = session.source_identity
    if isinstance(holder, RootRecord) and principal.kind == "root":
        identity.pop("userName", None)
    return identity


def _issuer(principal: Principal, arn: str) -> dict[str, Any] | None:
    """Whose the temporary credentials of a role or a federated user are [… user-identity, `sessionIssuer`]."""
    holder, account = principal.record, principal.account
    if isinstance(holder, RoleRecord):
        kind, holder_id, name = "Role", holder.id, {"userName": holder.name}
    elif principal.kind != "federated-user":
        return None
    elif isinstance(holder, UserRecord):
        kind, holder_id, name = "IAMUser", holder.id, {"userName": holder.name}
    else:
        kind, holder_id, name = "Root", str(account), {}
    return {"type": kind, "principalId": holder_id, "arn": arn, "accountId": account, **name}


_TYPES = {
    "user": "IAMUser",
    "root": "Root",
    "assumed-role": "AssumedRole",
    "federated-user": "FederatedUser",
    "provider": "WebIdentityUser",
}


def operation_name(action: str) -> str:
    """The API operation behind an action: `ListBuckets` for `s3:ListAllMyBuckets`."""
    prefix, _, name = action.partition(":")
    for operation in operations.operations_of(action):
        service, _, operation_of = operation.partition(".")
        if service == prefix:
            return operation_of
    return name


def is_read_only(action: str) -> bool:
    """Does the action only list or read, by its access level?"""
    prefix, _, name = action.partition(":")
    try:
        known = services.service(prefix).actions.get(name.lower())
    except NoSuchEntity:
        return False
    return known is not None and known.access_level in ("List", "Read")


def _uuid(state: State) -> str:
    digits = state.ids.token(32, _HEX)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
