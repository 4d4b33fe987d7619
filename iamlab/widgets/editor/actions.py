"""Ticking actions: what becomes of a block's patterns when boxes are ticked or cleared, or when actions are typed.

A policy may say `s3:Get*`; the boxes show each action that it names as ticked. Ticking another adds its name; clearing
one that only a pattern names takes the pattern apart into the names that stay. Patterns that nobody touched stay as
they are, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iamlab.catalog import index
from iamlab.errors import InvalidInput
from iamlab.policy.actions import expand
from iamlab.policy.blocks import Block
from iamlab.policy.patterns import has_wildcard


def ticked(block: Block) -> list[str]:
    """The actions that a block names, in the order of the boxes."""
    return [name for level in block.levels() for name in level.chosen]


def after_ticking(block: Block, wanted: Iterable[str]) -> tuple[str, ...]:
    """The block's actions after somebody ticked and cleared boxes.

    Args:
        block: as it was.
        wanted: the names that are ticked now.

    >>> after_ticking(Block("sts", ("Get*",)), ["GetCallerIdentity", "AssumeRole"])
    ('GetCallerIdentity', 'AssumeRole')
    >>> after_ticking(Block("sts", ("TagS*",)), ["TagSession", "AssumeRole"])
    ('TagS*', 'AssumeRole')
    """
    names = set(wanted)
    kept: dict[str, None] = {}
    covered: set[str] = set()
    for pattern in block.actions:
        named = _named(block, pattern)
        kept |= dict.fromkeys([pattern] if names.issuperset(named) else [name for name in named if name in names])
        covered.update(named)
    every = [name for level in block.levels() for name in level.actions]
    return (*kept, *(name for name in every if name in names and name not in covered))


def patterns(block: Block) -> list[tuple[str, int]]:
    """What the boxes do not show word for word: patterns, and actions that the catalog does not have.

    Returns:
        each with the number of actions it names.
    """
    counted = [(action, len(_named(block, action))) for action in block.actions]
    return [(action, count) for action, count in counted if has_wildcard(action) or not count]


def _named(block: Block, pattern: str) -> list[str]:
    """The actions that one pattern of a block names."""
    (whole,) = replace(block, actions=(pattern,)).patterns()
    return [name.partition(":")[2] for name in index.names_of(expand([whole], effect=block.effect))]


def typed(prefix: str, text: str) -> tuple[str, ...]:
    """Actions that were typed, divided by commas, without their service.

    Raises:
        InvalidInput: there is none, or one is of another service.

    >>> typed("s3", "Get*, s3:PutObject")
    ('Get*', 'PutObject')
    """
    names = []
    for one in filter(None, map(str.strip, text.split(","))):
        service, colon, name = one.rpartition(":")
        if colon and service.lower() != prefix:
            raise InvalidInput(f"{one} is not of {prefix}, which this block is about: add more permissions for it.")
        names.append(name)
    if not names:
        raise InvalidInput("Type an action first, such as GetObject or Get*.")
    return tuple(names)
