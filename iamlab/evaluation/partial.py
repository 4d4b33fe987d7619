"""Deciding when not every condition key is known.

A key that the request does not give is unknown here, unless it is known to be absent. Each statement then applies for
sure, surely not, or perhaps (`unknowns`); the chart is followed with the perhaps counted against the caller and with
them counted in favour. Both agree: that is the answer. They differ: the decision is `conditional`, and `condition` says
on what it depends, found by trying every combination of the open conditions that some values of the keys come to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product

from iamlab.evaluation.candidates import values_for, with_value
from iamlab.evaluation.chart import follow_chart
from iamlab.evaluation.decision import Decision
from iamlab.evaluation.policies import ActionRules, PolicySet, Rule, Rules
from iamlab.evaluation.request import Request
from iamlab.evaluation.unknowns import Atom, Open, atom_of, in_brackets, look_at, opposite_of
from iamlab.evaluation.verdict import CONDITIONAL
from iamlab.policy.matching import StatementMatcher
from iamlab.policy.operators import ConditionTest
from iamlab.policy.patterns import has_wildcard

MOST_ATOMS = 8
"""With more open conditions than these they are listed, not combined (every combination is tried)."""


def evaluate_partial(request: Request, policies: PolicySet) -> Decision:
    """Decide with unknown keys.

    Args:
        request: its context holds what is known; every other key is unknown, but for those it names as absent.
        policies: everything that speaks on it.

    Returns:
        a decision that holds whatever the unknown keys are, or a `conditional` one.
    """
    rules = policies.rules(request.action)
    keys = request.keys
    known = {id(r.statement): look_at(r.statement, request.resource, keys, request.known) for r in rules}
    against = _settle(rules, known, lambda rule, _: rule.statement.effect == "Deny")
    in_favour = _settle(rules, known, lambda rule, _: rule.statement.effect == "Allow")
    decision = follow_chart(request, policies, against)
    if not decision.allowed:
        decision = _unless_allowed(decision, follow_chart(request, policies, in_favour), rules, known)
    decision.settled = against, in_favour
    return decision


def _unless_allowed(against: Decision, in_favour: Decision, rules: ActionRules, known: dict[int, Open]) -> Decision:
    """A denial with every doubt against the caller, beside the decision with every doubt in favour."""
    if not in_favour.allowed:
        return in_favour
    decision = Decision(against.request, against.policies, CONDITIONAL, against.layer, in_favour.rule)
    condition = _condition(against.request, against.policies, rules, known)
    if condition is None:
        return in_favour  # one of its conditions is always met
    decision.condition = condition
    # Without a condition there is none under which it is allowed: what allows it is what denies it.
    return decision if condition else against


Guess = Callable[[Rule, Open], bool]
"""Does a statement with open conditions apply?"""


def _settle(rules: ActionRules, known: dict[int, Open], guess: Guess) -> ActionRules:
    """The same rules with every open one settled by a guess."""

    def settle(layer: Rules) -> Rules:
        return Rules(tuple(filter(None, map(one, layer.allow))), tuple(filter(None, map(one, layer.deny))))

    def one(rule: Rule) -> Rule | None:
        look = known[id(rule.statement)]
        if look.applies and (not look.atoms or guess(rule, look)):
            return replace(rule, matcher=StatementMatcher.settled(rule.statement))
        return None

    return replace(
        rules,
        identity=settle(rules.identity),
        resource=settle(rules.resource),
        boundary=settle(rules.boundary),
        session=settle(rules.session),
        endpoint=settle(rules.endpoint),
        resource_control=settle(rules.resource_control),
        levels=tuple(None if level is None else settle(level) for level in rules.levels),
    )


def _condition(request: Request, policies: PolicySet, rules: ActionRules, known: dict[int, Open]) -> str | None:
    """The open conditions under which the request is allowed, in words; `None` for under any, empty for under none."""
    atoms = list(dict.fromkeys(atom for rule in rules for atom in known[id(rule.statement)].atoms))
    if len(atoms) > MOST_ATOMS:
        return f"these {len(atoms)} conditions let it: " + "; ".join(atoms)
    allowed: set[tuple[bool, ...]] = set()
    other: set[tuple[bool, ...]] = set()
    possible = _possible(atoms, {atom_of(test): test for rule in rules for test in rule.matcher.tests})
    for values in possible:
        true = {atom for atom, value in zip(atoms, values, strict=True) if value}
        settled = _settle(rules, known, lambda _, look, true=true: true.issuperset(look.atoms))  # type: ignore[misc]
        (allowed if follow_chart(request, policies, settled).allowed else other).add(values)
    if not other:
        return None
    terms = [_parts(atoms, term) for term in _shortest(allowed, other)]
    if len(terms) == 1 and len(terms[0]) == 1:
        return terms[0][0]
    return " or ".join(" and ".join(map(in_brackets, parts)) for parts in terms)


def _possible(atoms: list[Atom], tests: Mapping[Atom, ConditionTest]) -> list[tuple[bool, ...]]:
    """What the conditions may come to together: two that want other values of one key are never both met."""
    by_key: dict[str, list[int]] = {}
    for place, atom in enumerate(atoms):
        by_key.setdefault(tests[atom].lower_key if atom in tests else atom, []).append(place)
    linked = []
    for places in by_key.values():
        alike = [tests[atoms[place]] for place in places if atoms[place] in tests]
        if alike and _is_plain(alike):
            values = [with_value({}, alike[0].lower_key, value) for value in values_for(alike, {})]
            linked.append((places, {tuple(test.holds(context) for test in alike) for context in values}))
    return [
        values
        for values in product((False, True), repeat=len(atoms))
        if all(tuple(values[place] for place in places) in met for places, met in linked)
    ]


def _is_plain(tests: Sequence[ConditionTest]) -> bool:
    """Is every way that conditions on one key may come out met by one of the values that are worth trying?"""
    return not any(
        test.templates or (test.name and test.name.over) or any(map(has_wildcard, test.values)) for test in tests
    )


Term = tuple[bool | None, ...]
"""For each atom: must hold, must not hold, or does not matter."""


def _shortest(wanted: set[tuple[bool, ...]], unwanted: set[tuple[bool, ...]]) -> list[Term]:
    """Few short terms that together tell the wanted combinations from the others: merge neighbours, cover greedily.

    What is neither wanted nor unwanted never comes to pass, so a term may take it in.
    """
    if not wanted:
        return []
    size = len(next(iter(wanted)))
    terms: set[Term] = {values for values in product((False, True), repeat=size) if values not in unwanted}
    primes: set[Term] = set()
    while terms:
        merged: set[Term] = set()
        used: set[Term] = set()
        for term in terms:
            for i, value in enumerate(term):
                neighbour = (*term[:i], not value, *term[i + 1 :])
                if value is not None and neighbour in terms:
                    merged.add((*term[:i], None, *term[i + 1 :]))
                    used.add(term)
        primes |= terms - used
        terms = merged
    left, chosen = set(wanted), []
    order = sorted(primes, key=_shortest_first)
    while left:
        best = max(order, key=lambda term: len(_covered(term, left)))
        chosen.append(best)
        left -= _covered(best, left)
    return chosen


_ORDER = (True, False, None)


def _shortest_first(term: Term) -> tuple[int, list[int]]:
    """Few atoms first; then in the order of the atoms, so that the words come out the same on every run."""
    return -term.count(None), [_ORDER.index(value) for value in term]


def _covered(term: Term, combinations: set[tuple[bool, ...]]) -> set[tuple[bool, ...]]:
    return {c for c in combinations if all(v is None or v == w for v, w in zip(term, c, strict=True))}


def _parts(atoms: list[Atom], term: Term) -> list[Atom]:
    return [atom if value else opposite_of(atom) for atom, value in zip(atoms, term, strict=True) if value is not None]
