"""What a CloudTrail event says of a denied request.

An event names the operation, so the IAM action and the resource are worked out: from its own error message, from the
ARNs in it, or from the request's parameters and the ARN formats of the service. One call may ask about several actions
and resources; which of them was denied is then for the account to find. The rest of the event becomes condition keys.
[https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from iamlab.analysis.diagnosis.callers import claims_of, is_only_account, mapping_in, own_user_name, principal_of
from iamlab.analysis.diagnosis.denials import Denial, read_message
from iamlab.analysis.diagnosis.formats import Place
from iamlab.analysis.diagnosis.parameters import about, condition_keys_of, resources_of
from iamlab.catalog.operations import NeededAction, actions_of, operation_of_event, service_of_event
from iamlab.errors import InvalidInput
from iamlab.evaluation.policies import ENDPOINT
from iamlab.evaluation.request import GivenValue

_BY_ENDPOINT = "VpceAccessDenied"
_DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "Forbidden",
    _BY_ENDPOINT,
)


def is_denied(event: Mapping[str, Any]) -> bool:
    """Does the event tell of a request that was denied?"""
    return _code(event) in _DENIED


def _code(event: Mapping[str, Any]) -> str:
    return str(event.get("errorCode", "")).rpartition(".")[2]  # EC2 writes Client.UnauthorizedOperation


def read_event(event: Mapping[str, Any]) -> Denial:
    """Read an event of a denied request.

    Raises:
        InvalidInput: it does not say who asked, or which action the operation needs is not known here.
    """
    try:
        denial = read_message(str(event.get("errorMessage", "")))
    except InvalidInput:
        denial = Denial("event", principal_of(event), "")
        if is_only_account(event):
            denial.notes.append("The event names only the caller's account; it is taken for a user there.")
    needed = _needed(event, denial.action)
    requests = list(dict.fromkeys(request for one in needed for request in _requests(event, one)))
    if not denial.names_resource:
        (denial.action, denial.resource), *denial.others = requests
        denial.notes += [f"{one.action} is needed only {one.only}." for one in needed if one.only]
        alias = _alias(event)
        if alias and denial.resource == "*":
            denial.notes.append(f"The event names {alias}; `aws kms describe-key --key-id {alias}` tells of which key.")
    denial.source = "event"
    if _code(event) == _BY_ENDPOINT:
        denial.layer = ENDPOINT
    denial.context = dict(_context(event, [one.action for one in needed]))
    denial.access_key_id = str(mapping_in(event, "userIdentity").get("accessKeyId", ""))
    return denial


def _alias(event: Mapping[str, Any]) -> str:
    """The alias by which a KMS key was asked for; empty for a key's id, and for other services."""
    key = str(mapping_in(event, "requestParameters").get("keyId", ""))
    before, _, name = key.rpartition("alias/")
    return f"alias/{name}" if name and (not before or before.startswith("arn:")) else ""


def _needed(event: Mapping[str, Any], action: str) -> list[NeededAction]:
    """The actions that the operation needs; where the message names one, that one.

    Raises:
        InvalidInput: none is known.
    """
    operation = operation_of_event(str(event.get("eventName", "")))
    needed = actions_of(service_of_event(str(event["eventSource"])), operation)
    if action:
        return [one for one in needed if one.action.lower() == action.lower()] or [NeededAction(action)]
    if not needed:
        raise InvalidInput(
            f"Which IAM action the operation {operation} of {event['eventSource']} needs is not known here."
        )
    return list(needed)


def _requests(event: Mapping[str, Any], needed: NeededAction) -> Iterator[tuple[str, str]]:
    """What an action is asked about: a request for each resource, or one for `*` where none is told."""
    parameters = about(mapping_in(event, "requestParameters"), needed.on)
    own = own_user_name(event)
    if own and needed.action.startswith("iam:"):
        # Who names no user means itself.
        parameters = {"userName": own, **parameters}
    # Which of the ARNs is the source, and which the target, only the parameters tell.
    listed = [] if needed.on.startswith("source") else _listed(event)
    for resource in resources_of(needed.action, listed, parameters, _place(event)) or ["*"]:
        yield needed.action, resource


def _listed(event: Mapping[str, Any]) -> list[str]:
    listed = event.get("resources")
    items = listed if isinstance(listed, list) else []
    return [one["ARN"] for one in items if isinstance(one, Mapping) and isinstance(one.get("ARN"), str)]


def _place(event: Mapping[str, Any]) -> Place:
    """Where the event happened."""
    identity = mapping_in(event, "userIdentity")
    account = identity.get("accountId") or event.get("recipientAccountId") or ""
    arn = str(identity.get("arn", "")).split(":")
    partition = arn[1] if len(arn) > 1 and arn[1].startswith("aws") else "aws"
    return Place(str(account), str(event.get("awsRegion", "")), partition)


def _context(event: Mapping[str, Any], actions: list[str]) -> Iterator[tuple[str, GivenValue]]:
    """The condition keys that an event tells."""
    address = str(event.get("sourceIPAddress", ""))
    if _is_address(address):
        yield "aws:SourceIp", address
    plain = {"aws:UserAgent": "userAgent", "aws:RequestedRegion": "awsRegion", "aws:SourceVpce": "vpcEndpointId"}
    for key, name in plain.items():
        if isinstance(event.get(name), str):
            yield key, event[name]
    yield from _time("aws:CurrentTime", "aws:EpochTime", event.get("eventTime"))
    identity = mapping_in(event, "userIdentity")
    session = mapping_in(identity, "sessionContext")
    attributes = mapping_in(session, "attributes")
    if attributes.get("mfaAuthenticated") in ("true", "false"):
        yield "aws:MultiFactorAuthPresent", attributes["mfaAuthenticated"]
    if isinstance(session.get("sourceIdentity"), str):
        yield "aws:SourceIdentity", session["sourceIdentity"]
    if identity.get("invokedBy") and identity.get("type") != "AWSService":
        yield "aws:ViaAWSService", "true"
    alias = _alias(event)
    if alias:
        yield "kms:RequestAlias", alias
    yield from claims_of(event)
    for action in actions:
        yield from condition_keys_of(action, mapping_in(event, "requestParameters"))


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
