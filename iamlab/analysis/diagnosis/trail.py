"""A denied request as JSON: a CloudTrail event, a decoded authorization message, or an answer with a message in it.

`read_json` finds it in what holds it (a trail's file, LookupEvents, EventBridge, the CLI's answer); what an event says
is `cloudtrail`'s business.
[https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html]
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from iamlab.analysis.diagnosis.callers import mapping_in
from iamlab.analysis.diagnosis.cloudtrail import is_denied, read_event
from iamlab.analysis.diagnosis.denials import Denial, read_message
from iamlab.analysis.diagnosis.pasted import texts_in
from iamlab.analysis.diagnosis.unread import EXPECTED, what_is_missing
from iamlab.errors import InvalidInput
from iamlab.evaluation.verdict import EXPLICIT_DENY, IMPLICIT_DENY

_AROUND = ("Records", "Events", "CloudTrailEvent", "DecodedMessage", "detail")
"""What holds an event or a decoded message: a trail's file, LookupEvents, the CLI's answer, EventBridge."""


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
        if "eventSource" in one and is_denied(one):
            return read_event(one)
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


# Decoded messages


def _decoded(message: Mapping[str, Any]) -> Denial:
    if message["allowed"] is True:
        raise InvalidInput("The decoded message says that the request was allowed.")
    context = mapping_in(message, "context")
    principal, action = mapping_in(context, "principal").get("arn"), context.get("action")
    if not isinstance(principal, str) or not isinstance(action, str):
        raise InvalidInput("The decoded message does not say who asked for which action.")
    denial = Denial("decoded message", principal, action, str(context.get("resource") or "*"))
    denial.names_resource = bool(context.get("resource"))
    denial.outcome = EXPLICIT_DENY if message.get("explicitDeny") is True else IMPLICIT_DENY
    for item in _items(mapping_in(context, "conditions")):
        values = [str(one["value"]) for one in _items(mapping_in(item, "values")) if "value" in one]
        if isinstance(item.get("key"), str) and values:
            denial.context[item["key"]] = values[0] if len(values) == 1 else values
    return denial


def _items(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = value.get("items")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
