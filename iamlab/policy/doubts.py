"""Where AWS's documentation is silent about a condition in a request's context, or contradicts itself.

A condition is decided all the same (in `operators`); said here is what AWS might decide otherwise.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from iamlab.catalog.keys import global_key
from iamlab.policy.operators import NOTHING, ConditionTest, Context
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.values import has_offset
from iamlab.policy.variables import ContextValue, Variable


def doubts(test: ConditionTest, context: Context) -> list[str]:
    """What is not settled about a condition in this context; mostly nothing.

    Args:
        test: the condition.
        context: the request's context, keys in lower case.
    """
    name, value = test.name, context.get(test.lower_key)
    if name is None:
        return []
    found = list(_about_sets(test, value))
    if name.base == "Null":
        if value == () and "true" in map(str.lower, test.values):
            found.append(f"{test.key} is an empty list, which was taken for null")
        return found
    texts = (value,) if isinstance(value, str) else value or ()
    for one in texts:
        found += _about_text(test, one)
        found += _about_policy_values(test, one)
    for template in test.templates:
        found += _about_variables(test, template.template.variables, context)
    return found


def _about_sets(test: ConditionTest, value: ContextValue | None) -> Iterator[str]:
    assert test.name is not None
    base, over = test.name.base, test.name.over
    negated = test.kind is not None and test.kind.negated
    if not over and isinstance(value, tuple) and value and base != "Null":
        yield f"{test.key} has several values, but {test.operator} has no ForAllValues or ForAnyValue"
    known = global_key(test.key)
    if over and isinstance(value, str) and known is not None and not known.multivalued:
        yield f"{test.key} has one value only; the guide says not to ask for it with {over}"
    if over and base == "Null":
        yield f"{test.operator}: whether Null takes a set operator"
    elif over and value not in NOTHING and not any(value or ()):
        yield f"{test.key} is an empty text, which counts as a null data set"
    if over == "ForAnyValue" and value in NOTHING and (negated or test.name.if_exists):
        yield f"{test.key} is absent, where ForAnyValue is false and {test.name.base} or IfExists true"


def _about_text(test: ConditionTest, text: str) -> Iterator[str]:
    """What is open about one of the request's values."""
    assert test.name is not None
    base = test.name.base
    if base in _CASE_SENSITIVE and _is_tag(test.lower_key):
        folded = [value.casefold() for value in test.values]
        if text not in test.values and text.casefold() in folded:
            yield f"{test.key} differs only in case; for some services the case of a tag's value does not count"
    if base == "Bool" and text.lower() in ("true", "false") and text != text.lower():
        yield f"{test.key} is {text}; whether the case of true and false counts"
    if base.startswith("Date") and not has_offset(text):
        yield f"{test.key} is a time without an offset, which was taken for UTC"


_CASE_SENSITIVE = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")


def _is_tag(lower_key: str) -> bool:
    """Is it the key of a tag, such as `aws:ResourceTag/team` or `ec2:ResourceTag/team`?"""
    return lower_key.partition("/")[0].endswith("tag") and "/" in lower_key


def _about_policy_values(test: ConditionTest, text: str) -> Iterator[str]:
    """What is open about the values as they stand in the policy, for one of the request's values."""
    assert test.name is not None
    for value in test.values:
        if test.name.base == "Bool" and value.lower() in ("true", "false") and value != value.lower():
            yield f"{test.operator} wants {value}; whether the case of true and false counts"
        if test.name.base.startswith("Date") and not has_offset(value):
            yield f"{test.operator} wants a time without an offset, which was taken for UTC"
        if test.name.base in ("IpAddress", "NotIpAddress"):
            yield from _about_network(value, text)


def _about_network(wanted: str, text: str) -> Iterator[str]:
    first, slash, _ = wanted.partition("/")
    try:
        network = ip_network(wanted, strict=False)
        if slash and network.network_address != ip_address(first):
            yield f"{wanted} has bits set behind its prefix, which were left out"
        near = not slash and ip_address(text) in ip_network(f"{wanted}/32", strict=False)
        if near and ip_address(text) not in network:  # which only an IPv6 address can be
            yield f"{wanted} was taken for one address; the guide gives an address without a prefix /32"
    except ValueError:
        return  # a problem, which `ConditionTest.problems` tells


def _about_variables(test: ConditionTest, variables: tuple[Variable, ...], context: Context) -> Iterator[str]:
    assert test.kind is not None
    if test.kind.type == "Bool":
        yield "a policy variable in Bool"
    for variable in variables:
        value = variable.value(context)
        if test.kind.type == "ARN" and value is not None and ":" in value:
            yield f"{variable.key} fills several parts of an ARN"
        if value == "" and variable.default:
            yield f"{variable.key} is empty, which was not taken for absent: its default does not stand in"
        if variable.default is not None and value == variable.default and has_wildcard(value):
            yield f"the default of {variable.key} holds a wildcard, which was taken for plain text"
