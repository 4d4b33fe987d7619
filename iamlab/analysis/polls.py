"""One question put to everybody: those who look alike to the policies answer together.

A `Poll` asks who of a population may do one thing. It looks at every statement once for all who hold it, and parts the
population until the same statements, under the same open conditions, speak on everybody of a part; then one of them is
decided for all. Which credential people use, and so what only temporary credentials bring, is left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from iamlab.account.authorize import policies_for
from iamlab.account.context import Given
from iamlab.analysis.open_requests import anybody, decide_open, is_personal, open_request
from iamlab.analysis.people import People, numbers
from iamlab.analysis.population import Crowd, Held, Holding, Population
from iamlab.evaluation import Decision, Request
from iamlab.evaluation.boxes import is_trust
from iamlab.evaluation.policies import IDENTITY, ActionRules, Rule
from iamlab.evaluation.principals import account_named
from iamlab.evaluation.unknowns import look_at
from iamlab.policy import Statement
from iamlab.policy.document import Principal

Source = tuple[Statement, Holding, People]
"""A statement, where it hangs, and on whom it speaks there."""


@dataclass(slots=True)
class Answer:
    """Members who may do it, all for the same reason.

    Attributes:
        people: who.
        decision: the decision about one of them; it is allowed or conditional.
        sources: the statements by which they may; empty when no policy of theirs is it.
    """

    people: People
    decision: Decision
    sources: list[Source]


@dataclass(slots=True)
class _Class:
    """Statements that come to the same.

    Attributes:
        people: on whom such a statement speaks.
        sources: the statements.
    """

    people: People = 0
    sources: list[Source] = field(default_factory=list)


_Key = tuple[str, str, tuple[str, ...]]
"""What statements come to: layer, effect and open conditions."""

_SURE: _Key = (IDENTITY, "Allow", ())


class _Shared:
    """The resource's own policy and the organization's, as people of one account meet them.

    Attributes:
        policies: these policies.
        rules: their statements on the action.
        named: the members whom the resource's policy names or excepts; each of them is decided alone.
        only_named: can nobody else be allowed, because it is a trust policy without an account in it?
        may_name_everybody: may somebody be allowed whom no policy of its own allows? A trust policy says for whom.
    """

    def __init__(self, population: Population, root: str, action: str, resource: str) -> None:
        self.policies = policies_for(population.state, root, action, resource)  # the root user has none of its own
        self.rules: ActionRules = self.policies.rules(action)
        statements = [rule.statement for rule in self.rules.resource]
        names = {name for one in statements for name in (*_names(one.principal), *_names(one.not_principal))}
        self.named = population.named(names)
        is_trusting = is_trust(Request("", action, resource), self.policies, self.rules)
        self.only_named = is_trusting and not any(map(_names_many, names))
        self.may_name_everybody = not is_trusting or "*" in names

    def statements(self) -> Iterator[Statement]:
        """All statements on the action."""
        layers = [self.rules.resource, self.rules.resource_control, *filter(None, self.rules.levels)]
        return (rule.statement for layer in layers for rule in layer)


class Poll:
    """A question to everybody.

    Args:
        population: everybody.
        action: such as `s3:GetObject`.
        resource: an ARN, or `*`.
        context: condition keys that are known; `None` takes a key away.
    """

    def __init__(self, population: Population, action: str, resource: str, context: Given | None = None) -> None:
        self.population = population
        self._action = action
        self._resource = resource
        self._context = context
        self._requests: dict[int, Request] = {}

    def answers(self) -> Iterator[Answer]:
        """Those who may do it."""
        on_action = self.population.held(self._action.lower())
        held = [one for one in on_action if one.statement.matcher.may_name(self._resource)]
        shared: dict[str, _Shared] = {}
        for crowd in self.population.crowds:
            if crowd.root not in shared:
                shared[crowd.root] = _Shared(self.population, crowd.root, self._action, self._resource)
            yield from self._ask(crowd, held, shared[crowd.root])

    def _ask(self, crowd: Crowd, held: list[Held], shared: _Shared) -> Iterator[Answer]:
        named = shared.named & crowd.people
        candidates = named if shared.only_named else _holders(held) & crowd.people | named
        silent = crowd.people & ~candidates
        if silent and shared.may_name_everybody and self._may_be_for_all(silent, shared):
            candidates = crowd.people
        if not candidates:
            return
        common = anybody(self._request(_first(crowd.people)))
        classes = self._classes(held, candidates, common)
        for part in self._parts(classes, candidates, named, shared, common):
            yield from self._decide(part, classes)

    def _request(self, member: int) -> Request:
        found = self._requests.get(member)
        if found is None:
            principal = self.population.principal(member)
            found = open_request(self.population.state, principal, self._action, self._resource, self._context)
            self._requests[member] = found
        return found

    def _may_be_for_all(self, silent: People, shared: _Shared) -> bool:
        """May members do it for whom none of their own policies speaks, and who are not named?"""
        return decide_open(anybody(self._request(_first(silent))), shared.policies) is not None

    def _classes(self, held: list[Held], people: People, common: Request) -> dict[_Key, _Class]:
        classes: dict[_Key, _Class] = {}
        for one in held:
            concerned = one.people & people
            if not concerned:
                continue
            for atoms, some in self._look(one.statement, concerned, common):
                found = classes.setdefault((one.layer, one.statement.effect, atoms), _Class())
                found.people |= some
                found.sources += [(one.statement, holding, holding.people & some) for holding in one.holdings]
        return classes

    def _look(self, statement: Statement, people: People, common: Request) -> Iterable[tuple[tuple[str, ...], People]]:
        """Under which open conditions a statement speaks, and on whom."""
        if not is_personal(statement):
            look = look_at(statement, self._resource, common.keys, common.known)
            return [(look.atoms, people)] if look.applies else []
        found: dict[tuple[str, ...], People] = {}
        for member in numbers(people):
            request = self._request(member)
            look = look_at(statement, self._resource, request.keys, request.known)
            if look.applies:
                found[look.atoms] = found.get(look.atoms, 0) | 1 << member
        return found.items()

    def _parts(
        self, classes: dict[_Key, _Class], people: People, named: People, shared: _Shared, common: Request
    ) -> list[People]:
        """Parts of a crowd; on everybody of a part the same speaks."""
        sure = classes[_SURE].people if _SURE in classes else 0
        borders = [self.population.bounded]
        for key, found in classes.items():
            # Where one policy of theirs surely allows, it does not matter which others may.
            needless = sure if key[:2] == _SURE[:2] and key != _SURE else 0
            borders.append(found.people & ~needless)
        for statement in shared.statements():
            if is_personal(statement):
                borders += [some for _, some in self._look(statement, people, common)]
        parts = [people & ~named, *(1 << member for member in numbers(named))]
        for border in borders:
            parts = [some for part in parts for some in (part & border, part & ~border) if some]
        return [part for part in parts if part]

    def _decide(self, part: People, classes: dict[_Key, _Class]) -> Iterator[Answer]:
        """Decide for the first of a part; policies that cannot speak on it are left out."""
        member = _first(part)
        speaking = {key: found for key, found in classes.items() if found.people & part}
        documents = {id(held.policy.document) for found in speaking.values() for _, held, _ in found.sources}
        principal = self.population.principal(member)
        policies = policies_for(self.population.state, principal, self._action, self._resource)
        policies = policies.replace(identity=[one for one in policies.identity if id(one.document) in documents])
        decision = decide_open(self._request(member), policies)
        if decision is not None:
            yield Answer(part, decision, _sources(decision.rule, speaking))


def _sources(rule: Rule | None, speaking: dict[_Key, _Class]) -> list[Source]:
    """The statements by which the members of a part may, when one of their own policies lets them."""
    if rule is None or rule.layer != IDENTITY:
        return []
    if _SURE in speaking:
        return speaking[_SURE].sources
    for key, found in speaking.items():
        if key[:2] == _SURE[:2] and any(statement is rule.statement for statement, _, _ in found.sources):
            return found.sources
    return []


def _holders(held: Iterable[Held]) -> People:
    """Who holds an Allow."""
    found = 0
    for one in held:
        if one.statement.effect == "Allow" and one.layer == IDENTITY:
            found |= one.people
    return found


def _first(people: People) -> int:
    return (people & -people).bit_length() - 1


def _names(principal: Principal | None) -> tuple[str, ...]:
    """The people whom a Principal or NotPrincipal element names."""
    return principal.get("AWS", ()) if isinstance(principal, dict) else ("*",) if principal else ()


def _names_many(name: str) -> bool:
    """Is it the name of a whole account, or of everybody?"""
    return name == "*" or account_named(name) is not None
