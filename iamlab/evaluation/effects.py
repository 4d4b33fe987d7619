"""What policies do in a situation, for all actions at once: sets of actions, one bit an action.

A `Situation` is a request with its action left open; the resource may be left open too. A statement then applies to an
action every time (`every`), or perhaps, depending on the resource or on a key that is not known (`some`, which includes
`every`), or never. `Effects` works that out statement by statement and remembers it, because in an account the same
policies hang on many principals.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from iamlab.evaluation.policies import RESOURCE, AttachedPolicy, lacks_resource
from iamlab.evaluation.request import Request
from iamlab.evaluation.unknowns import look_at, look_at_conditions
from iamlab.policy import PolicyDocument, Statement
from iamlab.policy.actions import statement_actions
from iamlab.policy.operators import Context
from iamlab.policy.reach import names_every_resource, statement_reach
from iamlab.policy.variables import ContextValue, Template, has_variable


@dataclass(slots=True)
class Situation:
    """Who asks, with which credential, and about what; treat it as immutable.

    Attributes:
        request: the request; its action does not matter. Its context holds what is known, its `absent` the keys that
            are known not to be there; other keys are open.
        resource: the ARN asked about; `None` for whatever resource.
    """

    request: Request
    resource: str | None = None

    @property
    def keys(self) -> Context:
        """What is known of the context, keys in lower case."""
        return self.request.keys

    @property
    def known(self) -> Container[str]:
        """The keys of which it is known whether the request has them, and with what value."""
        return self.request.known


@dataclass(slots=True)
class StatementEffect:
    """What one statement does in a situation.

    Attributes:
        statement: the statement.
        every: the actions it applies to every time.
        some: the actions it may apply to.
        atoms: the conditions that are open, in words.
    """

    statement: Statement
    every: int
    some: int
    atoms: tuple[str, ...]


@dataclass(slots=True)
class Sums:
    """What several statements come to: four sets of actions.

    Attributes:
        allow_every, allow_some: what they allow every time, and what they may allow.
        deny_every, deny_some: what they deny every time, and what they may deny.
    """

    allow_every: int = 0
    allow_some: int = 0
    deny_every: int = 0
    deny_some: int = 0

    def add(self, other: Sums) -> None:
        """Put other statements with these."""
        self.allow_every |= other.allow_every
        self.allow_some |= other.allow_some
        self.deny_every |= other.deny_every
        self.deny_some |= other.deny_some


@dataclass(slots=True)
class PolicyEffect:
    """What one document does in a situation.

    Attributes:
        sums: all its statements together.
        statements: those that do anything.
    """

    sums: Sums
    statements: tuple[StatementEffect, ...]


Seen = tuple[ContextValue | bool | None, ...]
"""What a document sees of a situation: the keys it asks for. Where it sees the same it has the same effect."""


@dataclass(slots=True)
class _Asked:
    """The keys a document asks for, in lower case: those whose value matters, and those that only need to have one."""

    values: tuple[str, ...]
    presence: tuple[str, ...]


class Effects:
    """Works out what documents do, and remembers it. One of these serves many principals."""

    __slots__ = ("_asked", "_named", "_reached", "_remembered")

    def __init__(self) -> None:
        # What is remembered of an object keeps the object, because an id is only good while it lives.
        self._remembered: dict[tuple[int, bool, Seen], tuple[PolicyDocument, PolicyEffect]] = {}
        self._asked: dict[int, tuple[PolicyDocument, _Asked]] = {}
        self._named: dict[int, tuple[Statement, int]] = {}
        self._reached: dict[tuple[int, frozenset[str]], int] = {}

    def of(self, layer: str, policy: AttachedPolicy, situation: Situation) -> PolicyEffect:
        """What a policy does in a situation.

        Args:
            layer: the type of policy, such as `IDENTITY`.
            policy: the policy.
            situation: who asks about what.
        """
        document = policy.document
        if situation.resource is not None:
            return _together(self.of_statement(layer, statement, situation) for statement in document.statements)
        key = (id(document), layer == RESOURCE, self._sees(document, situation))
        found = self._remembered.get(key)
        if found is None:
            effect = _together(self.of_statement(layer, statement, situation) for statement in document.statements)
            found = self._remembered[key] = (document, effect)
        return found[1]

    def _sees(self, document: PolicyDocument, situation: Situation) -> Seen:
        found = self._asked.get(id(document))
        if found is None:
            found = self._asked[id(document)] = (document, _keys_of(document))
        asked, keys, known = found[1], situation.keys, situation.known
        return (
            *[_look(key, keys, known) for key in asked.values],
            *[_has_no_value(key, keys, known) for key in asked.presence],
        )

    def of_statement(self, layer: str, statement: Statement, situation: Situation) -> StatementEffect | None:
        """What one statement does in a situation; `None` for nothing. Nothing else holds what it returns."""
        if lacks_resource(layer, statement):
            return None
        keys, known, resource = situation.keys, situation.known, situation.resource
        exact = resource is not None or names_every_resource(statement)
        look = (
            look_at_conditions(statement, keys, known)
            if resource is None
            else look_at(statement, resource, keys, known)
        )
        if not look.applies:
            return None
        named = self._actions(statement)
        if exact:
            return StatementEffect(statement, 0 if look.atoms else named, named, look.atoms)
        absent = frozenset(key for key in _resource_variables(statement) if _has_no_value(key, keys, known))
        return StatementEffect(statement, 0, self._reach(statement, named, absent), look.atoms)

    def _actions(self, statement: Statement) -> int:
        found = self._named.get(id(statement))
        if found is None:
            found = self._named[id(statement)] = (statement, statement_actions(statement))
        return found[1]

    def _reach(self, statement: Statement, named: int, absent: frozenset[str]) -> int:
        found = self._reached.get((id(statement), absent))
        if found is None:
            found = self._reached[(id(statement), absent)] = statement_reach(statement, named, absent)
        return found


def _together(effects: Iterable[StatementEffect | None]) -> PolicyEffect:
    statements = tuple([effect for effect in effects if effect is not None and effect.some])
    sums = Sums()
    for effect in statements:
        allows = effect.statement.effect == "Allow"
        sums.add(Sums(effect.every, effect.some) if allows else Sums(0, 0, effect.every, effect.some))
    return PolicyEffect(sums, statements)


def _look(key: str, keys: Context, known: Container[str]) -> ContextValue | bool | None:
    """A key's value; `None` when it is known to be absent, `False` when nothing is known."""
    return keys.get(key) if key in known else False


def _has_no_value(key: str, keys: Context, known: Container[str]) -> bool:
    """Is it known that a policy variable of this key has no value?"""
    return not isinstance(keys.get(key), str) and key in known


def _keys_of(document: PolicyDocument) -> _Asked:
    values: set[str] = set()
    presence: set[str] = set()
    for statement in document.statements:
        for _, key, texts in statement.conditions:
            values.add(key.lower())
            if statement.variables:
                values.update(_variables(texts))
        presence.update(_resource_variables(statement))
    return _Asked(tuple(sorted(values)), tuple(sorted(presence)))


def _resource_variables(statement: Statement) -> set[str]:
    return _variables(statement.resources or ()) if statement.variables else set()


def _variables(texts: Iterable[str]) -> set[str]:
    return {variable.key for text in texts if has_variable(text) for variable in Template(text).variables}
