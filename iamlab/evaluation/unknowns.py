"""What is known of a statement when not every condition key is: it applies for sure, surely not, or perhaps."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from iamlab.policy import Statement
from iamlab.policy.operators import ConditionTest, Context
from iamlab.policy.variables import FilledMatcher, Template, has_variable

Atom = str
"""An open condition, in words."""


@dataclass(slots=True)
class Open:
    """What is known of a statement: it surely does not apply, or applies once its open conditions are met."""

    applies: bool
    atoms: tuple[Atom, ...] = ()


def look_at(statement: Statement, resource: str, keys: Context, known: Container[str]) -> Open:
    """What is known of a statement's resource and conditions?

    Args:
        statement: of any policy.
        resource: the ARN asked about.
        keys: the context, keys in lower case.
        known: the keys of which it is known whether the request has them, and with what value.
    """
    names = look_at_resource(statement, resource, keys, known)
    if not names.applies:
        return names
    conditions = look_at_conditions(statement, keys, known)
    return Open(conditions.applies, tuple(dict.fromkeys((*names.atoms, *conditions.atoms))))


def look_at_conditions(statement: Statement, keys: Context, known: Container[str]) -> Open:
    """What is known of a statement's conditions? See `look_at`."""
    atoms = []
    for test in statement.matcher.tests:
        if is_open(test, statement, known):
            atoms.append(atom_of(test))
        elif not test.holds(keys):
            return Open(False)
    return Open(True, tuple(dict.fromkeys(atoms)))


def atom_of(test: ConditionTest) -> Atom:
    """An open condition in words."""
    return f"{test.operator} {test.key} = {' or '.join(test.values)}"


def is_open(test: ConditionTest, statement: Statement, known: Container[str]) -> bool:
    """Does a statement's condition depend on a key that is not known?"""
    if test.name is None:
        return False
    if test.lower_key not in known:
        return True
    return statement.variables and any(has_unknown(value, known) for value in test.values)


def has_unknown(text: str, known: Container[str]) -> bool:
    """Is there a policy variable in it whose value is not known?"""
    return has_variable(text) and any(variable.key not in known for variable in Template(text).variables)


def look_at_resource(statement: Statement, resource: str, keys: Context, known: Container[str]) -> Open:
    """What is known of a statement's resource? See `look_at`."""
    matcher = statement.matcher
    if matcher.resource is None:
        return Open(True)
    negated = statement.not_resources is not None
    unknown = []
    for pattern, test in matcher.patterns:
        if isinstance(test, FilledMatcher) and has_unknown(pattern, known):
            unknown.append(f"{resource} is {pattern}")
        elif test.matches(resource, keys) if isinstance(test, FilledMatcher) else test(resource):
            return Open(not negated)
    if not unknown:
        return Open(negated)
    name = "NotResource" if negated else "Resource"
    return Open(True, (f"{name}: {' or '.join(unknown)}",))
