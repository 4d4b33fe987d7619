"""Condition keys looked up: type and number of values of a global or a service's own key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from iamlab.catalog import index
from iamlab.catalog.keys import global_key, global_keys
from iamlab.catalog.principals import WEB_IDENTITIES
from iamlab.catalog.services import service
from iamlab.policy.checks.names_in_use import key_in_use
from iamlab.policy.patterns import Matcher, compile_pattern

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key\Z|(?<=/)\Z")
"""What stands for the name of a tag: the reference writes it in four ways."""


@dataclass(slots=True)
class Key:
    """A condition key.

    Attributes:
        name: as AWS writes it; a family of tags with a placeholder.
        type: `String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress` or `Binary`.
        multivalued: does a request hold a list of values?
    """

    name: str
    type: str
    multivalued: bool


@cache
def _of_service(prefix: str) -> tuple[dict[str, Key], tuple[tuple[Matcher, Key], ...]]:
    """A service's keys: those with plain names by name in lower case, and the families as patterns."""
    plain: dict[str, Key] = {}
    families: list[tuple[Matcher, Key]] = []
    for fact in service(prefix).condition_keys.values():
        kind = fact.type.removeprefix("ArrayOf")
        key = Key(fact.name, kind, fact.type.startswith("ArrayOf"))
        pattern = _PLACEHOLDER.sub("*", fact.name.lower())
        if pattern == fact.name.lower():
            plain[pattern] = key
        else:
            families.append((compile_pattern(pattern), key))
    return plain, tuple(families)


@cache
def find_key(name: str) -> Key | None:
    """Look a condition key up.

    Args:
        name: the key in lower case.

    >>> find_key("aws:tagkeys").multivalued, find_key("s3:prefix").type, find_key("s3:nothing")
    (True, 'String', None)
    """
    known = global_key(name)
    if known is not None:
        return Key(known.name, known.type, known.multivalued)
    prefix = name.partition(":")[0]
    if not index.span(prefix):
        return None
    plain, families = _of_service(prefix)
    return plain.get(name) or next((key for matches, key in families if matches(name)), None)


def names_near(key: str) -> list[str]:
    """The keys with the same prefix, to look for the one that was meant: with a tag, those that take one."""
    prefix = key.partition(":")[0].lower()
    if prefix == "aws":
        tag = key.partition("/")[2]
        families = [f"{known.name.partition('/')[0]}/{tag}" for known in global_keys() if "/" in known.name]
        return families if tag else [known.name for known in global_keys() if "/" not in known.name]
    return [known.name for known in _of_service(prefix)[0].values()] if index.span(prefix) else []


def is_claim(name: str) -> bool:
    """Is it a claim of an identity provider, whose prefix is a host (`accounts.google.com:aud`)?"""
    return "." in name.rpartition(":")[0]


def may_hold_several(name: str) -> bool:
    """Is it the audience of a provider whose tokens may name several? Name in lower case.

    A token may have a list of audiences (RFC 7519); of the providers that AWS knows itself it is one.

    >>> may_hold_several("gitlab.com:aud"), may_hold_several("accounts.google.com:aud")
    (True, False)
    """
    host, _, claim = name.rpartition(":")
    return claim == "aud" and is_claim(name) and host not in WEB_IDENTITIES


def is_known(name: str) -> bool:
    """Is there such a key, as far as can be known here? Name in lower case."""
    return find_key(name) is not None or is_claim(name) or key_in_use(name)
