"""Check of whether a statement's actions know the condition keys it tests.

A request for an action that does not know a key comes without it, so a positive test of the key is never true: an Allow
then allows nothing, a Deny denies nothing.
[https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from iamlab.catalog import index
from iamlab.catalog.keys import global_key
from iamlab.catalog.services import service
from iamlab.policy.checks.keys import find_key
from iamlab.policy.checks.names_in_use import tested_by_aws
from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import ConditionItem
from iamlab.policy.operators import OPERATORS


@cache
def _keys_of(action: str) -> frozenset[str]:
    """The condition keys an action of the catalog knows, in lower case."""
    prefix, _, name = action.partition(":")
    facts = service(prefix)
    known = {*facts.actions[name].condition_keys}
    for use in facts.actions[name].resource_types:
        known.update(use.condition_keys, facts.resource_types[use.name].condition_keys)
    return frozenset(key.lower() for key in known)


def _needs_the_key(condition: ConditionItem) -> bool:
    """Is the test false whenever the key is absent?"""
    name = condition.name
    if name is None or name.if_exists or name.over == "ForAllValues":
        return False
    if name.base == "Null":
        return all(item.text.lower() == "false" for item in condition.values)
    return not OPERATORS[name.base].negated


@check("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", on="condition")
def key_unknown_to_action(condition: ConditionItem) -> Iterator[Found]:
    """Some of the statement's actions do not know the key."""
    key, element = find_key(condition.lower_key), condition.statement.action
    # Some global keys have a service's prefix, as ec2:SourceInstanceARN.
    if key is None or element is None or element.negated or global_key(condition.lower_key):
        return
    if not _needs_the_key(condition) or tested_by_aws(condition.operator, condition.key, condition.raw):
        return
    prefix = condition.lower_key.partition(":")[0]
    without = [
        item.text
        for item in element.items
        if item.text.lower().startswith(f"{prefix}:")
        and index.number(item.text) is not None
        and key.name.lower() not in _keys_of(item.text.lower())
    ]
    if without:
        what = "allow" if condition.statement.allows else "deny"
        message = (
            f"Requests for {', '.join(without)} never carry {condition.key}, so this statement does not {what} them."
        )
        yield Found(condition.path, message, key=True)
