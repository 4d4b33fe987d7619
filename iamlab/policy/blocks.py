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
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from iamlab.policy.block import ALL_SERVICES, AccessLevel, Block, RequestCondition
from iamlab.policy.document import PolicyDocument
from iamlab.policy.patterns import has_wildcard
from iamlab.policy.repairs import statement_number, steps

__all__ = ["ALL_SERVICES", "AccessLevel", "Block", "RequestCondition", "block_at", "from_blocks", "to_blocks"]

_NONE: Mapping[str, Any] = {}
_VISUAL = {"Sid", "Effect", "Action", "Resource", "Condition"}


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


def _statement_blocks(statement: dict[str, Any], number: int | None) -> list[Block]:
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


def block_at(blocks: Sequence[Block], path: str, document: PolicyDocument) -> int | None:
    """Which block shows a place of the document, for example that of a finding.

    Args:
        blocks: the document's blocks.
        path: JSON path, such as `$.Statement[1].Action[0]`.
        document: the policy.

    Returns:
        the block's place in `blocks`; `None` when the path is in no statement.

    >>> actions = ["s3:ListBucket", "sqs:SendMessage"]
    >>> policy = PolicyDocument.parse({"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
    >>> block_at(to_blocks(policy), "$.Statement.Action[1]", policy)
    1
    """
    number = statement_number(path)
    if number is None:
        return None
    service = ""
    match steps(path)[-2:]:
        case ["Action", int(place)]:
            service = _statements(document)[number]["Action"][place].partition(":")[0].lower()
    of_statement = [place for place, block in enumerate(blocks) if block.origin == number]
    return next((place for place in of_statement if blocks[place].service == service), next(iter(of_statement), None))


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
        for statement in _written(group, source):
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


def _written(blocks: list[Block], source: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The statements for the blocks of one statement: the statement itself when they are unchanged."""
    if source is None:
        return [_write(block) for block in blocks]
    before = _statement_blocks(source, blocks[0].origin)
    if blocks == before:
        return [dict(source)]
    return [_rewritten(block, source, before) for block in blocks]


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


def _rewritten(block: Block, source: dict[str, Any], before: list[Block]) -> dict[str, Any]:
    """A block as the statement it was made from, with only those elements written anew that changed."""
    new = _write(block)
    old = before[0]  # all have the statement's resources and conditions
    if block.json_only or old.json_only:
        return new
    if block.conditions:
        new["Condition"] = _condition(block.conditions, source.get("Condition", {}))
    same = {
        "Action": len(before) == 1 and (block.service, block.actions) == (old.service, old.actions),
        "Resource": block.resources == old.resources,
        "Condition": block.conditions == old.conditions,
    }
    kept = {name: element for name, element in source.items() if same.get(name) or name in new}
    return {**kept, **{name: element for name, element in new.items() if not same.get(name)}}


def _short(texts: tuple[str, ...]) -> str | list[str]:
    """One text alone, several as a list."""
    return texts[0] if len(texts) == 1 else list(texts)


def _condition(
    conditions: tuple[RequestCondition, ...], source: Mapping[str, Any] = _NONE
) -> dict[str, dict[str, Any]]:
    """The Condition element; conditions with one operator and key put their values together.

    Args:
        conditions: what it says.
        source: the element as it was; values that did not change stay written as they were, a lone one in a list too.
    """
    values: dict[tuple[str, str], list[Any]] = {}
    for one in conditions:
        values.setdefault((one.operator, one.key), []).extend(one.values)
    block: dict[str, dict[str, Any]] = {}
    for (operator, key), several in values.items():
        old = source.get(operator, {}).get(key)
        written = several[0] if len(several) == 1 else several
        # As JSON, because True and 1 are the same to Python.
        same = json.dumps(_list(old)) == json.dumps(several)
        block.setdefault(operator, {})[key] = old if same else written
    return block
