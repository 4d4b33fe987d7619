"""The types of condition values: what a policy's value is compared with, and how.

For each type one function turns a value of the policy into a matcher of request values. A policy value that is not of
its type raises `ValueError`; a request value that is not never matches.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from iamlab.policy.patterns import Matcher, compile_pattern
from iamlab.policy.variables import Filled, compile_escaped

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?\Z", re.ASCII)
_EPOCH = re.compile(r"[+-]?\d+(?:\.\d+)?\Z", re.ASCII)
_YEAR_OR_MONTH = re.compile(r"\d{4}(?:-\d\d)?\Z", re.ASCII)

Comparison = Callable[[Any, Any], bool]


def text_equals(wanted: Filled) -> Matcher:
    """StringEquals: the same characters."""
    return wanted.text.__eq__


def text_equals_ignoring_case(wanted: Filled) -> Matcher:
    """StringEqualsIgnoreCase."""
    folded = wanted.text.casefold()
    return lambda value: value.casefold() == folded


def text_like(wanted: Filled) -> Matcher:
    """StringLike: `*` and `?`, case-sensitive."""
    return wanted.matcher


def arn(text: str) -> list[str]:
    """An ARN's six parts.

    Raises:
        ValueError: it has fewer.
    """
    parts = text.split(":", 5)
    if len(parts) != 6:
        raise ValueError(f"{text!r} is not an ARN: expected six parts between colons")
    return parts


def arn_like(wanted: Filled) -> Matcher:
    """ArnLike and ArnEquals: each of the six parts by itself, with wildcards in each.

    Raises:
        ValueError: the policy's value has fewer than six parts (`*` alone stands for every ARN).
    """
    return _arn_pattern(wanted.text, wanted.escaped)


@lru_cache(maxsize=4096)
def _arn_pattern(text: str, escaped: str | None) -> Matcher:
    compile_part = compile_pattern if escaped is None else compile_escaped
    parts = (text if escaped is None else escaped).split(":", 5)
    if parts == ["*"]:
        return lambda value: value.count(":") >= 5
    if len(parts) != 6:
        raise ValueError(f"{text!r} is not an ARN: expected six parts between colons")
    # A part that is just a star needs no look.
    matchers = [(i, compile_part(part)) for i, part in enumerate(parts) if part != "*"]

    def matches(value: str) -> bool:
        split = value.split(":", 5)
        return len(split) == 6 and all(match(split[i]) for i, match in matchers)

    return matches


def number(text: str) -> Decimal:
    """A number: an integer or a decimal.

    Raises:
        ValueError: it is not one.
    """
    if not _NUMBER.match(text):
        raise ValueError(f"{text!r} is not a number")
    return Decimal(text)


@lru_cache(maxsize=4096)
def moment(text: str) -> float:
    """A time in seconds since 1970, from ISO 8601 or from epoch seconds; without an offset it is UTC.

    Four digits are a year, as in the W3C's profile of ISO 8601.

    Raises:
        ValueError: it is neither.
    """
    from datetime import UTC, datetime

    if is_epoch(text):
        return float(text)
    if _YEAR_OR_MONTH.match(text):
        text = f"{text}-01-01"[:10]
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a date: expected ISO 8601 or epoch seconds") from None


def is_epoch(text: str) -> bool:
    """Is a time written as seconds since 1970?

    >>> is_epoch("1767225600"), is_epoch("2026"), is_epoch("2026-01-01")
    (True, False, False)
    """
    return bool(_EPOCH.match(text)) and not _YEAR_OR_MONTH.match(text)


def has_offset(text: str) -> bool:
    """Does a time say its offset from UTC? Dates, epoch seconds and what is not a time need none.

    >>> has_offset("2026-01-31T08:00:00Z"), has_offset("2026-01-31T08:00:00"), has_offset("2026-01-31")
    (True, False, True)
    """
    from datetime import datetime

    if len(text) <= len("2026-01-31") or _EPOCH.match(text):
        return True
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return True


def truth(text: str) -> str:
    """`true` or `false`, written in any case.

    Raises:
        ValueError: it is neither.
    """
    folded = text.lower()
    if folded not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return folded


def boolean(wanted: Filled) -> Matcher:
    """Bool: `true` or `false`, in any case.

    Raises:
        ValueError: the policy's value is neither.
    """
    folded = truth(wanted.text)
    return lambda value: value.lower() == folded


def compared(read: Callable[[str], Any], compare: Comparison) -> Callable[[Filled], Matcher]:
    """A matcher maker for values that are read first and then compared.

    Args:
        read: reads a value, or raises `ValueError`.
        compare: `compare(value of the request, value of the policy)`.
    """

    def make(wanted: Filled) -> Matcher:
        limit = read(wanted.text)

        def matches(value: str) -> bool:
            try:
                return compare(read(value), limit)
            except ValueError:
                return False

        return matches

    return make


def blob(text: str) -> bytes:
    """Bytes from Base64.

    Raises:
        ValueError: it is not Base64.
    """
    import base64

    return base64.b64decode(text, validate=True)


@lru_cache(maxsize=4096)
def _address(text: str) -> tuple[int, int] | None:
    from ipaddress import ip_address

    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.version, int(address)


def address(text: str) -> tuple[int, int]:
    """An address as version and number.

    Raises:
        ValueError: it is not an IPv4 or IPv6 address.
    """
    found = _address(text)
    if found is None:
        raise ValueError(f"{text!r} is not an IP address")
    return found


def in_network(wanted: Filled) -> Matcher:
    """IpAddress: one address or a range in CIDR notation, IPv4 or IPv6, compared as numbers.

    Raises:
        ValueError: the policy's value is neither.
    """
    from ipaddress import ip_network

    network = ip_network(wanted.text, strict=False)
    version, first = network.version, int(network.network_address)
    last = first + network.num_addresses - 1

    def matches(value: str) -> bool:
        address = _address(value)
        return address is not None and address[0] == version and first <= address[1] <= last

    return matches


def is_of_type(read: Callable[[str], Any], value: str) -> bool:
    """Can the value be read so?"""
    try:
        read(value)
    except ValueError:
        return False
    return True
