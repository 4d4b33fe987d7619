"""Checks of Action and NotAction.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamlab.catalog import index
from iamlab.policy.checks.names_in_use import action_in_use
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import Item, StatementView
from iamlab.policy.patterns import compile_pattern, has_wildcard
from iamlab.policy.repairs import Repair, put
from iamlab.policy.spelling import nearest

_VENDOR = re.compile(r"[a-zA-Z0-9\-.]+\Z")
NO_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."

_LIKE_ENOUGH = 0.5
"""How similar a prefix must be to one of the services that have the action: they are few, so a likeness says more."""


@check("EMPTY_ARRAY_ACTION", on="statement", refuses=True)
def empty_action(statement: StatementView) -> Iterator[Found]:
    """A list of actions with none in it."""
    element = statement.action
    if element and element.empty:
        message = f"{element.name} is an empty list, so the statement names no action."
        yield Found(element.path, message, refusal="Policy statement must contain actions.")


def _instead(item: Item, better: str | None) -> tuple[str, Repair | None]:
    if better is None:
        return "", None
    return f" Did you mean {better}?", put(f"Write {better}", item.path, better)


def _elsewhere(name: str, vendor: str = "") -> str | None:
    """The action of this name, if exactly one service has it, or one with a prefix like what was written."""
    numbers = {prefix: index.number(f"{prefix}:{name}") for prefix in index.service_names()}
    having = {prefix: number for prefix, number in numbers.items() if number is not None}
    found = next(iter(having)) if len(having) == 1 else nearest(vendor, having, _LIKE_ENOUGH)
    return index.action_names()[having[found]] if found else None


@check("INVALID_ACTION", on="action", refuses=True)
def malformed_action(item: Item) -> Iterator[Found]:
    """An action is written `service:Name`, or is a single star."""
    text = item.text
    if text == "*":
        return
    vendor, colon, name = text.partition(":")
    if not colon:
        hint, repair = _instead(item, _elsewhere(text))
        message = f'"{text}" lacks the service: an action is written service:Name, such as s3:GetObject.{hint}'
        yield Found(item.path, message, repair, NO_VENDOR)
    elif ":" in name:
        message = f'"{text}" has more than one colon: an action is written service:Name.'
        yield Found(item.path, message, refusal="Actions/Condition can contain only one colon.")
    elif not has_wildcard(vendor) and not _VENDOR.match(vendor):
        yield Found(item.path, f'"{vendor}" is no service prefix.', refusal=f"Vendor {vendor} is not valid")


@check("INVALID_SERVICE_IN_ACTION", on="action")
def unknown_service(item: Item) -> Iterator[Found]:
    """The service must be one of AWS's."""
    vendor, _, name = item.text.partition(":")
    if not name or not _VENDOR.match(vendor) or index.span(vendor):
        return
    if not index.is_known(item.text) and not action_in_use(item.text.lower()):
        near = nearest(vendor, index.service_names())
        hint, repair = _instead(item, f"{near}:{name}" if near else _elsewhere(name, vendor))
        yield Found(item.path, f'There is no service with the prefix "{vendor}".{hint}', repair)


@check("INVALID_ACTION", on="action")
def unknown_action(item: Item) -> Iterator[Found]:
    """The action must be one of its service's; a pattern must match one at least."""
    text = item.text.lower()
    vendor, _, name = text.partition(":")
    service = index.names_in(vendor)
    if service is None or not name or ":" in name:
        return
    if has_wildcard(name):
        if any(map(compile_pattern(name), service.lower)) or action_in_use(text):
            return
        yield Found(item.path, f"No action of {vendor} matches {item.text}.")
    elif not index.is_known(text) and not action_in_use(text):
        near = nearest(name, service.names)
        hint, repair = _instead(item, f"{vendor}:{near}" if near else _elsewhere(name))
        yield Found(item.path, f"{vendor} has no action {item.text.partition(':')[2]}.{hint}", repair)


@check("WILDCARD_IN_SERVICE_NAME", on="action")
def wildcard_in_service(item: Item) -> Iterator[Found]:
    """A pattern over services takes in services that do not exist yet."""
    vendor, colon, _ = item.text.partition(":")
    if colon and has_wildcard(vendor):
        message = f'The service in "{item.text}" is a pattern, which takes in more services than one sees. Name them.'
        yield Found(item.path, message)
