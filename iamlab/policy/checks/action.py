"""Checks of Action and NotAction.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from iamlab.catalog import index
from iamlab.policy.checks.meant import Guess, action_meant, bare_meant, service_meant
from iamlab.policy.checks.names_in_use import action_in_use
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import Item, StatementView
from iamlab.policy.patterns import compile_pattern, has_wildcard
from iamlab.policy.repairs import Repair, put

_VENDOR = re.compile(r"[a-zA-Z0-9\-.]+\Z")
NO_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."


@check("EMPTY_ARRAY_ACTION", on="statement", refuses=True)
def empty_action(statement: StatementView) -> Iterator[Found]:
    """A list of actions with none in it."""
    element = statement.action
    if element and element.empty:
        message = f"{element.name} is an empty list, so the statement names no action."
        yield Found(element.path, message, refusal="Policy statement must contain actions.")


def _repair(item: Item, guess: Guess) -> Repair | None:
    return put(f"Write {guess.action}", item.path, guess.action) if guess.action else None


@check("INVALID_ACTION", on="action", refuses=True)
def malformed_action(item: Item) -> Iterator[Found]:
    """An action is written `service:Name`, or is a single star."""
    text = item.text
    if text == "*":
        return
    vendor, colon, name = text.partition(":")
    if not colon:
        guess = bare_meant(text)
        message = (
            f'"{text}" lacks the service: an action is written service:Name, for example s3:GetObject.{guess.hint}'
        )
        yield Found(item.path, message, _repair(item, guess), NO_VENDOR)
    elif ":" in name:
        message = f'"{text}" has more than one colon: an action is written service:Name.'
        yield Found(item.path, message, refusal="Actions/Condition can contain only one colon.")
    elif not has_wildcard(vendor) and not _VENDOR.match(vendor):
        yield Found(item.path, f'"{vendor}" is not a service prefix.', refusal=f"Vendor {vendor} is not valid")


@check("INVALID_SERVICE_IN_ACTION", on="action")
def unknown_service(item: Item) -> Iterator[Found]:
    """The service must be one of AWS's."""
    vendor, _, name = item.text.partition(":")
    if not name or not _VENDOR.match(vendor) or index.span(vendor):
        return
    if not index.is_known(item.text) and not action_in_use(item.text.lower()):
        guess = service_meant(vendor, name)
        yield Found(item.path, f'There is no service with the prefix "{vendor}".{guess.hint}', _repair(item, guess))


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
        written = item.text.partition(":")[2]
        guess = action_meant(service, written)
        yield Found(item.path, f"{vendor} has no action {written}.{guess.hint}", _repair(item, guess))


@check("WILDCARD_IN_SERVICE_NAME", on="action")
def wildcard_in_service(item: Item) -> Iterator[Found]:
    """A pattern over services takes in services that do not exist yet."""
    vendor, colon, _ = item.text.partition(":")
    if colon and has_wildcard(vendor):
        message = (
            f'The service in "{item.text}" is a pattern, and may match more services than you think of: name them.'
        )
        yield Found(item.path, message)
