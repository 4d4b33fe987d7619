"""The table of effective permissions as plain data: filtered as sets of actions, and made into texts a page at a time.

- `Filters`: service, access level, outcome, text, differences
- `OnePrincipal`: a row an action and grant, with resources, condition and policy
- `SideBySide`: a row an action, and a column of outcomes for each principal, or for before and after
- `table_of`: which of the two it takes
- `summary`: how much of each access level, for the plain answer

How outcomes and reasons read is in `permission_words`. No widget in here. Nothing is kept: what documents do is
remembered by `iamlab.analysis`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from iamlab.account import Account
from iamlab.account.context import Given
from iamlab.analysis.effective import Comparison, permissions
from iamlab.arn import Arn
from iamlab.catalog import index
from iamlab.display import Table
from iamlab.errors import NoSuchEntity
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL, IMPLICIT_DENY
from iamlab.widgets.permission_words import TONES, WORDS, label_cells

Outcomes = Mapping[str, int]
"""For each outcome the set of actions that have it."""


@dataclass(slots=True)
class Filters:
    """Which rows are wanted; what is empty wants all.

    Attributes:
        service: a prefix.
        level: an access level.
        outcomes: some of `allowed`, `conditional`, `explicitDeny`, `implicitDeny`.
        text: a part of the action's name, or of anything else in the row, in any case.
        differences: only where columns differ.

    Raises:
        NoSuchEntity: there is no such service.
    """

    service: str = ""
    level: str = ""
    outcomes: Sequence[str] = ()
    text: str = ""
    differences: bool = False

    def __post_init__(self) -> None:
        if self.service and not index.span(self.service):
            raise NoSuchEntity(f"There is no service with the prefix {self.service!r}")

    def actions(self) -> int:
        """The actions of the service and the level."""
        bits = index.service_bits(self.service) if self.service else index.all_bits()
        return bits & index.level_bits(self.level) if self.level else bits


@lru_cache(maxsize=64)
def named(text: str) -> frozenset[int]:
    """The places of the actions whose names hold a text, in any case."""
    wanted = text.lower()
    return frozenset(place for place, name in enumerate(index.action_names()) if wanted in name.lower())


class PermissionTable(Protocol):
    """What the panel shows: headings, the rows that a filter leaves, and their texts."""

    @property
    def columns(self) -> Sequence[str]:
        """The headings."""

    def rows(self, filters: Filters) -> Sequence[int]:
        """The numbers of the rows that are wanted."""

    def action(self, row: int) -> str:
        """The action of a row."""

    def cells(self, row: int) -> list[str]:
        """The texts of a row."""

    def tone(self, row: int) -> str:
        """The colour at a row's edge."""

    def on(self, row: int, /) -> str:
        """The resources of a row; empty where they are left open."""

    def summary(self, actions: int) -> Table:
        """How much of each access level, of some actions."""


class OnePrincipal:
    """One principal's permissions, with every reason.

    Args:
        lab: the account.
        principal: who.
        context: what is known of the requests.
        resource: an ARN; empty for whatever resource.
    """

    def __init__(self, lab: Account, principal: str, context: Given, resource: str = "") -> None:
        self.name = principal
        self._rows = list(permissions(lab, principal, context=context, resources=resource or None))
        self._lower = [row.action.lower() for row in self._rows]
        self._all_names = "\n".join(self._lower)  # most words that are typed are in no name: one look tells
        # Thousands of rows share a few labels, which are looked at once a filter, by identity.
        self._label_of = [id(row.label) for row in self._rows]
        self._labels = {id(row.label): row.label for row in self._rows}
        self._words = {key: " ".join(label_cells(label)).lower() for key, label in self._labels.items()}
        self._outcomes = outcomes_of(lab, principal, context, resource)

    @property
    def columns(self) -> Sequence[str]:
        """The headings."""
        return ("Action", "Access level", "Outcome", "On, and if", "Because of")

    def rows(self, filters: Filters) -> Sequence[int]:
        """The rows whose action, outcome and words are wanted."""
        text, labels = filters.text.strip().lower(), self._label_of
        wanted = {key for key, label in self._labels.items() if label.outcome in (filters.outcomes or WORDS)}
        speaks = {key for key in wanted if text in self._words[key]}
        if speaks:
            names = self._lower
            found = [row for row, key in enumerate(labels) if key in speaks or (key in wanted and text in names[row])]
        elif text in self._all_names:
            found = [row for row, name in enumerate(self._lower) if text in name and labels[row] in wanted]
        else:
            found = []
        if filters.service:
            found = [row for row in found if self._lower[row].startswith(f"{filters.service}:")]
        return [row for row in found if self._rows[row].access_level == filters.level] if filters.level else found

    def action(self, row: int) -> str:
        """The action of a row."""
        return self._rows[row].action

    def cells(self, row: int) -> list[str]:
        """Action, level, outcome, resources and condition, policy."""
        found = self._rows[row]
        return [found.action, found.access_level, *label_cells(found.label)]

    def tone(self, row: int) -> str:
        """By its outcome."""
        return TONES[self._rows[row].label.outcome]

    def on(self, row: int) -> str:
        """The resources of its label."""
        return self._rows[row].label.on

    def summary(self, actions: int) -> Table:
        """One line."""
        return summary([(self.name, self._outcomes)], actions)


class SideBySide:
    """Several columns of outcomes, for the same actions.

    Args:
        named_outcomes: each column's heading and its outcomes.
    """

    def __init__(self, named_outcomes: Sequence[tuple[str, Outcomes]]) -> None:
        self._all = list(named_outcomes)

    @property
    def columns(self) -> Sequence[str]:
        """The headings."""
        return ("Action", "Access level", *(name for name, _ in self._all))

    def rows(self, filters: Filters) -> Sequence[int]:
        """The actions that are wanted, by place."""
        bits = filters.actions() & _union(self._all, tuple(WORDS))
        if filters.outcomes:
            bits &= _union(self._all, filters.outcomes)
        if filters.differences:
            bits &= _differing(self._all)
        text = filters.text.strip().lower()
        names = named(text)
        return [place for place in index.places_of(bits) if place in names]

    def action(self, row: int) -> str:
        """A row's number is its action's place."""
        return index.action_names()[row]

    def cells(self, row: int) -> list[str]:
        """Action, level, and each column's outcome."""
        return [index.action_names()[row], index.level(row), *(WORDS[outcome_of(found, row)] for _, found in self._all)]

    def tone(self, row: int) -> str:
        """Marked where the columns differ."""
        return "warning" if len({outcome_of(found, row) for _, found in self._all}) > 1 else ""

    def on(self, _: int, /) -> str:
        """Left open."""
        return ""

    def summary(self, actions: int) -> Table:
        """A line a column."""
        return summary(self._all, actions)


def table_of(
    lab: Account, called: Mapping[str, str], context: Given, resource: str = "", before: Outcomes | None = None
) -> PermissionTable:
    """The table that shows some principals, or one before and now.

    Args:
        lab: the account.
        called: each principal, and what stands above its column.
        context: what is known of the requests.
        resource: an ARN; empty for whatever resource.
        before: what the first one could do.

    Raises:
        NoSuchEntity: there is no such principal.
        InvalidInput: the resource is no ARN.
    """
    if resource not in ("", "*"):
        Arn.parse(resource)
    if before is None and len(called) == 1:
        return OnePrincipal(lab, next(iter(called)), context, resource)
    columns = [(words, outcomes_of(lab, who, context, resource)) for who, words in called.items()]
    if before is None:
        return SideBySide(columns)
    words, now = columns[0]
    return SideBySide([(f"{words} before", before), ("now", now)])


def outcomes_of(lab: Account, principal: str, context: Given, resource: str = "") -> Outcomes:
    """A principal's outcomes, as sets of actions."""
    ((_, answers),) = list(Comparison(lab, [principal], context, resources=resource or None))
    return answers[0]


def outcome_of(outcomes: Outcomes, place: int) -> str:
    """The outcome of one action; what was not asked about is not allowed."""
    return next((outcome for outcome, bits in outcomes.items() if bits >> place & 1), IMPLICIT_DENY)


def _union(columns: Sequence[tuple[str, Outcomes]], outcomes: Sequence[str]) -> int:
    bits = 0
    for _, found in columns:
        for outcome in outcomes:
            bits |= found.get(outcome, 0)
    return bits


def _differing(columns: Sequence[tuple[str, Outcomes]]) -> int:
    """The actions that do not have the same outcome in every column."""
    bits = 0
    for outcome in WORDS:
        some, every = 0, -1
        for _, found in columns:
            some |= found.get(outcome, 0)
            every &= found.get(outcome, 0)
        bits |= some & ~every
    return bits


def summary(columns: Sequence[tuple[str, Outcomes]], actions: int) -> Table:
    """How much of each access level: all, some or none. It stays the same when AWS adds an action here and there.

    Args:
        columns: names and outcomes.
        actions: the set of actions that counts.
    """
    levels = list(index.LEVELS.values())
    rows = [[name, *(_amount(found, index.level_bits(level) & actions) for level in levels)] for name, found in columns]
    return Table(["Access level", *levels], rows)


def _amount(outcomes: Outcomes, actions: int) -> str:
    actions &= _union([("", outcomes)], tuple(WORDS))
    always, sometimes = (outcomes.get(outcome, 0) & actions for outcome in (ALLOWED, CONDITIONAL))
    if not actions:
        return "–"
    if always == actions:
        return "all"
    if always | sometimes == actions:
        return "all, some with conditions"
    return "some" if always | sometimes else "none"
