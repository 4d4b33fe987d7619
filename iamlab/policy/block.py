"""One block of the Console's visual editor: a service, its actions, resources and request conditions.

`iamlab.policy.blocks` makes blocks of a policy, and a policy of blocks.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_create-console.html]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from iamlab.catalog import index
from iamlab.catalog.services import service as service_facts
from iamlab.policy.actions import expand
from iamlab.policy.reach import open_pattern, resource_types_named

ALL_SERVICES = "*"


@dataclass(slots=True)
class RequestCondition:
    """One request condition: an operator, a key and its values as JSON has them."""

    operator: str
    key: str
    values: tuple[str | int | float | bool, ...]


@dataclass(slots=True)
class AccessLevel:
    """How much of an access level a block's actions cover.

    Attributes:
        name: `List`, `Read`, `Write`, `Permissions management` or `Tagging`.
        chosen: the actions that are covered.
        actions: all actions of the level.
    """

    name: str
    chosen: tuple[str, ...]
    actions: tuple[str, ...]

    @property
    def full(self) -> bool:
        """Is every action covered?"""
        return len(self.chosen) == len(self.actions)


@dataclass(slots=True)
class Block:
    """One block of the visual editor; treat it as immutable and make changed copies with `dataclasses.replace`.

    Attributes:
        service: the service's prefix, `*` for all services, or empty when the block can only be edited as JSON.
        actions: names or patterns, without the prefix; `*` is "all actions".
        resources: ARNs or patterns; `*` is "all resources".
        conditions: the request conditions.
        effect: `Allow` or `Deny`.
        sid: the statement's Sid, if it has one.
        statement: the whole statement of a block that can only be edited as JSON, else `None`.
        origin: the number of the statement it was made from, from 0; `None` for a new block.
    """

    service: str
    actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ("*",)
    conditions: tuple[RequestCondition, ...] = ()
    effect: str = "Allow"
    sid: str | None = None
    statement: dict[str, Any] | None = field(default=None, repr=False)
    origin: int | None = None

    @property
    def json_only(self) -> bool:
        """Has the visual editor no controls for it?"""
        return self.statement is not None

    @property
    def all_actions(self) -> bool:
        """Is "all actions" chosen?"""
        return "*" in self.actions

    @property
    def all_resources(self) -> bool:
        """Is "all resources" chosen?"""
        return "*" in self.resources

    @property
    def title(self) -> str:
        """The service's full name, as the block's heading."""
        if self.json_only:
            return "Only in JSON"
        if self.service == ALL_SERVICES:
            return "All services"
        return service_facts(self.service).name if index.span(self.service) else self.service

    def patterns(self) -> tuple[str, ...]:
        """The actions as a policy writes them.

        >>> Block("s3", ("GetObject", "List*")).patterns()
        ('s3:GetObject', 's3:List*')
        """
        if self.service == ALL_SERVICES:
            return ("*",)
        return tuple(f"{self.service}:{action}" for action in self.actions)

    def levels(self) -> tuple[AccessLevel, ...]:
        """The service's access levels, in the Console's order, and what of each the actions cover.

        >>> [(level.name, len(level.chosen)) for level in Block("sts", ("Get*",)).levels() if level.chosen]
        [('Read', 4), ('Write', 3)]
        """
        return _levels(self.patterns(), self.service, self.effect)

    def resource_types(self) -> dict[str, tuple[str, ...]]:
        """The resource types that the chosen actions work on, each with its ARN formats, for the ARN builder.

        >>> Block("s3", ("ListBucket",)).resource_types()["bucket"]
        ('arn:${Partition}:s3:::${BucketName}',)
        """
        if not index.span(self.service):
            return {}
        facts = service_facts(self.service)
        chosen = _names(expand(self.patterns(), effect=self.effect))
        used = {use.name for name in chosen for use in facts.actions[name.lower()].resource_types}
        return {name: kind.arns for name, kind in facts.resource_types.items() if name in used}

    def resources_by_type(self) -> dict[str, tuple[str, ...]]:
        """The resources grouped by the type they can name; what fits none of the service's types stands under "".

        >>> Block("s3", ("GetObject",), ("arn:aws:s3:::reports/*",)).resources_by_type()
        {'object': ('arn:aws:s3:::reports/*',)}
        """
        return dict(_by_type(self.resources if not self.all_resources else (), self.service))


@lru_cache(maxsize=64)
def _levels(patterns: tuple[str, ...], service: str, effect: str) -> tuple[AccessLevel, ...]:
    """Kept, because an editor asks for it several times while it shows a block."""
    bits, whole = expand(patterns, effect=effect), index.service_bits(service)
    levels = []
    for name in index.LEVELS.values():
        of_level = index.level_bits(name) & whole
        if of_level:
            levels.append(AccessLevel(name, _names(bits & of_level), _names(of_level)))
    return tuple(levels)


@lru_cache(maxsize=64)
def _by_type(resources: tuple[str, ...], service: str) -> dict[str, tuple[str, ...]]:
    """Kept, as the levels are."""
    grouped: dict[str, tuple[str, ...]] = {}
    for resource in resources:
        pattern = open_pattern(resource, variables=True) or resource
        kinds = resource_types_named(pattern, service) if index.span(service) else ()
        for kind in kinds or ("",):
            grouped[kind] = (*grouped.get(kind, ()), resource)
    return grouped


def _names(bits: int) -> tuple[str, ...]:
    """The actions of a set, without their prefix."""
    return tuple(name.partition(":")[2] for name in index.names_of(bits))
