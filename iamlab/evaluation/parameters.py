"""The parameters of AWS's simulation API: their types and lengths, and what they mean once they are read.

`check` holds parameters against the constraints of the API's model (`ValidationError`); `read_questions` and
`read_context_entry` refuse values that are of the right shape and still no good (`InvalidInput`).
[https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from iamlab.arn import Arn, is_account
from iamlab.errors import InvalidInput, ValidationError
from iamlab.evaluation.request import caller_of
from iamlab.evaluation.results import Questions
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.variables import ContextValue

_POLICY = (1, 131_072)
_TEXT_LISTS = {
    "ActionNames": (3, 128),
    "ContextKeyValues": (0, 131_072),
    "PermissionsBoundaryPolicyInputList": _POLICY,
    "PolicyInputList": _POLICY,
    "ResourceArns": (1, 2048),
    "ResourceControlPolicyInputList": _POLICY,
    "ServiceControlPolicyInputList": _POLICY,
    "SessionPolicyInputList": _POLICY,
    "VpcEndpointPolicyInputList": _POLICY,
}
_TEXTS = {
    "AttachmentName": (1, 128),
    "CallerArn": (1, 2048),
    "ContextKeyName": (5, 256),
    "ManagementAccountId": (1, 2048),
    "Marker": (1, 320),
    "PolicyArn": (20, 2048),
    "PolicyName": (1, 128),
    "PolicySourceArn": (20, 2048),
    "ResourceHandlingOption": (1, 64),
    "ResourceOwner": (1, 2048),
    "ResourcePolicy": _POLICY,
}
_STRUCTURE_LISTS = {"ContextEntries": None, "OrderedOrganizationPolicyInputList": 7, "PolicyExclusionList": 256}
"""Lists of structures, and how long they may be."""
_MEMBERS = {
    "ContextEntries": ("ContextKeyName", "ContextKeyValues", "ContextKeyType"),
    "InlinePolicyIdentifier": ("PolicyName", "AttachmentType", "AttachmentName"),
    "OrderedOrganizationPolicyInputList": ("ServiceControlPolicyInputList", "ResourceControlPolicyInputList"),
    "PolicyExclusionList": ("PolicyType", "PolicyArn", "InlinePolicyIdentifier"),
}
"""What the structures are made of: of an InlinePolicyIdentifier every member, of an exclusion exactly one."""

_KEY_TYPES = ("string", "numeric", "boolean", "ip", "binary", "date")
_CHOICES = {
    "AttachmentType": ("user", "group", "role"),
    "ContextKeyType": tuple(kind + many for kind in _KEY_TYPES for many in ("", "List")),
    "PolicyType": ("inline", "aws-managed", "user-managed", "permission-boundary", "scp", "rcp"),
}
"""Texts of which there are only a few."""
_RESOURCE_HANDLING = (
    "EC2-VPC-InstanceStore",
    "EC2-VPC-InstanceStore-Subnet",
    "EC2-VPC-EBS",
    "EC2-VPC-EBS-Subnet",
)


def check(parameters: Mapping[str, Any], required: Sequence[str]) -> None:
    """Hold parameters against the API's model; one that is `None` was not given.

    Raises:
        ValidationError: with every constraint that is broken.
    """
    faults = [f"{name} is required" for name in required if parameters.get(name) is None]
    faults += [fault for name, value in parameters.items() if value is not None for fault in _faults(name, value)]
    if faults:
        raise ValidationError("; ".join(faults))


def _faults(name: str, value: Any) -> Iterator[str]:
    if name == "MaxItems":
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1000:
            yield f"{name} must be a number from 1 to 1000"
    elif name in _TEXTS:
        yield from _text_faults(name, value, *_TEXTS[name])
    elif name in _CHOICES:
        if not isinstance(value, str) or value not in _CHOICES[name]:
            yield f"{name}{f' {value!r}' if isinstance(value, str) else ''} must be one of {', '.join(_CHOICES[name])}"
    elif name == "InlinePolicyIdentifier":
        yield from _member_faults(name, value, name)
        if isinstance(value, Mapping):
            yield from (f"{name} needs {member}" for member in _MEMBERS[name] if value.get(member) is None)
    elif not isinstance(value, (list, tuple)):
        yield f"{name} must be a list"
    elif name in _TEXT_LISTS:
        for number, item in enumerate(value, 1):
            yield from _text_faults(f"{name}.{number}", item, *_TEXT_LISTS[name])
    else:
        yield from _structure_faults(name, value)


def _text_faults(name: str, value: Any, shortest: int, longest: int) -> Iterator[str]:
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        yield f"{name} must be text of {shortest} to {longest} characters"


def _structure_faults(name: str, structures: Sequence[Any]) -> Iterator[str]:
    most = _STRUCTURE_LISTS[name]
    if most is not None and len(structures) > most:
        yield f"{name} may have {most} members at the most"
    for number, structure in enumerate(structures, 1):
        yield from _member_faults(f"{name}.{number}", structure, name)
        if name == "PolicyExclusionList" and isinstance(structure, Mapping) and len(structure) != 1:
            yield f"{name}.{number} must have exactly one of {', '.join(_MEMBERS[name])}"


def _member_faults(where: str, structure: Any, kind: str) -> Iterator[str]:
    if not isinstance(structure, Mapping):
        yield f"{where} must be a structure"
        return
    for member, value in structure.items():
        if member in _MEMBERS[kind]:
            yield from _faults(member, value) if value is not None else ()
        else:
            yield f"{where} has no member {member!r}: expected {', '.join(_MEMBERS[kind])}"


def read_questions(parameters: Mapping[str, Any]) -> Questions:
    """What both simulations ask, from checked parameters by the API's names.

    Raises:
        InvalidInput: an action, ARN, caller, owner, option or context entry is not acceptable.
    """
    given = {name: value for name, value in parameters.items() if value is not None}
    if "ResourcePolicy" in given and "CallerArn" not in given:
        raise InvalidInput("CallerArn is required when ResourcePolicy is given")
    option = given.get("ResourceHandlingOption")
    if option is not None and option not in _RESOURCE_HANDLING:
        raise InvalidInput(f"Invalid resource handling option {option!r}")
    if len(given.get("PermissionsBoundaryPolicyInputList", ())) > 1:
        raise InvalidInput("Only one permissions boundary can be simulated")
    for action in given["ActionNames"]:
        if has_wildcard(action) or not all(action.partition(":")):
            raise InvalidInput(f"Invalid Action Name: {action}: expected service:Action without wildcards")
    resources = given.get("ResourceArns", ())
    for resource in resources:
        if resource != "*":
            Arn.parse(resource)
    caller = given.get("CallerArn", "")
    if _is_group(caller):
        caller = ""  # AWS takes it, but a group makes no requests and no Principal names one: it is some user
    caller_of(caller)
    questions = Questions(given["ActionNames"], resources)
    for entry in given.get("ContextEntries", ()):
        questions.context.update(read_context_entry(entry))
    questions.caller = caller
    questions.owner = _account_of("ResourceOwner", given.get("ResourceOwner"))
    questions.management_account = _account_of("ManagementAccountId", given.get("ManagementAccountId"))
    questions.max_items = given.get("MaxItems", questions.max_items)
    questions.marker = given.get("Marker")
    return questions


def read_context_entry(entry: Mapping[str, Any]) -> dict[str, ContextValue]:
    """A context entry's key and value: a type ending in `List` makes the key multivalued, and so do several values.

    Without a value of another type the key is not there.

    Raises:
        InvalidInput: it has no name.
    """
    name, kind = entry.get("ContextKeyName"), entry.get("ContextKeyType") or ""
    values = tuple(entry.get("ContextKeyValues") or ())
    if name is None:
        raise InvalidInput("A context entry has a ContextKeyName")
    if kind.endswith("List") or len(values) > 1:
        return {name: values}
    return {name: values[0]} if values else {}


def _account_of(name: str, given: str | None) -> str | None:
    """The account that a parameter names: by a root user's ARN, or by its 12 digits."""
    if given is None or is_account(given):
        return given
    arn = Arn.parse(given)
    if not is_account(arn.account):
        raise InvalidInput(f"Invalid {name} {given!r}: expected arn:aws:iam::ACCOUNT:root")
    return arn.account


def _is_group(arn: str) -> bool:
    """Is it the ARN of a group?"""
    return arn.startswith("arn:") and ":group/" in arn
