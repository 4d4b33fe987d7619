"""The ARN builder: the formats of a service's resource types, and ARNs made from them.

An empty field is a `*`: any. Which resource types matter is told by the actions that are chosen.
[https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iamlab.catalog.services import Action, service
from iamlab.policy.blocks import Block

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GIVEN = "Partition"


@dataclass(slots=True, frozen=True)
class ResourceChoice:
    """A resource type that some of the chosen actions work on.

    Attributes:
        name: the type's name, such as `bucket`.
        formats: its ARN formats.
        actions: the chosen actions that work on it.
    """

    name: str
    formats: tuple[str, ...]
    actions: tuple[str, ...]


def choices(block: Block) -> list[ResourceChoice]:
    """The resource types that a block's actions work on, the most asked for first.

    >>> [choice.name for choice in choices(Block("s3", ("ListBucket",)))][0]
    'bucket'
    """
    users: dict[str, list[str]] = {}
    for name, action in _chosen(block):
        for use in action.resource_types:
            users.setdefault(use.name, []).append(name)
    found = [
        ResourceChoice(name, formats, tuple(users[name])) for name, formats in block.resource_types().items() if formats
    ]
    # Among equals the plainest ARN comes first: a bucket before its access points.
    return sorted(found, key=lambda choice: (-len(choice.actions), len(choice.formats[0])))


def _chosen(block: Block) -> list[tuple[str, Action]]:
    """The block's actions that the catalog has."""
    names = [name for level in block.levels() for name in level.chosen]
    known = service(block.service).actions if names else {}
    return [(name, known[name.lower()]) for name in names]


def missing(block: Block) -> dict[ResourceChoice, list[str]]:
    """The resource types that should still be given, each with the actions that ask for it.

    One of its types is enough for an action, and the plainest is asked for.
    """
    if block.all_resources:
        return {}
    named, offered = block.resources_by_type(), choices(block)
    met = {action for choice in offered if choice.name in named for action in choice.actions}
    found = {}
    for choice in offered:
        if asking := [action for action in choice.actions if action not in met]:
            met.update(asking)
            found[choice] = asking
    return found


def advice(block: Block) -> list[str]:
    """What the chosen actions still ask of the resources, in sentences.

    >>> advice(Block("s3", ("ListBucket", "GetObject"), ("arn:aws:s3:::reports/*",)))
    ['Specify bucket resource ARN for the ListBucket action.']
    """
    if not block.actions and not block.resources:
        return ["Choose actions first: they tell which types of resources there are."]
    notes = [
        f"Specify {choice.name} resource ARN for the {_and_more(asking)}." for choice, asking in missing(block).items()
    ]
    alone = [name for name, action in _chosen(block) if not action.resource_types]
    if alone and not block.all_resources:
        works = "works" if len(alone) == 1 else "work"
        notes.append(f"The {_and_more(alone)} {works} on all resources only: choose All here, or give them a block.")
    return notes


def _and_more(names: Sequence[str]) -> str:
    others = len(names) - 1
    if not others:
        return f"{names[0]} action"
    return f"{names[0]} and {others} more action{'' if others == 1 else 's'}"


def fields(arn_format: str) -> list[str]:
    """The parts of an ARN format that people fill in, without the partition.

    >>> fields("arn:${Partition}:s3:::${BucketName}/${ObjectName}")
    ['BucketName', 'ObjectName']
    """
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(arn_format)) if name != _GIVEN]


def in_words(name: str) -> str:
    """A field's name as people write it.

    >>> in_words("BucketName"), in_words("Account"), in_words("VPCId")
    ('Bucket name', 'Account', 'VPC id')
    """
    first, *rest = _WORDS.split(name)
    return " ".join([first, *(word if word.isupper() and len(word) > 1 else word.lower() for word in rest)])


def build(arn_format: str, values: Mapping[str, str], partition: str = "aws") -> str:
    """An ARN from a format; a field that is empty or left out is any.

    >>> build("arn:${Partition}:s3:::${BucketName}/${ObjectName}", {"BucketName": "reports"})
    'arn:aws:s3:::reports/*'
    """
    given = {**values, _GIVEN: partition}
    return _PLACEHOLDER.sub(lambda found: given.get(found[1], "").strip() or "*", arn_format)
