"""Effective permissions of an account's principals, as rows.

`permissions` answers for one principal: a row an action, or where it depends, a row an action and grant, with the
resources and conditions it depends on. `Comparison` puts principals side by side and works each out when it is asked
for. `iamlab.analysis.frames` makes DataFrames of both.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html]
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iamlab.account.authorize import unknown_policies
from iamlab.account.context import Given
from iamlab.account.names import entity_arn
from iamlab.account.principals import Principal, resolve
from iamlab.account.records import EntityRecord, RoleRecord, UserRecord
from iamlab.account.state import State, state_of
from iamlab.analysis.labels import Label, labels
from iamlab.analysis.open_requests import asked_arn
from iamlab.analysis.situations import Inquiry
from iamlab.catalog import index
from iamlab.errors import InvalidInput, NoSuchEntity
from iamlab.evaluation.effective import Effective
from iamlab.policy.reach import reach

if TYPE_CHECKING:
    from iamlab.account import Account

Services = str | Iterable[str] | None
Resources = Any
"""One ARN, anything with an `arn`, or several of them."""


@dataclass(slots=True)
class PermissionRow:
    """One line: an action, and what is to be said of it.

    Attributes:
        action: such as `s3:GetObject`.
        access_level: `List`, `Read`, `Write`, `Permissions management` or `Tagging`.
        label: outcome, resources, condition, policy, statement and where the policy hangs.
    """

    action: str
    access_level: str
    label: Label


class Permissions:
    """What one principal may do; rows are made when they are asked for.

    Attributes:
        principal: who.
        labels: what is said of actions, at least one.
        numbers: a number a row, ascending: its action's place times the number of labels, plus its label's place.
        unknown: what the account's file cannot know, in sentences.
    """

    __slots__ = ("labels", "numbers", "principal", "unknown")

    def __init__(self, principal: Principal, found: Iterable[tuple[int, Label]], unknown: list[str]) -> None:
        self.principal = principal
        self.unknown = unknown
        parts = list(found)
        self.labels = [label for _, label in parts] or [Label("")]
        count = len(self.labels)
        rows: list[int] = []
        for code, (bits, _) in enumerate(parts):
            rows += [place * count + code for place in index.places_of(bits)]
        rows.sort()
        self.numbers = array("q", rows)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[PermissionRow]:
        names, count = index.action_names(), len(self.labels)
        for number in self.numbers:
            place, code = divmod(number, count)
            yield PermissionRow(names[place], index.level(place), self.labels[code])

    def __repr__(self) -> str:
        return f"<Permissions of {self.principal.arn}: {len(self)} rows>"


def permissions(
    lab: Account,
    principal: object,
    session: object = None,
    context: Given | None = None,
    services: Services = None,
    resources: Resources = None,
) -> Permissions:
    """What a principal may do in a situation; see `iamlab.analysis.effective_permissions`."""
    state = state_of(lab)
    who = resolve(state, principal if session is None else session)
    if session is not None and principal is not None:
        _check_session(resolve(state, principal), who)
    wanted = actions_of(services)
    inquiry = Inquiry.of(state)
    found: list[tuple[int, Label]] = []
    if resources is None:
        found += labels(inquiry.whatever(who, context), wanted)
    for arn in arns(resources):
        for effective, actions in on_resource(inquiry, who, arn, context, wanted):
            found += labels(effective, actions)
    return Permissions(who, found, unknown_policies(state))


def on_resource(
    inquiry: Inquiry, who: Principal, arn: str, context: Given | None, wanted: int
) -> list[tuple[Effective, int]]:
    """The answers about one resource, each with the actions it is about: those that work on such a resource."""
    actions = reach([arn], wanted)
    answers = inquiry.on(who, arn, context)
    if len(answers) == 1:
        return [(answers[0], actions)]
    of_sts = index.service_bits("sts")
    return [(answers[0], actions & of_sts), (answers[1], actions & ~of_sts)]


def _check_session(principal: Principal, session: Principal) -> None:
    if principal.record is None or principal.record is not session.record:
        raise InvalidInput(f"{session.arn} is not a session of {principal.arn}")


def actions_of(services: Services) -> int:
    """The actions of some services; of all when none is named.

    Raises:
        NoSuchEntity: there is no such service.
        InvalidInput: something is not a prefix.
    """
    if services is None:
        return index.all_bits()
    bits = 0
    for prefix in [services] if isinstance(services, str) else _several(services, "services", "prefixes"):
        if not isinstance(prefix, str):
            raise InvalidInput(f"{type(prefix).__name__} is not a prefix of a service: expected text such as s3")
        if not index.span(prefix):
            raise NoSuchEntity(f"There is no service with the prefix {prefix!r}")
        bits |= index.service_bits(prefix)
    return bits


def arns(resources: Resources) -> list[str]:
    """The ARNs of what was given.

    Raises:
        InvalidInput: something is not an ARN and has none.
    """
    if resources is None:
        return []
    one = isinstance(resources, str) or hasattr(resources, "arn")
    several = [resources] if one else _several(resources, "resources", "ARNs")
    return [asked_arn(resource) for resource in several]


def _several(given: Any, name: str, expected: str) -> list[Any]:
    if not isinstance(given, Iterable):
        raise InvalidInput(f"{type(given).__name__} is no list of {name}: expected {expected}")
    return list(given)


class Comparison:
    """Principals side by side; each is worked out when it is asked for.

    Args:
        lab: the account.
        principals: who; by default every user and every role.
        context: what else is known of their requests.
        services: prefixes; by default all services.
        resources: ARNs; by default whatever resource.

    Attributes:
        names: what each principal is called: `user/alice`.
        resources: the ARNs, or nothing.
        unknown: what the account's file cannot know, in sentences.
    """

    def __init__(
        self,
        lab: Account,
        principals: Iterable[object] | None = None,
        context: Given | None = None,
        services: Services = None,
        resources: Resources = None,
    ) -> None:
        state = state_of(lab)
        everybody = _everybody(state) if principals is None else principals
        self._principals = [resolve(state, one) for one in everybody]
        self.names = [_name(principal) for principal in self._principals]
        self._inquiry = Inquiry.of(state)
        self._context = context
        self.resources = arns(resources)
        self._wanted = actions_of(services)
        self.unknown = unknown_policies(state)

    def actions(self, resource: str | None = None) -> int:
        """The actions that are compared (about one of the resources)."""
        return self._wanted if resource is None else reach([resource], self._wanted)

    def __len__(self) -> int:
        return len(self._principals)

    def __iter__(self) -> Iterator[tuple[str, list[dict[str, int]]]]:
        """Each principal's name, with its outcomes: for every resource (or once) a set of actions an outcome."""
        for name, principal in zip(self.names, self._principals, strict=True):
            yield name, list(self._outcomes(principal))

    def _outcomes(self, principal: Principal) -> Iterator[dict[str, int]]:
        if not self.resources:
            effective = self._inquiry.whatever(principal, self._context)
            yield {outcome: bits & self._wanted for outcome, bits in effective.outcomes()}
        for arn in self.resources:
            together: dict[str, int] = {}
            for effective, actions in on_resource(self._inquiry, principal, arn, self._context, self._wanted):
                for outcome, bits in effective.outcomes():
                    together[outcome] = together.get(outcome, 0) | bits & actions
            yield together


def _everybody(state: State) -> list[str]:
    """The ARNs of all users, then of all roles."""
    tables: list[tuple[str, Iterable[EntityRecord]]] = [("user", state.users.values()), ("role", state.roles.values())]
    return [entity_arn(state, kind, record.path, record.name) for kind, records in tables for record in records]


def _name(principal: Principal) -> str:
    """Short and its own: `user/alice`, `role/Reader`, `root`, or the ARN of somebody else."""
    record, home = principal.record, principal.home
    if home is None or record is None:
        return principal.arn
    if principal.session is not None:
        return principal.arn.rpartition(":")[2]
    if isinstance(record, UserRecord | RoleRecord):
        return f"{'user' if isinstance(record, UserRecord) else 'role'}/{record.name}"
    return "root"
