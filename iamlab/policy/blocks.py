"""A policy as the blocks of the Console's visual editor, and back.

A block is one service: its actions, on resources, under conditions, allowed or denied. A statement about several
services becomes a block for each, which means the same. What the visual editor has no controls for (NotAction,
NotResource, principals, patterns over services) becomes a block that holds the statement as it is, to be edited as
JSON.

Nothing is lost on the way: `from_blocks` writes a statement whose blocks are unchanged exactly as it was, and of a
changed one only the elements that changed.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_create-console.html]
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from iamlab.catalog import index
from iamlab.catalog.services import service as service_facts
from iamlab.policy.actions import expand
from iamlab.policy.document import PolicyDocument
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.reach import open_pattern, resource_types_named

ALL_SERVICES = "*"

_VISUAL = {"Sid", "Effect", "Action", "Resource", "Condition"}


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
        bits, whole = expand(self.patterns(), effect=self.effect), index.service_bits(self.service)
        levels = []
        for name in index.LEVELS.values():
            of_level = index.level_bits(name) & whole
            if of_level:
                levels.append(AccessLevel(name, _names(bits & of_level), _names(of_level)))
        return tuple(levels)

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
        grouped: dict[str, tuple[str, ...]] = {}
        for resource in self.resources if not self.all_resources else ():
            pattern = open_pattern(resource, variables=True) or resource
            kinds = resource_types_named(pattern, self.service) if index.span(self.service) else ()
            for kind in kinds or ("",):
                grouped[kind] = (*grouped.get(kind, ()), resource)
        return grouped


def _names(bits: int) -> tuple[str, ...]:
    """The actions of a set, without their prefix."""
    return tuple(name.partition(":")[2] for name in index.names_of(bits))


def to_blocks(document: PolicyDocument) -> list[Block]:
    """A policy as blocks, in its order.

    Args:
        document: the policy.

    >>> actions = ["s3:ListBucket", "sqs:SendMessage", "s3:GetObject"]
    >>> policy = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
    >>> [(block.service, block.actions) for block in to_blocks(policy)]
    [('s3', ('ListBucket', 'GetObject')), ('sqs', ('SendMessage',))]
    """
    numbered = enumerate(_statements(document))
    return [block for number, statement in numbered for block in _statement_blocks(statement, number)]


def _statements(document: PolicyDocument) -> list[dict[str, Any]]:
    statements = document.to_dict()["Statement"]
    return statements if isinstance(statements, list) else [statements]


def _statement_blocks(statement: dict[str, Any], number: int) -> list[Block]:
    effect, sid = statement["Effect"], statement.get("Sid")
    by_service = _by_service(_list(statement.get("Action")))
    resources = tuple(_list(statement.get("Resource")))
    if not by_service or not resources or not _VISUAL.issuperset(statement):
        return [Block("", (), (), (), effect, sid, statement, number)]
    conditions = tuple(
        RequestCondition(operator, key, tuple(_list(values)))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    )
    return [
        Block(service, tuple(actions), resources, conditions, effect, sid, None, number)
        for service, actions in by_service.items()
    ]


def _by_service(patterns: list[str]) -> dict[str, list[str]]:
    """The actions under their services; nothing when one of them is not of one service."""
    found: dict[str, list[str]] = {}
    for pattern in patterns:
        prefix, _, name = pattern.partition(":")
        if pattern == "*":
            prefix, name = ALL_SERVICES, "*"
        elif not name or has_wildcard(prefix):
            return {}
        found.setdefault(prefix.lower(), []).append(name)
    return found


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def from_blocks(blocks: Sequence[Block], base: PolicyDocument | None = None) -> PolicyDocument:
    """The policy that some blocks make.

    Args:
        blocks: in their order.
        base: the document the blocks were made from; its Version and Id are kept, and statements that did not change.

    Raises:
        MalformedPolicyDocument: the blocks make no policy.

    >>> policy = from_blocks([Block("s3", ("GetObject",), ("arn:aws:s3:::reports/*",))])
    >>> print(policy.to_json(None))
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", \
"Resource": "arn:aws:s3:::reports/*"}]}
    """
    value: dict[str, Any] = base.to_dict() if base else {"Version": "2012-10-17"}
    old = _statements(base) if base else []
    made: list[dict[str, Any]] = []
    named = set[int]()  # the statements whose Sid is written already: a Sid may stand only once
    for origin, group in _groups(blocks):
        source = old[origin] if origin is not None and origin < len(old) else None
        for statement in _written(group, source, origin):
            if origin in named:
                statement.pop("Sid", None)
            made.append(statement)
            if origin is not None:
                named.add(origin)
    single = isinstance(value.get("Statement"), dict) and len(made) == 1
    value["Statement"] = made[0] if single else made
    return PolicyDocument.parse(value)


def _groups(blocks: Sequence[Block]) -> Iterator[tuple[int | None, list[Block]]]:
    """Neighbouring blocks of one statement together; every new block by itself."""
    for origin, group in groupby(blocks, key=lambda block: block.origin):
        if origin is None:
            yield from ((None, [block]) for block in group)
        else:
            yield origin, list(group)


def _written(blocks: list[Block], source: dict[str, Any] | None, origin: int | None) -> list[dict[str, Any]]:
    """The statements for the blocks of one statement: the statement itself when they are unchanged."""
    before = _statement_blocks(source, origin) if source is not None and origin is not None else []
    if source is not None and blocks == before:
        return [dict(source)]
    if source is not None and len(before) == 1:
        return [_rewritten(block, source, before[0]) for block in blocks]
    return [_write(block) for block in blocks]


def _write(block: Block) -> dict[str, Any]:
    """A block as a statement."""
    if block.statement is not None:
        copy: dict[str, Any] = json.loads(json.dumps(block.statement))
        return copy
    statement: dict[str, Any] = {} if block.sid is None else {"Sid": block.sid}
    statement |= {"Effect": block.effect, "Action": _short(block.patterns()), "Resource": _short(block.resources)}
    if block.conditions:
        statement["Condition"] = _condition(block.conditions)
    return statement


def _rewritten(block: Block, source: dict[str, Any], before: Block) -> dict[str, Any]:
    """A block as the statement it was made from, with only those elements written anew that changed."""
    new = _write(block)
    if block.json_only or before.json_only:
        return new
    same = {
        "Action": (block.service, block.actions) == (before.service, before.actions),
        "Resource": block.resources == before.resources,
        "Condition": block.conditions == before.conditions,
    }
    kept = {name: element for name, element in source.items() if same.get(name) or name in new}
    return {**kept, **{name: element for name, element in new.items() if not same.get(name)}}


def _short(texts: tuple[str, ...]) -> str | list[str]:
    """One text alone, several as a list."""
    return texts[0] if len(texts) == 1 else list(texts)


def _condition(conditions: tuple[RequestCondition, ...]) -> dict[str, dict[str, Any]]:
    """The Condition element; conditions with one operator and key put their values together."""
    values: dict[tuple[str, str], list[Any]] = {}
    for one in conditions:
        values.setdefault((one.operator, one.key), []).extend(one.values)
    block: dict[str, dict[str, Any]] = {}
    for (operator, key), several in values.items():
        block.setdefault(operator, {})[key] = several[0] if len(several) == 1 else several
    return block
