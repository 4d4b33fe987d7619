"""Ids, ARNs, and the checks every name, path, tag and count goes through, with AWS's error codes.

A value that breaks the API's own constraints (length, pattern) is a `ValidationError`, a full quota `LimitExceeded`,
a name that is taken `EntityAlreadyExists`; the numbers and patterns are the catalog's, the sentences AWS's where it
has one.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from iamlab.arn import is_account
from iamlab.catalog import quotas
from iamlab.errors import InvalidInput, LimitExceeded, ValidationError

if TYPE_CHECKING:
    from iamlab.account.state import State

Tags = Mapping[str, str] | Iterable[Mapping[str, str]]
"""Tags as `{"team": "blue"}` or, as the API takes them, `[{"Key": "team", "Value": "blue"}]`."""

_SEPARATORS = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NAME = frozenset(
    {
        "userNameType",
        "existingUserNameType",
        "groupNameType",
        "roleNameType",
        "policyNameType",
        "instanceProfileNameType",
    }
)
_QUOTA_WORDS = {
    "users_per_account": "UsersPerAccount",
    "groups_per_account": "GroupsPerAccount",
    "roles_per_account": "RolesPerAccount",
    "customer_managed_policies_per_account": "PoliciesPerAccount",
    "instance_profiles_per_account": "InstanceProfilesPerAccount",
    "managed_policies_per_user": "PoliciesPerUser",
    "managed_policies_per_group": "PoliciesPerGroup",
    "managed_policies_per_role": "PoliciesPerRole",
    "groups_per_user": "GroupsPerUser",
    "access_keys_per_user": "AccessKeysPerUser",
    "access_keys_root": "AccessKeysPerUser",
    "mfa_devices_per_user": "MFADevicesPerUser",
    "mfa_devices_root": "MFADevicesPerUser",
    "oidc_providers_per_account": "OpenIdConnectProvidersPerAccount",
    "saml_providers_per_account": "SAMLProvidersPerAccount",
    "account_aliases": "AccountAliases",
    "role_trust_policy_length": "ACLSizePerRole",
    "managed_policy_size": "PolicySize",
    "roles_per_instance_profile": "InstanceSessionsPerInstanceProfile",
    "tags_per_entity": "TagsPerResource",
}


def entity_arn(state: State, kind: str, path: str, name: str) -> str:
    """The ARN of something of this account: `kind` is `user`, `group`, `role`, `policy`, `instance-profile`, `mfa` …"""
    return f"arn:{state.partition}:iam::{state.account_id}:{kind}{path}{name}"


def root_arn(state: State, account_id: str | None = None) -> str:
    """The ARN that names an account (and its root user)."""
    return f"arn:{state.partition}:iam::{account_id or state.account_id}:root"


def check_account_id(account_id: object) -> str:
    """See whether this is an account id.

    Raises:
        InvalidInput: it is not.
    """
    if isinstance(account_id, str) and is_account(account_id):
        return account_id
    raise InvalidInput(f"{account_id!r} is not an account id: expected twelve digits in quotes")


def check(shape: str, value: object, parameter: str) -> str:
    """Hold a text against one of the API's shapes.

    Args:
        shape: the shape's name in IAM's or STS's model, such as `userNameType`.
        value: what was given.
        parameter: the parameter's name as the API spells it, for the message.

    Returns:
        The text.

    Raises:
        ValidationError: wrong type, too short, too long, or a character that is not allowed.
    """
    value = check_text(value, parameter)
    limits = quotas.shape(shape)
    shown = value if len(value) <= 80 else value[:77] + "..."
    problem = f"1 validation error detected: Value '{shown}' at '{parameter}' failed to satisfy constraint: "
    if limits.minimum is not None and len(value) < limits.minimum:
        raise ValidationError(f"{problem}Member must have length greater than or equal to {limits.minimum}")
    if limits.maximum is not None and len(value) > limits.maximum:
        raise ValidationError(f"{problem}Member must have length less than or equal to {limits.maximum}")
    if limits.pattern and not _pattern(limits.pattern).fullmatch(value):
        if shape in _NAME:
            raise ValidationError(
                f"The specified value for {parameter} is invalid. It must contain only alphanumeric characters "
                "and/or the following: +=,.@_-"
            )
        raise ValidationError(f"{problem}Member must satisfy regular expression pattern: {limits.pattern}")
    return value


def check_text(value: object, parameter: str) -> str:
    """See whether this is text.

    Raises:
        ValidationError: it is not, or it holds half of a character, which no file and no answer can hold.
    """
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise ValidationError(f"Invalid text for parameter {parameter}: it holds half of a character")
        return value
    hint = "; write it in quotes, because a number loses its leading zeros" if isinstance(value, int) else ""
    raise ValidationError(f"Invalid type for parameter {parameter}: expected text, got {type(value).__name__}{hint}")


def check_flag(value: object, parameter: str) -> bool:
    """See whether this is true or false; nothing else stands for one of them.

    Raises:
        InvalidInput: it is neither.
    """
    if isinstance(value, bool):
        return value
    raise InvalidInput(f"Invalid type for parameter {parameter}: expected True or False, got {type(value).__name__}")


def check_list(values: object, parameter: str) -> list[Any]:
    """The items of a list, or of anything else that gives one item after another; a generator is read here, once.

    Raises:
        ValidationError: not a list; a single text is not one, because its letters would be taken for the items.
    """
    if isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping):
        return list(values)
    raise ValidationError(f"Invalid type for parameter {parameter}: expected a list, got {type(values).__name__}")


def check_texts(values: object, parameter: str) -> list[str]:
    """The texts of a list.

    Raises:
        ValidationError: not a list, or something in it is not text.
    """
    return [check_text(value, parameter) for value in check_list(values, parameter)]


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    """AWS's patterns are Java's: word characters and digits mean ASCII; classes of Unicode are written by name."""
    if r"\p{L}\p{Z}\p{N}" in text:
        return re.compile(text.replace(r"\p{L}\p{Z}\p{N}", r"\w" + _SEPARATORS))
    return re.compile(text, re.ASCII)


def check_path(path: object, shape: str = "pathType") -> str:
    """Hold a path against the API's rules: it begins and ends with `/`."""
    return check(shape, path, "path")


def check_number(shape: str, value: object, parameter: str) -> int:
    """Hold a number against one of the API's shapes.

    Raises:
        ValidationError: not a whole number, or out of its bounds.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValidationError(
            f"Invalid type for parameter {parameter}: expected a whole number, got {type(value).__name__}"
        )
    limits = quotas.shape(shape)
    problem = f"1 validation error detected: Value '{value}' at '{parameter}' failed to satisfy constraint: "
    if limits.minimum is not None and value < limits.minimum:
        raise ValidationError(f"{problem}Member must have value greater than or equal to {limits.minimum}")
    if limits.maximum is not None and value > limits.maximum:
        raise ValidationError(f"{problem}Member must have value less than or equal to {limits.maximum}")
    return value


def quota(state: State, name: str) -> int:
    """A quota of this account: raised for it, or AWS's default."""
    return state.quotas.get(name) or quotas.quota(name)


def check_quota(state: State, name: str, wanted: int) -> None:
    """Would so many still be within the quota?

    Raises:
        LimitExceeded: no; the message gives AWS's name of the quota and its number.
    """
    most = quota(state, name)
    if wanted > most:
        raise LimitExceeded(f"Cannot exceed quota for {_QUOTA_WORDS.get(name, name)}: {most}")


def check_tags(tags: Tags) -> dict[str, str]:
    """Tags as a dictionary, in the order given.

    Raises:
        ValidationError: a key or value is too long or holds a character that is not allowed.
        InvalidInput: a key twice (IAM does not tell keys by case), or one that begins with `aws:`.
        LimitExceeded: more than 50.

    >>> check_tags([{"Key": "team", "Value": "blue"}])
    {'team': 'blue'}
    """
    if not isinstance(tags, Iterable) or isinstance(tags, str):
        raise ValidationError("Tags are a mapping, or a list of Key and Value")
    pairs = list(tags.items()) if isinstance(tags, Mapping) else [_pair(tag) for tag in tags]
    for key, value in pairs:
        check("tagKeyType", key, "tags.member.key")
        check("tagValueType", value, "tags.member.value")
        if key.lower().startswith("aws:"):
            raise InvalidInput(f"Tag keys must not begin with 'aws:', which is reserved: {key}")
    if len({key.lower() for key, _ in pairs}) < len(pairs):
        raise InvalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    return _few_enough(dict(pairs))


def _pair(tag: object) -> tuple[str, str]:
    if isinstance(tag, Mapping) and set(tag) == {"Key", "Value"}:
        return tag["Key"], tag["Value"]
    raise ValidationError('A tag is written {"Key": …, "Value": …}')


def merge_tags(present: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Add tags: a key that is there already (ignoring case) gets the new spelling and value [id_tags].

    Raises:
        LimitExceeded: more than 50 together.

    >>> merge_tags({"Department": "finance"}, {"department": "hr"})
    {'department': 'hr'}
    """
    fresh = {key.lower() for key in new}
    merged = {key: value for key, value in present.items() if key.lower() not in fresh} | dict(new)
    return _few_enough(merged)


def _few_enough(tags: dict[str, str]) -> dict[str, str]:
    most = quotas.quota("tags_per_entity")
    if len(tags) > most:
        raise LimitExceeded(f"Cannot exceed quota for TagsPerResource: {most}")
    return tags


def without_tags(present: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Take tags away by key, ignoring case; a key without a tag is ignored.

    Raises:
        ValidationError: not a list of keys.
    """
    gone = {check("tagKeyType", key, "tagKeys.member").lower() for key in check_list(keys, "tagKeys")}
    return {key: value for key, value in present.items() if key.lower() not in gone}
