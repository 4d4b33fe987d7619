"""Least privilege: a policy that allows what a principal did, and nothing else.

It is generated from the account's events, as IAM Access Analyzer generates one from CloudTrail's: every call that
succeeded becomes its IAM actions, on the resource it was about where the action supports that. AWS's template has
placeholders for resources; here they are named as they were used. Conditions are not generated. A role that was given
to a resource left no event, so `iam:PassRole` has to be added by hand.
[https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from iamlab.account.events import Event
from iamlab.account.names import entity_arn, quota
from iamlab.account.principals import Principal, resolve
from iamlab.account.records import RoleRecord, UserRecord
from iamlab.account.state import state_of
from iamlab.catalog import index, operations
from iamlab.catalog.services import service
from iamlab.display import bullet_list, escape
from iamlab.errors import InvalidInput, LimitExceeded
from iamlab.policy import PolicyDocument
from iamlab.policy.reach import reach

if TYPE_CHECKING:
    from iamlab.account import Account

EVERYTHING = "*"
_SPECIAL = re.compile(r"\$(?=\{)|[*?]")
_HIGHEST = 9999
"""The longest number a Sid is measured with."""


@dataclass(slots=True)
class LeastPrivilege:
    """What was found, and the policy made of it; treat it as immutable.

    Attributes:
        principal: the ARN of whom.
        documents: policies that together allow what was done, each small enough for a managed policy; as a rule one.
        events: how many events it is made from.
        unmapped: operations whose IAM action is not known, as `eventSource eventName`; the policy lacks them.
        unnamed: actions that are allowed on every resource only because an event did not say which it was about.
        remarks: actions that an operation needs besides, on resources the events do not name; the policy lacks them.
    """

    principal: str
    documents: tuple[PolicyDocument, ...]
    events: int
    unmapped: tuple[str, ...]
    unnamed: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def document(self) -> PolicyDocument:
        """The policy. Without any event it has no statement.

        Raises:
            LimitExceeded: it is too large for one managed policy; attach all of `documents`.
        """
        if len(self.documents) > 1:
            raise LimitExceeded(
                f"What {self.principal} did does not fit into one managed policy: it takes {len(self.documents)} "
                "(see documents)."
            )
        return self.documents[0]

    def _report(self) -> list[tuple[str, tuple[str, ...]]]:
        """Headings, each with what is to be said under it."""
        found = [
            ("Not in the policy, because their IAM action is not known", self.unmapped),
            ("On every resource, because the events do not say which", self.unnamed),
            ("Needed besides", self.remarks),
        ]
        return [(heading, items) for heading, items in found if items]

    def _title(self) -> str:
        count = "1 event" if self.events == 1 else f"{self.events} events"
        several = f", in {len(self.documents)} policies" if len(self.documents) > 1 else ""
        return f"What {self.principal} did, from {count}{several}"

    def __repr__(self) -> str:
        """The policy's JSON, and what is to be known about it."""
        report = [f"{heading}:\n{bullet_list(items)}" for heading, items in self._report()]
        return "\n\n".join([self._title(), *(document.to_json() for document in self.documents), *report])

    def _repr_html_(self) -> str:
        documents = "".join(document._repr_html_() for document in self.documents)
        report = "".join(
            f"<p>{escape(heading)}:</p><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
            for heading, items in self._report()
        )
        return f"<p>{escape(self._title())}</p>{documents}{report}"


def least_privilege(lab: Account, principal: object, since: datetime | None = None) -> LeastPrivilege:
    """Make a policy of what a principal did.

    Args:
        lab: the account whose events are read.
        principal: a user's name, an ARN, or a user, role or session. A role stands for all its sessions, and a session
            for its role, because that is what a policy is attached to.
        since: only events from this time on (without a time zone: UTC); by default all there are.

    Returns:
        The policy and what is to be known about it. Calls that failed, denied or otherwise, are not in it, nor
        sign-ins, nor what needs no permission.

    Raises:
        NoSuchEntity: there is no such principal.
        InvalidInput: not a principal that a policy could be for, or `since` is not a time.

    >>> from iamlab import Account
    >>> lab = Account.example()
    >>> alice = lab.use_access_key(lab.users["alice"].create_access_key_pair().access_key_id)
    >>> _ = alice.call("s3:GetObject", "arn:aws:s3:::northwind-reports/q3.csv")
    >>> statement = least_privilege(lab, "alice").document.statements[0]
    >>> statement.actions, statement.resources
    (('s3:GetObject',), ('arn:aws:s3:::northwind-reports/q3.csv',))
    """
    who = resolve(state_of(lab), principal)
    if who.kind in ("service", "anonymous", "provider"):
        raise InvalidInput(f"{who.arn} has no policies of its own")
    if since is not None and not isinstance(since, datetime):
        raise InvalidInput(f"since is a datetime, not {type(since).__name__}")
    uses = _Uses()
    for event in lab.events:
        if "errorCode" not in event and _is_call(event) and _is_by(event, who) and _is_since(event, since):
            uses.add(event)
    limit = quota(lab.state, "managed_policy_size")
    return LeastPrivilege(
        _owner(who),
        tuple(_documents(_statements(uses.resources, limit), limit)),
        uses.events,
        tuple(sorted(uses.unmapped)),
        tuple(sorted(uses.unnamed)),
        tuple(sorted(uses.remarks)),
    )


def _is_call(event: Event) -> bool:
    return bool(event.get("eventType") == "AwsApiCall")


def _is_by(event: Event, who: Principal) -> bool:
    """Did this principal do it? By unique id: a user who was made anew under an old name did nothing yet."""
    identity, record = event["userIdentity"], who.record
    by = str(identity.get("principalId", ""))
    if who.kind == "assumed-role" and isinstance(record, RoleRecord):
        return by.partition(":")[0] == record.id
    if who.kind == "user" and isinstance(record, UserRecord):
        return by == record.id
    return bool(identity.get("arn") == who.arn)


def _is_since(event: Event, since: datetime | None) -> bool:
    if since is None:
        return True
    moment = since if since.tzinfo else since.replace(tzinfo=UTC)
    return datetime.fromisoformat(event["eventTime"]) >= moment


def _owner(who: Principal) -> str:
    """The ARN of what the policy is for: the role behind a session."""
    if who.kind == "assumed-role" and who.home and isinstance(who.record, RoleRecord):
        return entity_arn(who.home, "role", who.record.path, who.record.name)
    return who.arn


class _Uses:
    """What events say was used.

    Attributes:
        resources: an action's name -> the resources it was used on.
        events, unmapped, unnamed, remarks: as in `LeastPrivilege`.
    """

    def __init__(self) -> None:
        self.resources: dict[str, set[str]] = {}
        self.events = 0
        self.unmapped: set[str] = set()
        self.unnamed: set[str] = set()
        self.remarks: set[str] = set()

    def add(self, event: Event) -> None:
        self.events += 1
        asked = operations.service_of_event(event["eventSource"])
        needed = (*operations.actions_of(asked, event["eventName"]), *_besides(event))
        if not needed:
            self.unmapped.add(f"{event['eventSource']} {event['eventName']}")
        listed = [entry["ARN"] for entry in event.get("resources", ()) if "ARN" in entry]
        for one in needed:
            if operations.needs_permission(one.action):
                self._use(event, one, listed, alone=len(needed) == 1)

    def _use(self, event: Event, needed: operations.NeededAction, listed: list[str], *, alone: bool) -> None:
        number = index.number(needed.action)
        if number is None or not listed or not _works_on_something(needed.action):
            found = [EVERYTHING]
            if _works_on_something(needed.action):
                self.unnamed.add(needed.action)
        else:
            found = [arn for arn in listed if reach([arn], 1 << number)]
            if not found and not alone:
                where = needed.on or "a resource of its own"
                self.remarks.add(f"{event['eventName']} also needs {needed.action} on {where}")
                return
            # On a resource that its service's tables do not list for it: it was used on that all the same.
            found = found or listed
        self.resources.setdefault(needed.action, set()).update(found)


def _besides(event: Event) -> Iterator[operations.NeededAction]:
    """What STS asks for besides when a session is given tags or a source identity.

    [https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required,
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html]
    """
    if event["eventSource"] != "sts.amazonaws.com":
        return
    parameters: Mapping[str, Any] = event.get("requestParameters") or {}
    if parameters.get("tags"):
        yield operations.NeededAction("sts:TagSession")
    kept = event["userIdentity"].get("sessionContext", {}).get("sourceIdentity")
    if event["eventName"].startswith("AssumeRole") and (parameters.get("sourceIdentity") or kept):
        yield operations.NeededAction("sts:SetSourceIdentity")


def _works_on_something(action: str) -> bool:
    """Does the action support resources, or only `*`?"""
    prefix, _, name = action.partition(":")
    return bool(service(prefix).actions[name.lower()].resource_types)


def _literal(arn: str) -> str:
    """An ARN as a pattern that matches it and nothing else [reference_policies_variables, special characters]."""
    return _SPECIAL.sub(lambda match: f"${{{match[0]}}}", arn)


def _statements(uses: Mapping[str, set[str]], limit: int) -> Iterator[dict[str, Any]]:
    """Statements in order of service and action: those on the same resources together, none too large for a policy."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for action in sorted(uses):
        used = uses[action]
        resources = (EVERYTHING,) if EVERYTHING in used else tuple(sorted(_literal(arn) for arn in used))
        groups.setdefault((action.partition(":")[0], resources), []).append(action)
    numbers: dict[str, int] = {}
    for (prefix, resources), actions in groups.items():
        for some_actions, some_resources in _parts(prefix, actions, list(resources), limit):
            numbers[prefix] = numbers.get(prefix, 0) + 1
            yield _statement(prefix, numbers[prefix], some_actions, some_resources)


def _parts(prefix: str, actions: list[str], resources: list[str], limit: int) -> Iterator[tuple[list[str], list[str]]]:
    """Halve a statement until each part fits into a policy; together they allow the same."""
    if max(len(actions), len(resources)) == 1 or _size([_statement(prefix, _HIGHEST, actions, resources)]) <= limit:
        yield actions, resources
    elif len(actions) > len(resources):
        middle = len(actions) // 2
        yield from _parts(prefix, actions[:middle], resources, limit)
        yield from _parts(prefix, actions[middle:], resources, limit)
    else:
        middle = len(resources) // 2
        yield from _parts(prefix, actions, resources[:middle], limit)
        yield from _parts(prefix, actions, resources[middle:], limit)


def _statement(prefix: str, number: int, actions: list[str], resources: list[str]) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in prefix.split("-"))
    return {"Sid": f"{name}Use{number}", "Effect": "Allow", "Action": actions, "Resource": resources}


def _documents(statements: Iterable[dict[str, Any]], limit: int) -> Iterator[PolicyDocument]:
    """As few policies as the order allows, each within the limit."""
    together: list[dict[str, Any]] = []
    for statement in statements:
        if together and _size([*together, statement]) > limit:
            yield _document(together)
            together = []
        together.append(statement)
    yield _document(together)


def _size(statements: list[dict[str, Any]]) -> int:
    return _document(statements).size


def _document(statements: list[dict[str, Any]]) -> PolicyDocument:
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": statements})
