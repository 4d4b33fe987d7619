"""Single changes to a request that might allow it: another value for a condition key.

A value is one that meets a condition of an Allow, or one that no longer meets one of a Deny, or one that a policy
variable must have for a resource or a condition to match. `changes` has those to the policies; `suggest` tries them.
"""

from __future__ import annotations

from collections.abc import Iterator

from iamlab.evaluation.candidates import OTHER, Candidate, in_words, made_from, value_needed, values_for, with_value
from iamlab.evaluation.changes import Case, Change
from iamlab.evaluation.policies import ActionRules, Rule
from iamlab.evaluation.request import Request
from iamlab.policy.operators import Context
from iamlab.policy.variables import Template, spelling_of

MOST_VALUES = 10
"""How many values of a key are tried at the most."""

_FIXED_KEYS = {
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principaltype",
    "aws:userid",
    "aws:username",
}
"""Keys that say who the caller is: another value would be another caller."""


def other_values(request: Request, rules: ActionRules) -> Iterator[Change]:
    """For each key that it might be asked with otherwise one change, with the other values that may do as well.

    Args:
        request: what was denied.
        rules: the statements about its action.
    """
    by_key: dict[str, dict[Candidate, Change]] = {}
    for rule in rules:
        for key, value, of in (*_for_conditions(rule, request.keys), *_for_variables(rule, request)):
            if key.lower() not in _FIXED_KEYS:
                by_key.setdefault(key.lower(), {}).setdefault(value, _asking(key, value, of))
    for values in by_key.values():
        first, *others = [values[value] for value in sorted(values, key=_strangeness)[:MOST_VALUES]]
        first.others = tuple(others)
        yield first


Offer = tuple[str, Candidate, str]
"""A key, a value for it, and what that is an example of, in words."""


def _for_conditions(rule: Rule, keys: Context) -> Iterator[Offer]:
    """Values that turn a condition of a Deny off, or one of an Allow on: an example of each kind."""
    denies = rule.statement.effect == "Deny"
    for test in rule.matcher.tests:
        if test.holds(keys) is not denies:
            continue
        kinds: dict[str | Candidate, Offer] = {}
        for value in sorted(values_for([test], keys), key=_strangeness):
            if len(kinds) < MOST_VALUES and test.holds(with_value(keys, test.lower_key, value)) is not denies:
                of = made_from(test, value, keys)
                kinds.setdefault(of or value, (test.key, value, of))
        helping = list(kinds.values())
        if test.kind is not None and test.kind.type in ("Numeric", "Date"):
            del helping[1:]  # at a limit, or just beyond: one will do
        yield from helping


def _for_variables(rule: Rule, request: Request) -> Iterator[Offer]:
    """Values that policy variables must have for the resource or a condition to match."""
    keys, statement = request.keys, rule.statement
    if not statement.variables:
        return
    for pattern, text in _compared(rule, request):
        for variable in Template(pattern).variables:
            value = value_needed(pattern, variable.key, text, keys)
            if value:
                yield spelling_of(variable.key, pattern), value, ""


def _compared(rule: Rule, request: Request) -> Iterator[tuple[str, str]]:
    """What the statement compares: each text of its resources and conditions with what the request has."""
    statement = rule.statement
    for pattern in statement.resources or statement.not_resources or ():
        yield pattern, request.resource
    for test in rule.matcher.tests:
        given = request.keys.get(test.lower_key, ())
        for text in (given,) if isinstance(given, str) else given:
            yield from ((wanted, text) for wanted in test.values)


def _strangeness(value: Candidate) -> int:
    """People would rather ask with a value of the policy than without any, and that rather than with any other."""
    return 1 if not value else 2 if OTHER in value else 0


def _asking(key: str, value: Candidate, of: str) -> Change:
    def apply(case: Case) -> Case:
        request, policies = case
        return request.knowing(with_value(request.keys, key.lower(), value)), policies

    example = f" ({of})" if of else ""
    alone = f"{value}{example}" if isinstance(value, str) and not _strangeness(value) else ""
    return Change(f"{_how(key)} {in_words(key, value)}{example}", apply, alone)


def _how(key: str) -> str:
    """Who can see to a key's value: whoever asks, or whoever tags the caller or the resource."""
    name = key.lower().partition(":")[2]
    if name.startswith("principaltag/"):
        return "tag the caller, to ask"
    return "tag the resource, to ask" if name.startswith(("resourcetag/", "existingobjecttag/")) else "ask"
