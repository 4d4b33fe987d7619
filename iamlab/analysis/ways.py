"""Who can do this? Every principal, by which policy, through which roles, under which condition.

`Ways` asks everybody (`polls`, `outsiders`), and goes back from every role that can to those who can assume it, by its
trust policy and, where AWS asks for it, by their own policies too. Ways through roles are told of those who cannot do
without, the shortest one to each role that can. `iamlab.analysis.frames` makes a DataFrame of the rows.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iamlab.account.authorize import policies_for, unknown_policies
from iamlab.account.context import Given
from iamlab.account.names import root_arn
from iamlab.account.principals import resolve
from iamlab.account.state import state_of
from iamlab.analysis.open_requests import asked_arn, decide_open, open_request
from iamlab.analysis.outsiders import Outsider, Outsiders, assuming_actions
from iamlab.analysis.people import People, numbers
from iamlab.analysis.polls import Answer, Poll
from iamlab.analysis.population import Holding, Population
from iamlab.evaluation.policies import Rule
from iamlab.evaluation.verdict import ALLOWED, CONDITIONAL
from iamlab.policy import Statement

if TYPE_CHECKING:
    from iamlab.account import Account

THEN = " → "
"""What stands between the roles of a chain."""


@dataclass(slots=True)
class Way:
    """One line: somebody who can, and how.

    Attributes:
        principal: `user/alice`, `role/Deploy`, `root`, a service's name, `account 444455556666`, `anonymous`, an ARN.
        outcome: `allowed` or `conditional`.
        through: the roles to assume, one after the other; empty when none is needed.
        condition: what must be true, step by step; empty for nothing.
        policy: the policy that allows it, to the principal or to the last role; empty where none has to.
        statement: its statement.
        attached_to: where the policy hangs.
        arn: the principal as `lab.decide` takes it.
    """

    principal: str
    outcome: str
    through: str
    condition: str
    policy: str
    statement: str
    attached_to: str
    arn: str


@dataclass(slots=True)
class _Chain:
    """Roles to assume, one after the other, and what the last one may; without a role it is about the asker itself.

    Attributes:
        roles: the numbers of the roles, the first to assume first.
        conditions: what must be true at each step, the last for the question itself.
        end: the answer that the last role is in.
    """

    roles: tuple[int, ...]
    conditions: tuple[str, ...]
    end: Answer

    def given(self, condition: str) -> _Chain:
        """The chain with the condition for its first step."""
        return _Chain(self.roles, (condition, *self.conditions), self.end)

    def after(self, role: int) -> _Chain:
        """The chain with a role before it, whose own step is still to be given."""
        return _Chain((role, *self.roles), self.conditions, self.end)


class Ways:
    """Everybody who can, and how: rows of `Way`.

    Args:
        lab: the account.
        action: such as `s3:GetObject`.
        resource: an ARN, something that has one, or `*`.
        context: condition keys that are known of all requests; `None` as a value takes a key away.

    Attributes:
        action, resource: what was asked.
        unknown: what the account's file cannot know, in sentences.

    Raises:
        InvalidInput: not an action or an ARN.
    """

    def __init__(self, lab: Account, action: str, resource: Any = "*", context: Given | None = None) -> None:
        state = state_of(lab)
        self.action = action
        self.resource = asked_arn(resource)
        self.unknown = unknown_policies(state)
        self._state = state
        self._context = context
        self._population = Population.of(state)
        self._assumers: dict[int, tuple[list[Answer], list[Outsider]]] = {}
        self._rows = [*self._roots(), *self._everybody_else()]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Way]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"<Ways: {len(self)} to {self.action} on {self.resource}>"

    def _roots(self) -> Iterator[Way]:
        for home in (self._state, *self._state.neighbours.values()):
            arn = root_arn(home)
            root = resolve(self._state, arn)
            request = open_request(self._state, root, self.action, self.resource, self._context)
            decision = decide_open(request, policies_for(self._state, root, self.action, self.resource))
            if decision is not None:
                name = "root" if home is self._state else arn
                yield Way(name, decision.outcome, "", decision.condition, *_of_rule(decision.rule), arn)

    def _everybody_else(self) -> Iterator[Way]:
        """Users and roles in their order, each with its direct way first; then outsiders."""
        answers = list(Poll(self._population, self.action, self.resource, self._context).answers())
        sure = 0
        for answer in answers:
            sure |= answer.people if answer.decision.allowed else 0
        inside: list[tuple[int, Way]] = []
        outside = [self._outsider(one) for one in Outsiders(self._state, self.action, self.resource, self._context)]
        for answer in answers:
            end = _Chain((), (answer.decision.condition,), answer)
            inside += self._members(answer.people, end)
            for role in numbers(answer.people & self._population.roles):
                for who, chain in self._chains(role, end, sure):
                    if isinstance(who, Outsider):
                        outside.append(self._outsider(who, chain))
                    else:
                        inside += self._members(who, chain)
        inside.sort(key=_member)
        yield from (way for _, way in inside)
        yield from outside

    def _chains(self, role: int, end: _Chain, sure: People) -> Iterator[tuple[People | Outsider, _Chain]]:
        """Who gets to a role that can, by assuming it or others before it; the shortest chain for each.

        Args:
            role: the role's number.
            end: what it may.
            sure: those who can by themselves: they need no role, and whoever gets to one of them needs no other.
        """
        seen = sure | 1 << role
        strangers: set[str] = set()
        layer = [_Chain((role,), end.conditions, end.end)]
        while layer:
            before: list[_Chain] = []
            for chain in layer:
                answers, outsiders = self._who_assumes(chain.roles[0])
                for answer in answers:
                    new = answer.people & ~seen
                    if new:
                        seen |= new
                        found = chain.given(answer.decision.condition)
                        yield new, found
                        before += [found.after(first) for first in numbers(new & self._population.roles)]
                for one in outsiders:
                    if one.name not in strangers:
                        strangers.add(one.name)
                        yield one, chain.given(one.condition)
            layer = before

    def _who_assumes(self, role: int) -> tuple[list[Answer], list[Outsider]]:
        """Members and outsiders that can assume a role, those without a condition first; remembered."""
        found = self._assumers.get(role)
        if found is None:
            arn = self._population.arn(role)
            answers = list(Poll(self._population, "sts:AssumeRole", arn, self._context).answers())
            answers.sort(key=lambda answer: not answer.decision.allowed)
            actions = assuming_actions(self._population.trust(role))
            outsiders = [one for action in actions for one in Outsiders(self._state, action, arn, self._context)]
            found = self._assumers[role] = (answers, outsiders)
        return found

    # Rows

    def _members(self, people: People, chain: _Chain) -> Iterator[tuple[int, Way]]:
        """A row for each of some members, with its number."""
        name, arn = self._population.name, self._population.arn
        outcome, through, condition = self._described(chain)
        if chain.roles:
            by = self._of_member(chain.roles[-1], chain.end)
            for number in numbers(people):
                yield number, Way(name(number), outcome, through, condition, *by, arn(number))
            return
        left = people
        for statement, holding, holders in chain.end.sources:
            for number in numbers(holders & left):
                by = self._of_holding(statement, holding, number)
                yield number, Way(name(number), outcome, through, condition, *by, arn(number))
            left &= ~holders
        for number in numbers(left):
            by = _of_rule(chain.end.decision.rule)
            yield number, Way(name(number), outcome, through, condition, *by, arn(number))

    def _outsider(self, one: Outsider, chain: _Chain | None = None) -> Way:
        if chain is None:
            return Way(one.name, one.outcome, "", one.condition, *_of_rule(one.rule), one.arn)
        by = self._of_member(chain.roles[-1], chain.end)
        return Way(one.name, *self._described(chain), *by, one.arn)

    def _described(self, chain: _Chain) -> tuple[str, str, str]:
        """Outcome, roles and condition of a chain, in words."""
        names = [self._population.name(role) for role in chain.roles]
        *to_assume, at_end = chain.conditions
        steps = zip(names, to_assume, strict=True)
        parts = [f"to assume {name}: {condition}" for name, condition in steps if condition]
        if at_end:
            parts.append(f"as {names[-1]}: {at_end}" if names else at_end)
        return CONDITIONAL if parts else ALLOWED, THEN.join(names), "; ".join(parts)

    def _of_member(self, number: int, answer: Answer) -> tuple[str, str, str]:
        """By which policy and statement a member may, and where the policy hangs."""
        for statement, holding, holders in answer.sources:
            if holders >> number & 1:
                return self._of_holding(statement, holding, number)
        return _of_rule(answer.decision.rule)

    def _of_holding(self, statement: Statement, holding: Holding, number: int) -> tuple[str, str, str]:
        where = f"group {holding.group}" if holding.group else self._population.own_place(number)
        return holding.policy.name, statement.label, where


def _of_rule(rule: Rule | None) -> tuple[str, str, str]:
    """The policy and statement that decided, and where the policy hangs; empty where none had to."""
    return (rule.policy.name, rule.statement.label, rule.policy.attached_to or "") if rule else ("", "", "")


def _member(row: tuple[int, Way]) -> int:
    return row[0]
