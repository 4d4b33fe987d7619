"""The register of checks: which code each function looks for, on what, and in which types of policy.

A check is a generator function with `@check("CODE", on="action")`. It is called once for every document, statement,
action, resource, principal or condition, and yields a `Found` for each place that it has something to say about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from iamlab.policy.checks.codes import TYPE_OF
from iamlab.policy.checks.view import POLICY_TYPES, DocumentView, PolicyType
from iamlab.policy.repairs import Repair

Subject = Literal["document", "statement", "action", "resource", "principal", "condition"]
"""What a check looks at; the parts of a statement know their statement."""


@dataclass(slots=True)
class Found:
    """What a check found.

    Attributes:
        path: JSON path of the place.
        message: what is wrong and what to do, in our words.
        repair: a change that is believed to help; it is tried before it is offered.
        refusal: AWS's sentence, when its API does not store such a document; else empty.
        key: is the place the element's name, rather than its value?
    """

    path: str
    message: str
    repair: Repair | None = None
    refusal: str = ""
    key: bool = False


Find = Callable[[Any], Iterator[Found]]


@dataclass(slots=True)
class Check:
    """A registered check.

    Attributes:
        code: Access Analyzer's issue code.
        on: what it looks at.
        types: the policy types it is for.
        refuses: may it find something that AWS's API refuses?
        find: the function.
    """

    code: str
    on: Subject
    types: tuple[PolicyType, ...]
    refuses: bool
    find: Find


CHECKS: list[Check] = []
"""All checks, in the order in which their modules list them."""


def check(
    code: str, *, on: Subject, types: tuple[PolicyType, ...] = POLICY_TYPES, refuses: bool = False
) -> Callable[[Find], Find]:
    """Register a function as the check for a code.

    Raises:
        KeyError: Access Analyzer has no such code.
    """
    TYPE_OF[code]  # a misspelt code is noticed at import

    def register(find: Find) -> Find:
        CHECKS.append(Check(code, on, types, refuses, find))
        return find

    return register


def run(view: DocumentView, *, refusing: bool = False) -> Iterator[tuple[str, Found]]:
    """Run the checks for the document's policy type.

    Args:
        view: the document.
        refusing: only those that may find something that AWS's API refuses.

    Yields:
        issue code and what was found.
    """
    wanted = [one for one in CHECKS if view.policy_type in one.types and (one.refuses or not refusing)]
    by_subject: dict[str, list[Check]] = {}
    for one in wanted:
        by_subject.setdefault(one.on, []).append(one)
    yield from _each(by_subject, "document", [view])
    for statement in view.statements:
        yield from _each(by_subject, "statement", [statement])
        yield from _each(by_subject, "principal", statement.principals)
        yield from _each(by_subject, "action", statement.actions)
        yield from _each(by_subject, "resource", statement.resources)
        yield from _each(by_subject, "condition", statement.conditions)


def _each(checks: dict[str, list[Check]], subject: Subject, items: Sequence[Any]) -> Iterator[tuple[str, Found]]:
    for one in checks.get(subject, ()):
        for item in items:
            for found in one.find(item):
                yield one.code, found
