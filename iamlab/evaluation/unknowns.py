"""What is known of a statement when not every condition key is: it applies for sure, surely not, or perhaps."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from iamlab.policy import Statement
from iamlab.policy.operators import OPERATORS, ConditionTest, Context, parse_operator
from iamlab.policy.variables import Filled, FilledMatcher, Template, has_variable

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


_POSITIVE = {name: name.replace("Not", "") for name, kind in OPERATORS.items() if kind.negated}
_NEGATIVE = {positive: name for name, positive in _POSITIVE.items()}
_BEYOND = {
    kind + name: kind + beyond
    for kind in ("Numeric", "Date")
    for name, beyond in (
        ("LessThan", "GreaterThanEquals"),
        ("LessThanEquals", "GreaterThan"),
        ("GreaterThan", "LessThanEquals"),
        ("GreaterThanEquals", "LessThan"),
    )
}
_BOOLEANS = {"true": "false", "false": "true"}


def opposite_of(atom: Atom) -> Atom:
    """What must be true so that an open condition is not met, in words: by an operator of AWS's, where there is one.

    An absent key meets the negated operators and those with `IfExists`. A value is taken to be of its key's type.

    >>> opposite_of("StringNotEquals aws:RequestedRegion = eu-west-1 or eu-west-2")
    'StringEquals aws:RequestedRegion = eu-west-1 or eu-west-2'
    >>> opposite_of("BoolIfExists aws:MultiFactorAuthPresent = false")
    'Bool aws:MultiFactorAuthPresent = true'
    >>> opposite_of("ForAnyValue:StringEquals aws:TagKeys = team")
    'not (ForAnyValue:StringEquals aws:TagKeys = team)'
    """
    operator, _, asked = atom.partition(" ")
    key, _, value = asked.rpartition(" = ")
    name = parse_operator(operator)
    if name is None or name.over:
        return f"not ({atom})"
    if name.base in _POSITIVE:
        return f"{_POSITIVE[name.base]} {asked}"
    if name.base in _NEGATIVE and not name.if_exists:
        return f"{_NEGATIVE[name.base]} {asked}"
    absent = "" if name.if_exists or name.base == "Null" else "IfExists"
    if name.base in ("Bool", "Null") and value.lower() in _BOOLEANS:
        return f"{name.base}{absent} {key} = {_BOOLEANS[value.lower()]}"
    if name.base in _BEYOND and " or " not in value:
        return f"{_BEYOND[name.base]}{absent} {asked}"
    return f"not ({atom})"


def in_brackets(atom: Atom) -> Atom:
    """An open condition as it stands among others: one with several values in brackets.

    >>> in_brackets("StringEquals aws:RequestedRegion = a or b"), in_brackets("Null aws:TagKeys = true")
    ('(StringEquals aws:RequestedRegion = a or b)', 'Null aws:TagKeys = true')
    """
    return f"({atom})" if " or " in atom and not atom.startswith("not (") else atom


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
            if _may_match(test, resource):
                unknown.append(f"{resource} is {pattern}")
        elif test.matches(resource, keys) if isinstance(test, FilledMatcher) else test(resource):
            return Open(not negated)
    if not unknown:
        return Open(negated)
    name = "NotResource" if negated else "Resource"
    return Open(True, (f"{name}: {' or '.join(dict.fromkeys(unknown))}",))


def _may_match(test: FilledMatcher, resource: str) -> bool:
    """Is there a value for its variables with which it may match?"""
    return test.compile(Filled(test.template.opened, None))(resource)
