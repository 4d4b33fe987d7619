"""Effective permissions as a table: of one principal in rows, of several side by side."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from iamlab.analysis.effective import Comparison, Permissions, Resources, Services, permissions
from iamlab.analysis.frames.columns import Frame, indices, text_column, with_attributes
from iamlab.catalog import index
from iamlab.errors import InvalidInput

if TYPE_CHECKING:
    from iamlab.account import Account
    from iamlab.account.context import Given

OUTCOMES = ("implicitDeny", "explicitDeny", "conditional", "allowed")
"""From least to most."""


def effective_permissions(
    lab: Account,
    principal: object = None,
    session: object = None,
    context: Given | None = None,
    services: Services = None,
    resources: Resources = None,
) -> pd.DataFrame:
    """What a principal may do in a situation: every action of every service, or of some.

    Args:
        lab: the account.
        principal: a user's name, an ARN, or a user or role; a list of them, or `None` for all users and roles, puts
            them side by side.
        session: one of the principal's sessions, when it is not its long-term key that is asked about.
        context: condition keys that are known of its requests; `None` as a value takes away a key that AWS would
            add. Keys about who asks and with which credential are known from the account; others are open.
        services: prefixes, such as `["s3", "sqs"]`; by default all.
        resources: ARNs (or things that have one) for exact answers; by default the resource is open, and what a
            policy's Resource can reach counts.

    Returns:
        For one principal the columns `action`, `access_level`, `outcome` (`allowed`, `conditional`, `explicitDeny`,
        `implicitDeny`), `on` and `except` (resources), `condition`, `policy`, `statement` and `attached_to`: a row an
        action, and where the outcome is conditional, a row an action and grant. For several principals: `action`,
        `access_level` (and `on`, when resources are named) and a column of outcomes for each. The outcome is never
        contradicted by a decision about a resource of the principal's own account. `.attrs["unknown"]` says what an
        account that came from AWS's export cannot know.

    Raises:
        NoSuchEntity: there is no such principal, or no such service.
        InvalidInput: the session is not the principal's, or goes with several principals.

    >>> from iamlab import Account
    >>> lab = Account()
    >>> lab.create_user("alice").attach_policy(lab.policies["AmazonS3ReadOnlyAccess"])
    >>> table = effective_permissions(lab, "alice", services="s3")
    >>> sorted(table[table["outcome"] == "allowed"]["access_level"].unique())
    ['List', 'Read']
    """
    everybody: list[object] | None = None
    if isinstance(principal, Iterable) and not isinstance(principal, str):
        everybody = list(principal)
    if everybody is not None or (principal is None and session is None):
        if session is not None:
            raise InvalidInput("A session goes with one principal")
        return _side_by_side(Comparison(lab, everybody, context, services, resources))
    return _of_one(permissions(lab, principal, session, context, services, resources))


def _of_one(found: Permissions) -> pd.DataFrame:
    labels = found.labels
    places, codes = divmod(indices(found.numbers), len(labels))
    columns: dict[str, Any] = {
        "action": _actions().take(places),
        "access_level": _levels().take(places),
        "outcome": text_column([label.outcome for label in labels]).take(codes),
        "on": text_column([label.on for label in labels]).take(codes),
        "except": text_column([label.excluded for label in labels]).take(codes),
        "condition": text_column([label.condition for label in labels]).take(codes),
        "policy": text_column([label.policy for label in labels]).take(codes),
        "statement": text_column([label.statement for label in labels]).take(codes),
        "attached_to": text_column([label.attached_to for label in labels]).take(codes),
    }
    return with_attributes(
        Frame(columns, copy=False),
        found.unknown,
        principal=found.principal.arn,
        credential=found.principal.credential,
    )


def _side_by_side(comparison: Comparison) -> pd.DataFrame:
    resources: Sequence[str | None] = comparison.resources or [None]
    places = [index.places_of(comparison.actions(resource)) for resource in resources]
    together = indices(array("q", [place for some in places for place in some]))
    columns: dict[str, Any] = {"action": _actions().take(together), "access_level": _levels().take(together)}
    if comparison.resources:
        which = [number for number, some in enumerate(places) for _ in some]
        columns["on"] = text_column(comparison.resources).take(indices(array("q", which)))
    for name, answers in comparison:
        codes = b"".join(_codes(outcomes, some) for outcomes, some in zip(answers, places, strict=True))
        numbers: Any = memoryview(codes).cast("b")
        columns[name] = pd.Categorical.from_codes(numbers, categories=pd.Index(OUTCOMES), ordered=True)
    return with_attributes(Frame(columns, copy=False), comparison.unknown)


def _codes(outcomes: dict[str, int], places: list[int]) -> bytes:
    """One byte an action: the number of its outcome.

    A set becomes a number with a digit a byte, so that all actions are counted at once.
    """
    size = len(index.action_names())
    digits = sum(_spread(outcomes[outcome], size) * code for code, outcome in enumerate(OUTCOMES) if code)
    every = digits.to_bytes(size, "big")
    return every if len(places) == size else bytes([every[place] for place in places])


def _spread(bits: int, size: int) -> int:
    """A number with a byte for every bit, the lowest bit first."""
    text = bin(bits | 1 << size)[:2:-1].encode()
    return int.from_bytes(text, "big") - _zeros(size)


@lru_cache(maxsize=1)
def _zeros(size: int) -> int:
    return int.from_bytes(b"0" * size, "big")


@lru_cache(maxsize=1)
def _actions() -> Any:
    return text_column(index.action_names())


@lru_cache(maxsize=1)
def _levels() -> Any:
    return text_column([index.level(place) for place in range(len(index.action_names()))])
