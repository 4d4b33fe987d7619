"""The yardstick: the least that a matcher has to do, compiled, without layers, explanation or corners of the language.

Statements are compiled once. A request is held against every Deny and then every Allow, one after the other, until one
matches: the action by one `startswith` for all of a statement's beginnings or else by one regular expression, the
resource by one regular expression and then by the beginnings that hold `aws:username`, then each condition. It is given
the same `Request`, built inside the clock. What it leaves out: any index of statements, condition keys in another
case, all other operators, variables and elements, principals and accounts, and who decided. So it does less than an
evaluator has to, and whoever is near it wastes nothing.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import Any

from iamlab import Request

Context = Any


Rule = tuple[Callable[[str], Any], Callable[[str, Context], bool], list[Callable[[Context], bool]]]


def _any_of(patterns: list[str]) -> Callable[[str], Any]:
    return re.compile("|".join(map(fnmatch.translate, patterns))).match


def _actions(patterns: list[str]) -> Callable[[str], Any]:
    """Mostly beginnings, which the standard library tries all at once."""
    if all(p.endswith("*") and "*" not in p[:-1] for p in patterns):
        beginnings = tuple(p.lower()[:-1] for p in patterns)
        return lambda action: action.startswith(beginnings)
    return _any_of([p.lower() for p in patterns])


def _resource(patterns: list[str]) -> Callable[[str, Context], bool]:
    plain = _any_of([p for p in patterns if "${" not in p])
    templates = [p.split("${aws:username}") for p in patterns if "${" in p]
    if not templates:
        return lambda resource, _: bool(plain(resource))

    def matches(resource: str, context: Context) -> bool:
        if plain(resource):
            return True
        return any(resource.startswith(head + context["aws:username"] + "-") for head, _ in templates)

    return matches


def _conditions(block: dict[str, Any]) -> list[Callable[[Context], bool]]:
    tests: list[Callable[[Context], bool]] = []
    for operator, keys in block.items():
        for key, values in keys.items():
            wanted = [values] if isinstance(values, str) else values
            if operator == "StringEquals":
                tests.append(lambda context, k=key, w=frozenset(wanted): context.get(k) in w)  # type: ignore[misc]
            else:
                like = _any_of(wanted)
                tests.append(lambda context, k=key, m=like: bool(m(context.get(k, ""))))  # type: ignore[misc]
    return tests


class Yardstick:
    """Compiled statements, Denys first, gone through one by one."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self.denies: list[Rule] = []
        self.allows: list[Rule] = []
        for document in documents:
            for statement in document["Statement"]:
                actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
                resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
                rule = (_actions(actions), _resource(resources), _conditions(statement.get("Condition", {})))
                (self.denies if statement["Effect"] == "Deny" else self.allows).append(rule)

    def allowed(self, question: Request) -> bool:
        """Any Allow, and no Deny?"""
        action, resource, context = question.action.lower(), question.resource, question.context or {}
        for matches_action, matches_resource, tests in self.denies:
            if matches_action(action) and matches_resource(resource, context) and all([t(context) for t in tests]):
                return False
        for matches_action, matches_resource, tests in self.allows:
            if matches_action(action) and matches_resource(resource, context) and all([t(context) for t in tests]):
                return True
        return False
