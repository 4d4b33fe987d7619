"""Everybody of an account, and who holds which policy.

An account at its quotas has 6,000 users and roles but far fewer policies. `Population` turns the account around: from a
policy to all who hold it, so that a statement is looked at once for all of them. Accounts that are connected are in it
too.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import TypeVar

from iamlab.account.authorize import attached_policy, held_policies
from iamlab.account.names import entity_arn, root_arn
from iamlab.account.principals import Principal, resolve
from iamlab.account.records import EntityRecord, GroupRecord, RoleRecord, UserRecord
from iamlab.account.state import State
from iamlab.analysis.people import People, people_of
from iamlab.evaluation import AttachedPolicy
from iamlab.evaluation.policies import BOUNDARY, IDENTITY, lacks_resource
from iamlab.policy import PolicyDocument, Statement

K = TypeVar("K")

_CACHE = "analysis.population"


@dataclass(slots=True)
class Holding:
    """A policy, and who holds it in the same way.

    Attributes:
        layer: `IDENTITY` or `BOUNDARY`.
        policy: the policy; a managed one does not say where it hangs.
        people: who holds it.
        group: the group it hangs on; empty for those who hold it themselves.
    """

    layer: str
    policy: AttachedPolicy
    people: People
    group: str = ""


class Held:
    """A statement on some action, and who holds it.

    Attributes:
        statement: the statement.
        layer: `IDENTITY` or `BOUNDARY`.
        holdings: the holdings of its policy in this layer.
        people: all who hold it.
    """

    __slots__ = ("holdings", "layer", "people", "statement")

    def __init__(self, statement: Statement, layer: str, holdings: list[Holding]) -> None:
        self.statement = statement
        self.layer = layer
        self.holdings = holdings
        self.people = reduce(or_, (holding.people for holding in holdings))


@dataclass(slots=True)
class Crowd:
    """Members of one account and one kind: only what they hold, and their names, tell them apart.

    Attributes:
        people: the members.
        kind: `user` or `role`.
        root: the ARN that names their account.
    """

    people: People
    kind: str
    root: str


class Population:
    """The users and roles of an account and of those connected with it.

    Args:
        state: the account that is asked.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._homes = [state, *state.neighbours.values()]
        self._revisions = [home.revision for home in self._homes]
        self._members: list[UserRecord | RoleRecord] = []
        self._home_of: list[State] = []
        for home in self._homes:
            here: list[UserRecord | RoleRecord] = [*home.users.values(), *home.roles.values()]
            self._members += here
            self._home_of += [home] * len(here)
        self._held: dict[str, list[Held]] = {}

    @classmethod
    def of(cls, state: State) -> Population:
        """The account's population; the same one until an account changes."""
        found = state.cache.get(_CACHE)
        if not isinstance(found, cls) or not found.is_present:
            found = state.cache[_CACHE] = cls(state)
        return found

    @property
    def is_present(self) -> bool:
        """Has no account changed since?"""
        return self._revisions == [home.revision for home in self._homes]

    def __len__(self) -> int:
        return len(self._members)

    def arn(self, number: int) -> str:
        """A member's ARN."""
        record = self._members[number]
        return entity_arn(self._home_of[number], _kind(record), record.path, record.name)

    def name(self, number: int) -> str:
        """How a member is called: `user/alice`; somebody of another account by the ARN."""
        record = self._members[number]
        return f"{_kind(record)}/{record.name}" if self._home_of[number] is self.state else self.arn(number)

    def principal(self, number: int) -> Principal:
        """A member as somebody who asks; a role as one of its sessions."""
        return resolve(self.state, self.arn(number))

    def own_place(self, number: int) -> str:
        """Where the policies hang that a member holds itself: `user alice`."""
        record = self._members[number]
        return f"{_kind(record)} {record.name}"

    def trust(self, number: int) -> PolicyDocument | None:
        """The trust policy of a member that is a role."""
        record = self._members[number]
        return record.trust if isinstance(record, RoleRecord) else None

    @cached_property
    def crowds(self) -> list[Crowd]:
        """Everybody, in crowds."""
        found: dict[tuple[bool, State, bool], list[int]] = {}
        for number, (home, record) in enumerate(zip(self._home_of, self._members, strict=True)):
            is_role = isinstance(record, RoleRecord)
            # AWS keeps this beginning of a name for service-linked roles, which Organizations' policies do not bind.
            linked = is_role and record.name.startswith("AWSServiceRoleFor")
            found.setdefault((is_role, home, linked), []).append(number)
        return [
            Crowd(people_of(members), "role" if is_role else "user", root_arn(home))
            for (is_role, home, _), members in found.items()
        ]

    @cached_property
    def roles(self) -> People:
        """All roles."""
        found = 0
        for crowd in self.crowds:
            if crowd.kind == "role":
                found |= crowd.people
        return found

    def named(self, names: Iterable[str]) -> People:
        """The members that a Principal element names: by ARN (a session's names its role), or by unique id."""
        tokens = map(_token, names)
        return people_of(self._by_name[token] for token in tokens if token in self._by_name)

    @cached_property
    def _by_name(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for number, record in enumerate(self._members):
            found[_token(self.arn(number))] = number
            found[record.id] = number
        return found

    def held(self, action: str) -> list[Held]:
        """The statements on an action (in lower case) that members hold; remembered."""
        found = self._held.get(action)
        if found is None:
            found = self._held[action] = [
                Held(statement, layer, some)
                for policy, holdings in self._policies
                for statement in policy.document.concerning(action)
                for layer in (IDENTITY, BOUNDARY)
                if (some := [one for one in holdings if one.layer == layer]) and not lacks_resource(layer, statement)
            ]
        return found

    @cached_property
    def bounded(self) -> People:
        """Who has a permissions boundary."""
        found = 0
        for _, holdings in self._policies:
            for holding in holdings:
                if holding.layer == BOUNDARY:
                    found |= holding.people
        return found

    @cached_property
    def _policies(self) -> list[tuple[AttachedPolicy, list[Holding]]]:
        """Every policy that somebody holds, with its holdings."""
        return [found for home in self._homes for found in self._policies_of(home)]

    def _policies_of(self, home: State) -> Iterator[tuple[AttachedPolicy, list[Holding]]]:
        own, bounded, groups, inline = self._holders(home)
        of_group: dict[str, list[GroupRecord]] = {}
        for group in groups:
            for arn in group.attached:
                of_group.setdefault(arn, []).append(group)
        for arn in dict.fromkeys([*own, *of_group, *bounded]):
            plain = attached_policy(home, arn, None)
            holdings = []
            if arn in own:
                holdings.append(Holding(IDENTITY, plain, own[arn]))
            holdings += [Holding(IDENTITY, plain, groups[group], group.name) for group in of_group.get(arn, ())]
            if arn in bounded:
                holdings.append(Holding(BOUNDARY, plain, bounded[arn]))
            yield plain, holdings
        for record, people in inline:
            group_name = record.name if isinstance(record, GroupRecord) else ""
            for policy in held_policies(home, record):
                if policy.arn is None:
                    yield policy, [Holding(IDENTITY, policy, people, group_name)]

    def _holders(
        self, home: State
    ) -> tuple[dict[str, People], dict[str, People], dict[GroupRecord, People], list[tuple[EntityRecord, People]]]:
        """Who holds which managed policy itself; who is bounded by which; who is in which group; inline policies."""
        own: dict[str, list[int]] = {}
        bounded: dict[str, list[int]] = {}
        groups: dict[GroupRecord, list[int]] = {}
        inline: list[tuple[EntityRecord, People]] = []
        for number, (its_home, record) in enumerate(zip(self._home_of, self._members, strict=True)):
            if its_home is not home:
                continue
            for arn in record.attached:
                own.setdefault(arn, []).append(number)
            if record.boundary:
                bounded.setdefault(record.boundary, []).append(number)
            if record.inline:
                inline.append((record, 1 << number))
            for group in record.groups if isinstance(record, UserRecord) else ():
                groups.setdefault(group, []).append(number)
        inline += [(group, people_of(members)) for group, members in groups.items() if group.inline]
        return _sets(own), _sets(bounded), _sets(groups), inline


def _sets(listed: Mapping[K, list[int]]) -> dict[K, People]:
    return {key: people_of(members) for key, members in listed.items()}


def _kind(record: EntityRecord) -> str:
    return "user" if isinstance(record, UserRecord) else "role"


def _token(name: str) -> str:
    """What a name is looked up by: a role, and a session of it, by account and name, because neither needs the path."""
    parts = name.split(":", 5)
    if len(parts) != 6:
        return name
    kind, _, rest = parts[5].partition("/")
    if kind == "role":
        return f"{parts[4]} role {rest.rpartition('/')[2]}"
    if kind == "assumed-role":
        return f"{parts[4]} role {rest.partition('/')[0]}"
    return name
