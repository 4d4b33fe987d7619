"""What a CloudTrail event, or a decoded authorization message, says of a denied request.

Both are JSON. An event names the operation, so the IAM action and the resource are worked out: from its own error
message, from the ARNs in it, or from the request's parameters and the ARN formats of the service. The rest of the event
becomes condition keys.
[https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html]
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from iamlab.analysis.denials import Denial, read_message
from iamlab.analysis.parameters import condition_keys_of, resource_of
from iamlab.analysis.pasted import texts_in
from iamlab.analysis.unread import EXPECTED, what_is_missing
from iamlab.catalog import index
from iamlab.catalog.operations import actions_of, service_of_event
from iamlab.errors import InvalidInput
from iamlab.evaluation.request import GivenValue
from iamlab.evaluation.verdict import EXPLICIT_DENY, IMPLICIT_DENY

_AROUND = ("Records", "Events", "CloudTrailEvent", "DecodedMessage", "detail")
"""What holds an event or a decoded message: a trail's file, LookupEvents, the CLI's answer, EventBridge."""

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "Forbidden")


def read_json(value: object) -> Denial:
    """Read a CloudTrail event, a decoded message, or an answer with a message in it.

    In a list of events it is the first that was denied.

    Raises:
        InvalidInput: it is nothing of these, or was not denied.
    """
    try:
        found = list(_unpacked(value))
    except RecursionError:
        raise InvalidInput(EXPECTED) from None
    for one in found:
        if "eventSource" in one and _is_denied(one):
            return _event(one)
        if "context" in one and "allowed" in one:
            return _decoded(one)
    events = [one for one in found if "eventSource" in one]
    if events:
        raise InvalidInput(f"The event {events[0].get('eventName', 'here')} was not denied: it has no such errorCode.")
    return _answer(value)


def _answer(value: object) -> Denial:
    """The message in the body of an answer, in an error of boto3's, in a line of a log.

    Raises:
        InvalidInput: there is none.
    """
    texts = list(texts_in(value))
    for text in texts:
        try:
            return read_message(text)
        except InvalidInput:
            continue
    raise InvalidInput(what_is_missing("\n".join(texts)))


def _unpacked(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects inside what CloudTrail's files, its lookup, the Console and the CLI put around them."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, list | tuple):
        for one in value:
            yield from _unpacked(one)
    if not isinstance(value, Mapping):
        return
    inside = [value[name] for name in _AROUND if name in value]
    if inside:
        for one in inside:
            yield from _unpacked(one)
    else:
        yield value


def _is_denied(event: Mapping[str, Any]) -> bool:
    code = str(event.get("errorCode", "")).rpartition(".")[2]  # EC2 writes Client.UnauthorizedOperation
    return code in _DENIED


# Events


def _event(event: Mapping[str, Any]) -> Denial:
    try:
        denial = read_message(str(event.get("errorMessage", "")))
    except InvalidInput:
        action = _action(event)
        denial = Denial("event", _principal(event), action)
    denial.source = "event"
    if denial.resource == "*":
        denial.resource = _resource(event, denial.action) or "*"
        if denial.resource == "*" and index.number(denial.action) is not None:
            denial.notes.append("The event does not say which resource; it was decided for none in particular.")
    denial.context = dict(_context(event, denial.action))
    denial.access_key_id = str(_mapping(event, "userIdentity").get("accessKeyId", ""))
    return denial


def _mapping(value: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """What is inside, as far as it is there."""
    for name in names:
        inside = value.get(name)
        value = inside if isinstance(inside, Mapping) else {}
    return value


def _principal(event: Mapping[str, Any]) -> str:
    identity = _mapping(event, "userIdentity")
    kind = identity.get("type")
    if kind == "AWSService":
        return str(identity.get("invokedBy", ""))
    if identity.get("accountId") == "ANONYMOUS_PRINCIPAL":
        return "anonymous"
    if identity.get("arn"):
        return str(identity["arn"])
    if kind == "IAMUser" and identity.get("accountId") and identity.get("userName"):
        return f"arn:aws:iam::{identity['accountId']}:user/{identity['userName']}"
    raise InvalidInput("The event does not say who asked: its userIdentity has no arn.")


def _action(event: Mapping[str, Any]) -> str:
    operation = str(event.get("eventName", ""))
    needed = actions_of(service_of_event(str(event["eventSource"])), operation)
    if not needed:
        raise InvalidInput(
            f"Which IAM action the operation {operation} of {event['eventSource']} needs is not known here."
        )
    return needed[0].action


def _resource(event: Mapping[str, Any], action: str) -> str:
    listed = event.get("resources")
    arns = (
        [one["ARN"] for one in listed if isinstance(one, Mapping) and "ARN" in one] if isinstance(listed, list) else []
    )
    account = _mapping(event, "userIdentity").get("accountId") or event.get("recipientAccountId", "")
    region = str(event.get("awsRegion", ""))
    return resource_of(action, arns, _mapping(event, "requestParameters"), str(account), region)


def _context(event: Mapping[str, Any], action: str) -> Iterator[tuple[str, GivenValue]]:
    """The condition keys that an event tells."""
    address = str(event.get("sourceIPAddress", ""))
    if _is_address(address):
        yield "aws:SourceIp", address
    plain = {"aws:UserAgent": "userAgent", "aws:RequestedRegion": "awsRegion", "aws:SourceVpce": "vpcEndpointId"}
    for key, name in plain.items():
        if isinstance(event.get(name), str):
            yield key, event[name]
    yield from _time("aws:CurrentTime", "aws:EpochTime", event.get("eventTime"))
    session = _mapping(event, "userIdentity", "sessionContext")
    attributes = _mapping(session, "attributes")
    if attributes.get("mfaAuthenticated") in ("true", "false"):
        yield "aws:MultiFactorAuthPresent", attributes["mfaAuthenticated"]
    if isinstance(session.get("sourceIdentity"), str):
        yield "aws:SourceIdentity", session["sourceIdentity"]
    if _mapping(event, "userIdentity").get("invokedBy") and _mapping(event, "userIdentity").get("type") != "AWSService":
        yield "aws:ViaAWSService", "true"
    yield from condition_keys_of(action, _mapping(event, "requestParameters"))


def _is_address(text: str) -> bool:
    """Is it an IP address? For calls that a service makes it is the service's name."""
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _time(iso: str, epoch: str, value: object) -> Iterator[tuple[str, GivenValue]]:
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return
    yield iso, str(value)
    yield epoch, str(int(moment.timestamp()))


# Decoded messages


def _decoded(message: Mapping[str, Any]) -> Denial:
    if message["allowed"] is True:
        raise InvalidInput("The decoded message says that the request was allowed.")
    context = _mapping(message, "context")
    principal, action = _mapping(context, "principal").get("arn"), context.get("action")
    if not isinstance(principal, str) or not isinstance(action, str):
        raise InvalidInput("The decoded message does not say who asked for which action.")
    denial = Denial("decoded message", principal, action, str(context.get("resource") or "*"))
    denial.outcome = EXPLICIT_DENY if message.get("explicitDeny") is True else IMPLICIT_DENY
    for item in _items(_mapping(context, "conditions")):
        values = [str(one["value"]) for one in _items(_mapping(item, "values")) if "value" in one]
        if isinstance(item.get("key"), str) and values:
            denial.context[item["key"]] = values[0] if len(values) == 1 else values
    return denial


def _items(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = value.get("items")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
