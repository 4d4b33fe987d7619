"""The global condition keys: their types, how many values they hold, and when a request has them.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from iamlab.catalog.files import read_json


@dataclass(slots=True)
class GlobalKey:
    """A global condition key; treat it as immutable.

    Attributes:
        name: such as `aws:PrincipalArn` or `aws:PrincipalTag/${TagKey}`.
        type: `String`, `ARN`, `Bool`, `Numeric`, `Date` or `IPAddress`.
        multivalued: does it hold a list (then it needs `ForAllValues:` or `ForAnyValue:`)?
        availability: a word for when a request has it; `availability_text` says it at length.
        category: what it is about: principal, session, network, resource or request.
        note: what is worth knowing besides.
    """

    name: str
    type: str
    multivalued: bool
    availability: str
    category: str
    note: str

    @property
    def availability_text(self) -> str:
        """When a request has this key.

        >>> global_key("aws:username").availability_text
        'IAM users only (not root, roles, Identity Center)'
        """
        text: str = _data()["availability"][self.availability]
        return text


def global_keys() -> tuple[GlobalKey, ...]:
    """All global condition keys, grouped as AWS's page groups them."""
    return tuple(_keys().values())


def global_key(name: str) -> GlobalKey | None:
    """Look a key up, in any case; a tag's key is found under its family.

    >>> global_key("AWS:PrincipalTag/team").name
    'aws:PrincipalTag/${TagKey}'
    >>> global_key("s3:prefix")
    """
    family, slash, _ = name.lower().partition("/")
    return _keys().get(family + slash)


def operators(kind: str) -> tuple[str, ...]:
    """The condition operators for a key's type, without modifiers.

    Args:
        kind: `String`, `ARN`, `Bool`, `Numeric`, `Date`, `IPAddress`, `Binary`, or `any` for those that fit every type.

    Raises:
        KeyError: there is no such type.
    """
    return tuple(_data()["operators"][kind])


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_json("keys.json")
    return data


@lru_cache(maxsize=1)
def _keys() -> dict[str, GlobalKey]:
    """By name in lower case, up to and with the slash of a family of tags."""
    keys: dict[str, GlobalKey] = {}
    for fact in _data()["keys"]:
        family, slash, _ = fact["key"].lower().partition("/")
        keys[family + slash] = GlobalKey(
            fact["key"], fact["type"], fact["multivalued"], fact["availability"], fact["category"], fact["note"]
        )
    return keys
