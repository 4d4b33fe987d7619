"""A document as the checks see it: every text with its JSON path, and whatever is not well-formed left out.

A document that somebody is still typing is seldom legal. The view takes what is there: a statement whose Effect is
misspelt still has actions worth checking. What the grammar has to say is `structure`'s part.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

from iamlab.policy.grammar import Fault, faults
from iamlab.policy.operators import OperatorName, parse_operator
from iamlab.policy.places import join

PolicyType = Literal["identity", "resource", "trust", "scp", "rcp"]
"""What a document is used for: an identity's policy (also a boundary or session policy), a resource's, a role's trust
policy, a service control policy, a resource control policy."""

POLICY_TYPES: tuple[PolicyType, ...] = get_args(PolicyType)

_SCALAR = (str, int, float)
"""What a condition's value may be: text, a number, true or false."""


@dataclass(slots=True)
class Item:
    """One text of an element, and where it stands."""

    text: str
    path: str
    statement: StatementView = field(repr=False)


@dataclass(slots=True)
class Element:
    """An element with texts: Action or NotAction, Resource or NotResource.

    Attributes:
        name: its name as it stands there.
        path: its JSON path.
        items: its texts.
        empty: is it an empty list?
    """

    name: str
    path: str
    items: list[Item]
    empty: bool

    @property
    def negated(self) -> bool:
        """Does it list what is left out?"""
        return self.name.startswith("Not")


@dataclass(slots=True)
class PrincipalItem:
    """One name in Principal or NotPrincipal; its kind is `AWS`, `Service` and so on, or `*` for the bare star."""

    kind: str
    text: str
    path: str
    statement: StatementView = field(repr=False)


@dataclass(slots=True)
class Principals:
    """The element Principal or NotPrincipal.

    Attributes:
        name: its name as it stands there.
        path: its JSON path.
        items: the names in it.
        empty: the paths of empty lists and objects in it.
    """

    name: str
    path: str
    items: list[PrincipalItem]
    empty: list[str]


@dataclass(slots=True)
class ConditionItem:
    """One operator with one key and its values.

    Attributes:
        operator: as it stands there.
        key: as it stands there.
        path: JSON path of the values.
        block: JSON path of the operator's object.
        values: the values as texts; numbers and booleans as JSON writes them.
        raw: the JSON values.
        listed: did they stand in a list?
        name: the operator taken apart, `None` when AWS has no such operator.
    """

    operator: str
    key: str
    path: str
    block: str
    values: list[Item]
    raw: list[Any]
    listed: bool
    name: OperatorName | None
    statement: StatementView = field(repr=False)

    @property
    def lower_key(self) -> str:
        """The key without regard to case, as AWS compares keys."""
        return self.key.lower()


@dataclass(slots=True)
class StatementView:
    """One statement."""

    document: DocumentView
    index: int
    path: str
    value: dict[str, Any]
    action: Element | None = None
    resource: Element | None = None
    principal: Principals | None = None
    conditions: list[ConditionItem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.action = self._element("Action") or self._element("NotAction")
        self.resource = self._element("Resource") or self._element("NotResource")
        self.principal = self._principals("Principal") or self._principals("NotPrincipal")
        block = self.value.get("Condition")
        if isinstance(block, dict):
            self._read_conditions(block)

    @property
    def allows(self) -> bool:
        """Is its Effect Allow?"""
        return self.value.get("Effect") == "Allow"

    @property
    def denies(self) -> bool:
        """Is its Effect Deny?"""
        return self.value.get("Effect") == "Deny"

    @property
    def actions(self) -> list[Item]:
        """The texts of Action or NotAction."""
        return self.action.items if self.action else []

    @property
    def resources(self) -> list[Item]:
        """The texts of Resource or NotResource."""
        return self.resource.items if self.resource else []

    @property
    def principals(self) -> list[PrincipalItem]:
        """The names in Principal or NotPrincipal."""
        return self.principal.items if self.principal else []

    def has_key(self, *keys: str) -> bool:
        """Is one of these keys (in lower case) tested by a condition?"""
        return any(condition.lower_key in keys for condition in self.conditions)

    def _element(self, name: str) -> Element | None:
        if name not in self.value:
            return None
        path, value = join(self.path, name), self.value[name]
        if isinstance(value, str):
            return Element(name, path, [Item(value, path, self)], empty=False)
        if not isinstance(value, list):
            return Element(name, path, [], empty=False)
        return Element(name, path, self._items(value, path), empty=not value)

    def _principals(self, name: str) -> Principals | None:
        if name not in self.value:
            return None
        path, value = join(self.path, name), self.value[name]
        if value == "*":
            return Principals(name, path, [PrincipalItem("*", "*", path, self)], [])
        found = Principals(name, path, [], [])
        if value in ({}, []):
            found.empty.append(path)
        for kind, names in value.items() if isinstance(value, dict) else ():
            here = join(path, kind)
            if names == []:
                found.empty.append(here)
            items = self._items(names if isinstance(names, list) else [names], here, listed=isinstance(names, list))
            found.items += [PrincipalItem(kind, item.text, item.path, self) for item in items]
        return found

    def _read_conditions(self, block: dict[str, Any]) -> None:
        top = join(self.path, "Condition")
        for operator, keys in block.items():
            if not isinstance(keys, dict):
                continue
            here, name = join(top, operator), parse_operator(operator)
            for key, value in keys.items():
                path, listed = join(here, key), isinstance(value, list)
                raw = [one for one in (value if listed else [value]) if isinstance(one, _SCALAR)]
                values = self._items(value if listed else [value], path, listed=listed, kinds=_SCALAR)
                self.conditions.append(ConditionItem(operator, key, path, here, values, raw, listed, name, self))

    def _items(
        self, values: list[Any], path: str, *, listed: bool = True, kinds: tuple[type, ...] = (str,)
    ) -> list[Item]:
        """The texts in a list; numbers and booleans, where they may stand, as JSON writes them."""
        return [
            Item(one if isinstance(one, str) else json.dumps(one), f"{path}[{number}]" if listed else path, self)
            for number, one in enumerate(values)
            if isinstance(one, kinds)
        ]


class DocumentView:
    """A document: any JSON value at all, and what it is used for."""

    def __init__(self, value: Any, policy_type: PolicyType) -> None:
        self.value = value
        self.policy_type = policy_type

    @cached_property
    def statements(self) -> list[StatementView]:
        """Its statements, as far as they are objects."""
        found = self.value.get("Statement") if isinstance(self.value, dict) else None
        if isinstance(found, dict):
            return [StatementView(self, 0, "$.Statement", found)]
        return [
            StatementView(self, index, f"$.Statement[{index}]", statement)
            for index, statement in enumerate(found if isinstance(found, list) else [])
            if isinstance(statement, dict)
        ]

    @cached_property
    def faults(self) -> list[Fault]:
        """Where it breaks the grammar."""
        return faults(self.value)

    @property
    def variables(self) -> bool:
        """Does its Version know policy variables?"""
        return isinstance(self.value, dict) and self.value.get("Version") == "2012-10-17"

    @property
    def size(self) -> int:
        """Characters without white space outside of quotes, as AWS counts them for its quotas."""
        return len(json.dumps(self.value, ensure_ascii=False, separators=(",", ":")))
