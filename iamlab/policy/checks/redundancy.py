"""Checks of what could be left out because something else covers it.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html]
"""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.view import DocumentView, Element, Item, PrincipalItem, StatementView
from iamlab.policy.patterns import beginning_of, contains, has_wildcard
from iamlab.policy.repairs import remove


def _covered(items: list[Item], texts: list[str]) -> Iterator[tuple[Item, str]]:
    """The items that another one of the list covers or repeats, and which.

    Args:
        items: the items of one element.
        texts: what to compare: the items' texts, in lower case where case does not matter.
    """
    seen: dict[str, Item] = {}
    for item, text in zip(items, texts, strict=True):
        if text in seen:
            yield item, item.text
        else:
            seen[text] = item
    gone = set[str]()
    for outer in filter(has_wildcard, seen):
        start = beginning_of(outer)
        for inner in seen:
            # Most texts begin otherwise, which is seen at once.
            if inner.startswith(start) and inner != outer and not {inner, outer} & gone and contains(outer, inner):
                gone.add(inner)
                yield seen[inner], seen[outer].text


def _redundant(items: list[Item], texts: list[str]) -> Iterator[Found]:
    for item, cover in _covered(items, texts):
        same = cover == item.text
        message = f"{item.text} is already in this list." if same else f"{cover} already covers {item.text}."
        yield Found(item.path, message, remove(f"Remove {item.text}", item.path))


@check("REDUNDANT_ACTION", on="statement")
def redundant_action(statement: StatementView) -> Iterator[Found]:
    """One action of a list covers another."""
    yield from _redundant(statement.actions, [item.text.lower() for item in statement.actions])


@check("REDUNDANT_RESOURCE", on="statement")
def redundant_resource(statement: StatementView) -> Iterator[Found]:
    """One resource of a list covers another."""
    yield from _redundant(statement.resources, [item.text for item in statement.resources])


def _texts(element: Element) -> list[str]:
    """The texts of an element as they are compared: actions without case."""
    lower = element.name.endswith("Action")
    return [item.text.lower() if lower else item.text for item in element.items]


def _element_covers(outer: Element | None, inner: Element | None) -> bool:
    """Does one element take in all that the other names? Of NotAction and NotResource only the same is taken in."""
    if outer is None or inner is None:
        return outer is inner
    if outer.negated or inner.negated:
        return outer.name == inner.name and _texts(outer) == _texts(inner)
    patterns, texts = _texts(outer), _texts(inner)
    return bool(texts) and all(any(contains(pattern, text) for pattern in patterns) for text in texts)


def _covers(outer: StatementView, inner: StatementView) -> bool:
    """Does one statement decide all that the other decides?"""
    for name in ("Effect", "Principal", "NotPrincipal"):
        if outer.value.get(name) != inner.value.get(name):
            return False
    tests = outer.value.get("Condition")
    if tests and tests != inner.value.get("Condition"):
        return False
    return _element_covers(outer.resource, inner.resource) and _element_covers(outer.action, inner.action)


@check("REDUNDANT_STATEMENT", on="document")
def redundant_statement(view: DocumentView) -> Iterator[Found]:
    """One statement covers another."""
    gone = set[int]()
    for outer in view.statements:
        for inner in view.statements:
            if outer is inner or {outer.index, inner.index} & gone or not _covers(outer, inner):
                continue
            gone.add(inner.index)
            message = f"Statement {outer.value.get('Sid') or outer.index + 1} already covers this one."
            yield Found(inner.path, message, remove("Remove the statement", inner.path))


@check("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", on="principal", types=("trust",))
def redundant_session(item: PrincipalItem) -> Iterator[Found]:
    """A role stands for all of its sessions."""
    head, found, rest = item.text.partition(":assumed-role/")
    if not found:
        return
    role = f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}"
    if any(other.text == role for other in item.statement.principals):
        message = f"{role} already covers this session."
        yield Found(item.path, message, remove(f"Remove {item.text}", item.path))
