"""What would allow this? The smallest changes that do, each of them tried before it is shown.

`suggest` collects single changes (one Deny fewer, another value for a condition key, one Allow more in a layer that
does not allow), tries them alone, then in pairs, then in threes, and keeps those that no smaller one makes needless.
Where it takes more, the changes to the policies are tried all together. `changes` and `asking` find them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import overload

from iamlab.display import bullet_list, escape, verbatim
from iamlab.errors import InvalidInput
from iamlab.evaluation.asking import other_values
from iamlab.evaluation.changes import Case, Change, additions, removals
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.evaluator import evaluate

MOST_CHANGES = 3
"""How many changes are tried together; where it takes more, all are."""

MOST_SHOWN = 4
"""How many values of a key are named; more are counted."""


@dataclass(slots=True)
class Suggestion:
    """Changes that together allow the request.

    Attributes:
        changes: each in words.
        decision: what is decided once they are made.
    """

    changes: tuple[str, ...]
    decision: Decision

    def __repr__(self) -> str:
        return "; and ".join(self.changes)


class Suggestions(Sequence[Suggestion]):
    """What would allow a denied request, fewest changes first."""

    __slots__ = ("_items", "_needed")

    def __init__(self, items: Iterable[Suggestion] = (), *, needed: bool = True) -> None:
        self._items = tuple(items)
        self._needed = needed

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Suggestion: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Suggestion, ...]: ...
    def __getitem__(self, index: int | slice) -> Suggestion | tuple[Suggestion, ...]:
        return self._items[index]

    def __repr__(self) -> str:
        if self._items:
            return bullet_list(self)
        return "No small change would allow this." if self._needed else "It is allowed already."

    def _repr_html_(self) -> str:
        if not self._items:
            return f"<div>{escape(repr(self))}</div>"
        return verbatim("<ul>" + "".join(f"<li>{escape(suggestion)}</li>" for suggestion in self) + "</ul>")


def suggest(decision: Decision) -> Suggestions:
    """The smallest changes that would allow what was denied.

    Args:
        decision: a denial; for an allowed request there is nothing to suggest.

    Raises:
        InvalidInput: it is not a decision.

    >>> from iamlab import PolicySet, Request
    >>> alice = "arn:aws:iam::111122223333:user/alice"
    >>> suggest(evaluate(Request(alice, "s3:GetObject", "arn:aws:s3:::reports/q3.csv"), PolicySet()))
    • add to an identity-based policy: Allow s3:GetObject on arn:aws:s3:::reports/q3.csv
    """
    if not isinstance(decision, Decision):
        raise InvalidInput(f"{type(decision).__name__} is not a Decision: expected what evaluate or lab.decide gives")
    if decision.allowed:
        return Suggestions(needed=False)
    start = (decision.request, decision.policies)
    # Whoever can ask otherwise need not weaken a policy, so that comes first.
    changes = [*other_values(start[0], start[1].rules(start[0].action)), *removals(decision), *additions(*start)]
    found: list[tuple[frozenset[int], Suggestion]] = []
    for size in range(1, MOST_CHANGES + 1):
        for chosen in combinations(range(len(changes)), size):
            if any(smaller.issubset(chosen) for smaller, _ in found):
                continue
            suggestion = _tried(tuple(changes[index] for index in chosen), start)
            if suggestion is not None:
                found.append((frozenset(chosen), suggestion))
    if not found:
        return Suggestions(_as_many_as_it_takes([*removals(decision), *additions(*start)], start))
    return Suggestions(suggestion for _, suggestion in found)


def _as_many_as_it_takes(changes: list[Change], start: Case) -> Iterator[Suggestion]:
    """All changes to the policies together, without those that it does not take; nothing where they do not help."""
    for change in list(changes):
        fewer = [other for other in changes if other is not change]
        if evaluate(*_applied(tuple(fewer), start)).allowed:
            changes = fewer
    if suggestion := _tried(tuple(changes), start):
        yield suggestion


Changes = tuple[Change, ...]


def _tried(changes: Changes, start: Case) -> Suggestion | None:
    """What the changes come to, when they allow it: as they are, or with another value in the place of one."""
    tried = [(variant, evaluate(*_applied(variant, start))) for variant in _variants(changes)]
    helping = [(variant, decision) for variant, decision in tried if decision.allowed]
    if not helping:
        return None
    first, decision = helping[0]
    variants = [variant for variant, _ in helping]
    return Suggestion(tuple(_text(first, at, variants) for at in range(len(first))), decision)


def _variants(changes: Changes) -> Iterator[Changes]:
    """The changes as they are, and each with another value."""
    yield changes
    for at, change in enumerate(changes):
        for other in change.others:
            yield (*changes[:at], other, *changes[at + 1 :])


def _applied(changes: Changes, case: Case) -> Case:
    for change in changes:
        case = change.apply(case)
    return case


def _text(first: Changes, at: int, variants: Iterable[Changes]) -> str:
    """One of the changes, with the values that do as well in its place, all else being the same.

    A strange value stands for itself: it is only for where there is no better one.
    """
    change = first[at]
    if not change.value:
        return change.text
    alike = [variant[at] for variant in variants if (*variant[:at], change, *variant[at + 1 :]) == first]
    texts = [change.text, *(other.value for other in alike if other is not change and other.value)]
    if len(texts) > MOST_SHOWN:
        named = MOST_SHOWN - 1
        texts[named:] = [f"{len(texts) - named} more values"]
    return " or ".join(texts)
